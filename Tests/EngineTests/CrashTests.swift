// Death of the process in the middle of a job: what the next owner does from the files it finds.

import Engine
import JSONCore
import JobHistory
import RecipeLanguage
import Testing

@Suite(.timeLimit(.minutes(2)))
struct CrashTests {
    /// Runs `test` until `calls` calls are in the world, kills it there, and returns what the next owner has.
    private func kill(
        _ bed: TestBed, at calls: Int, event: JSON = [:]
    ) async throws -> (TestBed, JobID) {
        let run = await bed.start(event, until: calls)
        let after = try bed.crash()
        run.cancel()
        _ = await run.result
        return (after, try await after.newestJob())
    }

    @Test func `finished steps are not run again, and the job ends as it would have`() async throws {
        let bed = try TestBed(
            #"""
            {"id":"a","use":"world.create","input":{"name":"a","value":"{{ uuid }}"}},
            {"set":{"at":"{{ now }}","id":"{{ uuid }}"}},
            {"if":"a.value.present?","then":[{"id":"b","use":"world.create","input":{"name":"b","value":"{{ id }}"}}]},
            {"return":{"a":"{{ a.value }}","id":"{{ id }}","b":"{{ b.value }}","at":"{{ at }}","now":"{{ now }}","more":"{{ uuid }}"}}
            """#)
        bed.world.script("b", .block())
        let (after, job) = try await kill(bed, at: 2)
        #expect(try await after.state(job) == .queued)
        bed.advance(.seconds(3600))
        let seen = Watcher()
        let end = try #require(try await after.resume(job, options: seen.options))
        #expect(end.state == .succeeded)
        #expect(bed.world.names == ["a", "b", "b"])
        #expect(seen.ends.first == "a succeeded (again)")
        #expect(end.result?["a"] == bed.world.calls[0].input["value"])
        #expect(end.result?["id"] == bed.world.calls[1].input["value"])
        #expect(end.result?["now"] == end.result?["at"], "now is frozen at the first start")
        #expect(end.result?["more"] != end.result?["id"])
        #expect(Set(bed.world.calls.map(\.now)) == [noon])
    }

    @Test func `a keyed step in flight is repeated with the same key and body, and its effect is one`() async throws {
        let bed = try TestBed(#"{"id":"a","use":"world.create","input":{"name":"a","value":"{{ uuid }}"}}"#)
        bed.world.script("a", .block())
        let (after, job) = try await kill(bed, at: 1)
        #expect(try await after.resume(job)?.state == .succeeded)
        let calls = bed.world.calls
        #expect(calls.count == 2)
        #expect(calls[0].key == calls[1].key)
        #expect(calls[0].input == calls[1].input)
        #expect(bed.world.effects == ["a"])
        #expect(try await after.step("a", of: job)?.attempt == 2)
    }

    @Test(arguments: [("read", 2), ("put", 2), ("create", 2)])
    func `what is repeatable is run again`(action: String, calls: Int) async throws {
        let bed = try TestBed(
            #"{"id":"first","use":"world.put","input":{"name":"first"}}, {"id":"a","use":"world.\#(action)","input":{"name":"a"}}"#
        )
        bed.world.script("a", .block())
        let (after, job) = try await kill(bed, at: 2)
        #expect(try await after.resume(job)?.state == .succeeded)
        #expect(bed.world.names.filter { $0 == "a" }.count == calls)
    }

    @Test func `an unsafe step in flight waits for a person`() async throws {
        let bed = try TestBed(
            #"{"id":"pay","use":"world.send","input":{"name":"pay"}}, {"return":{"v":"{{ pay.value }}"}}"#)
        bed.world.script("pay", .block())
        let (after, job) = try await kill(bed, at: 1)
        #expect(after.engine.store.takeover.needsDecision == 1)
        #expect(try await after.state(job) == .needsDecision)
        #expect(try await after.engine.work { _ in .quick }.isEmpty)
        #expect(bed.world.calls.count == 1)
        #expect(try await after.engine.decide(job, step: nil, outcome: .done(output: ["value": 3])) == .queued)
        #expect(try await after.engine.work { _ in .quick }.first?.result == ["v": 3])
        #expect(bed.world.calls.count == 1)
    }

    @Test func `a loop goes on at the item it was at`() async throws {
        let bed = try TestBed(
            #"""
            {"set":{"rows":[]}},
            {"for_each":"got.items","as":"n","steps":[{"id":"a","use":"world.create","input":{"name":"a{{ n }}","value":"{{ n }}"}},{"append":{"rows":"{{ a.value }}"}}]},
            {"return":{"rows":"{{ rows }}"}}
            """#)
        bed.world.script("a3", .block())
        let (after, job) = try await kill(bed, at: 3, event: ["items": [1, 2, 3, 4]])
        #expect(try await after.resume(job)?.result == ["rows": [1, 2, 3, 4]])
        #expect(bed.world.names == ["a1", "a2", "a3", "a3", "a4"])
    }

    @Test func `a concurrent loop repeats only the items in flight`() async throws {
        let bed = try TestBed(
            #"""
            {"set":{"rows":[]}},
            {"for_each":"[1, 2, 3, 4, 5]","as":"n","at_once":2,"steps":[{"id":"a","use":"world.create","input":{"name":"a{{ n }}","value":"{{ n }}"}},{"append":{"rows":"{{ a.value }}"}}]},
            {"return":{"rows":"{{ rows }}"}}
            """#)
        bed.world.script("a1", .block())
        bed.world.script("a4", .block())
        let (after, job) = try await kill(bed, at: 4)
        #expect(try await after.resume(job)?.result == ["rows": [1, 2, 3, 4, 5]])
        let again = bed.world.names.dropFirst(4).sorted()
        #expect(again == ["a1", "a4", "a5"])
        #expect(bed.world.effects.sorted() == ["a1", "a2", "a3", "a4", "a5"])
    }

    @Test func `a crash in a catch resumes in the catch`() async throws {
        let bed = try TestBed(
            #"""
            {"try":[{"id":"a","use":"world.create","input":{"name":"a"},"retry":{"times":0}}],"retry":{"times":1,"wait":"1s"},
             "catch":[{"id":"b","use":"world.create","input":{"name":"b","value":"{{ error.status }}"}}]},
            {"return":{"b":"{{ b.value }}"}}
            """#)
        bed.world.script("a", .refuse(500), .refuse(501))
        bed.world.script("b", .block())
        let run = await bed.start(until: 3)
        let after = try bed.crash()
        let job = try await after.newestJob()
        run.cancel()
        _ = await run.result
        #expect(try await after.resume(job)?.result == ["b": 501])
        #expect(bed.world.names == ["a", "a", "b", "b"])
    }

    @Test func `an output of null is an output`() async throws {
        let bed = try TestBed(
            #"{"id":"a","use":"world.send","input":{"name":"a"}}, {"id":"b","use":"world.put","input":{"name":"b"}}"#)
        bed.world.script("a", .answer(.null))
        bed.world.script("b", .block())
        let (after, job) = try await kill(bed, at: 2)
        #expect(try await after.resume(job)?.state == .succeeded)
        #expect(bed.world.names == ["a", "b", "b"])
    }

    @Test func `a branch that was taken stays taken`() async throws {
        let bed = try TestBed(
            #"""
            {"id":"a","use":"world.read","input":{"name":"a"}},
            {"if":"a.value == 1","then":[{"use":"world.put","input":{"name":"then"}},{"use":"world.put","input":{"name":"last"}}],"else":[{"use":"world.put","input":{"name":"else"}}]}
            """#)
        bed.world.script("a", .answer(["value": 1]), .answer(["value": 2]))
        bed.world.script("last", .block())
        let (after, job) = try await kill(bed, at: 3)
        #expect(try await after.resume(job)?.state == .succeeded)
        #expect(bed.world.names == ["a", "then", "last", "last"])
    }

    @Test func `a job whose runner died three times is quarantined, and a person can retry it`() async throws {
        let bed = try TestBed(#"{"id":"a","use":"world.create","input":{"name":"a"}}"#)
        bed.world.script("a", .block(), .block(), .block())
        let first = await bed.start(until: 1)
        let second = try bed.crash()
        let job = try await second.newestJob()
        let secondRun = Task { try await second.resume(job) }
        await bed.world.arrivals.reaches(2)
        let third = try second.crash()
        #expect(try await third.state(job) == .queued)
        let thirdRun = Task { try await third.resume(job) }
        await bed.world.arrivals.reaches(3)
        let last = try third.crash()
        for run in [secondRun, thirdRun] {
            run.cancel()
            _ = await run.result
        }
        first.cancel()
        _ = await first.result
        #expect(try await last.state(job) == .quarantined)
        #expect(last.engine.store.takeover.quarantined == 1)
        #expect(try await last.engine.work { _ in .quick }.isEmpty)
        try await last.engine.retry(job)
        #expect(try await last.resume(job)?.state == .succeeded)
        #expect(bed.world.effects == ["a"])
    }

    @Test func `a job that dies before its first effect leaves nothing`() async throws {
        let bed = try TestBed(#"{"id":"a","use":"world.read","input":{"name":"a"}}"#)
        bed.world.script("a", .block())
        let run = await bed.start(until: 1)
        let after = try bed.crash()
        #expect(try await after.engine.store.counts().isEmpty, "galley run acknowledges nothing before its end")
        run.cancel()
        _ = await run.result
    }

    @Test func `a job without effects is one commit`() async throws {
        let bed = try TestBed(
            #"{"for_each":"[1, 2, 3]","as":"n","steps":[{"use":"world.read","input":{"name":"{{ n }}"}}]}, {"return":{"ok":true}}"#
        )
        _ = try await bed.engine.currentVersion(of: "test")
        let before = bed.engine.store.commitCount
        try await bed.run()
        #expect(bed.engine.store.commitCount == before + 1)
    }

    @Test func `each effect's intent rides with the result before it`() async throws {
        let bed = try TestBed(
            #"{"use":"world.create","input":{"name":"a"}}, {"use":"world.create","input":{"name":"b"}}, {"use":"world.read"}"#
        )
        _ = try await bed.engine.currentVersion(of: "test")
        let before = bed.engine.store.commitCount
        try await bed.run()
        #expect(bed.engine.store.commitCount == before + 3, "two intents and the end")
    }

    @Test func `ten thousand recorded items are passed over when the job resumes`() async throws {
        let bed = try TestBed(
            #"""
            {"set":{"sum":0}},
            {"for_each":"got.items","as":"n","steps":[{"set":{"sum":"{{ sum + n }}"}}]},
            {"id":"a","use":"world.create","input":{"name":"a","value":"{{ sum }}"}}, {"return":{"sum":"{{ a.value }}"}}
            """#)
        bed.world.script("a", .block())
        let (after, job) = try await kill(bed, at: 1, event: ["items": .array((1...10_000).map { .integer($0) })])
        #expect(try await after.resume(job)?.result == ["sum": 50_005_000])
    }

    @Test(arguments: [1, 8])
    func `a loop of ten thousand goes on where it was`(atOnce: Int) async throws {
        let bed = try TestBed(
            #"""
            {"set":{"sum":[]}},
            {"for_each":"(1..10000).to_a","as":"n","at_once":\#(atOnce),"steps":[
              {"id":"a","use":"world.read","input":{"name":"{{ n > 9990 ? 'late' : 'early' }}","value":"{{ n }}"}},
              {"append":{"sum":"{{ a.value }}"}}]},
            {"return":{"sum":"{{ sum.sum }}","first":"{{ sum.first }}","last":"{{ sum.last }}"}}
            """#)
        for _ in 0..<atOnce { bed.world.script("late", .block()) }
        // What is done so far reaches the disk with the next write that something waits for.
        let run = await bed.start(until: 9_990 + atOnce)
        while try await bed.engine.store.lastSeq(of: try await bed.newestJob()) ?? 0 < 19_000 { await Task.yield() }
        let after = try bed.crash()
        run.cancel()
        _ = await run.result
        let job = try await after.newestJob()
        let recorded = try await after.engine.store.lastSeq(of: job) ?? 0
        let before = bed.world.calls.count
        bed.world.openAllGates()
        let end = try #require(try await after.resume(job))
        #expect(end.result == ["sum": 50_005_000, "first": 1, "last": 10_000])
        let again = bed.world.calls.count - before
        #expect(again <= 10_000 - (recorded - atOnce * 2) / 2 + atOnce, "\(recorded) records, \(again) calls again")
    }
}
