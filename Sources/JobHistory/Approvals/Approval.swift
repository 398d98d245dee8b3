// A request for people's answers as the history holds it, and the rules by which it is decided. Pure: the time is given.

import JSONCore
import RecipeLanguage

/// One request with its approvers and answers.
public struct Approval: Sendable {
    /// Raw values are what the database holds.
    public enum State: Int, Sendable {
        case open = 0
        case approved = 1
        case rejected = 2
        /// Its deadline passed, and the step that waits fails.
        case expired = 3
        /// Nobody needs it any more: its step asked again, or its job has ended.
        case withdrawn = 4
    }

    public struct Approver: Sendable, Hashable {
        public let name: String
        /// Whether they may answer from the escalation on only.
        public let isLater: Bool
    }

    public struct Answer: Sendable, Hashable {
        public let person: String
        public let approves: Bool
        public let reason: String?
        public let at: Milliseconds
        /// `link`, `dashboard`, `api` or `command`.
        public let way: String
        /// Who answered for the person; nil: they did themselves.
        public let enteredBy: String?
    }

    public let id: Int64
    public let job: JobID
    /// The recipe's id.
    public let recipe: String
    public let jobState: JobState
    /// Why the job is in its state.
    public let jobReason: String?
    /// The step that asked.
    public let place: String
    public internal(set) var state: State
    public let askedAt: Milliseconds
    public let deadline: Milliseconds?
    public let onDeadline: ApprovalRequest.OnDeadline
    public let escalatesAt: Milliseconds?
    public internal(set) var isEscalated: Bool
    public let needed: Int
    public let rejections: Int?
    public let reasonRule: ApprovalRequest.ReasonRule
    public internal(set) var decidedAt: Milliseconds?
    public internal(set) var byDeadline: Bool
    public let title: String
    public let text: String
    public let fields: JSONObject
    /// All of them, those of the escalation last; empty: everybody with the role operator.
    public internal(set) var approvers: [Approver] = []
    /// In the order they came.
    public internal(set) var answers: [Answer] = []
    var isAwaited: Bool

    /// Who may answer now; empty: everybody with the role operator.
    public var asked: [String] { approvers.filter { isEscalated || !$0.isLater }.map(\.name) }
    public var approvals: Int { answers.count(where: \.approves) }
    /// The answer of somebody; nil: none yet.
    public func answer(of name: String) -> Answer? {
        let folded = ApprovalRequest.folded(name)
        return answers.first { ApprovalRequest.folded($0.person) == folded }
    }
    /// Whether somebody is among those who may answer now.
    public func asks(_ name: String) -> Bool {
        let folded = ApprovalRequest.folded(name)
        return asked.contains { ApprovalRequest.folded($0) == folded }
    }

    /// As it is at a time, also when nobody has looked since a deadline passed.
    public func standing(at now: Milliseconds) -> Approval {
        var standing = self
        _ = standing.settle(at: now)
        if standing.state == .open, jobState.isFinished { standing.state = .withdrawn }
        return standing
    }

    /// What happened by time alone.
    enum Event { case escalated, decidedByDeadline }

    /// Takes what time has brought: escalation and deadline.
    mutating func settle(at now: Milliseconds) -> [Event] {
        guard state == .open, !jobState.isFinished else { return [] }
        var events: [Event] = []
        let isOver = deadline.map { $0 <= now } ?? false
        if let escalatesAt, escalatesAt <= now, !isEscalated, deadline.map({ escalatesAt < $0 }) ?? true {
            isEscalated = true
            events.append(.escalated)
        }
        if isOver {
            switch onDeadline {
            case .approve: state = .approved
            case .reject: state = .rejected
            case .error: state = .expired
            }
            (decidedAt, byDeadline) = (deadline, true)
            events.append(.decidedByDeadline)
        }
        return events
    }

    /// Takes an answer that is allowed, and decides.
    mutating func take(_ answer: Answer) {
        answers.append(answer)
        if approvals >= needed {
            (state, decidedAt) = (.approved, answer.at)
        } else if answers.count - approvals >= mostRejections {
            (state, decidedAt) = (.rejected, answer.at)
        }
    }

    /// So many rejections end it.
    private var mostRejections: Int {
        if let rejections { return rejections }
        return asked.isEmpty ? 1 : max(1, asked.count - needed + 1)
    }

    /// When something happens by time alone, after `now`.
    public func nextChange(after now: Milliseconds) -> Milliseconds? {
        guard state == .open else { return nil }
        return [deadline, isEscalated ? nil : escalatesAt].compactMap { $0 }.filter { $0 > now }.min()
    }
}

/// Which requests a list shows, newest first.
public struct ApprovalFilter: Sendable {
    /// nil: all; true: those that wait for an answer; false: the others.
    public var isOpen: Bool?
    public var job: JobID?
    /// Only open ones that wait for somebody who is named in them.
    public var person: String?
    /// Only requests with a smaller number.
    public var before: Int64?
    public var limit = 50

    public init(
        isOpen: Bool? = nil, job: JobID? = nil, person: String? = nil, before: Int64? = nil, limit: Int = 50
    ) {
        (self.isOpen, self.job, self.person) = (isOpen, job, person)
        (self.before, self.limit) = (before, limit)
    }
}

/// An answer as it comes in.
public struct ApprovalAnswer: Sendable {
    public var approval: Int64
    /// Who answers.
    public var person: String
    public var approves: Bool
    public var reason: String?
    /// `link`, `dashboard`, `api` or `command`.
    public var way: String
    /// Who says so, when it is another than the person.
    public var enteredBy: String?
    /// For the audit log: who, of which kind (`AuditEntry.kind`) and from where.
    public var auditor: (who: String, kind: String, from: String)

    public init(
        approval: Int64, person: String, approves: Bool, reason: String?, way: String, enteredBy: String? = nil,
        auditor: (who: String, kind: String, from: String)
    ) {
        (self.approval, self.person, self.approves, self.reason) = (approval, person, approves, reason)
        (self.way, self.enteredBy, self.auditor) = (way, enteredBy, auditor)
    }
}

/// Why an answer is not taken.
public enum ApprovalRefusal: Error, Sendable, Hashable {
    case unknown(Int64)
    /// It is decided, expired or withdrawn.
    case over(Approval.State)
    case notAsked(String)
    case answeredAlready(String, approves: Bool)
    case reasonMissing
}
