// The data of one step of a job: what went in, what came out, what went wrong.

import Engine
import JSONCore
import JobHistory
import RecipeLanguage

extension Dashboard {
    func stepPanel(
        _ seq: Int, of detail: JobDetail, _ names: StepNames, _ source: RecipeSource, mayRetry: Bool
    ) async throws -> PageValue {
        guard let record = try await store.step(seq, of: detail.summary.id) else { return .none }
        let isMasked = names.isMasked(record.number)
        func part(_ title: String, _ value: JSON?, absent: String) -> PageValue {
            [
                "title": .text(title), "tree": .markup(value.map(PayloadTree.draw)),
                "absent": .text(value == nil ? absent : nil),
            ]
        }
        let isAction = record.effect != .pure || record.input != nil
        var parts: [PageValue] = []
        if isAction || isMasked {
            parts.append(
                part(
                    "What went in", record.input,
                    absent: isMasked ? "Not recorded: the recipe masks this step." : "Nothing is recorded."))
        }
        let isOpen = record.state == .started || record.state == .waiting
        parts.append(
            part(
                "What came out", record.output,
                absent: isMasked
                    ? "Not recorded: the recipe masks this step."
                    : isOpen ? "Nothing yet." : "Nothing."))
        if let error = record.error { parts.append(part("What went wrong", error, absent: "")) }
        let attempts = try await store.attempts(of: detail.summary.id, seqs: seq...seq)[seq] ?? []
        let line = names.step(record.number).flatMap { source.line(of: $0.pointer) }
        return PageValue.object([
            "label": .text(names.label(record.number, address: record.address)), "address": .text(record.address),
            "kind": .text(names.kind(record.number)), "effect": .text(record.effect.words),
            "started": times.value(record.startedAt), "took": .text(record.duration.map { words(microseconds: $0) }),
            "attempts": .text(record.attempt > 1 ? "\(record.attempt) attempts" : nil),
            "recipeLine": .text(line.map { "line \($0) of the recipe" }),
            "canRetryHere": .flag(mayRetry && !record.isSuperseded), "parts": .list(parts),
            "keySent": .text(record.idempotencyKey), "tries": .items(attempts, row),
            "triesAny": .flag(attempts.contains { $0.exchanges != nil || $0.wait != nil } || attempts.count > 1),
        ]).merging(names.members(record.state, record.number))
    }
}

extension Dashboard {
    /// An attempt: how it went, what was sent and answered, and the wait after it.
    private func row(_ attempt: AttemptRecord) -> PageValue {
        let state: StepState = attempt.error == nil ? .succeeded : .failed
        return PageValue.object([
            "title": .text("Attempt \(attempt.attempt)"), "at": times.value(attempt.startedAt),
            "took": .text(words(microseconds: attempt.duration)), "message": .text(attempt.error?["message"]?.string),
            "wait": .text(attempt.waitSentence),
            "exchanges": .items((attempt.exchanges?.array ?? []).enumerated()) { number, exchange in
                [
                    "id": .text("exchange-\(attempt.seq)-\(attempt.attempt)-\(number)"),
                    "title": .text(
                        "\(exchange["request"]?["method"]?.string ?? "") \(exchange["request"]?["url"]?.string ?? "")"),
                    "status": .text(exchange["response"]?["status"]?.integer.map { "\($0)" } ?? "no answer"),
                    "request": .text(ExchangeWords.request(exchange)),
                    "response": .text(ExchangeWords.response(exchange)),
                ]
            },
        ]).merging(state.members)
    }
}

extension Effect {
    /// What happens when it is done twice.
    var words: String {
        switch self {
        case .pure: "touches nothing outside"
        case .read: "only reads"
        case .idempotent: "may be repeated"
        case .keyed: "sent with a key, so a repeat is recognized"
        case .unsafe: "must not be repeated blindly"
        }
    }
}
