// Which system a URL belongs to: credentials of a connection go to its own and nowhere else.

/// Scheme, host and port of a URL, compared exactly.
public struct HTTPOrigin: Sendable, Hashable {
    public let isSecure: Bool
    /// In lower case; brackets kept.
    public let host: String
    public let port: Int

    /// nil unless `url` starts with `http://` or `https://` and a plain host: what is odd (user names, backslashes, other
    /// scripts, control characters) has no origin, so nothing is ever sent there with credentials.
    public init?(of url: String) {
        let rest: Substring
        if url.prefix(8).lowercased() == "https://" {
            (isSecure, rest) = (true, url.dropFirst(8))
        } else if url.prefix(7).lowercased() == "http://" {
            (isSecure, rest) = (false, url.dropFirst(7))
        } else {
            return nil
        }
        let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        guard !authority.isEmpty, authority.utf8.allSatisfy(Self.isPlain) else { return nil }
        var host = authority
        var port = isSecure ? 443 : 80
        if let colon = authority.lastIndex(of: ":"), authority.last != "]" {
            let text = authority[authority.index(after: colon)...]
            host = authority[..<colon]
            if !text.isEmpty {
                guard text.utf8.count <= 5, let number = Int(text), (1...65535).contains(number) else { return nil }
                port = number
            }
        }
        guard !host.isEmpty, host.first == "[" || !host.contains(":") else { return nil }
        (self.host, self.port) = (host.lowercased(), port)
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: "-._:[]".utf8.contains(byte)
        }
    }
}

extension HTTPOrigin: CustomStringConvertible {
    public var description: String {
        (isSecure ? "https://" : "http://") + host + (port == (isSecure ? 443 : 80) ? "" : ":\(port)")
    }
}

extension Connection {
    /// The URL of `path` below this connection's `base`.
    ///
    /// The path can't climb out of the base's own path, so that data in it can't reach other parts of the system.
    public static func join(_ base: String, _ path: String) throws(ConnectorError) -> String {
        let plain = path.prefix { $0 != "?" && $0 != "#" }.lowercased()
        let segments = plain.split(whereSeparator: { $0 == "/" || $0 == "\\" })
        let climbs = segments.contains { segment in
            ["..", ".", "%2e", "%2e%2e", ".%2e", "%2e."].contains(String(segment))
        }
        guard !climbs else {
            throw ConnectorError(type: "bad_input", "the path can't have \"..\" or \".\" in it")
        }
        var base = Substring(base)
        while base.last == "/" { base.removeLast() }
        if path.isEmpty { return String(base) }
        if path.hasPrefix("?") { return base + path }
        return base + "/" + path.drop { $0 == "/" }
    }
}
