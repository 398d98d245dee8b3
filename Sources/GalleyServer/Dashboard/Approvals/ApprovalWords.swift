// Approvals in the words of pages: for whom they wait, how they stand, what their forms say.

import Engine
import JobHistory
import RecipeLanguage

extension Approval {
    /// Whether somebody may answer for themselves, and has not.
    func waits(for who: Principal) -> Bool {
        guard answer(of: who.name) == nil, state == .open else { return false }
        return asked.isEmpty ? who.role >= .operator : asks(who.name)
    }

    /// Why somebody may not answer; nil when they may.
    func whyNot(_ who: Principal) -> String? {
        if let answer = answer(of: who.name) {
            return "You have answered already: \(answer.approves ? "approved" : "rejected")."
        }
        if asked.isEmpty {
            return who.role >= .operator ? nil : "This needs the role operator; you have \(who.role.name)."
        }
        return asks(who.name) ? nil : "It is not for you: \(asked.joined(separator: ", "))."
    }

    static func words(ofWay way: String) -> String {
        switch way {
        case "link": "by the link"
        case "api": "over the API"
        case "command": "with a command"
        default: "here"
        }
    }
}

extension Approval.State {
    /// As people read it.
    private var label: String {
        switch self {
        case .open: "Open"
        case .approved: "Approved"
        case .rejected: "Rejected"
        case .expired: "Expired"
        case .withdrawn: "Not needed"
        }
    }

    /// For the `state` partial.
    var members: [String: PageValue] {
        let key =
            switch self {
            case .open: "waiting"
            case .approved: "succeeded"
            case .rejected: "failed"
            case .expired: "warning"
            case .withdrawn: "canceled"
            }
        return ["key": .text(key), "word": .text(label)]
    }
}

extension ApprovalRequest.ReasonRule {
    /// Of the field of a form.
    var label: String {
        switch self {
        case .optional: "Why (may be left empty)"
        case .forRejection: "Why (needed for a rejection)"
        case .always: "Why (needed)"
        }
    }
}

extension ApprovalRequest.OnDeadline {
    var words: String {
        switch self {
        case .approve: "it counts as approved then"
        case .reject: "it counts as rejected then"
        case .error: "it expires then"
        }
    }
}
