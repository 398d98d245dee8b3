// The dispatcher of a server: what makes it start jobs, in which order, how many at once, and how it stops.

import Engine
import JSONCore
import JobHistory
import Testing

@Suite(.timeLimit(.minutes(2)))
struct DispatcherTests {
    private static let read = #"{"use":"world.read","input":{"name":"n{{ got.n }}"}}"#

    private func accept(_ bed: TestBed, _ n: Int, recipe: String = "test") async throws -> JobID {
        try #require(try await bed.engine.accept(recipe, event: ["n": .integer(n)], origin: "webhook")).job
    }

    /// Runs `body` beside a dispatcher and stops the engine after it.
    private func dispatching(_ bed: TestBed, _ body: () async throws -> Void) async throws {
        let dispatcher = Dispatcher(bed.engine) { _ in .quick }
        let run = Task { try await dispatcher.run() }
        do {
            try await body()
        } catch {
            bed.world.openAllGates()
            await bed.engine.stop(grace: .zero)
            throw error
        }
        await bed.engine.stop()
        try await run.value
    }

    @Test func `events run in the order they came, those from before the start first`() async throws {
        let bed = try TestBed(Self.read)
        for n in 0..<3 { _ = try await accept(bed, n) }
        try await dispatching(bed) {
            var last: JobID = 0
            for n in 3..<20 { last = try await accept(bed, n) }
            #expect(try await bed.engine.end(of: last).state == .succeeded)
        }
        #expect(bed.world.names == (0..<20).map { "n\($0)" })
        #expect(bed.world.mostRunning == 1)
    }

    @Test(arguments: [1, 3])
    func `a place that becomes free is taken at once, and no more run than the concurrency says`(
        concurrency: Int
    ) async throws {
        let bed = try TestBed(Self.read, settings: #""concurrency":\#(concurrency)"#)
        for n in 0..<8 { bed.world.script("n\(n)", .block("n\(n)")) }
        try await dispatching(bed) {
            var jobs: [JobID] = []
            for n in 0..<8 { jobs.append(try await accept(bed, n)) }
            for n in 0..<8 {
                await bed.world.arrivals.reaches(min(8, n + concurrency))
                #expect(bed.world.running == min(concurrency, 8 - n))
                bed.world.gate("n\(n)").open()
                #expect(try await bed.engine.end(of: jobs[n]).state == .succeeded)
            }
        }
        #expect(bed.world.mostRunning == concurrency)
    }

    @Test func `a new event starts beside a job that runs`() async throws {
        let bed = try TestBed(Self.read, settings: #""concurrency":2"#)
        bed.world.script("n0", .block())
        try await dispatching(bed) {
            let first = try await accept(bed, 0)
            await bed.world.arrivals.reaches(1)
            let second = try await accept(bed, 1)
            #expect(try await bed.engine.end(of: second).state == .succeeded)
            bed.world.gate().open()
            #expect(try await bed.engine.end(of: first).state == .succeeded)
        }
    }

    @Test func `all recipes together stay within the limit, and none is forgotten`() async throws {
        var limits = EngineLimits()
        limits.jobsAtOnce = 2
        let recipes = Dictionary(
            uniqueKeysWithValues: (0..<5).map { ("r\($0)", TestBed.recipe(Self.read, #""concurrency":4"#)) })
        let bed = try TestBed(recipes: recipes, limits: limits)
        for n in 0..<20 { bed.world.script("n\(n)", .block("n\(n)")) }
        try await dispatching(bed) {
            var jobs: [JobID] = []
            for n in 0..<20 { jobs.append(try await accept(bed, n, recipe: "r\(n % 5)")) }
            for n in 0..<20 { bed.world.gate("n\(n)").open() }
            for job in jobs { #expect(try await bed.engine.end(of: job).state == .succeeded) }
        }
        #expect(bed.world.mostRunning <= 2)
    }

    @Test func `a caller's place is free while it waits, also when all recipes together may run one job`() async throws
    {
        var limits = EngineLimits()
        limits.jobsAtOnce = 1
        let bed = try TestBed(
            #"{"id":"c","call":"child","input":{"n":1}},{"return":{"got":"{{ c.name }}"}}"#,
            recipes: ["child": TestBed.called(Self.read + #",{"return":{"name":"done"}}"#)], limits: limits)
        try await dispatching(bed) {
            let caller = try await accept(bed, 0)
            #expect(try await bed.engine.end(of: caller).result == ["got": "done"])
        }
    }

    @Test func `a job that waits goes on when its time has come`() async throws {
        let bed = try TestBed(
            #"{"wait":"1h"},{"use":"world.read","input":{"name":"after"}}"#)
        var options = RunOptions()
        options.skipsWaits = false
        let dispatcher = Dispatcher(bed.engine) { [options] _ in options }
        let waiting = try await bed.engine.run("test", event: [:], options: options)
        #expect(waiting.state == .waiting)
        bed.advance(.seconds(3_601))
        let run = Task { try await dispatcher.run() }
        await bed.world.arrivals.reaches(1, during: run)
        await bed.engine.stop()
        try await run.value
        #expect(try await bed.state(waiting.job) == .succeeded)
    }

    @Test func `a retried and a decided job run again by themselves`() async throws {
        let bed = try TestBed(Self.read)
        bed.world.script("n1", .refuse(400))
        try await dispatching(bed) {
            let job = try await accept(bed, 1)
            #expect(try await bed.engine.end(of: job).state == .failed)
            try await bed.engine.retry(job)
            #expect(try await bed.engine.end(of: job).state == .succeeded)
            let again = try await bed.engine.rerun(job)
            #expect(try await bed.engine.end(of: again).state == .succeeded)
        }
    }

    @Test func `what runs at the stop goes back to the queue, and nothing new starts`() async throws {
        let bed = try TestBed(
            #"{"use":"world.read","input":{"name":"n{{ got.n }}"}},{"use":"world.read","input":{"name":"next"}}"#)
        bed.world.script("n0", .block())
        let dispatcher = Dispatcher(bed.engine) { _ in .quick }
        let run = Task { try await dispatcher.run() }
        let (first, second) = (try await accept(bed, 0), try await accept(bed, 1))
        await bed.world.arrivals.reaches(1, during: run)
        let stop = Task { await bed.engine.stop() }
        while !bed.engine.isStopping { await Task.yield() }
        bed.world.gate().open()
        await stop.value
        try await run.value
        #expect(try await bed.state(first) == .queued)
        #expect(try await bed.state(second) == .queued)
        #expect(bed.world.names == ["n0"])
    }
}
