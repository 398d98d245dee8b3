// Rows of running jobs: grouped transactions, what is durable, what one caller's mistake does to others.

import Foundation
import GRDB
import JSONCore
import RecipeLanguage
import Testing

@testable import JobHistory

struct CommitTests {
    @Test(arguments: [false, true])
    func `callers share transactions and each finds its rows`(onCaller: Bool) async throws {
        let history = try TemporaryHistory()
        let store = try history.owner(writesOnCaller: onCaller)
        let version = try await store.version()
        let jobs = (0..<1_000).map { ($0, store.nextJobID()) }
        // All come while another transaction is under way, so that there is somebody to share with on any machine.
        func together(_ writes: @escaping @Sendable (Int, JobID) -> HistoryWrite) async throws {
            let calls = try await store.write { _ in
                jobs.map { number, id in Task.immediate { try await store.commit([writes(number, id)]) } }
            }
            for call in calls { try await call.value }
        }
        try await together { number, id in
            let job = NewJob(recipe: "hello", version: version, createdAt: noon, event: ["n": .integer(number)])
            return .startedJob(id, job, startedAt: noon)
        }
        try await together { number, id in .step(.of(id, 0, output: ["msg": .string("hello \(number)")])) }
        try await together { _, id in .end(JobEnd(job: id, state: .succeeded, at: noon, activeMilliseconds: 1)) }
        #expect(store.commitCount < 1_500, "3,000 calls")
        #expect(try await store.counts() == [.succeeded: 1_000])
        for id in [JobID(1), 500, 1_000] {
            let number = try #require(try await store.job(id)?.event["n"]?.integer)
            let steps = try await store.steps(of: id, limit: 10)
            #expect(steps.map(\.output) == [["msg": .string("hello \(number)")]])
        }
        await store.close()
    }

    @Test func `the log grows in few steps, and what others write behind its end stays`() async throws {
        let history = try TemporaryHistory()
        let store = try history.owner()
        let other = try DatabaseQueue(path: history.database)
        try await other.write { try $0.execute(sql: "CREATE TABLE notes(n INTEGER)") }
        var lengths: Set<Int> = []
        for number in 0..<200 {
            try await store.run(["n": .integer(number)])
            if number % 3 == 0 {
                try await other.write { try $0.execute(sql: "INSERT INTO notes VALUES (?)", arguments: [number]) }
            }
            lengths.insert(try Data(contentsOf: URL(filePath: history.database + "-wal")).count)
        }
        #expect(lengths.count < 20, "400 transactions of some 20 KB")
        // As after a power cut: what there is in the files is read by somebody else.
        let copy = try TemporaryHistory()
        try FileManager.default.createDirectory(atPath: copy.folder, withIntermediateDirectories: true)
        for end in ["", "-wal"] {
            try FileManager.default.copyItem(atPath: history.database + end, toPath: copy.database + end)
        }
        let found = try DatabaseQueue(path: copy.database)
        let (jobs, notes, check) = try await found.read { database in
            (
                try Int.fetchOne(database, sql: "SELECT count(*) FROM job WHERE state = 5"),
                try Int.fetchOne(database, sql: "SELECT count(*) FROM notes"),
                try String.fetchOne(database, sql: "PRAGMA integrity_check")
            )
        }
        #expect((jobs, notes, check) == (200, 67, "ok"))
        await store.close()
    }

    @Test func `a job that starts and ends in one call is one whole job`() async throws {
        let history = try TemporaryHistory()
        let store = try history.owner()
        let (id, version) = (store.nextJobID(), try await store.version())
        let before = store.commitCount
        try await store.commit([
            .startedJob(
                id, NewJob(recipe: "hello", version: version, createdAt: noon, event: ["n": 1]), startedAt: noon + 1),
            .step(.of(id, 0)), .step(.of(id, 1)),
            .end(
                JobEnd(
                    job: id, state: .failed, at: noon + 9, activeMilliseconds: 8, result: ["r": 1],
                    error: ["message": "no"], reason: "because", report: ["Company": "Acme"])),
        ])
        #expect(store.commitCount == before + 1)
        let detail = try #require(try await store.job(id))
        #expect(detail.summary.state == .failed)
        #expect(detail.summary.startedAt == noon + 1)
        #expect(detail.summary.finishedAt == noon + 9)
        #expect(detail.summary.activeMilliseconds == 8)
        #expect(detail.summary.errorMessage == "no")
        #expect(detail.summary.reason == "because")
        #expect(detail.summary.report == ["Company": "Acme"])
        #expect(detail.summary.deaths == 0)
        #expect(detail.result == ["r": 1])
        #expect(detail.error == ["message": "no"])
        #expect(try await store.steps(of: id, limit: 9).count == 2)
        await store.close()
    }

