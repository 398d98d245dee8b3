// Large payloads, pruning, backups.

import Foundation
import GRDB
import JSONCore
import RecipeLanguage
import Testing

@testable import JobHistory

struct RetentionTests {
    private func payloads(_ store: JobStore) async throws -> Int {
        try await store.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM payload") ?? -1 }
    }

    private func large(_ letter: String, bytes: Int = 40_000) -> JSON {
        ["text": .string(String(repeating: letter, count: bytes))]
    }

    @Test func `a large payload is stored once however often it occurs`() async throws {
        let history = try TemporaryHistory()
        let store = try history.owner()
        let value = large("x")
        let first = try await store.start(value)
        try await store.commit([
            .step(
                StepRecord(
                    job: first, seq: 0, address: "s", number: 1, state: .succeeded, startedAt: noon, input: value,
                    output: value, error: large("y"))),
            .response(first, value),
            .end(JobEnd(job: first, state: .succeeded, at: noon, activeMilliseconds: 0, result: value)),
        ])
        let second = try await store.queue(value)
        #expect(try await payloads(store) == 2)
        let detail = try #require(try await store.job(first))
        #expect((detail.event, detail.result, detail.response) == (value, value, value))
        let step = try #require(try await store.steps(of: first, limit: 1).first)
        #expect((step.input, step.output, step.error) == (value, value, large("y")))
        #expect(try await store.claim(job: second, now: noon)?.event == value)
        var filter = JobFilter()
        filter.text = String(repeating: "X", count: 40)
        #expect(try await store.jobs(filter).count == 2, "searched as well")
        await store.close()
    }

    @Test(arguments: [(32_768, 0), (32_769, 1)])
    func `payloads above 32 KB are stored apart`(bytes: Int, apart: Int) async throws {
        let history = try TemporaryHistory()
        let store = try history.owner()
        _ = try await store.start(.string(String(repeating: "a", count: bytes - 2)))
        #expect(try await payloads(store) == apart)
        await store.close()
    }

    @Test func `pruning takes old finished jobs with all that is theirs alone`() async throws {
        let history = try TemporaryHistory()
        let store = try history.owner()
        let shared = large("s")
        let old = try await store.run(shared)
        try await store.commit((0..<5_000).map { .step(.of(old, $0, output: $0 == 7 ? large("mine") : nil)) })
        let parked = try await store.run(to: .needsDecision)
        let young = try await store.run(shared, at: noon + 1_000)
        let failed = try await store.run(to: .failed, error: ["message": "no"])
        #expect(try await store.prune(finishedBefore: noon + 500, batch: 1) == 1)
        #expect(try await store.prune(finishedBefore: noon + 500) == 1)
        #expect(try await store.prune(finishedBefore: noon + 500) == 0)
        #expect(try await store.jobs(JobFilter()).map(\.id) == [young, parked])
        #expect(try await store.steps(of: old, limit: 9).isEmpty)
        #expect(try await store.job(failed) == nil)
        #expect(try await payloads(store) == 1)
        #expect(try await store.job(young)?.event == shared)
        let left = try await store.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM pruned_job") }
        #expect(left == 0)
        await store.close()
    }

    @Test func `a dedupe key outlives its job`() async throws {
        let history = try TemporaryHistory()
        let store = try history.owner()
        let id = try await store.start(key: "order-1")
        try await store.commit([.end(JobEnd(job: id, state: .succeeded, at: noon, activeMilliseconds: 0))])
        #expect(try await store.prune(finishedBefore: .max) == 1)
        let again = NewJob(
            recipe: "hello", version: try await store.version(), createdAt: noon, event: nil, dedupeKey: "order-1")
        #expect(try await store.accept(again) == .duplicate(of: id))
        await store.close()
    }

    @Test func `a backup taken while work goes on is whole and can be run`() async throws {
        let history = try TemporaryHistory()
        let restored = try TemporaryHistory()
        let store = try history.owner()
        _ = try await store.version()
        let copy = (history.folder as NSString).deletingLastPathComponent + "/copy.db"
        let work = Task {
            var count = 0
            while !Task.isCancelled {
                let id = try await store.start(large("x"))
                try await store.commit([
                    .step(.of(id, 0)), .end(JobEnd(job: id, state: .succeeded, at: noon, activeMilliseconds: 0)),
                ])
                count += 1
            }
            return count
        }
        while try await store.counts()[.succeeded] ?? 0 < 20 { await Task.yield() }
        try await store.backup(to: copy)
        await #expect(throws: StoreError.self) { try await store.backup(to: copy) }
        await #expect(throws: StoreError.self) { try await store.backup(to: "/nowhere/at/all.db") }
        work.cancel()
        #expect(try await work.value >= 20)
        await store.close()
        #expect(!FileManager.default.fileExists(atPath: copy + ".partial"))
        try FileManager.default.createDirectory(atPath: restored.folder, withIntermediateDirectories: true)
        try FileManager.default.moveItem(atPath: copy, toPath: restored.database)
        let other = try restored.owner()
        let check = try await other.read { try String.fetchOne($0, sql: "PRAGMA integrity_check") }
        #expect(check == "ok")
        #expect(other.workspaceID == store.workspaceID)
        let counts = try await other.counts()
        let records = try await other.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM steps") ?? 0 }
        #expect(records == counts[.succeeded] ?? 0, "one record a finished job")
        #expect(records >= 20)
        await other.close()
    }

    @Test func `people with a shell read names, times and payloads`() async throws {
        let history = try TemporaryHistory()
        let store = try history.owner()
        let id = try await store.run(large("x"), to: .needsDecision)
        try await store.commit([.step(.of(id, 0, "charge", state: .started, effect: .unsafe))])
        let (job, step) = try await store.read { database in
            let job = try Row.fetchOne(database, sql: "SELECT recipe, version, state, created, event FROM jobs")
            let step = try Row.fetchOne(database, sql: "SELECT job, seq, state, effect, started FROM steps")
            return (
                job.map {
                    "\($0["recipe"]!) \($0["version"]!) \($0["state"]!) \($0["created"]!) \(($0["event"] as String).utf8.count)"
                },
                step.map { "\($0["job"]!) \($0["seq"]!) \($0["state"]!) \($0["effect"]!) \($0["started"]!)" }
            )
        }
        #expect(job == "hello 1 needs_decision 2025-11-24T16:00:00.000Z 40011")
        #expect(step == "\(id) 0 started unsafe 2025-11-24T16:00:00.000Z")
        await store.close()
    }

    @Test func `a small job takes less than 600 bytes`() async throws {
        let history = try TemporaryHistory()
        let store = try history.owner()
        let version = try await store.version()
        for number in 0..<1_000 {
            let id = store.nextJobID()
            let job = NewJob(recipe: "hello", version: version, createdAt: noon, event: ["n": .integer(number)])
            try await store.commit([
                .startedJob(id, job, startedAt: noon),
                .step(.of(id, 0, "say", output: ["msg": .string("hello \(number)")])),
                .end(
                    JobEnd(
                        job: id, state: .succeeded, at: noon + 1, activeMilliseconds: 1,
                        result: ["msg": .string("hello \(number)")])),
            ])
        }
        await store.close()
        let size = try #require(try FileManager.default.attributesOfItem(atPath: history.database)[.size] as? Int)
        #expect(size / 1_000 < 600)
    }
}
