// Paths on an SFTP server: relative to the connection's root, and never out of it. Patterns of names.

import ConnectorKit

/// Checks paths before a server sees them.
enum SFTPPath {
    static let mostBytes = 1_024

    /// - Throws: `bad_input` for a path with `..`, control characters, or one that is too long.
    static func check(_ path: String, member: String) throws(ConnectorError) {
        func wrong(_ why: String) -> ConnectorError {
            ConnectorError(type: "bad_input", "\"\(member)\" can't be used: \(why)")
        }
        guard path.utf8.count <= mostBytes else { throw wrong("the path is longer than 1,024 bytes") }
        guard !path.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) else {
            throw wrong("the path has a line break or a control character in it")
        }
        guard !path.split(separator: "/").contains("..") else { throw wrong("a path can't have \"..\" in it") }
    }

    /// Parts without empty ones and dots.
    static func parts(_ path: String) -> [String] { path.split(separator: "/").filter { $0 != "." }.map(String.init) }

    /// `folder/name`, where the folder may be empty or `/`.
    static func joined(_ folder: String, _ name: String) -> String {
        folder.isEmpty ? name : folder.hasSuffix("/") ? folder + name : folder + "/" + name
    }

    /// The folder of a path, and the name in it.
    static func split(_ path: String) -> (folder: String, name: String) {
        guard let slash = path.lastIndex(of: "/") else { return ("", path) }
        let folder = path[..<slash]
        return (folder.isEmpty ? "/" : String(folder), String(path[path.index(after: slash)...]))
    }
}

/// A pattern of names: `*` stands for any characters, `?` for one.
struct NamePattern: Sendable {
    private let parts: [Character]

    init(_ text: String) { parts = Array(text) }

    /// In steps of at most the product of both lengths.
    func matches(_ name: String) -> Bool {
        let name = Array(name)
        var (place, part) = (0, 0)
        // Where the latest star is, and up to where it reaches.
        var star: (part: Int, place: Int)?
        while place < name.count {
            if part < parts.count, parts[part] == "*" {
                star = (part, place)
                part += 1
            } else if part < parts.count, parts[part] == "?" || parts[part] == name[place] {
                (part, place) = (part + 1, place + 1)
            } else if let last = star {
                star = (last.part, last.place + 1)
                (part, place) = (last.part + 1, last.place + 1)
            } else {
                return false
            }
        }
        return parts[part...].allSatisfy { $0 == "*" }
    }
}
