// What people do with jobs that ended: retry from the failed step, from a step, with the latest recipe; rerun.

import Engine
import JSONCore
import JobHistory
import Testing

@Suite(.timeLimit(.minutes(2)))
struct RetryTests {
    private static let steps = #"""
        {"id":"a","use":"world.create","input":{"name":"a","value":"{{ uuid }}"}},
        {"set":{"v":"{{ a.value }}"}},
        {"id":"b","use":"world.create","input":{"name":"b","value":"{{ v }}"}},
        {"id":"c","use":"world.create","input":{"name":"c"}},
        {"return":{"same":"{{ b.value == v && v == a.value }}"}}
        """#

    @Test func `a retry goes on at the failed step and keeps what was done`() async throws {
        let bed = try TestBed(Self.steps)
        bed.world.script("b", .refuse(400))
        let end = try await bed.run()
        #expect(end.state == .failed)
        try await bed.engine.retry(end.job)
        let seen = Watcher()
        let again = try await bed.resume(end.job, options: seen.options)
        #expect(again?.result == ["same": true])
        #expect(bed.world.names == ["a", "b", "b", "c"])
        #expect(
            seen.ends == [
                "a succeeded (again)", "set-1 succeeded (again)", "b succeeded", "c succeeded", "return-4 succeeded",
            ])
        let keys = bed.world.keys(of: "b")
        #expect(keys[0] != keys[1], "after a definite refusal the key has a new round")
        #expect(
            try await bed.trace(end.job, all: true).filter { $0.hasPrefix("b") } == [
                "b failed (taken back)", "b succeeded",
            ])
    }

    @Test func `a retry keeps the key while the outcome is unknown`() async throws {
        let bed = try TestBed(#"{"id":"a","use":"world.create","input":{"name":"a"},"retry":{"times":0}}"#)
        bed.world.script("a", .lose)
        let end = try await bed.run()
        try await bed.engine.retry(end.job)
        #expect(try await bed.resume(end.job)?.state == .succeeded)
        let keys = bed.world.keys(of: "a")
        #expect(keys.count == 2 && keys[0] == keys[1])
        #expect(bed.world.effects == ["a"])
    }

    @Test func `another body has another key`() async throws {
        let bed = try TestBed(#"{"id":"a","use":"world.create","input":{"name":"a","value":1},"retry":{"times":0}}"#)
        bed.world.script("a", .lose)
        let end = try await bed.run()
        bed.write("test", TestBed.recipe(#"{"id":"a","use":"world.create","input":{"name":"a","value":2}}"#))
        try await bed.engine.retry(end.job, latest: true)
        #expect(try await bed.resume(end.job)?.state == .succeeded)
        let keys = bed.world.keys(of: "a")
        #expect(keys.count == 2 && keys[0] != keys[1])
    }

    @Test func `from does a step and all after it again`() async throws {
        let bed = try TestBed(Self.steps)
        bed.world.script("c", .refuse(400))
        let end = try await bed.run()
        try await bed.engine.retry(end.job, from: "b")
        #expect(try await bed.resume(end.job)?.state == .succeeded)
        #expect(bed.world.names == ["a", "b", "c", "b", "c"])
        await #expect(throws: (any Error).self) { try await bed.engine.retry(end.job, from: "nothing") }
    }

    @Test func `latest goes on with the recipe as it is now, without it as it was`() async throws {
        let bed = try TestBed(
            #"{"id":"a","use":"world.create","input":{"name":"a"}}, {"id":"b","use":"world.read","input":{"name":"b"}}"#
        )
        bed.world.script("b", .refuse(400), .refuse(400))
        let end = try await bed.run()
        bed.write(
            "test",
            TestBed.recipe(
                #"{"id":"a","use":"world.create","input":{"name":"a"}}, {"id":"b","use":"world.read","input":{"name":"better"}}"#
            ))
        try await bed.engine.retry(end.job)
        #expect(try await bed.resume(end.job)?.state == .failed)
        try await bed.engine.retry(end.job, latest: true)
        #expect(try await bed.resume(end.job)?.state == .succeeded)
        #expect(bed.world.names == ["a", "b", "b", "better"])
        #expect(try await bed.engine.store.job(end.job)?.summary.version == 2)
    }

    @Test func `a retry after catch and stop runs the failed step again, and the catch if it fails again`() async throws
    {
        let bed = try TestBed(
            #"""
            {"id":"a","use":"world.create","input":{"name":"a"}},
            {"try":[{"id":"b","use":"world.create","input":{"name":"b"}}],
             "catch":[{"id":"tell","use":"world.create","input":{"name":"tell"}},{"stop":"failed","reason":"b: {{ error.message }}"}]},
            {"return":{"done":true}}
            """#)
        bed.world.script("b", .refuse(400), .refuse(404))
        let end = try await bed.run()
        #expect(end.state == .failed && end.error?["step"] == "b")
        try await bed.engine.retry(end.job)
        let second = try await bed.resume(end.job)
        #expect(second?.reason == "b: the world answered 404")
        try await bed.engine.retry(end.job)
        #expect(try await bed.resume(end.job)?.result == ["done": true])
        #expect(bed.world.names == ["a", "b", "tell", "b", "tell", "b"])
    }

    @Test func `a retry after catch and stop leaves alone what ran beside it`() async throws {
        let bed = try TestBed(
            #"""
            {"for_each":"[1, 2]","as":"n","at_once":2,"steps":[
              {"try":[{"id":"b","use":"world.create","input":{"name":"b{{ n }}"}}],
               "catch":[{"id":"c","use":"world.create","input":{"name":"c{{ n }}"}},
                        {"if":"n == 1","then":[{"stop":"failed"}]}]}]},
            {"return":{"done":true}}
            """#)
        // Both fail and are caught, the second with the larger numbers; then the first stops the job.
        bed.world.script("b1", .refuse(400))
        bed.world.script("b2", .refuse(400))
        bed.world.script("c1", .block("c1"))
        let run = await bed.start(until: 2)
        while true {
            let job = try await bed.newestJob()
            if job > 0, try await bed.step("for_each-0[1]/c", of: job) != nil, bed.world.running == 1 { break }
            await Task.yield()
        }
        bed.world.gate("c1").open()
        let end = try await run.value
        #expect(end.state == .failed)
        #expect(end.error?["step"] == "for_each-0[0]/b")
        try await bed.engine.retry(end.job)
        #expect(try await bed.resume(end.job)?.result == ["done": true])
        #expect(bed.world.effects.sorted() == ["b1", "c1", "c2"])
    }

    @Test func `a retry inside a loop keeps the items that were done`() async throws {
        let bed = try TestBed(
            #"""
            {"set":{"rows":[]}},
            {"id":"loop","for_each":"[1, 2, 3]","as":"n","steps":[
              {"id":"a","use":"world.create","input":{"name":"a{{ n }}","value":"{{ n }}"}},{"append":{"rows":"{{ a.value }}"}}]},
            {"return":{"rows":"{{ rows }}"}}
            """#)
        bed.world.script("a2", .refuse(400))
        let end = try await bed.run()
        #expect(end.error?["step"] == "loop[1]/a")
        try await bed.engine.retry(end.job)
        #expect(try await bed.resume(end.job)?.result == ["rows": [1, 2, 3]])
        #expect(bed.world.names == ["a1", "a2", "a2", "a3"])
        #expect(
            try await bed.trace(end.job) == [
                "set-0 succeeded", "loop succeeded", "loop[0]/a succeeded", "loop[0]/append-3 succeeded",
                "loop[1]/a succeeded", "loop[1]/append-3 succeeded", "loop[2]/a succeeded",
                "loop[2]/append-3 succeeded",
                "return-4 succeeded",
            ])
    }

    @Test func `only what has ended badly is retried`() async throws {
        let bed = try TestBed(#"{"id":"a","use":"world.create","input":{"name":"a"}}"#)
        let end = try await bed.run()
        await #expect(throws: ControlError.self) { try await bed.engine.retry(end.job) }
        bed.world.script("a", .block())
        let run = await bed.start(until: 2)
        let running = try await bed.newestJob()
        await #expect(throws: ControlError.self) { try await bed.engine.retry(running) }
        #expect(try await bed.state(running) == .running)
        bed.world.openAllGates()
        #expect(try await run.value.state == .succeeded)
        await #expect(throws: StoreError.noSuchJob(999)) { try await bed.engine.retry(999) }
    }

    @Test func `rerun makes a new job of the stored event`() async throws {
        let bed = try TestBed(
            #"{"id":"a","use":"world.create","input":{"name":"a","value":"{{ got.n }}"}}, {"return":{"n":"{{ a.value }}"}}"#
        )
        let end = try await bed.run(["n": 7])
        let new = try await bed.engine.rerun(end.job)
        #expect(new != end.job)
        #expect(try await bed.resume(new)?.result == ["n": 7])
        let detail = try await bed.engine.store.job(new)
        #expect(detail?.summary.rerunOf == end.job)
        let keys = bed.world.keys(of: "a")
        #expect(keys[0] != keys[1], "another job, another key")
    }
}
