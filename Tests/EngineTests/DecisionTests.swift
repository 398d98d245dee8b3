// Unsafe calls whose outcome nobody knows: caught, or left to a person.

import Engine
import JSONCore
import JobHistory
import Testing

@Suite(.timeLimit(.minutes(2)))
struct DecisionTests {
    private static let steps = #"""
        {"id":"before","use":"world.put","input":{"name":"before"}},
        {"id":"pay","use":"world.send","input":{"name":"pay"}},
        {"return":{"paid":"{{ pay.value }}"}}
        """#

    private func undecided() async throws -> (TestBed, JobID) {
        let bed = try TestBed(Self.steps)
        bed.world.script("pay", .lose)
        let end = try await bed.run()
        #expect(end.state == .needsDecision)
        #expect(end.reason?.contains("pay") == true)
        #expect(try await bed.step("pay", of: end.job)?.state == .started)
        return (bed, end.job)
    }

    @Test func `an unknown outcome can be caught`() async throws {
        let bed = try TestBed(
            #"{"try":[{"id":"pay","use":"world.send","input":{"name":"pay"}}],"catch":[{"return":{"type":"{{ error.type }}"}}]}"#
        )
        bed.world.script("pay", .lose)
        let end = try await bed.run()
        #expect(end.state == .succeeded)
        #expect(end.result == ["type": "outcome_unknown"])
        #expect(bed.world.calls.count == 1)
    }

    @Test func `a retry of the step's own does not send it again`() async throws {
        let bed = try TestBed(
            #"{"id":"pay","use":"world.send","input":{"name":"pay"},"retry":{"times":5,"wait":"1ms"}}"#)
        bed.world.script("pay", .refuse(503), .lose)
        #expect(try await bed.run().state == .needsDecision)
        #expect(bed.world.names == ["pay", "pay"], "the refusal was tried again, the lost answer not")
    }

    @Test func `run again sends it once more`() async throws {
        let (bed, job) = try await undecided()
        #expect(try await bed.engine.decide(job, step: nil, outcome: .runAgain) == .queued)
        let end = try await bed.resume(job)
        #expect(end?.state == .succeeded)
        #expect(bed.world.names == ["before", "pay", "pay"])
    }

    @Test func `done takes the output that a person gives`() async throws {
        let (bed, job) = try await undecided()
        #expect(try await bed.engine.decide(job, step: "pay", outcome: .done(output: ["value": 12])) == .queued)
        #expect(try await bed.resume(job)?.result == ["paid": 12])
        #expect(bed.world.names == ["before", "pay"])
    }

    @Test func `fail fails the job, and a retry runs the step again`() async throws {
        let (bed, job) = try await undecided()
        #expect(try await bed.engine.decide(job, step: nil, outcome: .fail(message: "the bank says no")) == .failed)
        let detail = try await bed.engine.store.job(job)
        #expect(detail?.summary.errorMessage == "the bank says no")
        #expect(detail?.error?["step"] == "pay")
        try await bed.engine.retry(job)
        #expect(try await bed.resume(job)?.state == .succeeded)
        #expect(bed.world.names == ["before", "pay", "pay"])
    }

    @Test func `a job that waits for a decision is not retried past it`() async throws {
        let (bed, job) = try await undecided()
        await #expect(throws: ControlError.self) { try await bed.engine.retry(job) }
        #expect(try await bed.resume(job) == nil)
        #expect(bed.world.names == ["before", "pay"])
    }

    @Test func `a job without such a step refuses a decision`() async throws {
        let bed = try TestBed(#"{"use":"world.send"}"#)
        let end = try await bed.run()
        await #expect(throws: ControlError.self) {
            try await bed.engine.decide(end.job, step: nil, outcome: .runAgain)
        }
    }

    @Test func `of several open steps one has to be named`() async throws {
        let bed = try TestBed(
            #"{"for_each":"['1', '2']","as":"n","at_once":2,"steps":[{"id":"pay","use":"world.send","input":{"name":"{{ n }}"}}]}"#
        )
        bed.world.script("1", .block())
        bed.world.script("2", .block())
        let run = await bed.start(until: 2)
        let after = try bed.crash()
        let job = try await after.newestJob()
        #expect(try await after.state(job) == .needsDecision)
        await #expect(throws: ControlError.self) { try await after.engine.decide(job, step: nil, outcome: .runAgain) }
        let first = try await after.engine.decide(
            job, step: "for_each-0[0]/pay", outcome: .done(output: ["value": 1]))
        #expect(first == .needsDecision)
        #expect(
            try await after.engine.decide(job, step: "for_each-0[1]/pay", outcome: .done(output: ["value": 2]))
                == .queued)
        #expect(try await after.resume(job)?.state == .succeeded)
        #expect(bed.world.calls.count == 2)
        run.cancel()
        _ = await run.result
    }

    @Test func `a canceled unsafe call is not repeated by a retry`() async throws {
        let bed = try TestBed(Self.steps)
        bed.world.script("pay", .block())
        let run = await bed.start(until: 2)
        let job = try await bed.newestJob()
        #expect(try await bed.engine.cancel(job, reason: "changed my mind") == .canceled)
        #expect(try await run.value.reason == "changed my mind")
        try await bed.engine.retry(job)
        #expect(try await bed.resume(job)?.state == .needsDecision)
        #expect(bed.world.names == ["before", "pay"])
    }

    @Test func `an unsafe call that another branch's failure cut short needs a decision when the job is retried`()
        async throws
    {
        let bed = try TestBed(
            #"""
            {"parallel":{"one":[{"id":"pay","use":"world.send","input":{"name":"pay"}}],
                         "two":[{"use":"world.read","input":{"name":"meet"}},
                                {"id":"log","use":"world.read","input":{"name":"log"}}]}}
            """#)
        bed.world.script("pay", .block())
        bed.world.script("meet", .block("meet"))
        bed.world.script("log", .refuse(400))
        let run = await bed.start(until: 2)
        bed.world.gate("meet").open()
        let end = try await run.value
        #expect(end.state == .failed)
        #expect(end.error?["step"] == "log")
        try await bed.engine.retry(end.job)
        #expect(try await bed.resume(end.job)?.state == .needsDecision)
        #expect(try await bed.engine.decide(end.job, step: nil, outcome: .done(output: [:])) == .queued)
        #expect(try await bed.resume(end.job)?.state == .succeeded)
        #expect(bed.world.names.filter { $0 == "pay" }.count == 1)
    }

    @Test func `a masked unsafe step that is read later needs its output from a person`() async throws {
        let bed = try TestBed(
            #"""
            {"id":"pay","use":"world.send","mask":true,"input":{"name":"pay"}},
            {"id":"ship","use":"world.create","input":{"name":"ship","value":"{{ pay.value }}"}}
            """#)
        bed.world.script("ship", .block())
        let run = await bed.start(until: 2)
        let after = try bed.crash()
        let job = try await after.newestJob()
        #expect(try await after.resume(job)?.state == .needsDecision)
        #expect(try await after.engine.decide(job, step: nil, outcome: .done(output: ["value": 1])) == .queued)
        #expect(try await after.resume(job)?.state == .succeeded)
        #expect(bed.world.names == ["pay", "ship", "ship"])
        run.cancel()
        _ = await run.result
    }

    @Test func `a masked unsafe step that nobody reads is simply done`() async throws {
        let bed = try TestBed(
            #"{"use":"world.send","mask":true,"input":{"name":"pay"}}, {"id":"ship","use":"world.create","input":{"name":"ship"}}"#
        )
        bed.world.script("ship", .block())
        let run = await bed.start(until: 2)
        let after = try bed.crash()
        #expect(try await after.resume(try await after.newestJob())?.state == .succeeded)
        #expect(bed.world.names == ["pay", "ship", "ship"])
        run.cancel()
        _ = await run.result
    }
}
