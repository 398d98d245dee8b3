// How a job leaves: canceled between and inside steps, put back by a stop, waiting.

import ConnectorKit
import JSONCore
import JobHistory
import Testing

@testable import Engine

@Suite(.timeLimit(.minutes(2)))
struct EndTests {
    @Test(arguments: ["read", "put", "create"])
    func `a job canceled inside a step says so`(action: String) async throws {
        let bed = try TestBed(
            #"{"use":"world.put","input":{"name":"first"}}, {"id":"a","use":"world.\#(action)","input":{"name":"a"}}, {"use":"world.send"}"#
        )
        bed.world.script("a", .block())
        let run = await bed.start(until: 2)
        let job = try await bed.newestJob()
        #expect(try await bed.engine.cancel(job, reason: "no longer wanted") == .canceled)
        let end = try await run.value
        #expect(end.state == .canceled && end.reason == "no longer wanted")
        let record = try #require(try await bed.step("a", of: job))
        #expect(record.state == .canceled)
        #expect((record.error?["outcome"] == "unknown") == (action != "read"))
        #expect(bed.world.names == ["first", "a"])
        try await bed.engine.retry(job)
        #expect(try await bed.resume(job)?.state == .succeeded)
        let keys = bed.world.keys(of: "a")
        #expect(keys.count == 2 && keys[0] == keys[1])
    }

