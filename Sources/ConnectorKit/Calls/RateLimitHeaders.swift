// How long a system asks to be left alone: Retry-After, and the rate-limit headers in common use.

/// Reads the wait from an answer.
enum RateLimitHeaders {
    /// Seconds until the next call makes sense; nil when the answer asks for no wait.
    ///
    /// `Retry-After` of a 429 or 503 (RFC 9110 §10.2.3); else, when nothing remains or the answer is a 429, the end of the
    /// window: `RateLimit` and `RateLimit-Reset` of the IETF's drafts (seconds), `X-RateLimit-Reset` and its relatives (seconds,
    /// or a moment since 1970 in seconds or milliseconds).
    static func wait(_ answer: HTTPAnswer) -> Double? {
        let isRefusal = answer.status == 429
        if isRefusal || answer.status == 503, let wait = answer.statedRetryAfter { return wait }
        guard isRefusal || remaining(answer) == 0, let reset = reset(answer), reset > 0 else { return nil }
        return min(reset, 86_400)
    }

    private static let remainingNames = [
        "ratelimit-remaining", "x-ratelimit-remaining", "x-rate-limit-remaining", "rate-limit-remaining",
    ]
    private static let resetNames = ["ratelimit-reset", "x-ratelimit-reset", "x-rate-limit-reset", "rate-limit-reset"]

    private static func remaining(_ answer: HTTPAnswer) -> Double? {
        if let stated = remainingNames.lazy.compactMap({ answer.header($0) }).first { return number(stated) }
        return parameter(of: answer.header("ratelimit"), ["r", "remaining"])
    }

    private static func reset(_ answer: HTTPAnswer) -> Double? {
        guard let stated = resetNames.lazy.compactMap({ answer.header($0) }).first else {
            return parameter(of: answer.header("ratelimit"), ["t", "reset"])
        }
        guard let value = number(stated) else { return nil }
        guard value >= 1_000_000_000 else { return value }
        // A moment; held against the server's own clock where it shows it.
        let moment = value >= 100_000_000_000 ? value / 1_000 : value
        let now =
            answer.header("date").flatMap { RetryAfter.secondsSince1970($0) }.map { Double($0) }
            ?? Double(ConnectionTokens.systemMilliseconds()) / 1_000
        return max(0, moment - now)
    }

    /// Of `"default";r=0;t=30`, or of `limit=100, remaining=0, reset=30`.
    private static func parameter(of header: String?, _ names: [String]) -> Double? {
        guard let header else { return nil }
        for part in header.split(whereSeparator: { $0 == ";" || $0 == "," }) {
            let sides = part.split(separator: "=", maxSplits: 1).map { $0.filter { $0 != " " } }
            if sides.count == 2, names.contains(sides[0].lowercased()) { return number(sides[1]) }
        }
        return nil
    }

    /// The first number of a list; nil for anything else.
    private static func number(_ text: String) -> Double? {
        let first = text.prefix { $0 != "," && $0 != ";" && $0 != " " }
        guard let value = Double(first), value.isFinite, value >= 0 else { return nil }
        return value
    }
}
