// URLs as this client sends them: http or https, a plain host, a port, and an encoded path with its query.

import ConnectorKit

/// An absolute URL taken apart once, so that the check of the host and the connection can't disagree about it.
struct TargetURL: Hashable, Sendable {
    /// Where a request goes: credentials and permissions are for one origin.
    struct Origin: Hashable, Sendable {
        let isSecure: Bool
        /// In lower case; an IPv6 address without its brackets.
        let host: String
        let port: Int

        var text: String {
            let host = host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]" : host
            let isDefault = port == (isSecure ? 443 : 80)
            return (isSecure ? "https://" : "http://") + host + (isDefault ? "" : ":\(port)")
        }
    }

    let origin: Origin
    /// Starts with `/`; percent-encoded; no fragment.
    let pathAndQuery: String

    var text: String { origin.text + pathAndQuery }
    /// For messages and logs: without the query, which may hold keys.
    var shown: String { origin.text + pathAndQuery.prefix { $0 != "?" } }

    /// - Throws: `ConnectorError` of type `bad_input`; the message shows no more of the URL than its host.
    init(_ text: String) throws(ConnectorError) {
        func wrong(_ why: String) -> ConnectorError {
            ConnectorError(type: "bad_input", "the URL can't be used: \(why)")
        }
        guard text.utf8.count <= 32 << 10 else { throw wrong("it is longer than 32 KiB") }
        guard text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
            throw wrong("it has a control character or a line break in it")
        }
        guard let colon = text.range(of: "://") else {
            throw wrong("it must start with http:// or https://")
        }
        let isSecure: Bool
        switch text[..<colon.lowerBound].lowercased() {
        case "https": isSecure = true
        case "http": isSecure = false
        default: throw wrong("it must start with http:// or https://")
        }
        let rest = text[colon.upperBound...]
        let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        guard !authority.utf8.contains(UInt8(ascii: "@")) else {
            throw wrong("it has a user name or password in it; put them into a connection's \"auth\"")
        }
        guard !authority.utf8.contains(UInt8(ascii: "\\")) else { throw wrong("its host has a \"\\\" in it") }

        var host: Substring
        var portText: Substring?
        if authority.first == "[" {
            guard let end = authority.firstIndex(of: "]") else { throw wrong("the address in brackets has no end") }
            host = authority[authority.index(after: authority.startIndex)..<end]
            guard IPAddress(String(host))?.isIPv6 == true else {
                throw wrong("the text in brackets is no IPv6 address")
            }
            let after = authority[authority.index(after: end)...]
            if !after.isEmpty {
                guard after.first == ":" else {
                    throw wrong("after the address in brackets there must be a port or the path")
                }
                portText = after.dropFirst()
            }
        } else {
            host = authority.prefix { $0 != ":" }
            if host.endIndex != authority.endIndex { portText = authority[authority.index(after: host.endIndex)...] }
            guard !host.isEmpty else { throw wrong("it has no host") }
            guard host.utf8.count <= 253, host.utf8.allSatisfy(Self.isHostByte) else {
                throw wrong(
                    "its host may have letters of ASCII, digits, \"-\", \"_\" and \".\" only; "
                        + "write international names in their xn-- form")
            }
        }
        var port = isSecure ? 443 : 80
        if let portText, !portText.isEmpty {
            guard portText.utf8.count <= 5, portText.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
                let number = Int(portText), (1...65535).contains(number)
            else { throw wrong("its port must be a number from 1 to 65535") }
            port = number
        }
        origin = Origin(isSecure: isSecure, host: host.lowercased(), port: port)
        let path = Self.encoded(rest[authority.endIndex...].prefix { $0 != "#" })
        guard Self.isText(path.prefix { $0 != "?" }) else {
            // AsyncHTTPClient would send "/" instead, which is another resource.
            throw wrong("its path has percent-encoded bytes that are not UTF-8")
        }
        pathAndQuery = path.first == "/" ? path : "/" + path
    }

    /// Whether what is percent-encoded in `path` is UTF-8.
    private static func isText(_ path: Substring) -> Bool {
        var bytes: [UInt8] = []
        var rest = path.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let decoded = UInt8(String(decoding: Array(rest.prefix(2)), as: UTF8.self), radix: 16) else {
                return false
            }
            bytes.append(decoded)
            rest = rest.dropFirst(2)
        }
        return String(validating: bytes, as: UTF8.self) != nil
    }

    /// The URL that `reference` means on this page: what `Location` holds (RFC 3986 §5.2).
    func resolving(_ reference: String) throws(ConnectorError) -> TargetURL {
        if reference.hasPrefix("//") { return try TargetURL((origin.isSecure ? "https:" : "http:") + reference) }
        if Self.hasScheme(reference) { return try TargetURL(reference) }
        if reference.hasPrefix("/") { return try TargetURL(origin.text + Self.withoutDots(reference)) }
        let path = pathAndQuery.prefix { $0 != "?" }
        if reference.isEmpty || reference.hasPrefix("#") { return self }
        if reference.hasPrefix("?") { return try TargetURL(origin.text + path + reference) }
        let folder = path[...(path.lastIndex(of: "/") ?? path.startIndex)]
        return try TargetURL(origin.text + Self.withoutDots(folder + reference))
    }

    private static func hasScheme(_ reference: String) -> Bool {
        guard let colon = reference.firstIndex(of: ":"), let first = reference.first, first.isLetter else {
            return false
        }
        return reference[..<colon].utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
        }
    }

    /// Removes `.` and `..` from the path part.
    private static func withoutDots(_ text: String) -> String {
        let path = text.prefix { $0 != "?" && $0 != "#" }
        var kept: [Substring] = []
        let segments = path.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
        for (place, segment) in segments.enumerated() {
            let isLast = place == segments.count - 1
            switch segment {
            case ".": if isLast { kept.append("") }
            case "..":
                _ = kept.popLast()
                if isLast { kept.append("") }
            default: kept.append(segment)
            }
        }
        return "/" + kept.joined(separator: "/") + text[path.endIndex...]
    }

    private static func withoutDots(_ text: Substring) -> String { withoutDots(String(text)) }

    private static func isHostByte(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
            || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "_")
    }

    /// Percent-encodes what may not stand in a path or query: spaces, quotes, brackets, other scripts, and a `%` that is
    /// not followed by two digits.
    private static func encoded(_ text: Substring) -> String {
        let allowed = "-._~:/?@!$&'()*+,;="
        let bytes = Array(text.utf8)
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        let digits = Array("0123456789ABCDEF".utf8)
        for (place, byte) in bytes.enumerated() {
            let stays: Bool
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: stays = true
            case UInt8(ascii: "%"):
                stays = place + 2 < bytes.count && isHexadecimal(bytes[place + 1]) && isHexadecimal(bytes[place + 2])
            default: stays = allowed.utf8.contains(byte)
            }
            if stays {
                result.append(byte)
            } else {
                result += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x46).contains(byte) || (0x61...0x66).contains(byte)
    }
}

extension String {
    /// The first place of `text`; Foundation is not needed for that.
    fileprivate func range(of text: String) -> Range<String.Index>? {
        var place = startIndex
        while place < endIndex {
            if self[place...].hasPrefix(text) { return place..<index(place, offsetBy: text.count) }
            place = index(after: place)
        }
        return nil
    }
}
