// A canceled job and the jobs that it waits for: they go with it, and a retry makes them anew.

import Engine
import JSONCore
import JobHistory
import Testing

@Suite(.timeLimit(.minutes(2)))
struct CanceledCallTests {
    private static let child = TestBed.called(
        #"{"id":"a","use":"world.create","input":{"name":"child","value":"{{ got.n }}"}}, {"return":{"twice":"{{ a.value * 2 }}"}}"#
    )
    private static let sleeper = TestBed.called(#"{"wait":"1h"}, {"use":"world.send","input":{"name":"woken"}}"#)
    private static let between = TestBed.called(#"{"id":"inner","call":"sleeper","input":{}}"#)

    private func jobs(_ bed: TestBed) async throws -> [String: JobSummary] {
        Dictionary(
            try await bed.engine.store.jobs(JobFilter()).map { ($0.recipe, $0) },
            uniquingKeysWith: { first, _ in first })
    }

    @Test func `jobs that wait are canceled with the one that waits for them, and those below them`() async throws {
        let bed = try TestBed(
            #"{"id":"loose","call":"sleeper","wait":false,"input":{}}, {"id":"c","call":"between","input":{}}"#,
            recipes: ["sleeper": Self.sleeper, "between": Self.between])
        let end = try await bed.run()
        #expect(end.state == .waiting)
        let loose = try #require(try await bed.step("loose", of: end.job)?.output?["job"]?.integer)
        while try await bed.state(JobID(loose)) != .waiting { await Task.yield() }
        #expect(try await bed.engine.cancel(end.job, reason: "enough") == .canceled)
        #expect(try await bed.engine.store.counts() == [.canceled: 3, .waiting: 1])
        #expect(try await bed.state(JobID(loose)) == .waiting, "nobody waits for it")
        let middle = try #require(try await jobs(bed)["between"])
        #expect(middle.reason == "job \(end.job), which called it, was canceled: enough")
    }

    @Test func `a retry of a canceled job calls again what was canceled with it`() async throws {
        let bed = try TestBed(
            #"{"id":"c","call":"child","input":{"n":4}}, {"return":{"twice":"{{ c.twice }}"}}"#,
            recipes: ["child": Self.child])
        bed.world.script("child", .block())
        let run = await bed.start(until: 1)
        let parent = try #require(try await jobs(bed)["child"]?.parent)
        #expect(try await bed.engine.cancel(parent, reason: "enough") == .canceled)
        _ = try await run.value
        let reason = try await jobs(bed)["child"]?.reason
        #expect(reason == "job \(parent), which called it, was canceled: enough")
        bed.world.openAllGates()
        try await bed.engine.retry(parent)
        let ends = try await bed.engine.work { _ in .quick }
        #expect(ends.contains { $0.job == parent && $0.result == ["twice": 8] }, "\(ends)")
        #expect(try await bed.engine.store.counts() == [.canceled: 1, .succeeded: 2])
    }
}
