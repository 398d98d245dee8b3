// Tries of one action: by effect, with Retry-After, within the step's time, and under which key.

import Engine
import JSONCore
import JobHistory
import Testing

@Suite(.timeLimit(.minutes(2)))
struct AttemptTests {
    @Test(arguments: [("echo", 1), ("read", 4), ("put", 4), ("create", 4), ("send", 1)])
    func `what is repeatable is tried three more times by itself`(action: String, calls: Int) async throws {
        let bed = try TestBed(#"{"id":"a","use":"world.\#(action)","input":{"name":"a"}}"#)
        bed.world.script("a", .refuse(503), .refuse(503), .refuse(503), .refuse(503), .refuse(503))
        let end = try await bed.run()
        #expect(end.state == .failed)
        #expect(bed.world.calls.count == calls)
        #expect(end.error?["attempts"] == .integer(calls))
        #expect(try await bed.step("a", of: end.job)?.attempt == calls)
    }

    @Test func `what will not help is not tried again`() async throws {
        let bed = try TestBed(#"{"id":"a","use":"world.create","input":{"name":"a"}}"#)
        bed.world.script("a", .refuse(400))
        #expect(try await bed.run().state == .failed)
        #expect(bed.world.calls.count == 1)
    }

    @Test(arguments: [
        (#""retry":{"times":1,"wait":"1ms"}"#, 503, 2), (#""retry":{"times":0}"#, 503, 1),
        (#""retry":{"times":2,"when":"error.status == 409"}"#, 409, 3),
        (#""retry":{"times":2,"when":"error.status == 409"}"#, 503, 1),
    ])
    func `a step's own retry rules instead`(retry: String, status: Int, calls: Int) async throws {
        let bed = try TestBed(#"{"id":"a","use":"world.create","input":{"name":"a"},\#(retry)}"#)
        bed.world.script("a", .refuse(status), .refuse(status), .refuse(status), .refuse(status))
        #expect(try await bed.run().state == .failed)
        #expect(bed.world.calls.count == calls)
    }

    @Test func `Retry-After is obeyed`() async throws {
        let bed = try TestBed(#"{"id":"a","use":"world.read","input":{"name":"a"}}"#)
        bed.world.script("a", .refuse(429, retryAfter: 20), .refuse(503, retryAfter: 30))
        let seen = Watcher()
        #expect(try await bed.run(options: seen.options).state == .succeeded)
        #expect(seen.waits.count == 2)
        #expect(seen.waits.first.map { $0 >= .seconds(20) } == true)
        #expect(seen.waits.last.map { $0 >= .seconds(30) } == true)
    }

    @Test func `a wait beyond the step's time is not begun`() async throws {
        let bed = try TestBed(#"{"id":"a","use":"world.read","input":{"name":"a"},"timeout":"5s"}"#)
        bed.world.script("a", .refuse(429, retryAfter: 60))
        let end = try await bed.run()
        #expect(end.error?["retry_after"]?.double == 60)
        #expect(bed.world.calls.count == 1)
    }

    @Test func `the key stays while the outcome is unknown, and changes after a refusal`() async throws {
        let bed = try TestBed(#"{"id":"a","use":"world.create","input":{"name":"a","value":"{{ uuid }}"}}"#)
        bed.world.script("a", .lose, .refuse(503))
        let end = try await bed.run()
        #expect(end.state == .succeeded)
        let keys = bed.world.keys(of: "a")
        #expect(keys.count == 3)
        #expect(keys[0] == keys[1], "the answer was lost")
        #expect(keys[1] != keys[2], "the second try was refused")
        #expect(Set(bed.world.calls.map(\.input)).count == 1, "the body is the same")
        let record = try #require(try await bed.step("a", of: end.job))
        #expect((record.attempt, record.round) == (3, 2))
        #expect(record.idempotencyKey == keys[2])
        #expect(record.error == nil)
    }

    @Test func `two items, two steps and two jobs have keys of their own`() async throws {
        let bed = try TestBed(
            #"{"for_each":"[1, 2]","steps":[{"use":"world.create","input":{"name":"a"}}]}, {"use":"world.create","input":{"name":"a"}}"#
        )
        try await bed.run()
        try await bed.run()
        #expect(Set(bed.world.keys(of: "a")).count == 6)
    }

    @Test(arguments: ["put", "create", "send"])
    func `a time-out ends the call, and the outcome is unknown`(action: String) async throws {
        let bed = try TestBed(
            #"{"try":[{"id":"a","use":"world.\#(action)","input":{"name":"a"},"timeout":"20ms"}],"catch":[{"return":"{{ error }}"}]}"#
        )
        bed.world.script("a", .block())
        let error = try await bed.run().result
        #expect(error?["type"] == (action == "send" ? "outcome_unknown" : "timeout"))
        #expect(error?["outcome"] == "unknown")
        #expect(error?["message"]?.string?.contains("the step's timeout") == true)
    }

    @Test func `a call that ignores its end is left behind`() async throws {
        var limits = EngineLimits()
        limits.step = .milliseconds(20)
        let bed = try TestBed(#"{"id":"a","use":"world.read","input":{"name":"a"}}"#, limits: limits)
        bed.world.script("a", .stubborn())
        let end = try await bed.run()
        #expect(end.error?["type"] == "timeout")
        #expect(end.error?["message"]?.string?.contains("step_seconds") == true)
        #expect(bed.world.running == 1)
        bed.world.openAllGates()
    }

    @Test func `a job has no more time than its limit`() async throws {
        var limits = EngineLimits()
        limits.job = .milliseconds(1)
        let bed = try TestBed(#"{"repeat":[{"use":"world.echo"}],"while":"true"}"#, limits: limits)
        let end = try await bed.run()
        #expect(end.state == .failed)
        #expect(end.error?["type"] == "limit")
        #expect(end.error?["message"]?.string?.contains("job_minutes") == true)
    }

    @Test(arguments: ["read", "send"])
    func `a step that the job's time ends says that`(action: String) async throws {
        var limits = EngineLimits()
        limits.job = .milliseconds(200)
        let bed = try TestBed(
            #"{"id":"a","use":"world.\#(action)","input":{"name":"a"},"timeout":"1h"}"#, limits: limits)
        bed.world.script("a", .stubborn())
        let end = try await bed.run()
        #expect(end.state == (action == "send" ? .needsDecision : .failed))
        let words = (end.error?["message"]?.string ?? "") + (end.reason ?? "")
        #expect(words.contains("limit job_minutes"), "\(words)")
        bed.world.openAllGates()
    }

    @Test func `a connector's unexpected error fails the step`() async throws {
        let bed = try TestBed(#"{"id":"a","use":"world.read","connection":"gone","input":{"name":"a"}}"#)
        await #expect(throws: RecipeBroken.self) { try await bed.run() }
    }

    /// One run of what is due in each recipe, without its waits being passed over.
    private func goOn(_ bed: TestBed) async throws -> JobResult? {
        try await bed.engine.work { _ in RunOptions() }.last
    }

    @Test func `a long wait between two tries is on disk, and the tries are counted over it`() async throws {
        let bed = try TestBed(
            #"{"id":"a","use":"world.create","input":{"name":"a","value":"{{ uuid }}"},"retry":{"times":2,"wait":"1ms"}}"#
        )
        bed.world.script(
            "a", .refuse(503, retryAfter: 3_600), .refuse(503, retryAfter: 7_200), .refuse(503, retryAfter: 1))
        let first = try await bed.run(options: RunOptions())
        #expect(first.state == .waiting)
        #expect(first.runAfter.map { $0 - noon } == 3_600_000)
        #expect(
            first.reason == "a failed (the world answered 503); try 2 of 3 is at 2025-11-24 17:00:00 UTC")
        #expect(try await bed.trace(first.job) == ["a waiting"])
        #expect(try await goOn(bed) == nil, "not yet")

        let after = try bed.crash()
        bed.advance(.seconds(3_601))
        let second = try #require(try await goOn(after))
        #expect(second.state == .waiting)
        bed.advance(.seconds(7_201))
        let third = try #require(try await goOn(after))
        #expect(third.state == .failed)
        #expect(third.error?["attempts"] == 3)
        #expect(bed.world.calls.count == 3)
        #expect(Set(bed.world.keys(of: "a")).count == 3, "each refusal was definite")
        #expect(Set(bed.world.calls.map(\.input)).count == 1)
        let record = try #require(try await after.step("a", of: third.job))
        #expect((record.state, record.attempt, record.round) == (.failed, 3, 3))
        #expect(record.output == nil)
    }

    @Test func `waits on disk hold no place, and may be longer than the step's limit`() async throws {
        var limits = EngineLimits()
        limits.step = .seconds(5)
        let bed = try TestBed(
            #"{"id":"a","use":"world.send","input":{"name":"{{ got.name }}"},"retry":{"times":1,"when":"true"}}"#,
            limits: limits)
        bed.world.script("slow", .refuse(503, retryAfter: 600))
        #expect(try await bed.run(["name": "slow"], options: RunOptions()).state == .waiting)
        #expect(try await bed.run(["name": "quick"], options: RunOptions()).state == .succeeded)
        bed.advance(.seconds(601))
        #expect(try await goOn(bed)?.state == .succeeded)
        #expect(bed.world.effects == ["quick", "slow"])
    }

    @Test func `a job that waits for its next try can be canceled`() async throws {
        let bed = try TestBed(#"{"id":"a","use":"world.read","input":{"name":"a"},"retry":{"times":1}}"#)
        bed.world.script("a", .refuse(503, retryAfter: 600))
        let end = try await bed.run(options: RunOptions())
        #expect(try await bed.engine.cancel(end.job, reason: "enough") == .canceled)
        bed.advance(.seconds(601))
        #expect(try await goOn(bed) == nil)
    }

    @Test func `an input that can't be made is in the history of the job`() async throws {
        let bed = try TestBed(#"{"id":"a","use":"world.typed","input":{"count":"{{ got.n }}"}}, {"return":"{{ a }}"}"#)
        let end = try await bed.run(["n": "many"])
        #expect(end.error?["type"] == "bad_input")
        #expect(try await bed.trace(end.job) == ["a failed"])
        #expect(try await bed.step("a", of: end.job)?.error == end.error)
    }
}
