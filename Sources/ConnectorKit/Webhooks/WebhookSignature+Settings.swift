// A trigger's `verify` read into a signature scheme, with a sentence for each mistake.

import JSONCore
import RecipeLanguage

/// What is wrong with a `verify`; a sentence for the recipe's author.
public struct WebhookSettingError: Error, Hashable, Sendable, CustomStringConvertible {
    public let description: String
    init(_ description: String) { self.description = description }
}

extension WebhookSignature {
    /// The members of `verify` that each scheme takes besides `scheme` and `secret`.
    private static let options: [Scheme: Set<String>] = [
        .hmac: signed.union(["algorithm"]), .ecdsa: signed, .ed25519: signed, .token: ["header"], .basic: ["username"],
        .member: ["member"],
    ]
    private static let signed: Set = [
        "header", "part", "prefix", "encoding", "key", "signed", "timestamp", "timestamp_part",
    ]

    /// Reads `{"scheme": "github", "secret": "NAME"}` and its like.
    /// - Returns: the scheme, and the name of the secret.
    public static func read(_ verify: JSONObject) throws(WebhookSettingError) -> (WebhookSignature, secret: String) {
        let signature = try readScheme(verify)
        guard let secret = verify["secret"] else {
            throw WebhookSettingError("\"verify\" needs \"secret\": the name of the secret, not the secret itself")
        }
        guard let name = secret.string, !name.isEmpty else {
            throw WebhookSettingError("\"secret\" of \"verify\" must be a text")
        }
        return (signature, name)
    }

    /// Reads the scheme alone; whose secret it is, is said elsewhere.
    public static func readScheme(_ verify: JSONObject) throws(WebhookSettingError) -> WebhookSignature {
        func text(_ name: String) throws(WebhookSettingError) -> String? {
            guard let value = verify[name] else { return nil }
            guard let text = value.string, !text.isEmpty else {
                throw WebhookSettingError("\"\(name)\" of \"verify\" must be a text")
            }
            return text
        }
        func choice<Choice: RawRepresentable & CaseIterable>(
            _ name: String, _ fallback: Choice
        ) throws(WebhookSettingError) -> Choice where Choice.RawValue == String {
            guard let text = try text(name) else { return fallback }
            if let choice = Choice(rawValue: text) { return choice }
            let known = Choice.allCases.map(\.rawValue)
            let hint = Suggestion.didYouMean(text, among: known) ?? "there are: \(known.joined(separator: ", "))"
            throw WebhookSettingError("\"\(name)\" of \"verify\" can't be \"\(text)\"; \(hint)")
        }
        guard try text("scheme") != nil else { throw WebhookSettingError("\"verify\" needs a \"scheme\"") }
        var signature = WebhookSignature(try choice("scheme", .hmac))
        let known = (options[signature.scheme] ?? []).union(["scheme", "secret"])
        if let unknown = verify.entries.map(\.key).first(where: { !known.contains($0) }) {
            throw WebhookSettingError(
                "\"verify\" with the scheme \"\(signature.scheme.rawValue)\" has no \"\(unknown)\"; it takes: "
                    + known.sorted().joined(separator: ", "))
        }
        if known.contains("header") {
            guard let header = try text("header") else {
                throw WebhookSettingError(
                    "\"verify\" with the scheme \"\(signature.scheme.rawValue)\" needs \"header\": the header's name")
            }
            signature.header = header.lowercased()
            signature.signature?.header = signature.header
        }
        if signature.scheme == .member {
            guard let member = try text("member") else {
                throw WebhookSettingError(
                    "\"verify\" with the scheme \"member\" needs \"member\": where the secret is in the body, like value.clientState"
                )
            }
            signature.member = member.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        }
        signature.username = try text("username") ?? ""
        guard known.contains("signed"), var composed = signature.signature else { return signature }
        if signature.scheme == .hmac { composed.kind = .hmac(try choice("algorithm", .sha256)) }
        composed.encoding = try choice("encoding", .hex)
        composed.prefix = try text("prefix") ?? ""
        composed.part = try text("part")
        if let key = try text("key"), key != "text" || signature.scheme != .hmac {
            composed.keyEncoding = try choice("key", .hex)
        }
        if let signed = try text("signed") { composed.signed = try SignedText(signed) }
        composed.timestamp = try timestamp(header: text("timestamp"), part: text("timestamp_part"), composed)
        signature.signature = composed
        return signature
    }

    /// A time that is not signed says nothing, and one that is signed without being looked at lets old deliveries in again.
    private static func timestamp(
        header: String?, part: String?, _ signature: HeaderSignature
    ) throws(WebhookSettingError) -> HeaderSignature.TimePlace? {
        if header != nil, part != nil {
            throw WebhookSettingError("\"verify\" has either \"timestamp\", a header, or \"timestamp_part\"")
        }
        let place = header.map { .header($0.lowercased()) } ?? part.map { HeaderSignature.TimePlace.part($0) }
        guard signature.signed.hasTimestamp == (place != nil) else {
            throw WebhookSettingError(
                place == nil
                    ? "{timestamp} in \"signed\" needs \"timestamp\": the name of the header with the time of signing"
                    : "\"timestamp\" of \"verify\" says nothing unless \"signed\" has {timestamp}: anybody could write a newer one"
            )
        }
        return place
    }

    /// By what a repeated delivery is known: the sender's own id of it, else a digest of what was signed together with the
    /// time of signing; nil where the scheme has neither.
    ///
    /// Only for deliveries that were verified: anybody can write a header.
    public func deliveryID(_ delivery: WebhookDelivery, body: JSON) -> String? {
        let id = writtenID(delivery, body)
        return id?.allSatisfy(\.isWhitespace) == false ? id : signature?.digest(of: delivery)
    }

    private func writtenID(_ delivery: WebhookDelivery, _ body: JSON) -> String? {
        switch scheme {
        case .github: delivery.header("x-github-delivery")
        case .shopify: delivery.header("x-shopify-webhook-id")
        case .standard: delivery.header("webhook-id")
        case .stripe: body["id"]?.string
        case .slack: body["event_id"]?.string
        case .hmac, .ecdsa, .ed25519, .token, .basic, .member: nil
        }
    }
}
