// An answer as formulas see it, and which answers are failures.

import ConnectorKit
import JSONCore
import RecipeLanguage

extension HTTPAnswer {
    /// `response` in formulas: `status`, `headers` by name in lower case, `body` as JSON or as text of the character set that it
    /// names (`base64` when it is neither).
    /// - Throws: `bad_answer` when the answer says that it is JSON and isn't.
    func formulaValue(outcome: ConnectorError.Outcome) throws(ConnectorError) -> JSON {
        var named = JSONObject()
        for header in headers {
            if let earlier = named[header.name]?.string {
                named[header.name] = .string(earlier + ", " + header.value)
            } else {
                named[header.name] = .string(header.value)
            }
        }
        var value: JSONObject = ["status": .integer(status), "headers": .object(named), "body": .null]
        guard !body.isEmpty else { return .object(value) }
        if isJSON {
            do {
                value["body"] = try json()
            } catch {
                // A failure's body is often something else than it says; its status is enough.
                guard status < 400 else {
                    value["body"] = .string(String(decoding: body, as: UTF8.self))
                    return .object(value)
                }
                throw ConnectorError(
                    type: "bad_answer", "the server's answer is not the JSON that it says it is: \(error.message)",
                    status: status, outcome: outcome)
            }
        } else if let text = HTTPText.decode(body, contentType: header("content-type")) ?? plainText {
            // Servers that send JSON without saying so are common; a text that is meant as one rarely starts like this.
            let first = body.first { $0 != 0x20 && $0 != 0x0A && $0 != 0x0D && $0 != 0x09 }
            let looksLikeJSON = mediaType.isEmpty && (first == UInt8(ascii: "{") || first == UInt8(ascii: "["))
            value["body"] = (looksLikeJSON ? try? json() : nil) ?? .string(text)
        } else {
            value["base64"] = .string(Base64Text.encode(body))
        }
        return .object(value)
    }

    /// The body where it can be read whatever character set it names.
    private var plainText: String? { body.contains(0) ? nil : String(validating: body, as: UTF8.self) }
}

extension ConnectorDefinition {
    /// The failure that an answer is: by the action's rules, the connection's, then by its status.
    func failure(
        of answer: HTTPAnswer, _ action: ActionDefinition?, _ values: FormulaValues, isRepeatable: Bool
    ) -> ConnectorError? {
        let byStatus = answer.error(isRepeatable: isRepeatable)
        for rule in (action?.errors ?? []) + errors where rule.holds(values) {
            return rule.failure(
                values, in: byStatus, of: answer, isRepeatable: isRepeatable,
                "\(spec.title) answered \(answer.status), which means: \(rule.type)")
        }
        if byStatus == nil, (300..<400).contains(answer.status) {
            return ConnectorError(
                type: "bad_answer",
                "\(spec.title) answered \(answer.status), which sends to another place, and \(answer.header("location") == nil ? "doesn't say where" : "that is not followed")",
                status: answer.status, outcome: isRepeatable ? .unknown : .refused)
        }
        return byStatus
    }
}

extension ErrorRule {
    /// Whether its formula is true. One that can't be evaluated does not hold: behind an empty body or the error page of a
    /// proxy, a rule about members of the body says nothing.
    func holds(_ values: FormulaValues) -> Bool {
        (try? when.evaluate(values.slots, values.evaluation).isTrue) ?? false
    }

    /// The failure that an answer is by this rule.
    /// - Parameters:
    ///   - known: the failure that it is without the rule; nil when it would be a success.
    ///   - isRepeatable: whether sending the same request again is harmless.
    ///   - otherwise: the message when neither the rule nor that failure has one.
    func failure(
        _ values: FormulaValues, in known: ConnectorError?, of answer: HTTPAnswer, isRepeatable: Bool,
        _ otherwise: String
    ) -> ConnectorError {
        let said = message.flatMap { try? values.json($0, "the error's message")?.scalarText }
        let message = said.flatMap { $0.isEmpty ? nil : String($0.prefix(1_000)) }
        var wait = answer.retryAfter
        if let template = retryAfter, let value = try? values.json(template, "\"retry_after\"") {
            wait = value.double ?? value.string.flatMap { Double($0) } ?? wait
        }
        if let seconds = wait, !(0...86_400).contains(seconds) { wait = nil }
        let passes = isTransient ?? known?.isTransient ?? (type == "rate_limited")
        // What passes behind a status of success may have come after the system acted: the next try has the same key.
        let mayHaveActed = passes && isRepeatable && type != "rate_limited"
        return ConnectorError(
            type: type, message ?? known?.message ?? otherwise, status: answer.status, retryAfter: wait,
            isTransient: passes, outcome: known?.outcome ?? (mayHaveActed ? .unknown : .refused),
            details: known?.details)
    }
}
