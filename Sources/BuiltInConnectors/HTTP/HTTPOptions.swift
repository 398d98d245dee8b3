// What an `http` step makes of the answer: which statuses are failures, and how the body is read.

import ConnectorKit
import JSONCore
import RecipeLanguage

/// The options of a step that are about the answer.
struct HTTPOptions {
    enum Reading: String, CaseIterable { case auto, json, text, binary }

    private let reading: Reading
    private let okStatuses: Set<Int>
    private let ignoresErrors: Bool

    /// - Throws: `bad_input`, before anything is sent.
    init(_ input: ActionInput) throws(ConnectorError) {
        reading = try input.choice("response", default: .auto)
        ignoresErrors = try input.flag("ignore_errors")
        var statuses = Set<Int>()
        for status in try input.list("ok_statuses") ?? [] {
            guard let number = status.integer ?? status.string.flatMap({ Int($0) }), (100...599).contains(number) else {
                throw ConnectorError(type: "bad_input", "\"ok_statuses\" must be a list of statuses like 404")
            }
            statuses.insert(number)
        }
        okStatuses = statuses
    }

    /// - Parameter name: the member of the query that holds a key: the URL in the output comes without it.
    /// - Throws: the status as a `ConnectorError`, or `bad_answer` for a body that is not what it should be.
    func output(of answer: HTTPAnswer, isRepeatable: Bool, hiding name: String?) throws -> JSON {
        if !ignoresErrors, !okStatuses.contains(answer.status), let error = answer.error(isRepeatable: isRepeatable) {
            throw error
        }
        return [
            "status": .integer(answer.status), "headers": .object(Self.headers(answer)), "body": try body(of: answer),
            "url": .string(name.map { Self.url(answer.url, without: $0) } ?? answer.url),
        ]
    }

    /// One member a name; repeats are joined as RFC 9110 §5.3 has it, but cookies, which can't be, are a list.
    private static func headers(_ answer: HTTPAnswer) -> JSONObject {
        var headers = JSONObject()
        for (name, value) in answer.headers {
            switch headers[name] {
            case nil: headers[name] = name == "set-cookie" ? .array([.string(value)]) : .string(value)
            case .array(let values)?: headers[name] = .array(values + [.string(value)])
            case let known?: headers[name] = .string((known.string ?? "") + ", " + value)
            }
        }
        return headers
    }

    private static func url(_ url: String, without name: String) -> String {
        let base = url.prefix { $0 != "?" && $0 != "#" }
        guard url[base.endIndex...].first == "?" else { return url }
        let query = url[base.endIndex...].dropFirst().prefix { $0 != "#" }
        let encoded = PercentEncoding.component(name)
        let kept = query.split(separator: "&").filter { $0.prefix { $0 != "=" } != encoded }
        return base + (kept.isEmpty ? "" : "?" + kept.joined(separator: "&")) + url[query.endIndex...]
    }

    private func body(of answer: HTTPAnswer) throws(ConnectorError) -> JSON {
        switch reading {
        case .binary: return .string(Base64Text.encode(answer.body))
        case .json: return try json(answer)
        case .text:
            guard let text = HTTPText.decode(answer.body, contentType: answer.header("content-type")) else {
                throw unusable(answer, "it is not text in the character set that it names")
            }
            return .string(text)
        case .auto:
            if answer.isJSON { return try json(answer) }
            guard HTTPText.isText(answer.mediaType) || !answer.body.contains(0),
                let text = HTTPText.decode(answer.body, contentType: answer.header("content-type"))
            else { return .string(Base64Text.encode(answer.body)) }
            return .string(text)
        }
    }

    /// Nothing at all counts as null: many interfaces answer 204 or 200 with an empty body.
    private func json(_ answer: HTTPAnswer) throws(ConnectorError) -> JSON {
        if answer.body.isEmpty { return .null }
        do {
            return try answer.json()
        } catch {
            throw unusable(answer, "it is not JSON: \(error.message)")
        }
    }

    private func unusable(_ answer: HTTPAnswer, _ why: String) -> ConnectorError {
        ConnectorError(
            type: "bad_answer", "the body of the answer can't be used: \(why)", status: answer.status, outcome: .unknown
        )
    }
}