    @Test func `a job canceled between steps does no more`() async throws {
        let bed = try TestBed(#"{"repeat":[{"use":"world.echo","input":{"name":"a"}}],"while":"true"}"#)
        let run = await bed.start(until: 50)
        run.cancel()
        #expect(try await run.value.state == .canceled)
    }

    @Test func `a call that ignores cancellation is left behind`() async throws {
        let gate = Gate()
        let task = Task {
            try await withDeadlineForTests(.seconds(60), patience: .milliseconds(1)) { await gate.passStubbornly() }
        }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        gate.open()
    }

    @Test func `a queued and a waiting job are canceled at once`() async throws {
        let bed = try TestBed(#"{"wait":"1d"}"#)
        let queued = try await bed.engine.accept("test", event: [:], origin: "webhook")?.job ?? 0
        #expect(try await bed.engine.cancel(queued, reason: "no") == .canceled)
        let waiting = try await bed.run(options: RunOptions())
        #expect(waiting.state == .waiting)
        #expect(try await bed.engine.cancel(waiting.job, reason: "no") == .canceled)
        await #expect(throws: (any Error).self) { try await bed.engine.cancel(waiting.job, reason: "again") }
    }

    @Test(arguments: [false, true])
    func `a job that is claimed and does not run yet is canceled when it begins`(isPutBack: Bool) async throws {
        let bed = try TestBed(#"{"use":"world.put","input":{"name":"a"}}, {"wait":"1d"}"#)
        let (engine, now) = (bed.engine, bed.engine.services.clock())
        let id = try await engine.accept("test", event: [:], origin: "webhook")?.job ?? 0
        let job = try #require(try await engine.store.claim(job: id, now: now))
        #expect(try await engine.cancel(id, reason: "not wanted") == .running)
        #expect(engine.slots.reserve("test", limit: 1, upTo: 1) == 1)
        let run = Task {
            if isPutBack { withUnsafeCurrentTask { $0?.cancel() } }
            await engine.runInReservedPlace(job, options: RunOptions())
        }
        await run.value
        let end = try await engine.end(of: id)
        #expect(end.state == .canceled && end.reason == "not wanted", "\(end)")
        #expect(bed.world.names.isEmpty)
        try await engine.retry(id)
        let again = try await engine.resume(id)
        #expect(again?.state == .waiting, "\(String(describing: again))")
    }

    @Test func `a stop lets the running step end and puts the job back`() async throws {
        let bed = try TestBed(
            #"{"id":"a","use":"world.create","input":{"name":"a","value":1}}, {"id":"b","use":"world.create","input":{"name":"b"}}, {"return":{"a":"{{ a.value }}"}}"#
        )
        bed.world.script("a", .block())
        let run = await bed.start(until: 1)
        let stop = Task { await bed.engine.stop(grace: .seconds(60)) }
        while !bed.engine.isStopping { await Task.yield() }
        bed.world.openAllGates()
        await stop.value
        let end = try await run.value
        #expect(end.state == .queued)
        #expect(bed.world.names == ["a"])
        let after = try bed.crash()
        #expect(try await after.resume(end.job)?.result == ["a": 1])
        #expect(bed.world.names == ["a", "b"])
        #expect(try await after.engine.store.job(end.job)?.summary.deaths == 0)
    }

    @Test func `what does not end within the grace is cut short and can be resumed`() async throws {
        let bed = try TestBed(#"{"id":"a","use":"world.create","input":{"name":"a"}}"#)
        bed.world.script("a", .block())
        let run = await bed.start(until: 1)
        await bed.engine.stop(grace: .milliseconds(1))
        let end = try await run.value
        #expect(end.state == .queued)
        let after = try bed.crash()
        #expect(try await after.resume(end.job)?.state == .succeeded)
        #expect(bed.world.keys(of: "a").count == 2 && bed.world.effects == ["a"])
    }

    @Test func `a long wait is durable and holds no place`() async throws {
        let bed = try TestBed(
            #"{"id":"a","use":"world.create","input":{"name":"a"}}, {"id":"w","wait":"15m"}, {"return":{"at":"{{ now }}"}}"#
        )
        let end = try await bed.run(options: RunOptions())
        #expect(end.state == .waiting)
        #expect(end.runAfter == noon + 15 * 60_000)
        #expect(end.reason?.contains("w waits until 2025-11-24 16:15:00 UTC") == true)
        #expect(try await bed.run(options: RunOptions()).state == .waiting, "the place is free")
        let after = try bed.crash()
        #expect(try await after.engine.work { _ in RunOptions() }.isEmpty, "not due")
        bed.advance(.seconds(15 * 60))
        let ends = try await after.engine.work { _ in RunOptions() }
        #expect(ends.map(\.state) == [.succeeded, .succeeded])
        #expect(bed.world.names == ["a", "a"])
    }

    @Test func `a wait keeps its first due time when the job is resumed early`() async throws {
        let bed = try TestBed(#"{"wait":"15m"}"#)
        let end = try await bed.run(options: RunOptions())
        bed.advance(.seconds(600))
        let early = try await bed.resume(end.job, options: RunOptions())
        #expect(early?.state == .waiting)
        #expect(early?.runAfter == noon + 15 * 60_000)
    }

    @Test func `wait_until takes a time or a date`() async throws {
        let bed = try TestBed(#"{"wait_until":"got.at"}"#)
        for (at, due) in [("2025-11-25", 1_764_028_800_000), ("2025-11-24T18:00:00+01:00", noon + 3_600_000)] {
            let end = try await bed.run(["at": .string(at)], options: RunOptions())
            #expect(end.runAfter == Int64(due))
        }
    }

    @Test func `waits in concurrent branches let the others end, and the earliest wakes the job`() async throws {
        let bed = try TestBed(
            #"{"for_each":"[30, 10, 0]","as":"n","at_once":3,"steps":[{"if":"n > 0","then":[{"wait":"{{ n }}m"}]},{"use":"world.create","input":{"name":"n{{ n }}"}}]}"#
        )
        let end = try await bed.run(options: RunOptions())
        #expect(end.state == .waiting)
        #expect(end.runAfter == noon + 10 * 60_000)
        #expect(bed.world.names == ["n0"])
        bed.advance(.seconds(600))
        #expect(try await bed.resume(end.job, options: RunOptions())?.runAfter == noon + 30 * 60_000)
        bed.advance(.seconds(1200))
        #expect(try await bed.resume(end.job, options: RunOptions())?.state == .succeeded)
        #expect(bed.world.names == ["n0", "n10", "n30"])
    }

    @Test func `the running time of a job adds up over its claims without its waits`() async throws {
        let bed = try TestBed(#"{"repeat":[{"wait":"1h"}],"while":"true"}"#)
        let end = try await bed.run(options: RunOptions())
        for _ in 0..<20 {
            bed.advance(.seconds(3600))
            #expect(try await bed.resume(end.job, options: RunOptions())?.state == .waiting)
        }
        let active = try #require(try await bed.engine.store.job(end.job)?.summary.activeMilliseconds)
        #expect(active < 60_000)
    }
}
