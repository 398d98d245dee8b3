// Attempts of a step in words: how each went, what it sent and got, and the wait after it.

import JSONCore
import JobHistory
import RecipeLanguage

extension AttemptRecord {
    /// How it went, in a line.
    public var sentence: String {
        let line = "attempt \(attempt) at \(InstantText.words(startedAt)) "
        guard let error else { return line + "succeeded in \(words(microseconds: duration))" }
        let status = error["status"]?.integer.map { " (\($0))" } ?? ""
        return line + "failed\(status): " + (error["message"]?.string ?? "no reason was given")
    }

    /// The wait after it and why it was that long; nil when there was none.
    public var waitSentence: String? {
        wait.map { wait in
            (wait == 0 ? "tried again at once" : "waited \(words(microseconds: wait * 1_000))")
                + (waitReason.map { ": \($0)" } ?? "")
        }
    }
}

/// A recorded request and its answer as text.
public enum ExchangeWords {
    /// Lines of both, as they go over the wire.
    public static func lines(of exchange: JSON) -> [String] {
        request(exchange).split(separator: "\n", omittingEmptySubsequences: false).map { "> \($0)" }
            + response(exchange).split(separator: "\n", omittingEmptySubsequences: false).map { "< \($0)" }
    }

    /// `POST https://…`, headers and body.
    public static func request(_ exchange: JSON) -> String {
        let request = exchange["request"]
        let first = "\(request?["method"]?.string ?? "") \(request?["url"]?.string ?? "")"
        return message(first, request)
    }

    /// `503`, headers and body; or why there is no answer.
    public static func response(_ exchange: JSON) -> String {
        guard let response = exchange["response"] else {
            return "no answer: " + (exchange["error"]?.string ?? "none came in time")
        }
        return message(response["status"]?.integer.map { "\($0)" } ?? "", response)
    }

    private static func message(_ first: String, _ parts: JSON?) -> String {
        var text = first
        for header in parts?["headers"]?.array ?? [] {
            text += "\n\(header[0]?.string ?? ""): \(header[1]?.string ?? "")"
        }
        if let body = parts?["body"]?.string { text += "\n\n\(body)" }
        return text
    }
}
