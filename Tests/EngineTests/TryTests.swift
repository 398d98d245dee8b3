// try, retry, when and catch: what is run again, what the error pill holds, what goes on outwards.

import Engine
import JSONCore
import JobHistory
import Testing

@Suite(.timeLimit(.minutes(2)))
struct TryTests {
    @Test func `the error pill tells what happened`() async throws {
        let bed = try TestBed(
            #"""
            {"try":[{"id":"charge","use":"world.send","input":{"name":"charge"}}],
             "catch":[{"return":"{{ error }}"}]}
            """#)
        bed.world.script("charge", .refuse(429, retryAfter: 7.5))
        let error = try await bed.run().result
        #expect(error?["message"] == "the world answered 429")
        #expect(error?["type"] == "refused")
        #expect(error?["status"] == 429)
        #expect(error?["step"] == "charge")
        #expect(error?["connector"] == "world")
        #expect(error?["retry_after"]?.double == 7.5)
        #expect(error?["attempts"] == 1)
    }

    @Test func `a try runs again as often as it may, then its catch`() async throws {
        let bed = try TestBed(
            #"""
            {"try":[{"id":"a","use":"world.read","input":{"name":"a"},"retry":{"times":0}}],
             "retry":{"times":2,"wait":"1s"}, "catch":[{"return":{"tries":"{{ error.attempts }}"}}]}
            """#)
        bed.world.script("a", .refuse(400), .refuse(400), .refuse(400))
        let seen = Watcher()
        let end = try await bed.run(options: seen.options)
        #expect(end.result == ["tries": 3])
        #expect(bed.world.calls.count == 3)
        #expect(seen.waits.count == 2)
        #expect(
            try await bed.trace(end.job) == [
                "try-0 started", "a failed", "try-0~2/a failed", "try-0~3/a failed", "return-2 succeeded",
            ])
    }

    @Test func `a try that succeeds the second time goes on`() async throws {
        let bed = try TestBed(
            #"""
            {"id":"t","try":[{"id":"a","use":"world.create","input":{"name":"a"},"retry":{"times":0}}],
             "retry":{"times":2,"wait":"1s"}}, {"return":{"a":"{{ a.name }}"}}
            """#)
        bed.world.script("a", .refuse(503))
        let end = try await bed.run()
        #expect(end.result == ["a": "a"])
        #expect(try await bed.step("t", of: end.job)?.output == ["attempts": 2])
        #expect(try await bed.step("t", of: end.job)?.state == .succeeded)
        let keys = bed.world.keys(of: "a")
        #expect(keys.count == 2 && keys[0] != keys[1], "a rerun is a new round")
    }

    @Test(arguments: [(503, 2), (404, 1)])
    func `only failures for which when holds run again`(status: Int, calls: Int) async throws {
        let bed = try TestBed(
            #"""
            {"try":[{"use":"world.read","input":{"name":"a"},"retry":{"times":0}}],
             "retry":{"times":5,"wait":"1s","when":"error.status.to_i >= 500"}, "catch":[]}
            """#)
        bed.world.script("a", .refuse(status))
        #expect(try await bed.run().state == .succeeded)
        #expect(bed.world.calls.count == calls)
    }

    @Test func `a rerun starts with the variables the try had on entry`() async throws {
        let bed = try TestBed(
            #"""
            {"set":{"n":1,"rows":["in"]}},
            {"try":[{"set":{"n":"{{ n + 1 }}"}},{"append":{"rows":"{{ n }}"}},{"use":"world.read","input":{"name":"a"},"retry":{"times":0}}],
             "retry":{"times":3,"wait":"1s"}},
            {"return":{"n":"{{ n }}","rows":"{{ rows }}"}}
            """#)
        bed.world.script("a", .refuse(500), .refuse(500))
        #expect(try await bed.run().result == (try json(#"{"n":2,"rows":["in",2]}"#)))
    }

    @Test func `a failing catch goes on outwards`() async throws {
        let bed = try TestBed(
            #"""
            {"try":[
               {"try":[{"id":"a","use":"world.read","input":{"name":"a"},"retry":{"times":0}}],
                "catch":[{"id":"b","use":"world.read","input":{"name":"b"},"retry":{"times":0}}]}],
             "catch":[{"return":{"step":"{{ error.step }}"}}]}
            """#)
        bed.world.script("a", .refuse(400))
        bed.world.script("b", .refuse(400))
        #expect(try await bed.run().result == ["step": "b"])
    }

    @Test func `an error in a catch of its own does not hide the outer one`() async throws {
        let bed = try TestBed(
            #"""
            {"try":[{"id":"a","use":"world.read","input":{"name":"a"},"retry":{"times":0}}],
             "catch":[{"try":[{"id":"b","use":"world.read","input":{"name":"b"},"retry":{"times":0}}],"catch":[{"set":{"inner":"{{ error.step }}"}}]},
                      {"return":{"inner":"{{ inner }}","outer":"{{ error.step }}"}}]}
            """#)
        bed.world.script("a", .refuse(400))
        bed.world.script("b", .refuse(400))
        #expect(try await bed.run().result == ["inner": "b", "outer": "a"])
    }

    @Test func `an uncaught failure is the job's`() async throws {
        let bed = try TestBed(
            #"{"for_each":"[1, 2]","as":"n","steps":[{"id":"a","use":"world.read","input":{"name":"a{{ n }}"},"retry":{"times":0}}]}"#,
            settings: #""report":{"Who":"got.who"}"#)
        bed.world.script("a2", .refuse(404))
        let end = try await bed.run(["who": "Ann"])
        #expect(end.state == .failed)
        #expect(end.error?["step"] == "for_each-0[1]/a")
        let stored = try #require(try await bed.engine.store.job(end.job))
        #expect(stored.summary.errorMessage == "the world answered 404")
        #expect(stored.summary.report == ["Who": "Ann"])
        #expect(
            try await bed.trace(end.job) == [
                "for_each-0 failed", "for_each-0[0]/a succeeded", "for_each-0[1]/a failed",
            ]
        )
    }

    private static let patient = #"""
        {"set":{"n":1}},
        {"id":"t","try":[{"id":"a","use":"world.create","input":{"name":"a"},"retry":{"times":0}},{"set":{"n":"{{ n + 1 }}"}},
          {"id":"b","use":"world.read","input":{"name":"b"},"retry":{"times":0}}],
         "retry":{"times":3,"wait":"1ms"},"catch":[{"return":{"given up after":"{{ error.attempts }}"}}]},
        {"return":{"n":"{{ n }}"}}
        """#

    @Test func `a long wait before the next round is on disk`() async throws {
        let bed = try TestBed(Self.patient)
        bed.world.script("b", .refuse(503, retryAfter: 3_600))
        let first = try await bed.run(options: RunOptions())
        #expect(first.state == .waiting)
        #expect(first.runAfter.map { $0 - noon } == 3_600_000)
        #expect(first.reason == "t failed (the world answered 503); try 2 of 4 is at 2025-11-24 17:00:00 UTC")
        #expect(try await bed.step("t", of: first.job)?.state == .waiting)
        #expect(try await bed.run(["other": true], options: .quick).state == .succeeded, "it holds no place")

        bed.world.script("b", .refuse(503, retryAfter: 60))
        let after = try bed.crash()
        #expect(try await after.engine.work { _ in RunOptions() }.isEmpty, "not yet")
        #expect(try await after.resume(first.job, options: RunOptions())?.state == .waiting, "asked for too early")
        bed.advance(.seconds(3_601))
        let second = try #require(try await after.engine.work { _ in RunOptions() }.first)
        #expect(second.state == .waiting)
        #expect(second.reason?.contains("try 3 of 4") == true)
        bed.advance(.seconds(61))
        let third = try #require(try await after.engine.work { _ in RunOptions() }.first)
        #expect(third.result == ["n": 2], "each round starts with the variables of the beginning")
        #expect(try await after.step("t", of: first.job)?.output == ["attempts": 3])
        let keys = bed.world.keys(of: "a")
        #expect(keys.count == 4 && Set(keys).count == 4, "three rounds, and the other job's one")
    }

    @Test func `a try that waits can be canceled, and retried where it was`() async throws {
        let bed = try TestBed(Self.patient)
        bed.world.script("b", .refuse(503, retryAfter: 3_600))
        let first = try await bed.run(options: RunOptions())
        #expect(try await bed.engine.cancel(first.job, reason: "enough") == .canceled)
        try await bed.engine.retry(first.job)
        #expect(try await bed.resume(first.job)?.result == ["n": 2])
        #expect(bed.world.names == ["a", "b", "a", "b"])
    }

    @Test func `a retry of the job does not wait again for rounds that are over`() async throws {
        let bed = try TestBed(
            #"{"id":"t","try":[{"id":"a","use":"world.read","input":{"name":"a"},"retry":{"times":0}}],"retry":{"times":2,"wait":"1ms"}}"#
        )
        bed.world.script("a", .refuse(404), .refuse(404), .refuse(404))
        let end = try await bed.run()
        #expect(end.state == .failed)
        #expect(try await bed.step("t", of: end.job)?.output == ["attempts": 3])
        try await bed.engine.retry(end.job)
        let seen = Watcher()
        #expect(try await bed.resume(end.job, options: seen.options)?.state == .succeeded)
        #expect(seen.waits.isEmpty)
        #expect(bed.world.calls.count == 4)
    }

    @Test func `items that wait for their next round leave the others running`() async throws {
        let bed = try TestBed(
            #"""
            {"set":{"done":[]}},
            {"for_each":"[1, 2, 3]","as":"n","at_once":2,"steps":[
              {"try":[{"use":"world.read","input":{"name":"a{{ n }}"},"retry":{"times":0}}],"retry":{"times":1,"wait":"1ms"}},
              {"append":{"done":"{{ n }}"}}]},
            {"return":{"done":"{{ done }}"}}
            """#)
        bed.world.script("a1", .refuse(503, retryAfter: 600))
        bed.world.script("a2", .refuse(503, retryAfter: 300))
        let first = try await bed.run(options: RunOptions())
        #expect(first.state == .waiting)
        #expect(first.runAfter.map { $0 - noon } == 300_000, "the earliest")
        #expect(bed.world.names.sorted() == ["a1", "a2", "a3"])
        bed.advance(.seconds(601))
        #expect(try await bed.engine.work { _ in RunOptions() }.first?.result == ["done": [1, 2, 3]])
        #expect(bed.world.names.sorted() == ["a1", "a1", "a2", "a2", "a3"])
    }
}
