// wait and wait_until: the due time is durable, so a wait survives restarts; a long one leaves memory.

import JSONCore
import JobHistory
import RecipeLanguage

extension JobRun {
    func run(_ wait: WaitStep, _ visit: Visit, _ frame: inout Frame) async throws {
        if let failure = recordedFailure(visit) { throw failure }
        if let previous = visit.previous, previous.state == .succeeded { return replay(visit, previous) }
        let due: Int64
        if let previous = visit.previous, let recorded = previous.output?["until"]?.integer {
            due = Int64(recorded)
        } else {
            due = try self.due(wait, visit, frame.slots)
        }
        var waiting = record(visit, .waiting)
        waiting.output = ["until": .integer(Int(due))]
        let isAhead = due > services.clock()
        try await self.wait(until: due, waiting, reason: "\(visit.address) waits until \(Self.words(due))")
        succeed(visit, output: waiting.output, note: isAhead ? "waited" : "already past")
    }

    /// Returns when `due` (milliseconds since 1970) has come. A short wait is slept through; for a longer one the job leaves
    /// memory and its place among the recipe's jobs. Runs that leave no record pass waits over.
    /// - Parameter waiting: the record that says so on disk.
    func wait(until due: Int64, _ waiting: StepRecord, reason: @autoclosure () -> String) async throws {
        let left = due - services.clock()
        guard left > 0, isRecorded, !options.skipsWaits else { return }
        journal.add(.step(waiting))
        if left > services.limits.shortWait.milliseconds { throw Departure.wait(until: due, reason: reason()) }
        try await journal.flush()
        try await Task.sleep(for: .milliseconds(left))
    }

    /// Milliseconds since 1970.
    func time(after wait: Duration) -> Int64 {
        let (due, overflow) = services.clock().addingReportingOverflow(wait.milliseconds)
        return overflow ? .max : due
    }

    /// Why a job waits between two tries, in words.
    static func reason(_ address: String, _ failure: String, tryAgain: Int, of most: Int, _ due: Int64) -> String {
        "\(address) failed (\(failure)); try \(tryAgain) of \(most) is at \(words(due))"
    }

    private func due(_ wait: WaitStep, _ visit: Visit, _ slots: [Value]) throws -> Int64 {
        switch wait {
        case .interval(let template):
            let text: String
            do {
                text = try template.text(slots, Evaluation(environment, address: visit.address))
            } catch {
                throw StepFailure(
                    error, in: template.source, step: visit.address, pointer: "\(visit.step.pointer)/wait")
            }
            guard let duration = DurationText.parse(text) else {
                throw StepFailure(
                    type: "formula", "wait needs \(DurationText.form), not \"\(text)\"", step: visit.address,
                    pointer: "\(visit.step.pointer)/wait")
            }
            return time(after: duration)
        case .until(let formula):
            let value = try evaluate(formula, visit, slots, field: "wait_until")
            guard let due = value.instantNanoseconds(timeZone: services.timeZone) else {
                throw StepFailure(
                    type: "formula", "wait_until needs a time or a date, but \(formula.source) is \(value.kind.phrase)",
                    step: visit.address, pointer: "\(visit.step.pointer)/wait_until")
            }
            return due / 1_000_000
        }
    }

    /// A time for people, in UTC: `2026-03-02 09:00:00 UTC`.
    static func words(_ milliseconds: Int64) -> String { InstantText.words(milliseconds) }
}
