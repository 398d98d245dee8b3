// Which names may stand for files and folders: nothing that could lead out of the workspace.

/// Rules for the names of recipes, connections, tables, connectors, environments and secrets.
enum WorkspaceName {
    /// Letters, digits, `_`, `-` and `.`, not starting with `.` or `-`; at most 100.
    static func isAllowed(_ name: String) -> Bool {
        guard let first = name.utf8.first, name.utf8.count <= 100, first != UInt8(ascii: "."),
            first != UInt8(ascii: "-")
        else { return false }
        return name.utf8.allSatisfy { byte in
            isLetterOrDigit(byte) || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
        }
    }

    /// What an environment variable may be called: letters, digits and `_`, not starting with a digit; at most 100.
    static func isAllowedForSecret(_ name: String) -> Bool {
        guard let first = name.utf8.first, name.utf8.count <= 100, !(0x30...0x39).contains(first) else { return false }
        return name.utf8.allSatisfy { isLetterOrDigit($0) || $0 == UInt8(ascii: "_") }
    }

    /// - Throws: `refused` with the rule, unless the name is allowed.
    static func check(_ name: String, _ what: String) throws(WorkspaceError) {
        guard isAllowed(name) else {
            throw WorkspaceError(
                .refused,
                "\"\(printable(name))\" can't be the name of a \(what): "
                    + "use letters, digits, \"_\", \"-\" and \".\", starting with a letter, a digit or \"_\"")
        }
    }

    /// A name from outside as it may be shown on a terminal: control characters replaced, cut to 100 characters.
    static func printable(_ name: String) -> String {
        String(
            String.UnicodeScalarView(
                name.unicodeScalars.prefix(100).map { $0.properties.generalCategory == .control ? "?" : $0 }))
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }
}
