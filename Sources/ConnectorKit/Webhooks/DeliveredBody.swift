// What the body of a delivery holds, by what its sender says that it is.

import JSONCore

/// Reads bodies of deliveries and of requests to recipes.
public enum DeliveredBody {
    /// Why a body can't be read.
    public struct Mistake: Error {
        public let sentence: String
        init(_ sentence: String) { self.sentence = sentence }
    }

    /// Whether a body of this type is a form: it has texts and nothing else.
    public static func isForm(type: String) -> Bool {
        type.lowercased().prefix { $0 != ";" }.filter { $0 != " " } == "application/x-www-form-urlencoded"
    }

    /// JSON, a form as an object, anything else as text. An empty body is null.
    /// - Parameter type: the content type; empty when it isn't said.
    public static func json(_ body: [UInt8], type: String) throws(Mistake) -> JSON {
        guard !body.isEmpty else { return .null }
        let media = type.lowercased().prefix { $0 != ";" }.filter { $0 != " " }
        if media == "application/json" || media.hasSuffix("+json") || media.isEmpty {
            do {
                return try JSON(parsing: body)
            } catch {
                if media.isEmpty, let text = String(validating: body, as: UTF8.self) { return .string(text) }
                throw Mistake("the body is not JSON: \(error.message) (byte \(error.offset))")
            }
        }
        guard let text = String(validating: body, as: UTF8.self) else {
            throw Mistake("the body is neither JSON nor text in UTF-8")
        }
        guard isForm(type: type) else { return .string(text) }
        // `curl -d '{…}'` says that it sends a form.
        if text.hasPrefix("{"), let json = try? JSON(parsing: body) { return json }
        return .object(FormText.object(text))
    }
}
