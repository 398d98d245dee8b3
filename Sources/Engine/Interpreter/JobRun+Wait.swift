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
        let left = due - services.clock()
        let output: JSON = ["until": .integer(Int(due))]
        if left > 0, !options.skipsWaits, !options.isDryRun {
            if isRecorded {
                var waiting = record(visit, .waiting)
                waiting.output = output
                journal.add(.step(waiting))
            }
            if left > services.limits.shortWait.milliseconds {
                throw Departure.wait(until: due, reason: "\(visit.address) waits until \(Self.words(due))")
            }
            try await journal.flush()
            try await Task.sleep(for: .milliseconds(left))
        }
        succeed(visit, output: output, note: left > 0 ? "waited" : "already past")
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
            let (due, overflow) = services.clock().addingReportingOverflow(duration.milliseconds)
            return overflow ? .max : due
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
    static func words(_ milliseconds: Int64) -> String { Timestamp.text(milliseconds) }
}
