// The last jobs of a recipe against its steps: one column a job, one row a step.

import JobHistory
import RecipeLanguage

enum StepMatrix {
    /// - Parameter jobs: newest first; shown with the newest on the right.
    static func draw(_ recipe: Recipe, _ jobs: [JobStore.Outcome], _ states: [JobID: [Int: Set<StepState>]]) -> Markup {
        let names = StepNames(recipe)
        let jobs = Array(jobs.reversed())
        let heads = jobs.map { job in
            Markup.element(
                "th", ["scope": "col"],
                .element(
                    "a", ["href": "/jobs/\(job.job)", "title": "Job \(job.job): \(job.state.word)"], text: "\(job.job)")
            )
        }.joined()
        let head = Markup.element("tr", [:], .element("th", ["scope": "col"], text: "Step") + heads)
        let rows = names.all.map { step in
            let cells = jobs.map { cell(states[$0.job]?[step.number], failsJob: names.failsJob(step.number)) }.joined()
            let name = names.outline(step.number).map { $0.title ?? $0.words } ?? step.name
            return Markup.element("tr", [:], .element("th", ["scope": "row"], text: String(name.prefix(60))) + cells)
        }.joined()
        return .element("table", ["class": "matrix"], .element("thead", [:], head) + .element("tbody", [:], rows))
    }

    /// The worst of a step's records.
    private static func cell(_ states: Set<StepState>?, failsJob: Bool) -> Markup {
        let order: [StepState] = [.failed, .canceled, .started, .waiting, .succeeded, .skipped]
        guard let states, let found = order.first(where: states.contains) else {
            return .element("td", ["class": "none"], .element("span", ["class": "hidden"], text: "not run"))
        }
        let state = failsJob && found == .succeeded ? .failed : found
        let word = failsJob && found == .succeeded ? StepState.failedTheJob : state.word
        let mark =
            switch state {
            case .failed: "✗"
            case .canceled: "■"
            case .started: "▸"
            case .waiting: "…"
            case .succeeded: "✓"
            case .skipped: "–"
            }
        return .element(
            "td", ["class": state.key, "title": word],
            .element("span", ["aria-hidden": "true"], text: mark)
                + .element("span", ["class": "hidden"], text: word))
    }
}
