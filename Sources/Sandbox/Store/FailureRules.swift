// Failures on purpose: rules set through `/control/fail`, and `?fail=…` on a request.

import GRDB
import JSONCore

/// What goes wrong with one request.
struct InjectedFailure: Sendable, Hashable {
    /// Answer with this status instead of the real one.
    var status: Int?
    /// `Retry-After` of that answer, in seconds.
    var retryAfter: Int?
    /// Wait before anything else.
    var delayMilliseconds: Int?
    /// Close the connection without an answer.
    var drops = false
    /// Do what was asked before failing: the client can't know that it was done.
    var afterDoing = false

    /// As it stands in the ledger and in lists of rules.
    var text: String {
        var words: [String] = []
        if let delayMilliseconds { words.append("delay \(delayMilliseconds) ms") }
        if drops { words.append("drop") }
        if let status { words.append("status \(status)") }
        if let retryAfter { words.append("retry after \(retryAfter) s") }
        if drops || status != nil { words.append(afterDoing ? "after doing it" : "before doing it") }
        return words.joined(separator: ", ")
    }

    /// Whether there is an answer other than the real one.
    var replacesAnswer: Bool { drops || status != nil }

    var json: JSONObject {
        var object = JSONObject()
        object["status"] = status.map(JSON.integer)
        object["retry_after"] = retryAfter.map(JSON.integer)
        object["delay_ms"] = delayMilliseconds.map(JSON.integer)
        if drops { object["drop"] = afterDoing ? "after" : "before" }
        if status != nil, afterDoing { object["after"] = true }
        return object
    }

    private static let rules: [FieldRule] = [
        .optional("app", .choice(["crm", "erp", "hr", "chat", "mail"])), .optional("operation"),
        .optional("path"), .optional("times", .integer), .optional("skip", .integer), .optional("status", .integer),
        .optional("retry_after", .integer), .optional("delay_ms", .integer),
        .optional("drop", .choice(["before", "after"])), .optional("after", .flag),
    ]

    /// Reads the body of `POST /control/fail`.
    static func checked(_ object: JSONObject) throws(Refusal) -> (object: JSONObject, failure: InjectedFailure) {
        let object = try rules.checked(object)
        let failure = InjectedFailure(
            status: object["status"]?.integer, retryAfter: object["retry_after"]?.integer,
            delayMilliseconds: object["delay_ms"]?.integer, drops: object["drop"]?.string != nil,
            afterDoing: object["drop"]?.string == "after" || object["after"]?.bool == true)
        try failure.check()
        guard (object["times"]?.integer ?? 1) > 0, (object["skip"]?.integer ?? 0) >= 0 else {
            throw Refusal(422, "invalid", "\"times\" has to be 1 or more, and \"skip\" 0 or more")
        }
        // The names of the WSDL are as good as those of the ledger.
        var rule = object
        if let name = object["operation"]?.string, let operation = ERPOperation(rawValue: name) {
            rule["operation"] = .string(operation.operationName)
        }
        return (rule, failure)
    }

    /// Reads `?fail=503`, `?fail=429:2` (retry after 2 s), `?fail=delay:500`, `?fail=drop_before`, `?fail=drop_after`,
    /// `?fail=503_after`.
    init(query text: String) throws(Refusal) {
        self.init()
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        var word = String(parts[0])
        let number = parts.count == 2 ? Int(parts[1]) : nil
        if word.hasSuffix("_after") || word.hasSuffix("_before") {
            afterDoing = word.hasSuffix("_after")
            word = String(word.prefix { $0 != "_" })
        }
        switch word {
        case "drop" where parts.count == 1: drops = true
        case "delay" where number != nil: delayMilliseconds = number
        default:
            guard let status = Int(word), parts.count == 1 || number != nil else {
                throw Refusal(
                    422, "invalid_parameter",
                    "\"fail\" is a status (503), 429:SECONDS, delay:MILLISECONDS, drop_before, drop_after or 503_after")
            }
            (self.status, retryAfter) = (status, number)
        }
        try check()
    }

