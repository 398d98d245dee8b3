// The addresses of a host that a connection may connect to, for connectors that don't go through the HTTP client.

import ConnectorKit
import Glibc

/// Finds and checks addresses; what was checked is what is then connected to.
enum HostAddresses {
    private static let most = 8

    /// At least one address, at most 8, all of which may be connected to.
    /// - Parameter place: what is there, for messages: "the database server db.acme.example".
    /// - Throws: `dns`, or `connection` when an address may not be connected to.
    static func of(
        _ host: String, place: String, network: NetworkPermissions
    ) throws(ConnectorError) -> [IPAddress] {
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, nil, nil, &list) == 0 else { throw none(place) }
        defer { freeaddrinfo(list) }
        var found: [IPAddress] = []
        var next = list
        while let entry = next?.pointee, found.count < most {
            next = entry.ai_next
            guard let address = entry.ai_addr, let known = IPAddress(UnsafeRawPointer(address), entry.ai_family)
            else { continue }
            if let what = refusal(of: known, network.privateAddresses) { throw refused(place, "has \(what)") }
            if !found.contains(known) { found.append(known) }
        }
        guard !found.isEmpty else { throw none(place) }
        return found
    }

    /// Why an address may not be connected to; nil when it may.
    static func refusal(of address: IPAddress, _ mayBeInside: Bool) -> String? {
        switch address.reach {
        case .everywhere: nil
        case .inside where mayBeInside: nil
        case .inside(let what), .never(let what): what
        }
    }

    static func refused(_ place: String, _ what: String) -> ConnectorError {
        ConnectorError(
            type: "connection",
            "\(place) \(what); if that is meant, allow \"private_addresses\" in \"network\" of the connection or of galley.json"
        )
    }

    private static func none(_ place: String) -> ConnectorError {
        ConnectorError(type: "dns", "there is no address for \(place)", isTransient: true)
    }
}

extension IPAddress {
    /// The address in a `sockaddr_in` or `sockaddr_in6`; nil for other families.
    init?(_ address: UnsafeRawPointer, _ family: Int32) {
        switch family {
        case AF_INET: self.init(bytes: Array(UnsafeRawBufferPointer(start: address + 4, count: 4)))
        case AF_INET6: self.init(bytes: Array(UnsafeRawBufferPointer(start: address + 8, count: 16)))
        default: return nil
        }
    }

    /// Calls `body` with the address as the system's functions take it.
    func withSocketAddress<Answer>(port: Int, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Answer) -> Answer {
        var storage = sockaddr_storage()
        let (offset, size) = isIPv6 ? (8, MemoryLayout<sockaddr_in6>.size) : (4, MemoryLayout<sockaddr_in>.size)
        storage.ss_family = sa_family_t(isIPv6 ? AF_INET6 : AF_INET)
        withUnsafeMutableBytes(of: &storage) { room in
            room.storeBytes(of: in_port_t(truncatingIfNeeded: port).bigEndian, toByteOffset: 2, as: in_port_t.self)
            for (place, byte) in bytes.enumerated() { room[offset + place] = byte }
        }
        return withUnsafePointer(to: &storage) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(size)) }
        }
    }
}
