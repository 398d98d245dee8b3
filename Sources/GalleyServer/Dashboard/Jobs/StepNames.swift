// What the steps of a job are called: by title, kind and target, from the version of the recipe that it runs.

import JobHistory
import RecipeLanguage

struct StepNames: Sendable {
    private var outlines: [Int: RecipeOutline] = [:]
    private var steps: [Int: Step] = [:]
    private var depths: [Int: Int] = [:]

    /// - Parameter recipe: nil when it can't be read any more; addresses are all there is then.
    init(_ recipe: Recipe?) {
        for outline in recipe?.outline ?? [] { add(outline, depth: 0) }
        for step in recipe?.steps ?? [] { add(step) }
    }

    private mutating func add(_ outline: RecipeOutline, depth: Int) {
        (outlines[outline.number], depths[outline.number]) = (outline, depth)
        for part in outline.parts { for step in part.steps { add(step, depth: depth + 1) } }
    }

    private mutating func add(_ step: Step) {
        steps[step.number] = step
        for part in step.blocks { for step in part { add(step) } }
    }

    func step(_ number: Int) -> Step? { steps[number] }
    /// In reading order.
    var all: [Step] { steps.values.sorted { $0.number < $1.number } }
    /// In how many loops, branches, tries and the like it is.
    func depth(_ number: Int) -> Int? { depths[number] }
    func outline(_ number: Int) -> RecipeOutline? { outlines[number] }

    /// "Enter the line", and in a loop "item 3: Enter the line".
    func label(_ number: Int, address: String) -> String {
        let own = address.split(separator: "/").last.map(String.init) ?? address
        let name = outlines[number]?.title ?? outlines[number]?.words ?? own
        guard let item = Self.item(address) else { return name }
        return "item \(item + 1): \(name)"
    }

    /// What it does, when its label does not say so.
    func kind(_ number: Int) -> String {
        guard let outline = outlines[number] else { return "" }
        guard let title = outline.title else { return "" }
        return outline.words.hasPrefix(title + ": ") ? String(outline.words.dropFirst(title.count + 2)) : outline.words
    }

    func isMasked(_ number: Int) -> Bool {
        if case .action(let action)? = steps[number]?.kind { action.mask } else { false }
    }

    /// Whether it ends the job as failed.
    func failsJob(_ number: Int) -> Bool {
        if case .stop(let stop)? = steps[number]?.kind { !stop.succeeded } else { false }
    }

    /// A state as it is shown. A step that fails the job has done what it says, which nobody takes for a success.
    func members(_ state: StepState, _ number: Int) -> [String: PageValue] {
        guard state == .succeeded, failsJob(number) else { return state.members }
        return ["key": .text(StepState.failed.key), "word": .text(StepState.failedTheJob)]
    }

    func isLoop(_ number: Int) -> Bool { ["for_each", "repeat"].contains(outlines[number]?.kind) }
    func holdsSteps(_ number: Int) -> Bool { outlines[number].map { !$0.parts.isEmpty } ?? false }

    /// The position in the innermost loop, when the step is the direct child of an item.
    private static func item(_ address: String) -> Int? {
        let parts = address.split(separator: "/")
        guard parts.count >= 2, let loop = parts.dropLast().last, loop.hasSuffix("]"),
            let open = loop.lastIndex(of: "[")
        else { return nil }
        return Int(loop[loop.index(after: open)...].dropLast())
    }
}

extension Step {
    /// The blocks of steps inside of it.
    var blocks: [[Step]] {
        switch kind {
        case .branch(let branches, let otherwise): branches.map(\.steps) + [otherwise]
        case .forEach(let loop): [loop.steps]
        case .repeat(let loop): [loop.steps]
        case .try(let block): [block.steps, block.handler ?? []]
        case .parallel(let branches): branches.map(\.steps)
        default: []
        }
    }
}