    @Test func `what a step returns and its job too is written out once`() async throws {
        let history = try TemporaryHistory()
        let store = try history.owner()
        let id = try await store.start()
        let large: JSON = ["text": .string(String(repeating: "x", count: 100_000))]
        let list: JSON = [large, large]
        let end = JobEnd(job: id, state: .succeeded, at: noon + 1, activeMilliseconds: 1, result: list, error: large)
        let writes: [HistoryWrite] = [.step(.of(id, 0, output: large)), .step(.of(id, 1, output: list)), .end(end)]
        let rows = try EncodedRows(writes, largePayloadBytes: 32 << 10) { _ in 1 }
        #expect((400_000..<405_000).contains(rows.bytes.count), "not the list's 200,000 twice")
        try await store.commit(writes)
        let detail = try #require(try await store.job(id))
        #expect((detail.result, detail.error) == (list, large))
        #expect(try await store.steps(of: id, limit: 9).map(\.output) == [large, list])
        await store.close()
    }

    @Test(arguments: [false, true])
    func `one caller's mistake fails that caller only, whole`(onCaller: Bool) async throws {
        let history = try TemporaryHistory()
        let store = try history.owner(writesOnCaller: onCaller)
        let done = try await store.run()
        let jobs = try await withThrowingTaskGroup(of: JobID.self) { group in
            for _ in 0..<200 { group.addTask { try await store.start() } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        let failures = await withTaskGroup(of: Int.self) { group in
            for (index, job) in jobs.enumerated() {
                group.addTask {
                    // Every fourth call ends a finished job after it has written a step: both must come to nothing.
                    let end = JobEnd(
                        job: index % 4 == 0 ? done : job, state: .succeeded, at: noon, activeMilliseconds: 0)
                    do {
                        try await store.commit([.step(.of(job, 7)), .end(end)])
                        return 0
                    } catch {
                        #expect(error as? StoreError == .illegalMove(done, from: .succeeded, to: .succeeded))
                        return 1
                    }
                }
            }
            return await group.reduce(0, +)
        }
        #expect(failures == 50)
        for (index, job) in jobs.enumerated() {
            #expect(try await store.steps(of: job, limit: 1).count == (index % 4 == 0 ? 0 : 1))
            #expect(try await store.state(job) == (index % 4 == 0 ? .running : .succeeded))
        }
        await store.close()
    }

    @Test(arguments: [
        (JobState.succeeded, 0), (.failed, 0), (.canceled, 0), (.needsDecision, 0), (.waiting, 0), (.queued, 0),
    ])
    func `a claim that ends in an orderly way is no death`(state: JobState, deaths: Int) async throws {
        let history = try TemporaryHistory()
        let store = try history.owner()
        let id = try await store.run(to: state)
        let summary = try #require(try await store.job(id)?.summary)
        #expect(summary.state == state)
        #expect(summary.deaths == deaths)
        #expect(summary.finishedAt == (state.isFinished ? noon + 1 : nil))
        await store.close()
    }

    @Test func `what is not in the table of moves is refused`() async throws {
        let history = try TemporaryHistory()
        let store = try history.owner()
        let queued = try await store.queue()
        func end(_ job: JobID, _ state: JobState) -> [HistoryWrite] {
            [.end(JobEnd(job: job, state: state, at: noon, activeMilliseconds: 0))]
        }
        await #expect(throws: StoreError.illegalMove(queued, from: .queued, to: .succeeded)) {
            try await store.commit(end(queued, .succeeded))
        }
        await #expect(throws: StoreError.illegalMove(queued, from: .running, to: .running)) {
            try await store.commit(end(queued, .running))
        }
        await #expect(throws: StoreError.noSuchJob(99)) { try await store.commit(end(99, .failed)) }
        await #expect(throws: StoreError.noSuchJob(99)) { try await store.commit([.response(99, ["a": 1])]) }
        await #expect(throws: StoreError.self) {
            try await store.commit([.step(.of(queued, 1 << 26))])
        }
        #expect(try await store.state(queued) == .queued)
        await store.close()
    }

    @Test func `a record is replaced by its next state and a response can be read at once`() async throws {
        let history = try TemporaryHistory()
        let store = try history.owner()
        let id = try await store.start()
        var step = StepRecord(
            job: id, seq: 3, address: "lines[3]/charge", number: 12, state: .started, effect: .keyed, attempt: 2,
            round: 4, startedAt: noon, input: ["amount": 5], idempotencyKey: "k-1")
        try await store.commit([.step(step), .response(id, ["ok": true])])
        #expect(try await store.job(id)?.response == ["ok": true])
        (step.state, step.duration, step.output) = (.succeeded, 1_234, ["id": "ch_1"])
        try await store.commit([.step(step)])
        let read = try #require(try await store.steps(of: id, limit: 5).first)
        #expect(try await store.steps(of: id, limit: 5).count == 1)
        #expect((read.seq, read.address, read.number) == (3, "lines[3]/charge", 12))
        #expect((read.state, read.effect, read.attempt, read.round) == (.succeeded, .keyed, 2, 4))
        #expect((read.duration, read.idempotencyKey, read.startedAt) == (1_234, "k-1", noon))
        #expect((read.input, read.output, read.error) == (["amount": 5], ["id": "ch_1"], nil))
        #expect(try await store.lastSeq(of: id) == 3)
        #expect(try await store.lastSeq(of: 99) == nil)
        await store.close()
    }

    @Test func `a child waits in the queue from its parent's record on`() async throws {
        let history = try TemporaryHistory()
        let store = try history.owner()
        let (parent, child) = (try await store.start(), store.nextJobID())
        let job = NewJob(
            recipe: "hello", version: try await store.version(), createdAt: noon, event: ["x": 1], origin: "call",
            parent: (job: parent, address: "charge"))
        try await store.commit([.step(.of(parent, 0, "charge", state: .started)), .queuedJob(child, job)])
        #expect(try await store.job(parent)?.children == [child])
        #expect(try await store.claim(job: child, now: noon)?.parent?.address == "charge")
        await store.close()
    }

    @Test func `the writer flushes every commit and the readers cannot write`() async throws {
        let history = try TemporaryHistory()
        let store = try history.owner()
        let synchronous = try await store.write { connection in
            try SQLStatement(connection.database, "PRAGMA synchronous").one { $0.int(0) }
        }
        #expect(synchronous == 2, "FULL")
        let mode = try await store.write { connection in
            try SQLStatement(connection.database, "PRAGMA journal_mode").one { $0.text(0) }
        }
        #expect(mode == "wal")
        await #expect(throws: StoreError.self) {
            try await store.read { try $0.execute(sql: "DELETE FROM job") }
        }
        await store.close()
    }

    @Test func `a canceled task reads nothing more but what it writes is written`() async throws {
        let history = try TemporaryHistory()
        let store = try history.owner()
        let id = try await store.start()
        await Task {
            withUnsafeCurrentTask { $0?.cancel() }
            await #expect(throws: CancellationError.self) { try await store.jobs(JobFilter()) }
            await #expect(throws: Never.self) {
                try await store.commit([.end(JobEnd(job: id, state: .canceled, at: noon, activeMilliseconds: 0))])
            }
        }.value
        #expect(try await store.state(id) == .canceled)
        await store.close()
    }

    @Test func `after close everything is refused and handed-in rows are there`() async throws {
        let history = try TemporaryHistory()
        let store = try history.owner()
        let id = try await store.start()
        async let row: Void = store.commit([.step(.of(id, 0))])
        try await row
        await store.close()
        await store.close()
        await #expect(throws: StoreError.closed) { try await store.commit([.step(.of(id, 1))]) }
        await #expect(throws: StoreError.closed) { try await store.job(id) }
        #expect(!FileManager.default.fileExists(atPath: history.database + "-wal"), "the log was copied and removed")
        let again = try history.owner()
        #expect(try await again.steps(of: id, limit: 9).count == 1)
        await again.close()
    }
}
