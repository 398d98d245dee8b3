// The steps of a job as a tree with a timeline: items of loops in pages, steps in order of their start.

import Engine
import JSONCore
import JobHistory

extension Dashboard {
    private static let stepsShown = 200

    /// What of the steps a page shows.
    struct StepView: Sendable {
        /// Only addresses that start with it.
        var under: String?
        var after = -1
        /// The record whose data are shown.
        var chosen: Int?

        init(_ query: JSONObject) {
            under = query["under"]?.string.flatMap { $0.isEmpty ? nil : $0 }
            after = query["after"]?.string.flatMap { Int($0) } ?? -1
            chosen = query["step"]?.string.flatMap { Int($0) }
        }

        func link(_ job: JobID, step: Int? = nil, after: Int? = nil, under: String? = nil) -> String {
            var fields: [(String, String)] = []
            if let under = under ?? self.under { fields.append(("under", under)) }
            let from = after ?? (under == nil ? self.after : -1)
            if from >= 0 { fields.append(("after", "\(from)")) }
            if let step { fields.append(("step", "\(step)")) }
            let target = step == nil ? "#steps" : "#step"
            return "/jobs/\(job)" + (fields.isEmpty ? "" : "?" + JobListFilter.encoded(fields)) + target
        }
    }

    /// For the list of steps of the job page.
    func stepValues(_ job: JobSummary, _ names: StepNames, _ view: StepView) async throws -> [String: PageValue] {
        let found = try await store.stepLines(
            of: job.id, after: view.after, limit: Self.stepsShown + 1, prefix: view.under, firstItems: view.under == nil
        )
        let lines = Array(found.prefix(Self.stepsShown))
        let depths = lines.map { names.depth($0.number) ?? $0.address.utf8.count { $0 == UInt8(ascii: "/") } }
        let base = view.under == nil ? 0 : depths.min() ?? 0
        let scale = TimeScale(lines, now: now)
        let rows: [PageValue] = zip(lines, depths).map { line, depth in
            let isLoop = names.isLoop(line.number)
            var notes: [String] = []
            if line.attempt > 1 { notes.append("attempt \(line.attempt)") }
            if line.isSuperseded { notes.append("taken back by a retry") }
            if let message = line.message { notes.append(message) }
            return PageValue.object([
                "depth": "\(max(0, min(5, depth - base)))", "isChosen": .flag(line.seq == view.chosen),
                "isTakenBack": .flag(line.isSuperseded), "href": .text(view.link(job.id, step: line.seq)),
                "label": .text(names.label(line.number, address: line.address)),
                "kind": .text(names.kind(line.number)),
                "lane": .markup(scale.lane(line, names)),
                "took": .text(line.duration.map { words(microseconds: $0) }),
                "note": .text(notes.joined(separator: " · ")),
                "itemsLink": .text(
                    isLoop && view.under == nil ? view.link(job.id, under: line.address + "[") : nil),
            ]).merging(names.members(line.state, line.number))
        }
        let more = found.count > lines.count
        return [
            "steps": .list(rows), "anySteps": .flag(!rows.isEmpty), "under": .text(view.under),
            "paged": .flag(more || view.after >= 0),
            "older": .text(more ? lines.last.map { view.link(job.id, after: $0.seq) } : nil),
            "newest": .text(view.after >= 0 ? view.link(job.id, after: -1) : nil),
        ]
    }
}

/// Places durations on one line.
private struct TimeScale {
    private let start: Milliseconds
    private let span: Double
    private let now: Milliseconds

    init(_ lines: [StepLine], now: Milliseconds) {
        self.now = now
        start = lines.map(\.startedAt).min() ?? now
        let end = lines.map { $0.startedAt + ($0.duration ?? 0) / 1000 }.max() ?? start
        span = Double(max(end - start, 1))
    }

    func lane(_ line: StepLine, _ names: StepNames) -> Markup {
        let from = Double(line.startedAt - start) / span * 100
        let length = (Double(line.duration ?? max(0, now - line.startedAt) * 1000) / 1000) / span * 100
        let width = min(max(length, 0.8), 100)
        let x = min(from, 100 - width)
        let kind =
            line.state != .succeeded
            ? line.state.key
            : names.holdsSteps(line.number)
                ? "block" : names.failsJob(line.number) ? StepState.failed.key : line.state.key
        return .element(
            "svg", ["class": "lane", "viewBox": "0 0 100 8", "preserveAspectRatio": "none", "aria-hidden": "true"],
            .element("rect", ["class": "ground", "y": "3.5", "width": "100", "height": "1"])
                + .element("rect", ["class": kind, "x": svg(x), "y": "1", "width": svg(width), "height": "6"]))
    }
}
