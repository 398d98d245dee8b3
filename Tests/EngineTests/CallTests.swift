// call: recipes that run other recipes as jobs of their own.

import Engine
import JSONCore
import JobHistory
import Testing

@Suite(.timeLimit(.minutes(2)))
struct CallTests {
    private static let double = TestBed.called(
        #"{"id":"a","use":"world.create","input":{"name":"child","value":"{{ got.n }}"}}, {"return":{"twice":"{{ a.value * 2 }}","from":"{{ got.caller&.recipe }}"}}"#
    )

    /// Works until nothing is queued or waits: a caller that comes to see too early comes again a second later.
    private func workAll(_ bed: TestBed) async throws -> [JobResult] {
        var ends: [JobResult] = []
        repeat {
            ends += try await bed.engine.work { _ in .quick }
            bed.advance(.seconds(2))
        } while try await bed.engine.store.backlog(now: .max).recipes.isEmpty == false
        return ends
    }

    @Test func `a call gives what the other recipe returns`() async throws {
        let bed = try TestBed(
            #"{"id":"c","call":"double","input":{"n":"{{ got.n }}"}}, {"return":{"twice":"{{ c.twice }}","from":"{{ c.from }}"}}"#,
            recipes: ["double": Self.double])
        let end = try await bed.run(["n": 4])
        #expect(end.result == ["twice": 8, "from": "test"])
        let parent = try #require(try await bed.engine.store.job(end.job))
        #expect(parent.children.count == 1)
        let child = try #require(try await bed.engine.store.job(parent.children[0]))
        #expect(child.summary.state == .succeeded)
        #expect(child.summary.parent == end.job)
        #expect(child.parentAddress == "c")
        #expect(child.summary.origin == "call")
    }

    @Test func `a call that is not awaited gives the job`() async throws {
        let bed = try TestBed(
            #"{"id":"c","call":"double","wait":false,"input":{"n":1}}, {"return":{"job":"{{ c.job }}"}}"#,
            recipes: ["double": Self.double])
        bed.world.script("child", .block())
        let end = try await bed.run()
        let child = JobID(end.result?["job"]?.integer ?? 0)
        await bed.world.arrivals.reaches(1)
        #expect(try await bed.state(child) == .running)
        bed.world.openAllGates()
        while try await bed.state(child) == .running { await Task.yield() }
        #expect(try await bed.state(child) == .succeeded)
    }

    @Test func `a failing call can be caught`() async throws {
        let bed = try TestBed(
            #"{"try":[{"id":"c","call":"double","input":{"n":1}}],"catch":[{"return":{"type":"{{ error.type }}","status":"{{ error.details.status }}"}}]}"#,
            recipes: ["double": Self.double])
        bed.world.script("child", .refuse(404))
        #expect(try await bed.run().result == ["type": "call_failed", "status": 404])
    }

