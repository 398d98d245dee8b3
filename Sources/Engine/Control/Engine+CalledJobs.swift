// The jobs that a job has called and waits for, when people end it or take it up again.

import JSONCore
import JobHistory

extension Engine {
    /// A call whose end has not come.
    private struct OpenCall {
        let seq: Int
        let child: JobSummary
    }

    private func openCalls(of parent: JobID) async throws -> [OpenCall] {
        guard let detail = try await store.job(parent), !detail.children.isEmpty else { return [] }
        let waiting = try await records(of: parent) { record in
            record.state == .waiting ? (record.input?["job"]?.integer).map { (record.seq, JobID($0)) } : nil
        }
        var calls: [OpenCall] = []
        for (seq, id) in waiting {
            // An action that waits may have an input of that name.
            guard let child = try await store.job(id)?.summary, child.parent == parent else { continue }
            calls.append(OpenCall(seq: seq, child: child))
        }
        return calls
    }

    /// Cancels the jobs that a canceled one waited for: one that runs here went with it, one that waits itself did not.
    func cancelCalled(by parent: JobID, reason: String) async throws {
        for call in try await openCalls(of: parent) where !call.child.state.isFinished {
            do {
                _ = try await cancel(call.child.id, reason: Self.wordsForCalled(by: parent, reason))
            } catch StoreError.illegalMove {}  // it has ended meanwhile
        }
    }

    /// Why a called job was canceled.
    static func wordsForCalled(by parent: JobID, _ reason: String?) -> String {
        "job \(parent), which called it, was canceled" + (reason.map { $0 == "canceled" ? "" : ": \($0)" } ?? "")
    }

    /// The records of calls whose jobs were canceled with this one: a retry makes them anew.
    func canceledCalls(of parent: JobID) async throws -> [Int] {
        try await openCalls(of: parent).filter { $0.child.state == .canceled }.map(\.seq)
    }
}
