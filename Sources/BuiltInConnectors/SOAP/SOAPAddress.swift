// Where a call goes: the step's address, the connection's, and never the connection's credentials to someone else.

import ConnectorKit

enum SOAPAddress {
    /// - Parameter given: an absolute address, or a path on the connection's host.
    /// - Throws: `bad_input` when there is none, or one that leaves the connection's host.
    static func url(_ given: String?, connection: Connection?) throws(ConnectorError) -> String {
        guard let home = connection?.settings["url"]?.string, !home.isEmpty else {
            guard connection?.credentials.isEmpty ?? true else {
                throw ConnectorError(
                    type: "bad_input",
                    "the connection \"\(connection?.name ?? "")\" has credentials but no \"url\" that they belong to")
            }
            guard let given, origin(of: given) != nil else {
                throw ConnectorError(
                    type: "bad_input",
                    "\"url\" must be an address that starts with https:// or http://, as there is no connection")
            }
            return given
        }
        guard let homeOrigin = origin(of: home) else {
            throw ConnectorError(
                type: "bad_input", "the \"url\" of the connection must start with https:// or http://")
        }
        guard let given else { return home }
        if given.hasPrefix("/"), !given.hasPrefix("//") { return home.prefix(homeOrigin.utf8.count) + given }
        guard origin(of: given) == homeOrigin else {
            throw ConnectorError(
                type: "bad_input",
                "\"url\" must lead to the host of the connection, \(homeOrigin); use another connection")
        }
        return given
    }

    /// `https://host:8443` in lower case; nil unless it is http or https with a host, and without a user name.
    private static func origin(of url: String) -> String? {
        let lower = url.lowercased()
        guard let scheme = ["https://", "http://"].first(where: { lower.hasPrefix($0) }) else { return nil }
        let host = lower.dropFirst(scheme.count).prefix { $0 != "/" && $0 != "?" && $0 != "#" && $0 != "\\" }
        guard !host.isEmpty, !host.contains("@"), host.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { return nil }
        return scheme + host
    }
}
