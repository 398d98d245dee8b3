// A job filter as SQL: which index answers it, so that a page costs the same with a thousand jobs or a million.

import GRDB
import JSONCore

/// Finds ids first and rows later: ids come from an index wherever one fits, in the order of a page.
struct JobQuery {
    private enum Value {
        case number(Int64)
        case text(String)
    }

    private let database: Database
    private let filter: JobFilter
    private var conditions: [String] = []
    private var values: [Value] = []
    private var recipeID: Int64?
    /// Nothing can match.
    private var isEmpty = false

    init(_ filter: JobFilter, _ database: Database) throws {
        (self.filter, self.database) = (filter, database)
        if let recipe = filter.recipe {
            let find = try SQLStatement(database, "SELECT id FROM recipe WHERE name = ?")
            find.bind(1, recipe)
            recipeID = try find.one { $0.int64(0) }
            isEmpty = recipeID == nil
            if let recipeID { add("recipe = ?", .number(recipeID)) }
        }
        if let from = filter.from { add("id >= ?", .number(from)) }
        if let parent = filter.parent { add("parent_job = ?", .number(parent)) }
        try addTimes()
        if let text = filter.text, !text.isEmpty { addText(text) }
    }

    private mutating func add(_ condition: String, _ values: Value...) {
        conditions.append(condition)
        self.values += values
    }

    /// Times are turned into bounds on ids, which rise with time but for jumps of the clock; the exact condition stays.
    private mutating func addTimes() throws {
        func bound(_ sql: String, _ time: Milliseconds) throws -> JobID? {
            let statement = try SQLStatement(database, sql)
            statement.bind(1, time)
            return try statement.one { $0.int64OrNil(0) } ?? nil
        }
        if let since = filter.createdSince {
            let first = try bound("SELECT min(id) FROM job INDEXED BY job_created WHERE created_ms >= ?", since)
            isEmpty = isEmpty || first == nil
            if let first { add("id >= ? AND created_ms >= ?", .number(first), .number(since)) }
        }
        if let before = filter.createdBefore {
            let last = try bound("SELECT max(id) FROM job INDEXED BY job_created WHERE created_ms < ?", before)
            isEmpty = isEmpty || last == nil
            if let last { add("id <= ? AND created_ms < ?", .number(last), .number(before)) }
        }
    }

    private mutating func addText(_ text: String) {
        let inJSON = TextSearch.asInJSON(text)
        func payload(_ column: String) -> String {
            "CASE typeof(\(column)) WHEN 'blob' THEN (SELECT body FROM payload WHERE hash = \(column)) ELSE \(column) END"
        }
        let places = [
            (payload("event"), inJSON), (payload("error"), inJSON), ("report", inJSON), ("error_message", text),
        ]
        let tests = places.map { column, _ in TextSearch.test(column, for: text) }
        add(
            "(" + tests.joined(separator: " OR ") + " OR "
                + "recipe IN (SELECT id FROM recipe WHERE \(TextSearch.test("name", for: text))))")
        for (_, needle) in places { values.append(.text(TextSearch.pattern(needle))) }
        values.append(.text(TextSearch.pattern(text)))
    }

    /// The ids of one page, newest first.
    func ids() throws -> [JobID] {
        guard !isEmpty, filter.limit > 0 else { return [] }
        guard !filter.states.isEmpty else { return try ids(state: nil) }
        var merged: [JobID] = []
        for state in filter.states { merged += try ids(state: state) }
        return Array(merged.sorted(by: >).prefix(filter.limit))
    }

    private func ids(state: JobState?) throws -> [JobID] {
        var conditions = conditions
        var values = values
        if let state { conditions.append(state.sqlCondition) }
        if let before = filter.before {
            conditions.append("id < ?")
            values.append(.number(before))
        }
        values.append(.number(Int64(filter.limit)))
        let statement = try SQLStatement(
            database,
            "SELECT id FROM job \(index(state)) \(Self.filtering(conditions)) ORDER BY id DESC LIMIT ?")
        bind(values, to: statement)
        return try statement.all { $0.int64(0) }
    }

    /// `INDEXED BY` instead of statistics: what is fast for one workspace is fast for all.
    private func index(_ state: JobState?) -> String {
        switch state {
        case .failed, .canceled: "INDEXED BY job_failed"
        case .queued, .running, .waiting, .needsDecision, .quarantined: "INDEXED BY job_open"
        case _ where filter.parent != nil: "INDEXED BY job_parent"
        case _ where recipeID != nil: "INDEXED BY job_recipe"
        case .succeeded, nil: "NOT INDEXED"
        }
    }

    func counts() throws -> [JobState: Int] {
        guard !isEmpty else { return [:] }
        var counts: [JobState: Int] = [:]
        if conditions.count > (recipeID == nil ? 0 : 1) {
            let statement = try SQLStatement(
                database, "SELECT state, count(*) FROM job \(index(nil)) \(Self.filtering(conditions)) GROUP BY state")
            bind(values, to: statement)
            for (state, count) in try statement.all({ ($0.int(0), $0.int(1)) }) {
                if let state = JobState(rawValue: state) { counts[state] = count }
            }
        } else {
            // Most jobs have succeeded: they are what is left when the states with an index are taken away.
            var rest = try count(nil)
            for state in JobState.allCases where state != .succeeded {
                counts[state] = try count(state)
                rest -= counts[state] ?? 0
            }
            counts[.succeeded] = rest
        }
        return counts.filter { $0.value > 0 && (filter.states.isEmpty || filter.states.contains($0.key)) }
    }

    private func count(_ state: JobState?) throws -> Int {
        let all = conditions + (state.map { [$0.sqlCondition] } ?? [])
        let hint = state == nil && recipeID == nil ? "" : index(state)
        let statement = try SQLStatement(database, "SELECT count(*) FROM job \(hint) \(Self.filtering(all))")
        bind(values, to: statement)
        return try statement.one { $0.int(0) } ?? 0
    }

    private static func filtering(_ conditions: [String]) -> String {
        conditions.isEmpty ? "" : "WHERE " + conditions.joined(separator: " AND ")
    }

    private func bind(_ values: [Value], to statement: SQLStatement) {
        for (index, value) in values.enumerated() {
            switch value {
            case .number(let number): statement.bind(Int32(index + 1), number)
            case .text(let text): statement.bind(Int32(index + 1), text)
            }
        }
    }
}
