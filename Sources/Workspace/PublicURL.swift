// The address by which outside systems reach a server: checked, and without a slash at its end.

import ConnectorKit

/// `public_url` of galley.json, and `galley serve --public-url`.
public enum PublicURL {
    /// What is wrong with an address.
    public struct Mistake: Error, Sendable { public let sentence: String }

    public static func read(_ text: String) throws(Mistake) -> String {
        var address = text[...]
        while address.hasSuffix("/") { address.removeLast() }
        guard HTTPOrigin(of: text) != nil, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }),
            let name = address.split(separator: "://", maxSplits: 1).last,
            !name.contains(where: { "/?#@".contains($0) })
        else {
            throw Mistake(
                sentence:
                    "the public address must be an http or https address without user and path, not \"\(WorkspaceName.printable(text))\""
            )
        }
        return String(address)
    }

    /// The name of its host, by which requests through it ask for the server.
    public static func host(of address: String) -> String? { HTTPOrigin(of: address)?.host }
}
