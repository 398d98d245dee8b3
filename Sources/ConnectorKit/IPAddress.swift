// IP addresses and which of them may be connected to.

import Glibc

/// An IPv4 or IPv6 address.
public struct IPAddress: Hashable, Sendable {
    /// 4 or 16.
    public let bytes: [UInt8]

    /// What an address is for (the registries of RFC 6890, and what embeds an IPv4 address).
    public enum Reach: Hashable {
        case everywhere
        /// Inside this machine, network or cloud: only with permission.
        case inside(String)
        /// Not an address of one host.
        case never(String)
    }

    public var isIPv6: Bool { bytes.count == 16 }

    public init(bytes: [UInt8]) { self.bytes = bytes }

    /// nil unless `text` is an address in the usual notation (four decimal numbers, or RFC 4291), without a zone.
    public init?(_ text: String) {
        var v4 = in_addr()
        var v6 = in6_addr()
        if inet_pton(AF_INET, text, &v4) == 1 {
            bytes = withUnsafeBytes(of: v4) { Array($0) }
        } else if inet_pton(AF_INET6, text, &v6) == 1 {
            bytes = withUnsafeBytes(of: v6) { Array($0) }
        } else {
            return nil
        }
    }

    public var text: String {
        var buffer = [CChar](repeating: 0, count: 64)
        let found = bytes.withUnsafeBytes {
            inet_ntop(isIPv6 ? AF_INET6 : AF_INET, $0.baseAddress, &buffer, socklen_t(buffer.count))
        }
        guard found != nil else { return "?" }
        return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    public var reach: Reach { isIPv6 ? reachOfIPv6 : Self.reachOfIPv4(bytes[0], bytes[1], bytes[2], bytes[3]) }

    private static func reachOfIPv4(_ a: UInt8, _ b: UInt8, _ c: UInt8, _ d: UInt8) -> Reach {
        switch (a, b, c, d) {
        case (0, _, _, _): .never("an address of \"this network\"")
        case (10, _, _, _), (172, 16...31, _, _), (192, 168, _, _): .inside("a private address")
        case (127, _, _, _): .inside("an address of this machine")
        case (169, 254, 169, 254): .inside("the address of a cloud's metadata service")
        case (169, 254, _, _): .inside("a link-local address")
        case (100, 64...127, _, _): .inside("an address behind a carrier's NAT")
        case (198, 18...19, _, _): .inside("an address for benchmarks")
        case (192, 0, 0, _): .inside("an address for protocols")
        case (192, 0, 2, _), (198, 51, 100, _), (203, 0, 113, _): .never("an address for documents")
        case (192, 88, 99, _): .never("a relay address")
        case (224...239, _, _, _): .never("a multicast address")
        case (240..., _, _, _): .never("a reserved address")
        default: .everywhere
        }
    }

    private var reachOfIPv6: Reach {
        let b = bytes
        func embedded(at place: Int) -> Reach { Self.reachOfIPv4(b[place], b[place + 1], b[place + 2], b[place + 3]) }
        if b[0..<15].allSatisfy({ $0 == 0 }) {
            return b[15] == 1 ? .inside("an address of this machine") : .never("an unspecified address")
        }
        if b[0..<10].allSatisfy({ $0 == 0 }), b[10] == 0xFF, b[11] == 0xFF { return embedded(at: 12) }
        // IPv4-compatible and IPv4-translated forms, and the NAT64 prefix: the IPv4 address decides.
        if b[0..<8].allSatisfy({ $0 == 0 }), b[8] == 0xFF, b[9] == 0xFF, b[10] == 0, b[11] == 0 {
            return embedded(at: 12)
        }
        if b[0..<12].allSatisfy({ $0 == 0 }) { return .never("an outdated form of address") }
        if b[0] == 0, b[1] == 0x64, b[2] == 0xFF, b[3] == 0x9B {
            return b[4..<12].allSatisfy { $0 == 0 } ? embedded(at: 12) : .inside("an address of a local translator")
        }
        if b[0] == 0x20, b[1] == 0x02 { return embedded(at: 2) }
        if b[0] == 0x20, b[1] == 0x01, b[2] == 0, b[3] == 0 { return .never("a tunnel address") }
        if b[0] == 0x20, b[1] == 0x01, b[2] == 0x0D, b[3] == 0xB8 { return .never("an address for documents") }
        if b[0] & 0xFE == 0xFC { return .inside("a private address") }
        if b[0] == 0xFE, b[1] & 0xC0 == 0x80 { return .inside("a link-local address") }
        if b[0] == 0xFE, b[1] & 0xC0 == 0xC0 { return .inside("a site-local address") }
        if b[0] == 0xFF { return .never("a multicast address") }
        return b[0] & 0xE0 == 0x20 ? .everywhere : .never("a reserved address")
    }
}
