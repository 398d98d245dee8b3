// What runs at the same time: items, branches, jobs of a recipe. And in which order.

import Engine
import JSONCore
import JobHistory
import Testing

@Suite(.timeLimit(.minutes(2)))
struct ConcurrencyTests {
    @Test func `never more items than at_once run, and results stay in item order`() async throws {
        let bed = try TestBed(
            #"""
            {"set":{"rows":[]}},
            {"for_each":"got.items","as":"n","at_once":3,"steps":[{"id":"a","use":"world.read","input":{"name":"a{{ n }}","value":"{{ n }}"}},{"append":{"rows":"{{ a.value }}"}}]},
            {"return":{"rows":"{{ rows }}"}}
            """#)
        for item in 1...3 { bed.world.script("a\(item)", .block("\(item)")) }
        let run = await bed.start(["items": .array((1...20).map { .integer($0) })], until: 3)
        #expect(bed.world.running == 3)
        bed.world.gate("3").open()
        await bed.world.arrivals.reaches(4)
        bed.world.gate("1").open()
        bed.world.gate("2").open()
        #expect(try await run.value.result == ["rows": .array((1...20).map { .integer($0) })])
        #expect(bed.world.mostRunning == 3)
    }

    @Test func `a job in the middle of a long step is in the history`() async throws {
        let bed = try TestBed(#"{"id":"a","use":"world.read","input":{"name":"slow"}}"#, limits: EngineLimits())
        bed.world.script("slow", .block("slow"))
        let run = await bed.start([:], until: 1)
        while try await bed.newestJob() == 0 { await Task.yield() }
        #expect(try await bed.state(bed.newestJob()) == .running)
        bed.world.gate("slow").open()
        #expect(try await run.value.state == .succeeded)
    }

    @Test func `a failing item cancels the others, and starts no more`() async throws {
        let bed = try TestBed(
            #"{"for_each":"[1, 2, 3, 4, 5, 6]","as":"n","at_once":2,"steps":[{"id":"a","use":"world.create","input":{"name":"a{{ n }}"}}]}"#
        )
        bed.world.script("a1", .block())
        bed.world.script("a2", .refuse(400))
        let end = try await bed.run()
        #expect(end.state == .failed)
        #expect(end.error?["step"] == "for_each-0[1]/a")
        #expect(try await bed.step("for_each-0[0]/a", of: end.job)?.state == .canceled)
        #expect(Set(bed.world.names) == ["a1", "a2"])
    }

    @Test func `a canceled item is repeated under its key when the job is retried`() async throws {
        let bed = try TestBed(
            #"{"for_each":"[1, 2]","as":"n","at_once":2,"steps":[{"id":"a","use":"world.create","input":{"name":"a{{ n }}"}}]}"#
        )
        bed.world.script("a1", .block())
        bed.world.script("a2", .refuse(400))
        let end = try await bed.run()
        try await bed.engine.retry(end.job)
        #expect(try await bed.resume(end.job)?.state == .succeeded)
        let keys = bed.world.keys(of: "a1")
        #expect(keys.count == 1 || keys[0] == keys[1])
        #expect(bed.world.effects.sorted() == ["a1", "a2"])
    }

    @Test func `a failing branch cancels the rest and can be caught`() async throws {
        let bed = try TestBed(
            #"""
            {"try":[{"parallel":{"one":[{"id":"a","use":"world.read","input":{"name":"a"}},{"use":"world.send"}],
                                 "two":[{"use":"world.read","input":{"name":"meet"}},{"id":"b","use":"world.read","input":{"name":"b"}}]}}],
             "catch":[{"return":{"step":"{{ error.step }}"}}]}
            """#)
        bed.world.script("a", .block())
        bed.world.script("meet", .block("meet"))
        bed.world.script("b", .refuse(400))
        let run = await bed.start(until: 2)
        bed.world.gate("meet").open()
        #expect(try await run.value.result == ["step": "b"])
        #expect(bed.world.running == 0, "all branches were awaited")
        #expect(!bed.world.names.contains("send"))
    }

    @Test(arguments: [1, 3])
    func `a recipe runs as many jobs at once as its concurrency says`(concurrency: Int) async throws {
        let bed = try TestBed(
            #"{"use":"world.read","input":{"name":"n{{ got.n }}"}}"#, settings: #""concurrency":\#(concurrency)"#)
        for n in 0..<8 {
            bed.world.script("n\(n)", .block())
            _ = try await bed.engine.accept("test", event: ["n": .integer(n)], origin: "webhook")
        }
        let work = Task { try await bed.engine.work { _ in .quick } }
        await bed.world.arrivals.reaches(concurrency)
        #expect(bed.world.running == concurrency)
        bed.world.openAllGates()
        #expect(try await work.value.count == 8)
        #expect(bed.world.mostRunning == concurrency)
        if concurrency == 1 { #expect(bed.world.names == (0..<8).map { "n\($0)" }, "in event order") }
    }

    @Test func `runs that wait for a place start in order, and leave the queue when canceled`() async throws {
        let bed = try TestBed(#"{"use":"world.read","input":{"name":"n{{ got.n }}"}}"#)
        bed.world.script("n0", .block())
        let first = await bed.start(["n": 0], until: 1)
        let second = Task { try await bed.run(["n": 1]) }
        second.cancel()
        await #expect(throws: CancellationError.self) { try await second.value }
        let third = Task { try await bed.run(["n": 2]) }
        bed.world.openAllGates()
        #expect(try await first.value.state == .succeeded)
        #expect(try await third.value.state == .succeeded)
        #expect(bed.world.names == ["n0", "n2"])
    }

    @Test func `the queue waits for a place that a run from outside holds`() async throws {
        let bed = try TestBed(#"{"use":"world.read","input":{"name":"n{{ got.n }}"}}"#)
        bed.world.script("n0", .block())
        let first = await bed.start(["n": 0], until: 1)
        _ = try await bed.engine.accept("test", event: ["n": 1], origin: "webhook")
        let work = Task { try await bed.engine.work { _ in .quick } }
        bed.world.openAllGates()
        #expect(try await first.value.state == .succeeded)
        #expect(try await work.value.map(\.state) == [.succeeded])
        #expect(bed.world.mostRunning == 1)
    }

    @Test func `branches that append and call keep every row of a job in order`() async throws {
        let bed = try TestBed(
            #"{"for_each":"got.items","as":"n","at_once":16,"steps":[{"id":"a","use":"world.create","input":{"name":"a"}},{"set":{"x":1}},{"id":"b","use":"world.create","input":{"name":"b"}}]}"#
        )
        let end = try await bed.run(["items": .array((0..<100).map { .integer($0) })])
        #expect(end.state == .succeeded)
        let steps = try await bed.steps(end.job)
        #expect(steps.count == 301)
        #expect(steps.allSatisfy { $0.state == .succeeded })
        #expect(Set(bed.world.calls.map(\.key)).count == 200)
    }
}
