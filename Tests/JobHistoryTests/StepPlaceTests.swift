// Finding a job's records by address, and reading them in pages that are bounded in bytes.

import JSONCore
import Testing

@testable import JobHistory

@Suite(.timeLimit(.minutes(2)))
struct StepPlaceTests {
    private func record(_ seq: Int, _ address: String, bytes: Int = 0) -> StepRecord {
        StepRecord(
            job: 1, seq: seq, address: address, number: 0, state: .succeeded, startedAt: 0, duration: 1,
            output: ["text": .string(String(repeating: "x", count: bytes))])
    }

    @Test func `each address is handed out once`() {
        var places = StepPlaces()
        for (seq, address) in ["a", "l", "l[0]/a", "l[1]/a", "ü"].enumerated() {
            Array(address.utf8).withUnsafeBytes { places.add(seq, at: $0, isSuperseded: false) }
        }
        Array("a".utf8).withUnsafeBytes { places.add(9, at: $0, isSuperseded: true) }
        #expect(places.take("l[1]/a") == 3)
        #expect(places.take("l[1]/a") == nil)
        #expect(places.take("l[2]/a") == nil)
        #expect(places.take("ü") == 4)
        #expect(places.superseded(at: "a") == 9)
        #expect(places.take("a") == 0)
        #expect(places.superseded(at: "l") == nil)
    }

    @Test func `a page ends with the record that goes beyond its bytes`() async throws {
        let history = try TemporaryHistory()
        let store = try history.owner()
        let job = try await store.start()
        // Payloads above 32 KB are stored apart, and count as well.
        for (seq, bytes) in [10, 40_000, 10, 50_000, 10].enumerated() {
            var record = record(seq, "s\(seq)", bytes: bytes)
            record.job = job
            try await store.commit([.step(record)])
        }
        var pages: [[Int]] = []
        while pages.joined().count < 5 {
            pages.append(
                try await store.steps(of: job, after: pages.last?.last, limit: 3, mostBytes: 40_000).map(\.seq))
        }
        #expect(pages == [[0, 1], [2, 3], [4]])
        var places = try await store.stepPlaces(of: job)
        #expect(places.take("s3") == 3)
    }
}