    private init() {}

    private init(status: Int?, retryAfter: Int?, delayMilliseconds: Int?, drops: Bool, afterDoing: Bool) {
        (self.status, self.retryAfter, self.delayMilliseconds) = (status, retryAfter, delayMilliseconds)
        (self.drops, self.afterDoing) = (drops, afterDoing)
    }

    private func check() throws(Refusal) {
        guard status.map((400...599).contains) ?? true, delayMilliseconds.map((0...600_000).contains) ?? true,
            retryAfter.map((0...86_400).contains) ?? true
        else {
            throw Refusal(
                422, "invalid",
                "a failure has a status from 400 to 599, a delay of at most 600000 ms, a retry_after of at most 86400 s"
            )
        }
        guard replacesAnswer || delayMilliseconds != nil else {
            throw Refusal(422, "invalid", "say what goes wrong: \"status\", \"delay_ms\" or \"drop\"")
        }
    }
}

extension Records {
    /// Adds a rule and gives it back with its number.
    func addFailureRule(_ object: JSONObject, _ failure: InjectedFailure) throws -> JSON {
        try db.execute(
            sql: "INSERT INTO failure_rule (app, operation, path, skip, times, failure) VALUES (?, ?, ?, ?, ?, ?)",
            arguments: [
                object["app"]?.string, object["operation"]?.string, object["path"]?.string,
                object["skip"]?.integer ?? 0, object["times"]?.integer, JSON.object(failure.json).compact,
            ])
        var rule = object
        rule["id"] = .integer(Int(db.lastInsertedRowID))
        return .object(rule)
    }

    /// The rules that are still in force.
    func failureRules() throws -> [JSON] {
        try Row.fetchAll(db, sql: "SELECT * FROM failure_rule ORDER BY id").map { row in
            var rule: JSONObject = ["id": .integer(row["id"])]
            for column in ["app", "operation", "path"] { rule[column] = (row[column] as String?).map(JSON.string) }
            rule["skip"] = .integer(row["skip"])
            rule["times"] = (row["times"] as Int?).map(JSON.integer)
            for (key, value) in try JSON(parsing: row["failure"] as String).object ?? [:] { rule[key] = value }
            return .object(rule)
        }
    }

    /// The failure due for this request: of the first rule that fits, whose counts are moved on.
    func dueFailure(app: String, operation: String, path: String) throws -> InjectedFailure? {
        let fitting = try Row.fetchOne(
            db,
            sql: """
                SELECT * FROM failure_rule
                WHERE (app IS NULL OR app = ?) AND (operation IS NULL OR operation = ?) AND (path IS NULL OR path = ?)
                ORDER BY id LIMIT 1
                """, arguments: [app, operation, path])
        guard let rule = fitting else { return nil }
        let id: Int64 = rule["id"]
        let skip: Int = rule["skip"]
        if skip > 0 {
            try db.execute(sql: "UPDATE failure_rule SET skip = skip - 1 WHERE id = ?", arguments: [id])
            return nil
        }
        if let times = rule["times"] as Int? {
            if times <= 1 {
                try db.execute(sql: "DELETE FROM failure_rule WHERE id = ?", arguments: [id])
            } else {
                try db.execute(sql: "UPDATE failure_rule SET times = times - 1 WHERE id = ?", arguments: [id])
            }
        }
        return try InjectedFailure.checked(try JSON(parsing: rule["failure"] as String).object ?? [:]).failure
    }

    /// Whether a request with `?fail=…&fail_times=N` still fails: at most `times` times for the same request.
    func countFailure(token: String, times: Int) throws -> Bool {
        let count = try Int.fetchOne(
            db,
            sql: """
                INSERT INTO failure_count (token, count) VALUES (?, 1)
                ON CONFLICT (token) DO UPDATE SET count = count + 1 RETURNING count
                """, arguments: [token])
        return (count ?? 0) <= times
    }
}
