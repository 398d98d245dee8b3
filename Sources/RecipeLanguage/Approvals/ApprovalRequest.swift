// What a recipe asks people to decide, as a value: connectors make it, the history keeps it.

import JSONCore

/// A question with two answers, approve and reject, and the rules of who answers and until when.
public struct ApprovalRequest: Sendable, Hashable {
    /// What becomes of a request that nobody has decided by its deadline. Raw values are how recipes write it.
    public enum OnDeadline: String, Sendable, CaseIterable {
        case approve, reject
        /// The step that waits fails.
        case error
    }

    /// When an answer needs a reason.
    public enum ReasonRule: String, Sendable, CaseIterable {
        case optional
        case forRejection = "for_rejection"
        case always
    }

    /// More approvers, some time after the request was made.
    public struct Escalation: Sendable, Hashable {
        public let after: Duration
        public let to: [String]

        public init(after: Duration, to: [String]) { (self.after, self.to) = (after, to) }
    }

    /// When the request is over.
    public enum Deadline: Sendable, Hashable {
        case after(Duration)
        /// Milliseconds since 1970, UTC.
        case at(Int64)
    }

    /// One line.
    public var title: String
    /// What to decide on, as plain text; empty for none.
    public var text = ""
    /// Facts by name, shown as a table.
    public var fields = JSONObject()
    /// Who may answer, each once; empty: everybody with the role operator.
    public private(set) var approvers: [String] = []
    public private(set) var escalation: Escalation?
    /// So many different people have to approve; 1 or more.
    public var needed = 1
    /// So many rejections end it; nil: as many as make `needed` impossible, and one where everybody may answer.
    public var rejections: Int?
    public var deadline: Deadline?
    public var onDeadline = OnDeadline.error
    public var reason = ReasonRule.optional

    public init(title: String) { self.title = title }

    /// Sets who may answer. Somebody who is named twice is one approver.
    public mutating func ask(_ approvers: [String], escalation: Escalation? = nil) {
        var known = Set<String>()
        func firstOnes(_ names: [String]) -> [String] { names.filter { known.insert(Self.folded($0)).inserted } }
        self.approvers = firstOnes(approvers)
        self.escalation = escalation.map { Escalation(after: $0.after, to: firstOnes($0.to)) }
    }

    /// A name as names are compared: without its case and the spaces around it.
    public static func folded(_ name: String) -> String {
        let characters = name.lowercased().drop { $0.isWhitespace }
        let spaces = characters.reversed().prefix { $0.isWhitespace }.count
        return String(characters.dropLast(spaces))
    }
}