    @Test func `calls go no deeper than the limit`() async throws {
        var limits = EngineLimits()
        limits.callDepth = 3
        let loop = TestBed.called(#"{"id":"c","call":"loop"}"#)
        let bed = try TestBed(#"{"id":"c","call":"loop"}"#, recipes: ["loop": loop], limits: limits)
        let end = try await bed.run()
        #expect(end.state == .failed)
        #expect("\(end.error ?? .null)".contains("call_depth"))
        #expect(try await bed.engine.store.counts() == [.failed: 4])
    }

    @Test func `a recipe that was removed fails the call, and the job ends`() async throws {
        let bed = try TestBed(
            #"{"use":"world.read","input":{"name":"a"}}, {"id":"c","call":"double","input":{"n":1}}"#,
            recipes: ["double": Self.double])
        bed.world.script("a", .block())
        let run = await bed.start(until: 1)
        bed.remove("double")
        bed.world.openAllGates()
        let end = try await run.value
        #expect(end.state == .failed)
        #expect(end.error?["type"] == "call_failed")
    }

    @Test func `two calls at once give up one place and no more`() async throws {
        let bed = try TestBed(
            #"{"if":"got.n == 0","then":[{"parallel":{"a":[{"call":"double","input":{"n":1}}],"b":[{"call":"double","input":{"n":2}}]}}],"else":[{"use":"world.read","input":{"name":"mine"}}]}"#,
            recipes: ["double": Self.double.replacing(#""steps""#, with: #""concurrency":2, "steps""#)])
        bed.world.script("child", .block(), .block())
        for _ in 0..<3 { bed.world.script("mine", .block("mine")) }
        let first = await bed.start(["n": 0], until: 2)
        let others = (1...3).map { n in Task { try await bed.run(["n": .integer(n)]) } }
        await bed.world.arrivals.reaches(3)
        bed.world.openAllGates()
        #expect(try await first.value.state == .succeeded)
        for other in others { #expect(try await other.value.state == .succeeded) }
        #expect(bed.world.mostRunning == 3, "two children and one job in the place of their parent")
    }

    @Test func `a recipe may call itself although one of its jobs runs at a time`() async throws {
        let bed = try TestBed()
        bed.write(
            "test",
            TestBed.called(
                #"{"if":"got.n.to_i < 3","then":[{"id":"c","call":"test","input":{"n":"{{ got.n + 1 }}"}}]}, {"return":{"n":"{{ c&.n || got.n }}"}}"#
            ))
        #expect(try await bed.run(["n": 0]).result == ["n": 3])
    }

    @Test func `canceling a job cancels the ones it called`() async throws {
        let bed = try TestBed(#"{"id":"c","call":"double","input":{"n":1}}"#, recipes: ["double": Self.double])
        bed.world.script("child", .block())
        let run = await bed.start(until: 1)
        let jobs = try await bed.engine.store.jobs(JobFilter())
        let parent = try #require(jobs.first { $0.recipe == "test" }?.id ?? jobs.first?.parent)
        #expect(try await bed.engine.cancel(parent, reason: "enough") == .canceled)
        #expect(try await run.value.state == .canceled)
        #expect(try await bed.engine.store.counts() == [.canceled: 2])
    }

    @Test func `a canceled child is a failure of the call, and no more`() async throws {
        let bed = try TestBed(
            #"{"try":[{"id":"c","call":"double","input":{"n":1}}],"catch":[{"return":{"type":"{{ error.type }}"}}]}"#,
            recipes: ["double": Self.double])
        bed.world.script("child", .block())
        let run = await bed.start(until: 1)
        let child = try #require(try await bed.engine.store.jobs(JobFilter()).first { $0.recipe == "double" }?.id)
        #expect(try await bed.engine.cancel(child, reason: "enough") == .canceled)
        #expect(try await run.value.result == ["type": "call_canceled"])
    }

    @Test func `a child canceled in the queue is a failure of the call too`() async throws {
        let bed = try TestBed(
            #"{"try":[{"id":"c","call":"double","input":{"n":1}}],"catch":[{"return":{"type":"{{ error.type }}"}}]}"#,
            recipes: ["double": Self.double])
        bed.world.script("child", .block())
        let holder = await bed.start(["n": 5], recipe: "double", until: 1)
        let seen = Tally()
        var options = RunOptions.quick
        options.observer = { event in if case .started(_, "c", _) = event { seen.add() } }
        let run = Task { [options] in try await bed.run(options: options) }
        await seen.reaches(1)
        var child: JobID?
        while child == nil {
            child = try await bed.engine.store.jobs(JobFilter()).first { $0.parent != nil }?.id
            await Task.yield()
        }
        #expect(try await bed.engine.cancel(try #require(child), reason: "enough") == .canceled)
        bed.world.openAllGates()
        #expect(try await run.value.result == ["type": "call_canceled"])
        #expect(try await holder.value.state == .succeeded)
        #expect(bed.world.names == ["child"])
    }

    @Test func `after a crash the caller waits for the child it made`() async throws {
        let bed = try TestBed(
            #"{"id":"c","call":"double","input":{"n":4}}, {"return":{"twice":"{{ c.twice }}"}}"#,
            recipes: ["double": Self.double])
        bed.world.script("child", .block())
        let run = await bed.start(until: 1)
        let after = try bed.crash()
        run.cancel()
        _ = await run.result
        let ends = try await workAll(after)
        #expect(ends.contains { $0.result == ["twice": 8] })
        #expect(try await after.engine.store.counts() == [.succeeded: 2])
        #expect(bed.world.effects == ["child"])
    }

    @Test func `the caller of a job that waits for a person waits too`() async throws {
        let bed = try TestBed(
            #"{"id":"c","call":"pay"}, {"return":{"paid":"{{ c.paid }}"}}"#,
            recipes: [
                "pay": TestBed.called(
                    #"{"id":"p","use":"world.send","input":{"name":"pay"}}, {"return":{"paid":"{{ p.value }}"}}"#)
            ])
        bed.world.script("pay", .lose)
        let end = try await bed.run()
        #expect(end.state == .waiting)
        #expect(end.reason?.contains("needs_decision") == true)
        let child = try #require(try await bed.engine.store.job(end.job)?.children.first)
        _ = try await bed.engine.decide(child, step: nil, outcome: .done(output: ["value": 5]))
        bed.advance(.seconds(61))
        let ends = try await workAll(bed)
        #expect(ends.last { $0.job == end.job }?.result == ["paid": 5])
    }

    private static let typed = TestBed.recipe(
        #"{"id":"a","use":"world.read","input":{"name":"child"}}, {"return":{"net":"{{ got.net }}","at":"{{ got.at }}","has":"{{ got.has_key?('at') }}","from":"{{ got.caller.recipe }}"}}"#,
        trigger:
            #"{"id":"got","use":"recipe.called","input":{"schema":{"type":"object","required":["net"],"additionalProperties":false,"properties":{"net":{"type":"number"},"at":{"type":"string"},"lines":{"type":"array","items":{"type":"object","properties":{"qty":{"type":"integer"}}}}}}}}"#
    )

    @Test(arguments: [true, false])
    func `the input of a call gets the types that the called recipe asks for`(waits: Bool) async throws {
        let bed = try TestBed(
            #"{"id":"c","call":"typed","wait":\#(waits),"input":{"net":"{{ got.net }}","at":"{{ got.none }}"}}, {"return":"{{ c }}"}"#,
            recipes: ["typed": Self.typed])
        let end = try await bed.run(["net": "10.50"])
        let child = try #require(try await bed.engine.store.job(end.job)?.children.first)
        while try await bed.state(child)?.isFinished != true { await Task.yield() }
        let job = try #require(try await bed.engine.store.job(child))
        #expect(job.event["net"] == (try json("10.50")))
        #expect(job.event.object?["at"] == nil, "nothing is left out")
        #expect(job.result == (try json(#"{"net":10.50,"at":null,"has":false,"from":"test"}"#)))
    }

    @Test(arguments: [
        (#""net":"{{ got.net }}""#, "/net must be a number, not \"abc\"", "/net"),
        (#""at":"now""#, "/net is required but missing", "/net"),
        (#""net":1,"lines":"{{ got.lines }}""#, "/lines/1/qty must be a whole number, not 1.5", "/lines/1/qty"),
        (#""net":"{{ got.net }}","lines":"{{ got.lines }}""#, "(and 1 more)", "/net"),
    ])
    func `an input that does not fit fails the step and makes no job`(
        input: String, message: String, field: String
    ) async throws {
        for waits in [true, false] {
            let bed = try TestBed(recipes: ["typed": Self.typed])
            // The rest is not seen by the check: it holds pills, or is missing on the way.
            let steps =
                input.contains(#""at":"now""#)
                ? #"{"id":"c","call":"typed","wait":\#(waits),"input":"{{ got.whole }}"}"#
                : #"{"id":"c","call":"typed","wait":\#(waits),"input":{\#(input)}}"#
            bed.write("test", TestBed.recipe(steps))
            let end = try await bed.run(
                try json(#"{"net":"abc","lines":[{"qty":1},{"qty":1.5}],"whole":{"at":"now"}}"#))
            #expect(end.state == .failed)
            #expect(end.error?["type"] == "bad_input")
            #expect(end.error?["message"]?.string?.hasPrefix("typed: ") == true)
            #expect(end.error?["message"]?.string?.contains(message) == true, "\(end.error ?? .null)")
            #expect(end.error?["at"] == .string("/steps/0/input\(field)"))
            #expect(try await bed.engine.store.counts() == [.failed: 1], "only the caller")
            #expect(try await bed.trace(end.job) == ["c failed"])
            #expect(bed.world.calls.isEmpty)
        }
    }

    @Test func `a misfit can be caught, and is found in a dry run`() async throws {
        let bed = try TestBed(
            #"{"try":[{"id":"c","call":"typed","input":{"net":"{{ got.net }}"}}],"catch":[{"return":"{{ error.type }}"}]}"#,
            recipes: ["typed": Self.typed])
        #expect(try await bed.run(["net": "abc"]).result == "bad_input")
        var options = RunOptions.quick
        options.isDryRun = true
        let end = try await UnrecordedEngine(services: bed.services).run("test", event: ["net": "x"], options: options)
        #expect(end.result == "bad_input")
    }

    @Test func `a result that is not what the trigger declares fails at its return`() async throws {
        let add = TestBed.recipe(
            #"{"return":{"gross":"{{ got.gross }}","more":1}}"#,
            trigger:
                #"{"id":"got","use":"recipe.called","input":{"result":{"type":"object","required":["gross"],"properties":{"gross":{"type":"number"}}}}}"#
        )
        let bed = try TestBed(
            #"{"id":"c","call":"add","input":{"gross":"{{ got.gross }}"}}, {"return":"{{ c }}"}"#, recipes: ["add": add]
        )
        #expect(try await bed.run(["gross": "11.90"]).result == (try json(#"{"gross":11.90,"more":1}"#)))
        let end = try await bed.run(["gross": "much"])
        #expect(end.error?["type"] == "call_failed")
        let child = try #require(try await bed.engine.store.job(end.job)?.children.first)
        let job = try #require(try await bed.engine.store.job(child))
        #expect(job.summary.state == .failed)
        #expect(job.error?["type"] == "bad_result")
        #expect(job.error?["at"] == "/steps/0/return/gross")
        #expect(
            job.error?["message"]
                == "the result is not what the recipe's trigger declares: /gross must be a number, not \"much\"")
    }
}
