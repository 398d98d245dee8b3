// Events becoming jobs: `when`, dedupe keys, and what is refused.

import Engine
import JSONCore
import JobHistory
import Testing

@Suite(.timeLimit(.minutes(2)))
struct IntakeTests {
    private static func bed(_ trigger: String) throws -> TestBed {
        let bed = try TestBed()
        bed.write(
            "test",
            TestBed.recipe(
                #"{"use":"world.create","input":{"name":"n{{ got.n }}"}}"#,
                trigger: #"{ "id": "got", "use": "manual", \#(trigger) }"#))
        return bed
    }

    @Test func `events for which when does not hold make no job`() async throws {
        let bed = try Self.bed(#""when":"got.n > 1""#)
        #expect(try await bed.engine.accept("test", event: ["n": 1], origin: "webhook") == nil)
        #expect(try await bed.engine.process("test", event: ["n": 1], origin: "webhook") == nil)
        #expect(try await bed.engine.wants("test", event: ["n": 1]) == false)
        #expect(try await bed.engine.store.counts().isEmpty)
        #expect(try await bed.engine.accept("test", event: ["n": 2], origin: "webhook") != nil)
        #expect(try await bed.engine.store.counts() == [.queued: 1])
    }

    @Test func `the same key makes one job, whichever way the event came`() async throws {
        let bed = try Self.bed(#""dedupe":"got.n""#)
        guard case .ran(let end) = try await bed.engine.process("test", event: ["n": 1], origin: "webhook") else {
            Issue.record("the first event is no duplicate")
            return
        }
        #expect(end.state == .succeeded)
        guard case .duplicate(let other) = try await bed.engine.process("test", event: ["n": 1], origin: "poll") else {
            Issue.record("the second event is a duplicate")
            return
        }
        #expect(other == end.job)
        #expect(try await bed.engine.accept("test", event: ["n": 1], origin: "poll") == .duplicate(of: end.job))
        #expect(try await bed.engine.accept("test", event: ["n": 2], origin: "poll") != .duplicate(of: end.job))
        #expect(bed.world.names == ["n1"])
    }

    @Test func `of many at once with one key one runs`() async throws {
        let bed = try Self.bed(#""dedupe":"got.n""#)
        let ran = try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<10 {
                group.addTask {
                    guard case .ran = try await bed.engine.process("test", event: ["n": 1], origin: "webhook") else {
                        return false
                    }
                    return true
                }
            }
            var count = 0
            for try await ran in group where ran { count += 1 }
            return count
        }
        #expect(ran == 1)
        #expect(bed.world.names == ["n1"])
    }

    @Test(arguments: [#""dedupe":"got.missing""#, #""dedupe":"got.n.no_method""#, #""when":"got.missing.size > 1""#])
    func `a key or condition without a value is an error, and no job`(trigger: String) async throws {
        let bed = try Self.bed(trigger)
        await #expect(throws: StepFailure.self) {
            try await bed.engine.accept("test", event: ["n": 1], origin: "webhook")
        }
        #expect(try await bed.engine.store.counts().isEmpty)
    }

    @Test func `an accepted event is there after a crash`() async throws {
        let bed = try Self.bed(#""dedupe":"got.n""#)
        let job = try await bed.engine.accept("test", event: ["n": 5], origin: "webhook")?.job
        let after = try bed.crash()
        #expect(try await after.newestJob() == job)
        #expect(try await after.engine.work { _ in .quick }.first?.state == .succeeded)
        #expect(
            try await after.engine.accept("test", event: ["n": 5], origin: "webhook") == job.map { .duplicate(of: $0) })
    }

    @Test func `a broken recipe takes no event, and a missing one says so`() async throws {
        let bed = try TestBed(#"{"use":"world.no_such_action"}"#)
        await #expect(throws: RecipeBroken.self) { try await bed.run() }
        await #expect(throws: ControlError.self) { try await bed.run(recipe: "nowhere") }
        #expect(try await bed.engine.store.counts().isEmpty)
    }

    @Test func `a queued job whose version no longer compiles fails with the reason`() async throws {
        let bed = try TestBed(#"{"call":"other"}"#, recipes: ["other": TestBed.called(#"{"return":{}}"#)])
        let job = try await bed.engine.accept("test", event: [:], origin: "webhook")?.job ?? 0
        bed.remove("other")
        let after = try bed.crash()
        let end = try await after.resume(job)
        #expect(end?.state == .failed)
        #expect(end?.error?["type"] == "recipe_broken")
        bed.write("other", TestBed.called(#"{"return":{"ok":true}}"#))
        try await after.engine.retry(job)
        #expect(try await after.resume(job)?.state == .succeeded)
    }
}
