// What may be kept of the body of a request for a token, or of its answer: what is known to be no secret.

import ConnectorKit
import JSONCore

/// Hides the values of all members but those that OAuth 2.0 (RFC 6749, RFC 8693) has for other things. A service may call a
/// credential what it likes: an unknown name is taken for one.
enum ConfidentialBody {
    private static let mostBytes = 64 << 10
    private static let shownNames: Set<String> = [
        "grant_type", "scope", "audience", "resource", "response_type", "token_type", "expires_in", "expires",
        "issued_token_type",
        "requested_token_type", "subject_token_type", "client_assertion_type", "redirect_uri", "error", "error_uri",
        "error_description",
    ]

    /// - Returns: nothing for a body that is neither a form nor a JSON object.
    static func shown(_ body: [UInt8]) -> [UInt8] {
        guard body.count <= mostBytes, !body.isEmpty else { return [] }
        if let json = try? JSON(parsing: body) {
            guard case .object(let object) = json else { return [] }
            return JSON.object(
                JSONObject(
                    uniqueEntries: object.entries.map { entry in
                        let isShown =
                            shownNames.contains(entry.key) && entry.value.array == nil && entry.value.object == nil
                        return (entry.key, isShown ? entry.value : .string(SensitiveNames.replacement))
                    })
            ).compactBytes
        }
        let text = String(decoding: body, as: UTF8.self)
        let fields = text.split(separator: "&", omittingEmptySubsequences: false)
        guard fields.allSatisfy({ isField($0) }) else { return [] }
        return Array(
            fields.map { field in
                let name = field.prefix { $0 != "=" }
                return shownNames.contains(String(name)) ? String(field) : "\(name)=\(SensitiveNames.replacement)"
            }.joined(separator: "&").utf8)
    }

    /// A name and a value of a form, with nothing in it that a form would escape.
    private static func isField(_ field: Substring) -> Bool {
        let name = field.prefix { $0 != "=" }
        return !name.isEmpty && name.utf8.count < 100 && name.utf8.count < field.utf8.count
            && name.utf8.allSatisfy {
                (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0)
                    || "_-.".utf8.contains($0)
            }
            && field.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != 0x22 && $0 != 0x3C }
    }
}
