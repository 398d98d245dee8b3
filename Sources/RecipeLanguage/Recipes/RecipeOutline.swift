// A recipe in words: the tree of its steps, for `recipes show` and dry runs.

/// One step as people read it, with the steps inside it.
public struct RecipeOutline: Sendable {
    /// Its part of an address: the id, else kind and number.
    public let name: String
    public let number: Int
    /// The key of its kind: `use`, `if`, …
    public let kind: String
    /// One line: "if account.employees.to_i >= 500", "crm.find_account on sandbox-crm", with the step's title in front.
    public let words: String
    public let title: String?
    public let skip: Bool
    /// The steps inside, by part.
    public let parts: [Part]

    /// A list of steps inside a step: "then", "else if …", "catch", a branch; without a title when it is the only one.
    public struct Part: Sendable {
        public let title: String?
        public let steps: [RecipeOutline]
    }

    /// One line of a formula, however it is laid out.
    private static func line(_ source: String) -> String {
        let line = source.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return line.count > 120 ? line.prefix(119) + "…" : line
    }

    struct Writer {
        let slotNames: [String]

        func node(_ step: Step) -> RecipeOutline {
            let words = (step.title.map { "\($0): " } ?? "") + text(step.kind) + (step.skip ? " (skipped)" : "")
            return RecipeOutline(
                name: step.name, number: step.number, kind: step.kind.key, words: words, title: step.title,
                skip: step.skip, parts: parts(step.kind))
        }

        private func text(_ kind: StepKind) -> String {
            switch kind {
            case .action(let action):
                return "\(action.connector).\(action.operation)" + (action.connection.map { " on \($0)" } ?? "")
                    + retries(action.retry)
            case .branch(let branches, _): return "if \(branches.first.map { line($0.condition.source) } ?? "")"
            case .forEach(let loop):
                return "for each \(name(loop.item)) in \(line(loop.list.source))"
                    + (loop.batchSize.map { ", in lists of \($0)" } ?? "")
                    + (loop.atOnce > 1 ? ", \(loop.atOnce) at once" : "")
            case .repeat(let loop): return "repeat while \(line(loop.condition.source)), at most \(loop.max) times"
            case .try(let block): return "try" + retries(block.retry)
            case .parallel(let branches): return "at the same time: " + branches.map(\.name).joined(separator: ", ")
            case .call(let call): return "call \(call.recipe)" + (call.wait ? "" : ", without waiting for it")
            case .wait(.interval(let interval)): return "wait \(interval.source)"
            case .wait(.until(let time)): return "wait until \(line(time.source))"
            case .set(let assignments): return "set \(assignments.map(\.name).joined(separator: ", "))"
            case .append(let assignments): return "append to \(assignments.map(\.name).joined(separator: ", "))"
            case .respond: return "respond to the caller"
            case .return: return "return the result"
            case .stop(let stop):
                let reason = (stop.reason?.source).map { ": \($0)" } ?? ""
                return "stop, \(stop.succeeded ? "succeeded" : "failed")\(reason)"
            }
        }

        private func retries(_ policy: RetryPolicy?) -> String {
            guard let policy, policy.times > 0 else { return "" }
            return ", again up to \(policy.times) time\(policy.times == 1 ? "" : "s")"
                + (policy.when.map { " when \(line($0.source))" } ?? "")
        }

        private func parts(_ kind: StepKind) -> [Part] {
            switch kind {
            case .branch(let branches, let otherwise):
                var parts: [Part] = []
                for (place, branch) in branches.enumerated() {
                    let label =
                        place == 0
                        ? (branches.count == 1 && otherwise.isEmpty ? nil : "then")
                        : "else if \(line(branch.condition.source))"
                    parts.append(Part(title: label, steps: branch.steps.map(node)))
                }
                if !otherwise.isEmpty { parts.append(Part(title: "else", steps: otherwise.map(node))) }
                return parts
            case .forEach(let loop): return [Part(title: nil, steps: loop.steps.map(node))]
            case .repeat(let loop): return [Part(title: nil, steps: loop.steps.map(node))]
            case .try(let block):
                let body = Part(title: nil, steps: block.steps.map(node))
                return block.handler.map { [body, Part(title: "catch", steps: $0.map(node))] } ?? [body]
            case .parallel(let branches): return branches.map { Part(title: $0.name, steps: $0.steps.map(node)) }
            default: return []
            }
        }

        private func name(_ slot: Int) -> String { slotNames.indices.contains(slot) ? slotNames[slot] : "item" }
        private func line(_ source: String) -> String { RecipeOutline.line(source) }
    }
}

extension Recipe {
    /// The steps in words.
    public var outline: [RecipeOutline] {
        let writer = RecipeOutline.Writer(slotNames: slotNames)
        return steps.map(writer.node)
    }
}
