// The owner's socket: requests and step events there and back, errors with their kind, its file.

import ConnectorKit
import Foundation
import JSONCore
import JobHistory
import Synchronization
import Testing

@testable import Engine

/// For tests of one bound by itself.
func withDeadlineForTests<Result: Sendable>(
    _ limit: Duration, patience: Duration, _ body: @escaping @Sendable () async throws -> Result
) async throws -> Result {
    try await withDeadline(limit, patience: patience, body)
}

@Suite(.timeLimit(.minutes(2)))
struct OwnerTests {
    private func serving(
        _ bed: TestBed, _ body: (OwnerClient) async throws -> Void
    ) async throws {
        let service = try OwnerService(engine: bed.engine, dataFolder: bed.folder + "/.galley")
        defer { service.close() }
        try await body(try #require(OwnerClient(dataFolder: bed.folder + "/.galley")))
    }

    @Test func `a run crosses the socket with its steps`() async throws {
        let bed = try TestBed(
            #"{"id":"a","title":"Create it","use":"world.create","input":{"name":"a","value":"{{ got.n }}"}}, {"return":{"n":"{{ a.value }}"}}"#
        )
        try await serving(bed) { client in
            let seen = Watcher()
            let answer = try await client.perform(
                .run(recipe: "test", event: ["n": 10], until: nil), observer: { seen.options.observer?($0) })
            let end = try #require(JobResult(answer))
            #expect(end.state == .succeeded && end.result == ["n": 10] && end.recipe == "test")
            #expect(seen.ends == ["a succeeded", "return-1 succeeded"])
            guard case .started(let step, "a", 0) = seen.events.first else {
                Issue.record("the first event is the start of a")
                return
            }
            #expect(step.title == "Create it" && step.target == "world.create")
            #expect(try await bed.state(end.job) == .succeeded)
        }
    }

    @Test func `a job is canceled, decided and retried from outside`() async throws {
        let bed = try TestBed(
            #"{"id":"pay","use":"world.send","input":{"name":"pay"}}, {"return":{"v":"{{ pay.value }}"}}"#)
        try await serving(bed) { client in
            bed.world.script("pay", .lose)
            let lost = try #require(
                JobResult(try await client.perform(.run(recipe: "test", event: [:], until: nil), observer: { _ in })))
            #expect(lost.state == .needsDecision)
            let decided = try await client.perform(
                .decide(lost.job, step: "pay", .done(output: ["value": 5])), observer: { _ in })
            #expect(decided["result"] == ["v": 5])

            bed.world.script("pay", .block(), .refuse(400))
            let other = try #require(OwnerClient(dataFolder: bed.folder + "/.galley"))
            let run = Task { try await other.perform(.run(recipe: "test", event: [:], until: nil), observer: { _ in }) }
            await bed.world.arrivals.reaches(2)
            let job = try await bed.newestJob()
            let canceled = try await client.perform(.cancel(job, reason: "enough"), observer: { _ in })
            #expect(canceled["state"] == "canceled")
            #expect(try await run.value["reason"] == "enough")

            let failed = try await client.perform(.run(recipe: "test", event: [:], until: nil), observer: { _ in })
            #expect(failed["state"] == "failed")
            let again = try await client.perform(
                .retry(JobID(failed["job"]?.integer ?? 0), from: nil, latest: false), observer: { _ in })
            #expect(again["state"] == "succeeded")
            let rerun = try await client.perform(.rerun(JobID(failed["job"]?.integer ?? 0)), observer: { _ in })
            #expect(rerun["state"] == "succeeded")
        }
    }

    @Test(arguments: [
        (OwnerRequest.cancel(99, reason: ""), "no_such_job"), (.retry(1, from: nil, latest: false), "refused"),
        (.decide(1, step: nil, .runAgain), "refused"), (.resume(1), "refused"),
        (.run(recipe: "broken", event: [:], until: nil), "broken"),
    ])
    func `errors cross with their kind`(request: OwnerRequest, kind: String) async throws {
        let bed = try TestBed(
            #"{"return":{}}"#, recipes: ["broken": TestBed.recipe(#"{"use":"world.no_such_action"}"#)])
        try await bed.run()
        try await serving(bed) { client in
            do {
                _ = try await client.perform(request, observer: { _ in })
                Issue.record("it was not refused")
            } catch let failure as OwnerFailure {
                #expect(failure.kind == kind)
                #expect(!failure.description.isEmpty)
            }
        }
    }

    @Test func `two clients are served at once, and branches' events stay whole lines`() async throws {
        let bed = try TestBed(
            #"{"for_each":"got.items","as":"n","at_once":8,"steps":[{"id":"a","use":"world.read","input":{"name":"a{{ got.who }}","value":"{{ got.text }}"}}]}"#,
            settings: #""concurrency":2"#)
        let items = JSON.array((0..<100).map { .integer($0) })
        bed.world.script("a1", .block())
        bed.world.script("a2", .block())
        try await serving(bed) { one in
            let two = try #require(OwnerClient(dataFolder: bed.folder + "/.galley"))
            let text = JSON.string(String(repeating: "x", count: 5_000))
            let seen = (Watcher(), Watcher())
            let first = Task {
                try await one.perform(
                    .run(recipe: "test", event: ["who": 1, "items": items, "text": text], until: nil),
                    observer: { seen.0.options.observer?($0) })
            }
            let second = Task {
                try await two.perform(
                    .run(recipe: "test", event: ["who": 2, "items": items, "text": text], until: nil),
                    observer: { seen.1.options.observer?($0) })
            }
            await bed.world.arrivals.reaches(16)
            bed.world.openAllGates()
            #expect(try await first.value["state"] == "succeeded")
            #expect(try await second.value["state"] == "succeeded")
            #expect(seen.0.ends.count == 101 && seen.1.ends.count == 101)
        }
    }

    @Test func `a request of another version gets a sentence`() async throws {
        let bed = try TestBed(#"{"return":{}}"#)
        let service = try OwnerService(engine: bed.engine, dataFolder: bed.folder + "/.galley")
        defer { service.close() }
        let socket = try #require(LineSocket.connect(to: OwnerSocketPath.of(dataFolder: bed.folder + "/.galley")))
        let answer: JSON? = await withCheckedContinuation { continuation in
            Thread {
                socket.write(["op": "dance"])
                var answer: JSON?
                socket.readLines { line in
                    answer = line
                    return false
                }
                continuation.resume(returning: answer)
            }.start()
        }
        #expect(answer?["error"]?["message"]?.string?.contains("another version") == true)
    }

    @Test func `nobody else may use the socket, and it is gone after`() throws {
        let bed = try TestBed(#"{"return":{}}"#)
        let service = try OwnerService(engine: bed.engine, dataFolder: bed.folder + "/.galley")
        var status = stat()
        #expect(stat(bed.folder + "/.galley/owner.sock", &status) == 0)
        #expect(status.st_mode & 0o777 == 0o600)
        service.close()
        #expect(stat(bed.folder + "/.galley/owner.sock", &status) != 0)
        #expect(OwnerClient(dataFolder: bed.folder + "/.galley") == nil)
    }

    @Test func `a data folder with a long path is served under a short one`() async throws {
        let bed = try TestBed(#"{"return":{"ok":true}}"#)
        let long = bed.folder + "/" + String(repeating: "long/", count: 25)
        let path = OwnerSocketPath.of(dataFolder: long)
        #expect(path.utf8.count <= 107)
        #expect(path != OwnerSocketPath.of(dataFolder: long + "er"))
        let service = try OwnerService(engine: bed.engine, dataFolder: long)
        defer { service.close() }
        let client = try #require(OwnerClient(dataFolder: long))
        let answer = try await client.perform(.run(recipe: "test", event: [:], until: nil), observer: { _ in })
        #expect(answer["result"] == ["ok": true])
        var status = stat()
        #expect(stat((path as NSString).deletingLastPathComponent, &status) == 0)
        #expect(status.st_mode & 0o777 == 0o700)
    }
}
