// kill -9 in the middle of commits: what was acknowledged is there, and nothing is half there.

import Foundation
import GRDB
import JSONCore
import RecipeLanguage
import Testing

@testable import JobHistory

struct CrashTests {
    @Test(arguments: [3, 11, 29])
    func `a process killed in mid-commit loses nothing it has acknowledged`(milliseconds: Int) async throws {
        let history = try TemporaryHistory()
        let acknowledged = (history.folder as NSString).deletingLastPathComponent + "/acknowledged"
        await #expect(processExitsWith: .signal(SIGKILL)) {
            [folder = history.folder as String, acknowledged = acknowledged as String, milliseconds] in
            let store = try JobStore.openOwner(folder: folder)
            let version = try await store.version()
            let file = open(acknowledged, O_WRONLY | O_CREAT | O_APPEND, 0o600)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        while true {
                            let id = store.nextJobID()
                            let job = NewJob(recipe: "hello", version: version, createdAt: noon, event: ["n": 1])
                            try await store.commit([.startedJob(id, job, startedAt: noon), .step(.of(id, 0))])
                            let line = Array("\(id)\n".utf8)
                            _ = Foundation.write(file, line, line.count)
                        }
                    }
                }
                group.addTask {
                    try await Task.sleep(for: .milliseconds(milliseconds))
                    kill(getpid(), SIGKILL)
                }
                try await group.waitForAll()
            }
        }
        let text = try String(contentsOfFile: acknowledged, encoding: .utf8)
        let ids = text.split(separator: "\n").compactMap { JobID($0) }
        let store = try history.owner()
        let check = try await store.read { try String.fetchOne($0, sql: "PRAGMA integrity_check") }
        #expect(check == "ok")
        for id in ids { #expect(try await store.steps(of: id, limit: 2).count == 1) }
        let counts = try await store.counts()
        #expect(store.takeover.requeued == counts[.queued] ?? 0)
        #expect(store.takeover.requeued >= ids.count)
        let torn = try await store.read { database in
            try Int.fetchOne(
                database, sql: "SELECT count(*) FROM jobs WHERE NOT EXISTS (SELECT 1 FROM steps WHERE job = jobs.id)")
        }
        #expect(torn == 0, "a job and its record came in one transaction")
        await store.close()
    }
}
