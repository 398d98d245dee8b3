// The job store alone, as the engine drives it: rows of `hello` and `lead` jobs, durable, with 1 and 20 in flight.
import Foundation
import JSONCore
import JobHistory
import RecipeLanguage

/// Prints jobs/s, latencies, transactions and bytes of database per job. The limits to hold it against are the same rows
/// from C.
enum HistoryBenchmark {
    private struct Shape: Sendable {
        let name: String
        let jobs: Int
        let inFlight: Int
        let run: @Sendable (JobStore, Int64, Int) async throws -> Void
    }

    private static let shapes = [
        Shape(name: "hello, one commit a job", jobs: 4_000, inFlight: 1, run: hello),
        Shape(name: "hello, one commit a job", jobs: 20_000, inFlight: 20, run: hello),
        Shape(name: "hello, intake and end", jobs: 4_000, inFlight: 1, run: acceptedHello),
        Shape(name: "hello, intake and end", jobs: 20_000, inFlight: 20, run: acceptedHello),
        Shape(name: "lead, one commit a job", jobs: 2_000, inFlight: 1, run: lead),
        Shape(name: "lead, one commit a job", jobs: 8_000, inFlight: 20, run: lead),
        Shape(name: "http, each step durable before the next", jobs: 4_000, inFlight: 20, run: http),
    ]

    static func run(_ rounds: Rounds) async throws {
        // A run takes a second: a seventh of the rounds that a parser needs.
        for _ in 0..<max(1, rounds.count / 7) {
            for shape in shapes { try await measure(shape) }
        }
        try await opening()
        try await lists()
    }

    /// What a command pays before and after its work.
    private static func opening() async throws {
        let folder = FileManager.default.currentDirectoryPath + "/bench-history-\(getpid())"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        for name in ["new", "existing", "existing", "existing"] {
            let start = ContinuousClock.now
            let store = try JobStore.openOwner(folder: folder)
            let opened = ContinuousClock.now
            let version = try await store.register(recipe: "bench", source: Array("{}".utf8), at: 0).id
            try await hello(store, version, 1)
            let done = ContinuousClock.now
            await store.close()
            report([
                "bench": "history", "folder": .string(name), "open_ms": rounded((opened - start) / .milliseconds(1)),
                "register_and_job_ms": rounded((done - opened) / .milliseconds(1)),
                "close_ms": rounded((ContinuousClock.now - done) / .milliseconds(1)),
            ])
        }
    }

    private static func measure(_ shape: Shape) async throws {
        let folder = FileManager.default.currentDirectoryPath + "/bench-history-\(getpid())"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let store = try JobStore.openOwner(folder: folder)
        let version = try await store.register(recipe: "bench", source: Array("{}".utf8), at: 0).id
        let before = store.commitCount
        let start = ContinuousClock.now
        let latencies = try await withThrowingTaskGroup(of: [Double].self) { group in
            for worker in 0..<shape.inFlight {
                group.addTask {
                    var times: [Double] = []
                    for number in stride(from: worker, to: shape.jobs, by: shape.inFlight) {
                        let start = ContinuousClock.now
                        try await shape.run(store, version, number)
                        times.append((ContinuousClock.now - start) / .milliseconds(1))
                    }
                    return times
                }
            }
            return try await group.reduce(into: [Double]()) { $0 += $1 }.sorted()
        }
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        let commits = store.commitCount - before
        let counts = try await store.counts()
        guard counts == [.succeeded: shape.jobs] else { throw BenchError.wrongResult("\(counts)") }
        await store.close()
        let size = try FileManager.default.attributesOfItem(atPath: folder + "/history.db")[.size] as? Int ?? 0
        report([
            "bench": "history", "shape": .string(shape.name), "durability": "full", "jobs": .integer(shape.jobs),
            "in_flight": .integer(shape.inFlight), "jobs_s": .integer(Int(Double(shape.jobs) / seconds)),
            "p50_ms": rounded(latencies[latencies.count / 2]), "p99_ms": rounded(latencies[latencies.count * 99 / 100]),
            "commits": .integer(commits), "bytes_per_job": .integer(size / shape.jobs),
        ])
    }

    /// Inserts and list pages with ever more jobs stored.
    private static func lists() async throws {
        let folder = FileManager.default.currentDirectoryPath + "/bench-history-\(getpid())"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let store = try JobStore.openOwner(folder: folder)
        let version = try await store.register(recipe: "bench", source: Array("{}".utf8), at: 0).id
        var stored = 0
        for size in [10_000, 100_000, 1_000_000] {
            while stored < size {
                let from = stored
                try await store.commit((0..<1_000).flatMap { helloRows(store.nextJobID(), version, from + $0) })
                stored += 1_000
            }
            // Enough jobs for several checkpoints, which the first ones after a start don't have.
            let (from, inserted) = (stored, 40_000)
            let start = ContinuousClock.now
            try await withThrowingTaskGroup(of: Void.self) { group in
                for worker in 0..<20 {
                    group.addTask {
                        for number in stride(from: worker, to: inserted, by: 20) {
                            try await hello(store, version, from + number)
                        }
                    }
                }
                try await group.waitForAll()
            }
            stored += inserted
            let rate = Double(inserted) / ((ContinuousClock.now - start) / .seconds(1))
            var failed = JobFilter()
            failed.states = [.failed]
            var middle = JobFilter()
            (middle.recipe, middle.before) = ("bench", JobID(size / 2))
            var recent = JobFilter()
            recent.createdSince = now(stored - 5)
            var times: [(String, JSON)] = []
            for (name, filter) in [("newest", JobFilter()), ("failed", failed), ("middle", middle), ("since", recent)] {
                let start = ContinuousClock.now
                for _ in 0..<20 { _ = try await store.jobs(filter) }
                times.append(("\(name)_page_ms", rounded((ContinuousClock.now - start) / .milliseconds(20))))
            }
            let counting = ContinuousClock.now
            _ = try await store.counts()
            times.append(("counts_ms", rounded((ContinuousClock.now - counting) / .milliseconds(1))))
            report(
                .object(
                    JSONObject(
                        [("bench", "history"), ("stored", .integer(size)), ("inserts_s", .integer(Int(rate)))] + times))
            )
        }
        await store.close()
    }

