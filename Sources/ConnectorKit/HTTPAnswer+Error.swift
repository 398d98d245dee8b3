// What a status of 400 or above means for a step: type, transience, wait and outcome.

import JSONCore

extension HTTPAnswer {
    /// The failure that this answer is; nil below 400.
    ///
    /// Below 500 the other side refused and nothing was done. A gateway (502, 504) can't know whether the system behind it
    /// acted. Any other failure inside the server may have come after it acted: what is repeatable is repeated under the
    /// same idempotency key, so that nothing is done twice; for the rest the answer counts as a refusal.
    /// - Parameter isRepeatable: whether sending the same request again is harmless.
    /// - Parameter message: what the other side says was wrong, when the caller knows where it stands in the body.
    public func error(isRepeatable: Bool, message: String? = nil) -> ConnectorError? {
        guard status >= 400 else { return nil }
        let type: String
        let isTransient: Bool
        switch status {
        case 401, 403: (type, isTransient) = ("auth", false)
        case 404, 410: (type, isTransient) = ("not_found", false)
        case 409: (type, isTransient) = ("conflict", false)
        case 408: (type, isTransient) = ("timeout", true)
        case 425, 429: (type, isTransient) = ("rate_limited", true)
        case 413: (type, isTransient) = ("too_large", false)
        case 500, 502, 503, 504: (type, isTransient) = ("server", true)
        case 501...: (type, isTransient) = ("server", status != 501 && status != 505)
        default: (type, isTransient) = ("refused", false)
        }
        let said = (message ?? Self.sentence(in: body)).map { ": " + $0 } ?? ""
        let scope = missingScope.map { "; the sign-in worked, but it lacks \($0)" } ?? ""
        return ConnectorError(
            type: type, "the server answered \(status) \(Self.phrase(of: status))\(said)\(scope)", status: status,
            retryAfter: retryAfter, isTransient: isTransient,
            outcome: mayHaveActed(isRepeatable) ? .unknown : .refused, details: details)
    }

    private func mayHaveActed(_ isRepeatable: Bool) -> Bool {
        switch status {
        case 502, 504: true
        case 501, 505: false
        default: status >= 500 && isRepeatable
        }
    }

    /// The scope that a token has not (RFC 6750 §3.1), in words.
    private var missingScope: String? {
        guard status == 403 || status == 401, let challenge = header("www-authenticate"),
            challenge.contains("insufficient_scope")
        else { return nil }
        guard let start = challenge.firstRange(of: "scope=\"")?.upperBound else { return "a scope" }
        let scope = challenge[start...].prefix { $0 != "\"" }.prefix(200)
        guard !scope.isEmpty, scope.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) else { return "a scope" }
        return "the scope \(scope)"
    }

    /// Seconds the server asks to wait: as it says itself, or of a 429 until its rate limit begins anew.
    public var retryAfter: Double? { statedRetryAfter ?? (status == 429 ? RateLimitHeaders.wait(self) : nil) }

    /// `Retry-After` as a number, or as a date held against the server's own `Date`.
    var statedRetryAfter: Double? {
        guard let text = header("retry-after") else { return nil }
        return RetryAfter.seconds(text, serverDate: header("date"))
    }

    /// The body for the recipe: JSON as such, text up to 8 KiB.
    private var details: JSON? {
        guard !body.isEmpty else { return nil }
        var limits = JSONLimits()
        limits.bytes = 64 << 10
        if isJSON, let json = try? json(limits: limits) { return ["body": json] }
        let prefix = body.prefix(8 << 10)
        guard !prefix.contains(0) else { return nil }
        return ["body": .string(String(decoding: prefix, as: UTF8.self))]
    }

    /// Whether the media type says JSON: `application/json`, `text/json`, `…+json`.
    public var isJSON: Bool {
        let type = mediaType
        return type.hasSuffix("/json") || type.hasSuffix("+json")
    }

    /// The media type in lower case, without parameters; empty when there is none.
    public var mediaType: String {
        let type = (header("content-type") ?? "").prefix { $0 != ";" }.lowercased()
        return String(type.drop { $0 == " " || $0 == "\t" }.prefix { $0 != " " && $0 != "\t" })
    }

    /// What went wrong, from the places where JSON interfaces usually say it; one line, at most 300 characters.
    private static func sentence(in body: [UInt8]) -> String? {
        guard body.count <= 64 << 10, let first = body.first(where: { !$0.isSpace }), first == UInt8(ascii: "{"),
            let json = try? JSON(parsing: body)
        else { return nil }
        let error = json["error"]
        let candidates = [
            error?["message"], json["message"], json["error_description"], json["detail"], json["title"], error,
            json["errors"]?[0]?["message"], json["errors"]?[0]?["detail"], json["errors"]?[0],
        ]
        guard let text = candidates.lazy.compactMap({ $0?.string }).first(where: { !$0.isEmpty }) else { return nil }
        return String(String.UnicodeScalarView(text.unicodeScalars.prefix(300).map { $0.isPlain ? $0 : " " }))
    }

    /// The words of RFC 9110 for the statuses met most; empty for others.
    private static func phrase(of status: Int) -> String {
        let phrases = [
            400: "(bad request)", 401: "(not signed in, or the credentials are wrong)", 403: "(not allowed)",
            404: "(not found)", 405: "(method not allowed)", 406: "(not acceptable)", 408: "(request time-out)",
            409: "(conflict)", 410: "(gone)", 412: "(precondition failed)", 413: "(too large)",
            415: "(media type not supported)", 422: "(the data is not acceptable)", 425: "(too early)",
            429: "(too many requests)", 500: "(error in the server)", 501: "(not implemented)", 502: "(bad gateway)",
            503: "(not available now)", 504: "(gateway time-out)",
        ]
        return phrases[status] ?? "(failed)"
    }
}

extension UInt8 {
    fileprivate var isSpace: Bool { self == 0x20 || (0x09...0x0D).contains(self) }
}

extension Unicode.Scalar {
    /// Whether it may stand in a message: no control character (those of C1 steer terminals too) and nothing that turns the
    /// direction of text around.
    fileprivate var isPlain: Bool {
        switch value {
        case 0..<0x20, 0x7F...0x9F, 0x2028...0x202E, 0x2066...0x2069, 0xFEFF: false
        default: true
        }
    }
}
