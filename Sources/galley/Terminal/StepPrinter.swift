// Shows the steps of a run as they happen: live on a terminal, a line each otherwise.

import Engine
import Foundation
import JSONCore
import Synchronization

/// Prints step events to stderr. Called from several tasks of a job.
final class StepPrinter: Sendable {
    private struct State: Sendable {
        /// What the last line says when it may be overwritten.
        var liveLine: String?
        var running: [(address: String, text: String)] = []
        var lines = 0
        var hidden = 0
    }
    private let state = Mutex(State())
    private let isLive: Bool
    /// Loops of many items would bury the rest: steps inside a loop past this item are counted, not shown.
    private static let itemsShown = 3

    init(isLive: Bool = Terminal.isLive) { self.isLive = isLive }

    func show(_ event: StepEvent) {
        state.withLock { state in
            switch event {
            case .started(let step, let address, let depth):
                let text = Self.indented(depth) + "… \(step.title ?? step.name)"
                state.running.append((address, text))
                live(text, &state)
            case .progress(let address, let done, let total):
                guard let text = state.running.last(where: { $0.address == address })?.text else { return }
                live("\(text)  \(done)\(total > 0 ? "/\(total)" : "")", &state)
            case .retrying(_, let attempt, let of, let wait, let error):
                let seconds = wait.components.seconds * 1_000_000 + wait.components.attoseconds / 1_000_000_000_000
                line(
                    Terminal.style("  ↻ try \(attempt) of \(of) in \(words(microseconds: seconds)): ", .yellow)
                        + printable(shortened(error, to: 200)), &state)
            case .ended(let step, let address, let depth, let outcome):
                state.running.removeAll { $0.address == address }
                guard !Self.isHidden(address) || outcome.state == "failed" else {
                    state.hidden += 1
                    return
                }
                line(Self.ended(step, address, depth, outcome), &state)
                if let running = state.running.last { live(running.text, &state) }
            }
        }
    }

    /// Clears what is left of a live line.
    func end() {
        state.withLock { state in
            live("", &state)
            if state.hidden > 0 {
                line(Terminal.style("  (\(state.hidden) steps of further loop items not shown)", .dim), &state)
            }
        }
    }

    // MARK: Lines

    private static func ended(_ step: StepLabel, _ address: String, _ depth: Int, _ outcome: StepOutcome) -> String {
        let (mark, style): (String, Terminal.Style) =
            switch outcome.state {
            case "succeeded" where step.kind == "stop" && outcome.output?["stop"] == "failed": ("✗", .red)
            case "succeeded": outcome.isReplayed ? ("↺", .dim) : ("✓", .green)
            case "failed": ("✗", .red)
            case "skipped": ("–", .dim)
            default: ("■", .yellow)
            }
        var parts = [indented(depth) + Terminal.style(mark, style) + " " + (step.title ?? address)]
        if let target = step.target { parts.append(Terminal.style(target, .dim)) }
        if outcome.isReplayed {
            parts.append(Terminal.style("from the history", .dim))
        } else if outcome.state != "skipped" {
            parts.append(Terminal.style(words(microseconds: outcome.microseconds), .dim))
        }
        if let note = outcome.note { parts.append(Terminal.style(printable(shortened(note, to: 80)), .dim)) }
        if let message = outcome.error?["message"]?.string {
            parts.append(Terminal.style(printable(shortened(message, to: 300)), .red))
        }
        return parts.joined(separator: "  ")
    }

    private static func indented(_ depth: Int) -> String { String(repeating: "  ", count: depth + 1) }

    /// Whether any loop position of an address is past the items that are shown.
    private static func isHidden(_ address: String) -> Bool {
        address.split(separator: "/").dropLast().contains { part in
            guard part.last == "]", let open = part.lastIndex(of: "[") else { return false }
            return (Int(part[part.index(after: open)...].dropLast()) ?? 0) >= itemsShown
        }
    }

    private func line(_ text: String, _ state: inout State) {
        if isLive, state.liveLine != nil {
            Terminal.note("\r\u{1B}[2K" + text)
            state.liveLine = nil
        } else {
            Terminal.note(text)
        }
    }

    private func live(_ text: String, _ state: inout State) {
        guard isLive, state.liveLine != text else { return }
        Terminal.noteWithoutEnd("\r\u{1B}[2K" + shortened(text, to: Terminal.columns - 1))
        state.liveLine = text.isEmpty ? nil : text
    }
}
