// Which names the server answers to, and whom it believes about where a request comes from.

import ConnectorKit
import HTTPTypes
import Hummingbird

struct HostRules: Sendable {
    private let names: Set<String>
    private let proxies: Set<String>
    private let isTLS: Bool

    init(_ configuration: ServerConfiguration) {
        names = Set(
            (["localhost", configuration.host] + configuration.allowedHosts).map { $0.lowercased() })
        (proxies, isTLS) = (Set(configuration.trustedProxies), configuration.tls != nil)
    }

    /// Who is asking, and for which host; nil when the server does not go by that name.
    ///
    /// A page elsewhere can point a name of its own at this machine (DNS rebinding), so unknown names are refused. An
    /// address in place of a name can't be pointed anywhere.
    func peer(of request: Request, sender: String) -> Peer? {
        var (address, isSecure, authority) = (sender, isTLS, request.head.authority ?? "")
        if proxies.contains(sender) {
            // What the proxy added last is what it saw itself.
            if let seen = last(of: "X-Forwarded-For", request) { address = seen }
            if let scheme = last(of: "X-Forwarded-Proto", request) { isSecure = scheme.lowercased() == "https" }
            if let host = last(of: "X-Forwarded-Host", request) { authority = host }
        }
        authority = authority.lowercased()
        guard let host = Self.host(of: authority), names.contains(host) || IPAddress(host) != nil else { return nil }
        return Peer(address: address, isSecure: isSecure, authority: authority)
    }

    private func last(of name: String, _ request: Request) -> String? {
        guard let name = HTTPField.Name(name) else { return nil }
        let value = request.headers[values: name].last?.split(separator: ",").last
        return value.map { $0.trimmingPrefix { $0 == " " } }.map { String($0) }
    }

    /// Without its port; an IPv6 address without its brackets.
    private static func host(of authority: String) -> String? {
        if authority.hasPrefix("[") {
            guard let end = authority.firstIndex(of: "]") else { return nil }
            return String(authority[authority.index(after: authority.startIndex)..<end])
        }
        let parts = authority.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count <= 2, parts.dropFirst().allSatisfy({ UInt16($0) != nil }) else { return nil }
        return String(parts[0])
    }
}
