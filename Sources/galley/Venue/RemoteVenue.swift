// A server elsewhere: each question as a call of its REST API.

import Engine
import Foundation
import JSONCore
import JobHistory
import RecipeLanguage
import Synchronization

struct RemoteVenue: Venue {
    private let client: ServerClient
    /// Entries in one answer of a list.
    private static let page = 1_000

    init(_ client: ServerClient) { self.client = client }

    func close() async { await client.close() }
    var isServed: Bool { get async { true } }

    private func list(_ path: String..., in member: String) async throws -> [JSON] {
        try await client.get(path)[member]?.array ?? []
    }

    /// Entries of a list that has pages, until there are `limit`.
    private func pages(
        _ path: [String], in member: String, limit: Int, cursor: String, at first: String?,
        _ query: ServerClient.Query = []
    ) async throws -> [JSON] {
        var (found, next) = ([JSON](), first)
        while found.count < limit {
            let answer = try await client.get(
                path, query: query + [(cursor, next), ("limit", "\(min(Self.page, limit - found.count))")])
            found += answer[member]?.array ?? []
            guard let following = answer["next"]?.integer else { break }
            next = "\(following)"
        }
        return found
    }

    // MARK: Jobs

    func jobs(_ query: JobQuery) async throws -> [JSON] {
        try await pages(
            ["jobs"], in: "jobs", limit: query.limit, cursor: "before", at: query.before.map { "\($0)" },
            query.fields.filter { $0.name != "before" })
    }

    func job(_ id: JobID) async throws -> JSON { try await client.get(["jobs", "\(id)"]) }

    func steps(of job: JobID, after: Int?, limit: Int) async throws -> [JSON] {
        try await pages(
            ["jobs", "\(job)", "steps"], in: "steps", limit: limit, cursor: "after", at: after.map { "\($0)" })
    }

    func export(_ query: JobQuery, withSteps: Bool, _ emit: @escaping @Sendable (JSON) -> Void) async throws {
        let fields: ServerClient.Query =
            query.fields + [("limit", "\(query.limit)"), ("steps", withSteps ? "yes" : "no")]
        try await client.lines(["jobs", "export"], query: fields) { line in
            if let job = try? JSON(parsing: Array(line.utf8)) { emit(job) }
        }
    }

    func watch(_ job: JobID, _ show: @escaping @Sendable (JSON) -> Void) async throws -> JSON {
        // A stream that begins anew tells everything again.
        let shown = Mutex<Set<String>>([])
        while true {
            try await client.lines(["jobs", "\(job)", "events"]) { line in
                guard line.hasPrefix("data: "), let step = try? JSON(parsing: Array(line.utf8.dropFirst(6))),
                    let seq = step["seq"]?.integer, let state = step["state"]?.string
                else { return }
                if shown.withLock({ $0.insert("\(seq) \(state)").inserted }) { show(step) }
            }
            let detail = try await self.job(job)
            guard ["queued", "running"].contains(detail["state"]?.string) else { return detail }
            try await Task.sleep(for: .milliseconds(500))
        }
    }

    func alerts(limit: Int) async throws -> (rules: [JSON], open: [JSON], messages: [JSON]) {
        let answer = try await client.get(["alerts"], query: [("limit", "\(limit)")])
        func list(_ member: String) -> [JSON] { answer[member]?.array ?? [] }
        return (list("rules"), list("open"), list("messages"))
    }

    // MARK: Recipes

    func recipes() async throws -> [JSON] { try await list("recipes", in: "recipes") }

    func versions(of recipe: String) async throws -> [JSON] {
        try await list("recipes", recipe, "versions", in: "versions")
    }

    func version(_ number: Int, of recipe: String) async throws -> JSON {
        try await client.get(["recipes", recipe, "versions", "\(number)"])
    }

    func comparison(of recipe: String, from: String?, to: String?) async throws -> JSON {
        try await client.get(["recipes", recipe, "diff"], query: [("from", from), ("to", to)])
    }

    func graph(of recipe: String) async throws -> RecipeGraph {
        RecipeGraph(try await client.get(["recipes", recipe, "graph"]))
    }

    // MARK: Schedules

    func schedules() async throws -> [JSON] { try await list("schedules", in: "schedules") }

    func times(of recipe: String, from: String?, count: Int) async throws -> JSON {
        try await client.get(["schedules", recipe, "next"], query: [("from", from), ("count", "\(count)")])
    }

    func triggers() async throws -> [JSON] { try await list("triggers", in: "triggers") }

    // MARK: The surroundings

    func connections() async throws -> [JSON] { try await list("connections", in: "connections") }

    func testConnection(_ name: String) async throws -> String {
        let answer = try await client.call("POST", ["connections", name, "test"])
        let detail = answer["detail"]?.string ?? ""
        guard answer["works"]?.bool == true else { throw OwnerFailure(kind: "gone", detail) }
        return detail
    }

    func deliveries(path: String?, verdict: Delivery.Verdict?, before: Int64?, limit: Int) async throws -> [JSON] {
        try await pages(
            ["deliveries"], in: "deliveries", limit: limit, cursor: "before", at: before.map { "\($0)" },
            [("path", path), ("verdict", verdict?.description)])
    }