    // MARK: Jobs

    private static func now(_ number: Int) -> Milliseconds { 1_764_000_000_000 + Int64(number) }

    private static func helloRows(_ id: JobID, _ version: Int64, _ number: Int) -> [HistoryWrite] {
        let at = now(number)
        let output: JSON = ["msg": .string("hello \(number)")]
        return [
            .startedJob(
                id, NewJob(recipe: "bench", version: version, createdAt: at, event: ["n": .integer(number)]),
                startedAt: at),
            .step(step(id, 0, "hello", output, at)),
            .end(
                JobEnd(
                    job: id, state: .succeeded, at: at + 1,
                    activeMilliseconds: 1, result: output)),
        ]
    }

    private static func step(_ id: JobID, _ seq: Int, _ address: String, _ output: JSON, _ at: Milliseconds)
        -> StepRecord
    {
        StepRecord(
            job: id, seq: seq, address: address, number: seq + 1, state: .succeeded, startedAt: at, duration: 25,
            output: output)
    }

    @Sendable private static func hello(_ store: JobStore, _ version: Int64, _ number: Int) async throws {
        try await store.commit(helloRows(store.nextJobID(), version, number))
    }

    @Sendable private static func acceptedHello(_ store: JobStore, _ version: Int64, _ number: Int) async throws {
        let at = now(number)
        let job = NewJob(recipe: "bench", version: version, createdAt: at, event: ["n": .integer(number)])
        let id = try await store.accept(job, claim: true, startedAt: at).job
        try await store.commit(Array(helloRows(id, version, number).dropFirst()))
    }

    private static func leadRows(_ id: JobID, _ version: Int64, _ number: Int) -> [HistoryWrite] {
        let at = now(number)
        let event: JSON = [
            "id": .integer(number), "first": " Ada7 ", "last": "Lovelace12",
            "email": .string("Ada.\(number)@COMPANY51.EXAMPLE"), "company": "Company 51 GmbH", "country": "DE",
            "employees": 1_850, "source": "referral",
            "message": .string(String(repeating: "Hello, we look for an offer for 12 seats. ", count: 3)),
        ]
        let text = """
            Hi Ada7 Lovelace12,\n\nthank you for your interest in our product for Company 51 GmbH. Your contact is \
            emea-enterprise-3 (EMEA). We rated your request 85 of 85.\n\nBest regards,\nThe enterprise team
            """
        let outputs: [(String, JSON)] = [
            ("normalise", ["email": .string("ada.\(number)@company51.example"), "name": "Ada7 Lovelace12"]),
            ("score", ["score": 85]), ("segment", ["segment": "enterprise"]), ("region", ["region": "emea"]),
            ("owner", ["owner": "emea-enterprise-3"]), ("template", ["text": .string(text)]),
            (
                "record",
                [
                    "record": [
                        "external_id": .integer(number), "name": "Ada7 Lovelace12",
                        "email": .string("ada.\(number)@company51.example"), "company": "Company 51 GmbH",
                        "segment": "enterprise", "region": "emea", "owner": "emea-enterprise-3", "score": 85,
                        "notes": "Hello, we look for an offer for 12 seats. Hello, we look for an offer for 12 sea",
                        "text_length": 229,
                    ]
                ]
            ),
            ("log", ["line": .string("lead \(number) -> emea-enterprise-3 (enterprise/emea) 85 229")]),
        ]
        let job = NewJob(recipe: "bench", version: version, createdAt: at, event: event)
        let steps = outputs.enumerated().map { HistoryWrite.step(step(id, $0, $1.0, $1.1, at)) }
        return [.startedJob(id, job, startedAt: at)] + steps + [
            .end(JobEnd(job: id, state: .succeeded, at: at + 1, activeMilliseconds: 1, result: outputs[7].1))
        ]
    }

    @Sendable private static func lead(_ store: JobStore, _ version: Int64, _ number: Int) async throws {
        try await store.commit(leadRows(store.nextJobID(), version, number))
    }

    @Sendable private static func http(_ store: JobStore, _ version: Int64, _ number: Int) async throws {
        let rows = leadRows(store.nextJobID(), version, number)
        try await store.commit(Array(rows[0...1]))
        try await store.commit([rows[2]])
        try await store.commit([rows[3], rows[9]])
    }

    private static func rounded(_ value: Double) -> JSON {
        let thousandths = Int(value * 1_000 + 0.5)
        let fraction = "\(thousandths % 1_000 + 1_000)".dropFirst()
        return JSON(number: "\(thousandths / 1_000).\(fraction)") ?? nil
    }

    private static func report(_ line: JSON) { print(line.compact) }
}
