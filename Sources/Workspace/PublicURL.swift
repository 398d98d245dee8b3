// The address by which outside systems reach a server: checked, and without a slash at its end.

import ConnectorKit

/// `public_url` of galley.json, and `galley serve --public-url`.
public enum PublicURL {
    /// What is wrong with an address.
    public struct Mistake: Error, Sendable { public let sentence: String }

    public static func read(_ text: String) throws(Mistake) -> String {
        guard HTTPOrigin(of: text) != nil, !text.contains("?"), !text.contains("#"), !text.contains("@"),
            text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
        else {
            throw Mistake(
                sentence:
                    "the public address must be an http or https address without user, ? and #, not \"\(WorkspaceName.printable(text))\""
            )
        }
        var address = text[...]
        while address.hasSuffix("/") { address.removeLast() }
        return String(address)
    }

    /// The name of its host, by which requests through it ask for the server.
    public static func host(of address: String) -> String? { HTTPOrigin(of: address)?.host }
}
