// Answers that a system gives when something is wrong, and what a step has to end with then.

import ConnectorKit
import JSONCore

/// An answer that is a failure, or can't be what the connector waits for.
struct HostileAnswer: Sendable {
    let name: String
    let answer: HTTPAnswer

    private static let bodies: [(name: String, type: String, bytes: [UInt8])] = [
        ("an empty object", "application/json", Array("{}".utf8)),
        ("a page of HTML", "text/html", Array("<html><body><h1>It works!</h1></body></html>".utf8)),
        ("JSON that is cut off", "application/json", Array(#"{"data": [{"id": "1", "na"#.utf8)),
        ("JSON nested 200 deep", "application/json", Array(String(repeating: "[", count: 200).utf8)),
        ("bytes that are no text", "application/octet-stream", [0xFF, 0xFE, 0x00, 0xC3, 0x28]),
        ("nothing", "application/json", []), ("a list", "application/json", Array("[1, null, {}]".utf8)),
        ("null", "application/json", Array("null".utf8)),
    ]
    private static let statuses = [400, 401, 403, 404, 409, 422, 429, 500, 503]

    /// Each status with two bodies, 200 and 500 with every one.
    static let all: [HostileAnswer] =
        statuses.flatMap { status in (status == 500 ? bodies[...] : bodies[..<2]).map { HostileAnswer(status, $0) } }
        + bodies.map { HostileAnswer(200, $0) }

    private init(_ status: Int, _ body: (name: String, type: String, bytes: [UInt8])) {
        name = "\(status) with \(body.name)"
        var headers = [(name: "content-type", value: body.type)]
        if status == 429 { headers.append(("retry-after", "7")) }
        answer = HTTPAnswer(status: status, headers: headers, body: body.bytes, url: "https://conformance.example/")
    }

    /// What is wrong with how a call ended.
    /// - Parameter sent: how many requests were sent; without one the answer was never seen.
    func problems(with ended: ConformanceTrial.Ended, sent: Int) -> [String] {
        guard sent > 0 else { return ["the call sends no request: it ends \(ended.words)"] }
        switch ended {
        case .broke: return ["after \(name) it ends \(ended.words)"]
        case .gave: return answer.status < 400 ? [] : ["\(name) counts as success"]
        case .failed(let error):
            var problems: [String] = []
            if error.message.isEmpty { problems.append("after \(name) the error has no message") }
            guard answer.status >= 400 else { return problems }
            if error.status != answer.status {
                problems.append("after \(name) the error says status \(error.status.map { "\($0)" } ?? "none")")
            }
            switch answer.status {
            case 401 where error.type != "auth" || error.isTransient:
                problems.append(
                    "after \(name) the error is \"\(error.type)\"; it must be \"auth\", so that the connection is looked at"
                )
            case 429 where !error.isTransient || error.retryAfter == nil:
                problems.append("after \(name) the error must be transient and say how long to wait (Retry-After: 7)")
            case 503 where !error.isTransient:
                problems.append("after \(name) the error must be transient")
            default: break
            }
            return problems
        }
    }
}

/// The next page of a list, made from one: other ids and cursors, the same shape.
enum ChangedAnswer {
    /// The same for the same number.
    static func of(_ answer: HTTPAnswer, _ number: Int) -> HTTPAnswer {
        guard number > 1 else { return answer }
        let headers = answer.headers.map { header in
            (name: header.name, value: header.name == "link" ? linked(header.value, number) : header.value)
        }
        guard let json = try? JSON(parsing: answer.body) else {
            return HTTPAnswer(status: answer.status, headers: headers, body: answer.body, url: answer.url)
        }
        return HTTPAnswer(
            status: answer.status, headers: headers, body: changed(json, number, 0).compactBytes, url: answer.url)
    }

    private static func changed(_ json: JSON, _ number: Int, _ depth: Int) -> JSON {
        guard depth < 100 else { return json }
        switch json {
        case .string(let text):
            if text.hasPrefix("http") || text.hasPrefix("/") { return .string(address(text, number)) }
            if let whole = Int(text), whole < 1_000_000_000 { return .string(String(whole + number)) }
            // A time, a date and a short word like "open" stay what they are.
            let hasDigits = text.utf8.contains { (0x30...0x39).contains($0) }
            let isTime = hasDigits && text.utf8.allSatisfy { "0123456789-:.TZ+ /".utf8.contains($0) }
            return .string(isTime || !hasDigits && text.utf8.count < 8 ? text : "\(text)\(number)")
        case .array(let elements): return .array(elements.map { changed($0, number, depth + 1) })
        case .object(let object):
            return .object(
                JSONObject(uniqueEntries: object.map { (key: $0.key, value: changed($0.value, number, depth + 1)) }))
        default: return json
        }
    }

    private static func address(_ text: String, _ number: Int) -> String {
        text.contains("?") ? "\(text)\(number)" : "\(text)?page_of_conformance=\(number)"
    }

    /// `<https://…>; rel="next"` with other addresses.
    private static func linked(_ header: String, _ number: Int) -> String {
        header.split(separator: ">", omittingEmptySubsequences: false).map { part in
            part.contains("<") ? address(String(part), number) : String(part)
        }.joined(separator: ">")
    }
}