    func delivery(_ id: Int64) async throws -> JSON { try await client.get(["deliveries", "\(id)"]) }

    func tables() async throws -> [JSON] { try await list("tables", in: "tables") }

    func table(_ name: String, after: Int, limit: Int) async throws -> JSON {
        var (rows, next) = ([JSON](), after)
        while true {
            let page = try await client.get(
                ["tables", name], query: [("after", "\(next)"), ("limit", "\(min(Self.page, limit - rows.count))")])
            rows += page["rows"]?.array ?? []
            guard rows.count < limit, let following = page["next"]?.integer else {
                var whole = page.object ?? [:]
                whole["rows"] = .array(rows)
                return .object(whole)
            }
            next = following
        }
    }

    func export(table name: String, as format: TableFormat?, _ emit: (String) throws -> Void) async throws {
        // A table that is not there is told by the first page, with the nearest name.
        var page = try await client.get(["tables", name], query: [("limit", "\(Self.page)")])
        let own = try await tables().first { $0["name"]?.string == name }?["format"]?.string
        let columns = (page["columns"]?.array ?? []).compactMap(\.string)
        let format = format ?? own.flatMap(TableFormat.init) ?? .csv
        let shape = TableShape(name: name, columns: columns, isText: own == "csv")
        var isFirst = true
        try emit(format.head(columns))
        while true {
            for row in page["rows"]?.array ?? [] {
                try emit(format.row(columns.map { row[$0] ?? .null }, shape, isFirst: isFirst))
                isFirst = false
            }
            guard let next = page["next"]?.integer else { return try emit(format.tail) }
            page = try await client.get(["tables", name], query: [("after", "\(next)"), ("limit", "\(Self.page)")])
        }
    }

    func topics() async throws -> [JSON] { try await list("topics", in: "topics") }

    func messages(of topic: String, after: Int?, limit: Int) async throws -> [JSON] {
        var (found, last) = ([JSON](), after)
        if last == nil {
            // The newest ones: from so many before the end.
            let newest = try await topics().first { $0["topic"]?.string == topic }?["last"]?.integer
            last = newest.map { max(0, $0 - limit) }
        }
        while found.count < limit {
            let size = min(Self.page, limit - found.count)
            let page =
                try await client.get(
                    ["topics", topic], query: [("after", last.map { "\($0)" }), ("limit", "\(size)")])["messages"]?
                .array ?? []
            found += page
            guard page.count == size, let offset = page.last?["offset"]?.integer else { break }
            last = offset
        }
        return found
    }

    func statistics() async throws -> JSON { try await client.get(["stats"]) }

    // MARK: Approvals

    func approvals(_ filter: ApprovalFilter) async throws -> [JSON] {
        let state = filter.isOpen.map { $0 ? "open" : "decided" } ?? "all"
        return try await pages(
            ["approvals"], in: "approvals", limit: filter.limit, cursor: "before", at: filter.before.map { "\($0)" },
            [("state", state), ("job", filter.job.map { "\($0)" }), ("for", filter.person)])
    }

    func approval(_ id: Int64) async throws -> JSON { try await client.get(["approvals", "\(id)"]) }

    // MARK: Access

    func users() async throws -> [JSON] { try await list("users", in: "users") }

    func tokens() async throws -> [JSON] { try await list("tokens", in: "tokens") }

    func audit(who: String?, before: Int64?, limit: Int) async throws -> [JSON] {
        try await pages(
            ["audit"], in: "entries", limit: limit, cursor: "before", at: before.map { "\($0)" }, [("who", who)])
    }

    // MARK: Changes

    func perform(
        _ request: OwnerRequest, observer: @escaping @Sendable (StepEvent) -> Void
    ) async throws -> JSON {
        let call = try ServerCall(request)
        let answer = try await client.call(call.method, call.path, body: call.body)
        switch request {
        case .run where answer["job"]?.integer == nil: return ["unwanted": true]
        case .decide where answer["state"]?.string != "queued" && answer["state"]?.string != "running": return answer
        case .run, .retry, .rerun, .resume, .decide:
            guard let job = answer["job"]?.integer else {
                throw OwnerFailure(kind: "internal", "the server's answer names no job")
            }
            return try await watch(JobID(job)) { step in
                if let event = Self.event(step) { observer(event) }
            }
        default: return answer
        }
    }

    /// A step's record as a watcher of a run is told of it.
    private static func event(_ step: JSON) -> StepEvent? {
        guard let address = step["address"]?.string, let state = step["state"]?.string,
            ["succeeded", "failed", "skipped", "canceled"].contains(state)
        else { return nil }
        let parts = address.split(separator: "/")
        return StepEvent([
            "event": "ended", "step": ["name": .string(parts.last.map { String($0) } ?? address)],
            "address": .string(address), "depth": .integer(max(0, parts.count - 1)),
            "outcome": [
                "state": .string(state), "microseconds": step["microseconds"] ?? 0, "error": step["error"] ?? .null,
            ],
        ])
    }
}
