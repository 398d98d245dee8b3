// Shows a run that is not recorded: each step with the input it was, or would have been, called with.

import Engine
import JSONCore

/// The step list of dry runs, with inputs.
final class DryRunPrinter: Sendable {
    private let steps = StepPrinter(isLive: false)

    func show(_ event: StepEvent) {
        steps.show(event)
        guard case .ended(let step, _, let depth, let outcome) = event, step.kind == "use", let input = outcome.input
        else { return }
        let indent = String(repeating: "  ", count: depth + 3)
        for line in input.indented.split(separator: "\n") {
            Terminal.note(indent + Terminal.style(printable(String(line)), .cyan))
        }
    }
}
