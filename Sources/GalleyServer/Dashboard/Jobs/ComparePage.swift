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
                    [
                        "field": .text($0.field.isEmpty ? "the whole" : $0.field),
                        "a": .text(JSONDifference.text($0.one) ?? "–"),
                        "b": .text(JSONDifference.text($0.other) ?? "–"),
                    ]
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
                "a": a.map { .object(names.members($0.state, $0.number)) } ?? .none,
                "b": b.map { .object(names.members($0.state, $0.number)) } ?? .none,
                "tookA": .text(a?.duration.map { words(microseconds: $0) }),
                "tookB": .text(b?.duration.map { words(microseconds: $0) }),
            ]
        }
        return one.map { row($0, $0, found[$0.address]) }
            + other.filter { !known.contains($0.address) }.map { row($0, nil, $0) }
    }
}
