// Addresses in an answer, as whole ones.

import ConnectorKit

extension HTTPAnswer {
    /// An address in this answer as a whole one, where it is relative to the answer's own (RFC 3986 §5.2): a query, a name beside it, or
    /// another host.
    func resolved(_ reference: String) -> String {
        let own = url.prefix { $0 != "?" && $0 != "#" }
        guard let scheme = own.firstRange(of: "://"), !reference.isEmpty else { return reference }
        if reference.hasPrefix("//") { return own[..<scheme.lowerBound] + ":" + reference }
        if reference.hasPrefix("?") { return own + reference }
        let name = reference.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        // Names with a colon have a scheme; paths that climb are nobody's next page.
        guard !name.isEmpty, !name.contains(":"), !name.hasPrefix(".") else { return reference }
        let path = own[scheme.upperBound...]
        return path.lastIndex(of: "/").map { own[...$0] + reference } ?? own + "/" + reference
    }
}
