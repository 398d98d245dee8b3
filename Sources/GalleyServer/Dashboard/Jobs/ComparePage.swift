// Two jobs of one recipe beside each other: their steps, and where their events differ.

import Engine
import JSONCore
import JobHistory

extension Dashboard {
    private static let stepsCompared = 500

    func comparePage(_ request: RouteRequest) async throws -> Page {
        let id = try request.number("job")
        guard let one = try await store.job(id) else { throw StoreError.noSuchJob(id) }
        let wanted = request.address.query["with"]?.string.flatMap { JobID($0) }
        guard let otherID = try await wanted == nil ? lastGood(before: one.summary) : wanted,
            let other = try await store.job(otherID)
        else {
            return problem(
                .notFound, "There is nothing to compare with",
                wanted == nil ? "No other job of this recipe has succeeded." : "There is no job with that number.",
                back: .jobs)
        }
        let names = StepNames(await engine.recipe(of: one))
        let rows = Self.rows(
            try await store.stepLines(of: id, limit: Self.stepsCompared),
            try await store.stepLines(of: otherID, limit: Self.stepsCompared), names)
        let differences = JSONDifference.between(one.event, other.event, limit: 100)
        return Page(
            "Job \(id) beside job \(otherID)", in: .jobs, "compare",
            [
                "one": .text("\(id)"), "other": .text("\(otherID)"), "rows": .list(rows), "any": .flag(!rows.isEmpty),
                "sentence": .text("Job \(id) \(one.why). Job \(otherID) \(other.why)."),
                "differs": .flag(!differences.isEmpty),
                "differences": .items(differences) {
                    ["field": .text($0.field), "a": .text($0.one ?? "–"), "b": .text($0.other ?? "–")]
                },
            ])
    }

    private func lastGood(before job: JobSummary) async throws -> JobID? {
        var filter = JobFilter()
        (filter.recipe, filter.states, filter.limit) = (job.recipe, [.succeeded], 1)
        filter.before = job.id
        if let found = try await store.jobs(filter).first { return found.id }
        filter.before = nil
        return try await store.jobs(filter).first { $0.id != job.id }?.id
    }

    private static func rows(_ one: [StepLine], _ other: [StepLine], _ names: StepNames) -> [PageValue] {
        let (one, other) = (one.filter { !$0.isSuperseded }, other.filter { !$0.isSuperseded })
        let found = Dictionary(other.map { ($0.address, $0) }) { $1 }
        let known = Set(one.map(\.address))
        func row(_ line: StepLine, _ a: StepLine?, _ b: StepLine?) -> PageValue {
            [
                "name": .text(names.label(line.number, address: line.address)),
                "a": a.map { .object($0.state.members) } ?? .none, "b": b.map { .object($0.state.members) } ?? .none,
                "tookA": .text(a?.duration.map { words(microseconds: $0) }),
                "tookB": .text(b?.duration.map { words(microseconds: $0) }),
            ]
        }
        return one.map { row($0, $0, found[$0.address]) }
            + other.filter { !known.contains($0.address) }.map { row($0, nil, $0) }
    }
}

/// Where two values differ, field by field.
struct JSONDifference: Sendable {
    let field: String
    /// As compact JSON, or its beginning; nil where there is no such field.
    let one: String?
    let other: String?

    /// - Parameter limit: further differences are left out.
    static func between(_ one: JSON, _ other: JSON, limit: Int) -> [JSONDifference] {
        var found: [JSONDifference] = []
        collect(one, other, "", 0, limit, &found)
        return found
    }

    private static func collect(
        _ one: JSON?, _ other: JSON?, _ field: String, _ depth: Int, _ limit: Int, _ found: inout [JSONDifference]
    ) {
        guard found.count < limit, one != other else { return }
        if depth < 32, let left = one?.object, let right = other?.object {
            for key in left.keys + right.keys.filter({ left[$0] == nil }) {
                collect(left[key], right[key], field.isEmpty ? key : "\(field).\(key)", depth + 1, limit, &found)
            }
        } else if depth < 32, let left = one?.array, let right = other?.array {
            for index in 0..<max(left.count, right.count) {
                collect(
                    left.indices.contains(index) ? left[index] : nil,
                    right.indices.contains(index) ? right[index] : nil, "\(field)[\(index)]", depth + 1, limit, &found)
            }
        } else {
            func text(_ value: JSON?) -> String? {
                value.map {
                    ($0.string ?? $0.compact).count > 500 ? $0.compact.prefix(500) + "…" : $0.string ?? $0.compact
                }
            }
            found.append(JSONDifference(field: field.isEmpty ? "the whole" : field, one: text(one), other: text(other)))
        }
    }
}
