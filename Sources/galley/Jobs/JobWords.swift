// Jobs and steps in words.

import Engine
import JSONCore
import JobHistory

extension JobDetail {
    /// The command that goes on from here.
    var advice: String {
        let id = summary.id
        return switch summary.state {
        case .succeeded: "galley jobs rerun \(id) runs its event again"
        case .failed, .canceled, .quarantined:
            "galley jobs retry \(id) goes on at the step that failed; galley jobs rerun \(id) starts anew"
        case .needsDecision:
            "galley jobs decide \(id) --run-again, or --done OUTPUT, or --fail REASON"
        case .queued: "galley jobs resume \(id) goes on now; galley jobs cancel \(id) ends it"
        case .waiting: "galley jobs resume \(id) goes on once its time has come; galley jobs cancel \(id) ends it"
        case .running: "galley jobs watch \(id); galley jobs cancel \(id) ends it"
        }
    }
}

/// A step of the history as a line (and, in full, its input and output).
enum StepLine {
    static func print(_ step: StepRecord, full: Bool) {
        let mark =
            switch step.state {
            case .succeeded: Terminal.outputStyle("✓", .green)
            case .failed: Terminal.outputStyle("✗", .red)
            case .started: Terminal.outputStyle("?", .yellow)
            case .waiting: Terminal.outputStyle("…", .yellow)
            case .skipped: "–"
            case .canceled: Terminal.outputStyle("■", .yellow)
            }
        var line = "  \(mark) \(step.address)"
        if let duration = step.duration { line += "  " + Terminal.outputStyle(words(microseconds: duration), .dim) }
        if step.attempt > 1 { line += "  attempt \(step.attempt)" }
        if step.isSuperseded { line += "  (taken back by a retry)" }
        if let message = step.error?["message"]?.string { line += "  " + printable(shortened(message, to: 300)) }
        Terminal.print(line)
        guard full else { return }
        for (name, value) in [("in ", step.input), ("out", step.output)] {
            if let value { Terminal.print("      \(name) " + printable(value.compact)) }
        }
    }
}
