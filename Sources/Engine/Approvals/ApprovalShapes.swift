// Requests for people's answers as JSON and in words: for steps, `--json`, the REST API and pages.

import JSONCore
import JobHistory
import RecipeLanguage

extension Approval.State {
    /// As recipes and programs read it.
    public var word: String { "\(self)" }
}

extension Approval {
    /// What a step that waits gives.
    func output(page: String) -> JSONObject {
        [
            "id": .integer(Int(id)), "outcome": .string(state == .open ? "pending" : state.word),
            "approved": .bool(state == .approved), "answers": .array(answers.map(\.stepJSON)),
            "by_deadline": .bool(byDeadline), "escalated": .bool(isEscalated), "decided_at": .time(decidedAt),
            "page": .string(page),
        ]
    }

    /// For `--json` and the REST API.
    public var json: JSON {
        [
            "id": .integer(Int(id)), "state": .string(state.word), "title": .string(title), "text": .string(text),
            "fields": .object(fields), "recipe": .string(recipe), "job": .integer(Int(job)), "step": .string(place),
            "asked_at": .time(askedAt), "deadline": .time(deadline), "on_deadline": .string(onDeadline.rawValue),
            "approvers": .array(approvers.filter { !$0.isLater }.map { .string($0.name) }),
            "escalates_at": .time(escalatesAt), "escalated": .bool(isEscalated),
            "escalates_to": .array(approvers.filter(\.isLater).map { .string($0.name) }),
            "needed": .integer(needed), "approvals": .integer(approvals),
            "rejections": .integer(answers.count - approvals), "reason": .string(reasonRule.rawValue),
            "answers": .array(answers.map(\.json)), "by_deadline": .bool(byDeadline), "decided_at": .time(decidedAt),
            "words": .string(words),
        ]
    }

    /// How it stands, in a sentence without its end: `1 of 2 approvals; waits for ann, bob`.
    public var words: String {
        guard state == .open else { return endWords }
        let waits = missing.isEmpty ? "for anybody with the role operator" : "for \(missing.joined(separator: ", "))"
        return (needed > 1 ? "\(approvals) of \(needed) approvals; waits " : "waits ") + waits
            + (isEscalated ? " (escalated)" : "")
    }

    /// Who decides: `2 of ann, bob, cem`.
    var askedWords: String {
        guard !asked.isEmpty else { return needed > 1 ? "\(needed) people with the role operator" : "an operator" }
        return (needed < asked.count ? "\(needed) of " : "") + asked.joined(separator: ", ")
    }

    /// Who is asked and has not answered.
    public var missing: [String] { asked.filter { answer(of: $0) == nil } }

    /// How it ended.
    var endWords: String {
        let people = { (approves: Bool) in
            self.answers.filter { $0.approves == approves }.map(\.person).joined(separator: ", ")
        }
        let time = decidedAt.map { ", \(InstantText.words($0))" } ?? ""
        switch state {
        case .open: return words
        case .approved where byDeadline: return "approved by its deadline\(time): nobody had decided"
        case .rejected where byDeadline: return "rejected by its deadline\(time): nobody had decided"
        case .approved: return "approved by \(people(true))\(time)"
        case .rejected: return "rejected by \(people(false))\(time)"
        case .expired:
            return "expired: nobody had decided by its deadline\(deadline.map { ", \(InstantText.words($0))" } ?? "")"
        case .withdrawn:
            guard jobState.isFinished else { return "not needed any more: its step asked anew" }
            return "not needed any more: job \(job) \(jobState == .canceled ? "was canceled" : jobState.description)"
        }
    }
}

extension Approval.Answer {
    fileprivate var stepJSON: JSON {
        [
            "by": .string(person), "answer": approves ? "approve" : "reject",
            "reason": reason.map { .string($0) } ?? .null, "at": .time(at), "way": .string(way),
        ]
    }

    var json: JSON {
        var object = stepJSON.object ?? [:]
        object["entered_by"] = enteredBy.map { .string($0) } ?? .null
        return .object(object)
    }
}
