// An answer as formulas see it, and which answers are failures.

import ConnectorKit
import JSONCore
import RecipeLanguage

extension HTTPAnswer {
    /// `response` in formulas: `status`, `headers` by name in lower case, `body` as JSON or text (`base64` when it is neither).
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
                value["body"] = try JSON(parsing: body)
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
        } else if let text = String(validating: body, as: UTF8.self) {
            // Servers that send JSON without saying so are common; a text that is meant as one rarely starts like this.
            let first = body.first { $0 != 0x20 && $0 != 0x0A && $0 != 0x0D && $0 != 0x09 }
            let looksLikeJSON = mediaType.isEmpty && (first == UInt8(ascii: "{") || first == UInt8(ascii: "["))
            value["body"] = (looksLikeJSON ? try? JSON(parsing: body) : nil) ?? .string(text)
        } else {
            value["base64"] = .string(Base64Text.encode(body))
        }
        return .object(value)
    }
}

extension ConnectorDefinition {
    /// The failure that an answer is: by the action's rules, the connection's, then by its status.
    func failure(
        of answer: HTTPAnswer, _ action: ActionDefinition?, _ values: FormulaValues, isRepeatable: Bool
    ) -> ConnectorError? {
        for rule in (action?.errors ?? []) + errors where holds(rule, values) {
            let byStatus = answer.error(isRepeatable: isRepeatable)
            let said = rule.message.flatMap { try? values.json($0, "the error's message")?.scalarText }
            let message = said.flatMap { $0.isEmpty ? nil : String($0.prefix(1_000)) }
            var wait = answer.retryAfter
            if let template = rule.retryAfter, let value = try? values.json(template, "\"retry_after\"") {
                wait = value.double ?? value.string.flatMap { Double($0) } ?? wait
            }
            if let seconds = wait, !(0...86_400).contains(seconds) { wait = nil }
            return ConnectorError(
                type: rule.type,
                message ?? byStatus?.message ?? "\(spec.title) answered \(answer.status), which means: \(rule.type)",
                status: answer.status, retryAfter: wait,
                isTransient: rule.isTransient ?? byStatus?.isTransient ?? (rule.type == "rate_limited"),
                outcome: byStatus?.outcome ?? .refused, details: byStatus?.details)
        }
        return answer.error(isRepeatable: isRepeatable)
    }

    /// Whether a rule's formula is true. One that can't be evaluated does not hold: behind an empty body or the error page of a
    /// proxy, a rule about members of the body says nothing.
    private func holds(_ rule: ErrorRule, _ values: FormulaValues) -> Bool {
        (try? rule.when.evaluate(values.slots, values.evaluation).isTrue) ?? false
    }
}
