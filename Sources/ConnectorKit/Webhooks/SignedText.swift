// What a sender signs: a text made of parts of its delivery, put together as the sender did.

import JSONCore
import RecipeLanguage

/// `v0:{timestamp}:{body}`: parts of a delivery in braces, and what stands between them.
public struct SignedText: Sendable, Hashable {
    enum Part: Sendable, Hashable {
        case text(String)
        case method, url, body, form, timestamp
        /// The only value of a header; its name in lower case.
        case header(String)
    }

    let parts: [Part]

    static let body = SignedText([.body])

    init(_ parts: [Part]) { self.parts = parts }

    /// - Throws: for a part that there isn't, and for a text that would leave the body open to changes.
    init(_ text: String) throws(WebhookSettingError) {
        var (parts, rest): ([Part], Substring) = ([], text[...])
        while let start = rest.firstIndex(of: "{") {
            if start > rest.startIndex { parts.append(.text(String(rest[..<start]))) }
            guard let end = rest[start...].firstIndex(of: "}") else {
                throw WebhookSettingError("\"signed\" of \"verify\" has a { without its }")
            }
            parts.append(try Self.part(String(rest[rest.index(after: start)..<end])))
            rest = rest[rest.index(after: end)...]
        }
        if !rest.isEmpty { parts.append(.text(String(rest))) }
        guard parts.contains(.body) || parts.contains(.form) else {
            throw WebhookSettingError(
                "\"signed\" of \"verify\" needs {body} or {form}: else a delivery could be sent with another body")
        }
        self.parts = parts
    }

    private static func part(_ name: String) throws(WebhookSettingError) -> Part {
        let known: [String: Part] = [
            "method": .method, "url": .url, "body": .body, "form": .form, "timestamp": .timestamp,
        ]
        if let part = known[name] { return part }
        if name.hasPrefix("header."), name.utf8.count > 7 { return .header(name.dropFirst(7).lowercased()) }
        let hint =
            Suggestion.didYouMean(name, among: Array(known.keys))
            ?? "there are: {body}, {form}, {header.NAME}, {method}, {timestamp}, {url}"
        throw WebhookSettingError("\"signed\" of \"verify\" can't have {\(name)}; \(hint)")
    }

    var hasTimestamp: Bool { parts.contains(.timestamp) }

    /// - Parameter timestamp: as it was written.
    /// - Throws: when the delivery lacks a part.
    func bytes(
        of delivery: WebhookDelivery, timestamp: String?
    ) throws(WebhookSignature.Refusal) -> [UInt8] {
        var bytes: [UInt8] = []
        for part in parts {
            switch part {
            case .text(let text): bytes += text.utf8
            case .method: bytes += delivery.method.utf8
            case .body: bytes += delivery.body
            case .timestamp: bytes += (timestamp ?? "").utf8
            case .header(let name): bytes += try delivery.required(name).utf8
            case .form: bytes += try Self.form(delivery).utf8
            case .url:
                guard let url = delivery.url else {
                    throw WebhookSignature.Refusal(
                        "the address that is part of the signature is not known: say \"public_url\" in galley.json")
                }
                bytes += url.utf8
            }
        }
        return bytes
    }

    /// The fields of a form by their names, each name followed by its value, with nothing in between; a field that is there
    /// twice with the same value counts once. Empty without a body.
    private static func form(_ delivery: WebhookDelivery) throws(WebhookSignature.Refusal) -> String {
        guard !delivery.body.isEmpty else { return "" }
        let type = delivery.header("content-type")?.lowercased() ?? ""
        guard type.prefix(while: { $0 != ";" }).filter({ $0 != " " }) == "application/x-www-form-urlencoded",
            let text = String(validating: delivery.body, as: UTF8.self)
        else { throw WebhookSignature.Refusal("the body is no form, and the signature is over the fields of one") }
        var fields: [String] = []
        let order: (String, String) -> Bool = { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        for entry in FormText.object(text).entries.sorted(by: { order($0.key, $1.key) }) {
            let values = (entry.value.array ?? [entry.value]).compactMap(\.string)
            fields += Set(values).sorted(by: order).map { entry.key + $0 }
        }
        return fields.joined()
    }
}
