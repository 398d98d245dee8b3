// Jobs and steps in words, from their shapes.

import Engine
import JSONCore
import JobHistory

/// A job as `JobDetail.json` and `JobSummary.json` have it.
struct JobView {
    let json: JSON
    let id: Int
    /// nil for a state that this galley does not know.
    let state: JobState?

    init(_ json: JSON) {
        (self.json, id) = (json, json["job"]?.integer ?? 0)
        state = json["state"]?.string.flatMap(JobState.init)
    }

    func text(_ name: String) -> String { json[name]?.string ?? "" }
    func time(_ name: String) -> String { TimeText.words(json[name]) ?? "" }

    /// "job 7 failed: …"
    var sentence: String { "job \(id) \(text("why"))" }

    /// What it is about, in a line: the error, the reason, or the report columns.
    var about: String {
        if let error = json["error"] { return error.string ?? RunError.sentence(error) }
        return json["reason"]?.string ?? reportLine
    }

    /// The report columns in one line.
    var reportLine: String {
        guard let object = json["report"]?.object else { return "" }
        return object.map { "\($0.key): \($0.value.string ?? $0.value.compact)" }.joined(separator: ", ")
    }

    var took: String {
        let milliseconds = json["active_ms"]?.integer ?? 0
        // Kept in whole milliseconds: many a job takes less than one.
        guard milliseconds > 0 else { return json["finished_at"]?.string == nil ? "" : "< 1 ms" }
        return words(microseconds: Int64(milliseconds).multipliedReportingOverflow(by: 1_000).partialValue)
    }

    /// The command that goes on from here.
    var advice: String {
        switch state {
        case .succeeded: "galley jobs rerun \(id) runs its event again"
        case .failed, .canceled, .quarantined:
            "galley jobs retry \(id) goes on at the step that failed; galley jobs rerun \(id) starts anew"
        case .needsDecision:
            "galley jobs decide \(id) --run-again, or --done OUTPUT, or --fail REASON"
        case .queued: "galley jobs resume \(id) goes on now; galley jobs cancel \(id) ends it"
        case .waiting where json["approvals"]?[0]?.integer != nil:
            "galley approvals answer \(json["approvals"]?[0]?.integer ?? 0) --approve, or --reject; galley jobs cancel \(id) ends it"
        case .waiting: "galley jobs resume \(id) goes on once its time has come; galley jobs cancel \(id) ends it"
        case .running: "galley jobs watch \(id); galley jobs cancel \(id) ends it"
        case nil: "galley jobs show \(id)"
        }
    }
}

/// A step of the history as a line (and, in full, its input and output).
enum StepLine {
    static func print(_ step: JSON, full: Bool) {
        let mark =
            switch step["state"]?.string {
            case "succeeded" where failsJob(step): Terminal.outputStyle("✗", .red)
            case "succeeded": Terminal.outputStyle("✓", .green)
            case "failed": Terminal.outputStyle("✗", .red)
            case "started": Terminal.outputStyle("?", .yellow)
            case "waiting": Terminal.outputStyle("…", .yellow)
            case "canceled": Terminal.outputStyle("■", .yellow)
            default: "–"
            }
        var line = "  \(mark) \(printable(step["address"]?.string ?? ""))"
        if let duration = step["microseconds"]?.integer {
            line += "  " + Terminal.outputStyle(words(microseconds: Int64(duration)), .dim)
        }
        if let attempt = step["attempt"]?.integer, attempt > 1 { line += "  attempt \(attempt)" }
        if step["superseded"]?.bool == true { line += "  (taken back by a retry)" }
        if failsJob(step) { line += "  failed the job" }
        if let message = step["error"]?["message"]?.string { line += "  " + printable(shortened(message, to: 300)) }
        Terminal.print(line)
        defer { printAttempts(of: step, full: full) }
        guard full else { return }
        for (name, value) in [("in ", step["input"]), ("out", step["output"])] {
            if let value { Terminal.print("      \(name) " + printable(value.compact)) }
        }
    }

    /// Whether it is a `stop` that failed the job, by what such a step gives.
    private static func failsJob(_ step: JSON) -> Bool {
        let output = step["output"]?.object
        return step["effect"] == "pure" && output?["stop"] == "failed"
            && output?.keys.elementsEqual(["stop", "reason"]) == true
    }

    /// The attempts that are recorded; in full also with what was sent and answered in them.
    private static func printAttempts(of step: JSON, full: Bool) {
        let attempts = step["attempts"]?.array ?? []
        // A single attempt without an exchange says no more than the step.
        guard attempts.count > 1 || attempts.contains(where: { $0["exchanges"] != nil || $0["wait_ms"] != nil }) else {
            return
        }
        for attempt in attempts {
            Terminal.print("      " + Terminal.outputStyle(printable(attempt["sentence"]?.string ?? ""), .dim))
            for exchange in full ? attempt["exchanges"]?.array ?? [] : [] {
                for line in ExchangeWords.lines(of: exchange) { Terminal.print("        " + printable(line)) }
            }
            if let wait = attempt["wait_sentence"]?.string {
                Terminal.print("      " + Terminal.outputStyle(printable(wait), .dim))
            }
        }
    }
}
