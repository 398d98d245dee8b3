// What a resumed job did before: its records, found by address as the interpreter walks over them again.

import JobHistory

/// Reads a job's records page by page in the order of their start, which is nearly the order they are asked for, so that
/// a loop of many items is not held in memory.
actor RecordedSteps {
    private static let page = 500

    private let store: JobStore
    private let job: JobID
    private var lastRead: Int?
    private var isAtEnd = false
    private var ahead: [String: StepRecord] = [:]
    private var superseded: [String: StepRecord] = [:]

    init(store: JobStore, job: JobID) { (self.store, self.job) = (store, job) }

    /// The record at `address` that still counts; each is handed out once.
    func take(_ address: String) async throws -> StepRecord? {
        while true {
            if let record = ahead.removeValue(forKey: address) { return record }
            guard !isAtEnd else { return nil }
            try await readPage()
        }
    }

    /// The newest record at `address` that a retry took back. Right once `take` has answered for the address.
    func takenBack(_ address: String) -> StepRecord? { superseded[address] }

    private func readPage() async throws {
        let records = try await store.steps(of: job, after: lastRead, limit: Self.page, includingSuperseded: true)
        for record in records {
            if record.isSuperseded { superseded[record.address] = record } else { ahead[record.address] = record }
        }
        lastRead = records.last?.seq ?? lastRead
        isAtEnd = records.count < Self.page
    }
}
