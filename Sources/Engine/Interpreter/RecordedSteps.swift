// What a resumed job did before: its records, found by address as the interpreter walks over them again.

import JobHistory

/// Hands out a job's records. Few are held at a time, whatever the job's size: where each one is takes a few bytes, and the
/// records themselves are read in pages, in the order of their start, which is nearly the order they are asked for.
actor RecordedSteps {
    private static let page = (records: 100, bytes: 1 << 20)
    /// Concurrent items ask for records some way apart.
    private static let mostPages = 4

    private let store: JobStore
    private let job: JobID
    private var places: StepPlaces?
    /// Pages read last, oldest first: their records by `seq`, until they are handed out.
    private var pages: [[Int: StepRecord]] = []

    init(store: JobStore, job: JobID) { (self.store, self.job) = (store, job) }

    /// The record at `address` that still counts; each is handed out once.
    func take(_ address: String) async throws -> StepRecord? {
        if places == nil {
            let read = try await store.stepPlaces(of: job)
            if places == nil { places = read }  // else another branch was faster, and may have taken some
        }
        guard let seq = places?.take(address) else { return nil }
        return try await record(seq)
    }

    /// The newest record at `address` that a retry took back. Right once `take` has answered for the address.
    func takenBack(_ address: String) async throws -> StepRecord? {
        guard let seq = places?.superseded(at: address) else { return nil }
        return try await record(seq)
    }

    private func record(_ seq: Int) async throws -> StepRecord? {
        for page in pages.indices {
            if let record = pages[page].removeValue(forKey: seq) { return record }
        }
        let records = try await store.steps(
            of: job, after: seq - 1, limit: Self.page.records, mostBytes: Self.page.bytes, includingSuperseded: true)
        var page = Dictionary(uniqueKeysWithValues: records.map { ($0.seq, $0) })
        let record = page.removeValue(forKey: seq)
        pages.append(page)
        if pages.count > Self.mostPages { pages.removeFirst() }
        return record
    }
}
