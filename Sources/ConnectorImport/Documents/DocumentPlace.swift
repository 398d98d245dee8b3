// Where a document is, and where the documents that it refers to may be.

/// An absolute path or an absolute address; references between documents never leave their folder unless allowed.
public enum DocumentPlace: Hashable, Sendable, CustomStringConvertible {
    /// Absolute, without `.` and `..`.
    case file(String)
    /// `http` or `https`.
    case url(String)

    public var description: String {
        switch self {
        case .file(let path): path
        case .url(let url): url
        }
    }

    /// What may be referred to.
    public struct Rules: Sendable {
        /// Files and addresses below this are allowed, without a slash at its end.
        public var folder: String
        /// Whether any http or https address is allowed.
        public var allowsRemote: Bool

        public init(folder: String, allowsRemote: Bool) {
            (self.folder, self.allowsRemote) = (folder, allowsRemote)
        }
    }

    /// The folder a document is in, without a slash at its end.
    public var folder: String {
        let text = description
        guard let slash = text.lastIndex(of: "/") else { return text }
        return String(text[..<slash])
    }

    /// - Parameter reference: without its fragment, not empty.
    /// - Throws: a sentence that says why it is not followed.
    func resolved(_ reference: String, _ rules: Rules) throws(ImportError) -> DocumentPlace {
        func refused(_ why: String) -> ImportError { ImportError("it refers to \(Printable.text(reference)), \(why)") }
        guard !reference.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }), !reference.contains("\\") else {
            throw refused("which has a character that no address has")
        }
        let scheme = reference.prefix { $0 != ":" && $0 != "/" }
        if reference.dropFirst(scheme.count).hasPrefix(":") {
            guard ["http", "https"].contains(scheme.lowercased()) else {
                throw refused("and documents are read from files and by http only")
            }
            return try allowed(.url(Self.normal(reference)), rules, refused)
        }
        switch self {
        case .file:
            let path = Self.decoded(reference)
            guard !path.hasPrefix("/"), !path.contains("\0") else { throw refused("which is outside of its folder") }
            return try allowed(.file(Self.normal(folder + "/" + path)), rules, refused)
        case .url(let url):
            let origin = url.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false).prefix(3)
                .joined(separator: "/")
            if reference.hasPrefix("//") { throw refused("which is another server") }
            let full = reference.hasPrefix("/") ? origin + reference : folder + "/" + reference
            return try allowed(.url(Self.normal(full)), rules, refused)
        }
    }

    private func allowed(
        _ place: DocumentPlace, _ rules: Rules, _ refused: (String) -> ImportError
    ) throws(ImportError) -> DocumentPlace {
        if place.description.hasPrefix(rules.folder + "/") { return place }
        if case .url = place {
            if rules.allowsRemote { return place }
            throw refused("which is read only with --remote-refs")
        }
        throw refused("which is outside of its folder (--folder allows another)")
    }

    /// Without `.` and `..`.
    static func normal(_ text: String) -> String {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        let isAddress = text.contains("://")
        let fixed = isAddress ? min(3, parts.count) : min(1, parts.count)
        var kept = parts[..<fixed].map { String($0) }
        for part in parts[fixed...] where part != "." {
            if part == ".." {
                if kept.count > fixed { kept.removeLast() }
            } else {
                kept.append(String(part))
            }
        }
        return kept.joined(separator: "/")
    }

    /// `%20` in a reference is a space in the file's name.
    static func decoded(_ text: String) -> String {
        guard text.utf8.contains(UInt8(ascii: "%")) else { return text }
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), rest.count >= 2,
                let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
