// Where people's answers come together: addresses of links, answers from everywhere, and the jobs that go on with them.

import ConnectorKit
import JSONCore
import JobHistory
import RecipeLanguage
import Synchronization

/// The requests for people's answers of one workspace.
public final class ApprovalDesk: Sendable {
    /// Where a server listens when nobody says otherwise.
    private static let usualAddress = "http://localhost:8080"
    /// Of a reason, in characters.
    public static let longestReason = 1_000
    /// Looks at links from one network a minute.
    private static let looksPerMinute = 120

    let store: JobStore
    let clock: @Sendable () -> Milliseconds
    let redact: @Sendable (JSON) -> JSON
    private let publicURL: @Sendable () -> String?
    private let served = Mutex<String?>(nil)
    private let limit = RateLimit()

    init(store: JobStore, services: EngineServices) {
        (self.store, clock, redact, publicURL) = (store, services.clock, services.redact, services.publicURL)
    }

    /// A server of this workspace can be reached there; without a slash at its end.
    public func isServed(at address: String) { served.withLock { $0 = address } }

    /// Milliseconds since 1970.
    public var now: Milliseconds { clock() }

    private var address: String { publicURL() ?? served.withLock { $0 } ?? Self.usualAddress }

    /// The page of a request, for those who sign in.
    func page(_ approval: Int64) -> String { "\(address)/approvals/\(approval)" }
    /// The link of a secret: whoever has it answers as the approver it is for.
    func link(_ secret: String) -> String { Self.link(secret, at: address) }
    /// - Parameter address: of the server, without a slash at its end.
    public static func link(_ secret: String, at address: String) -> String { "\(address)/approve/\(secret)" }

    /// Takes a look at a link from the allowance of an address's network.
    /// - Returns: nil when it may; else after how many seconds.
    public func admit(from address: String) -> Int? {
        limit.take("link \(AccessControl.network(address))", Self.looksPerMinute, per: 60_000, now: clock())
    }

    // MARK: Reading

    /// As it is now.
    /// - Throws: `OwnerFailure` when there is none of that number.
    public func approval(_ id: Int64) async throws -> Approval {
        guard let approval = try await store.approval(id) else { throw OwnerFailure(.unknown(id), nil) }
        return approval.standing(at: clock())
    }

    /// Newest first, as they are now.
    public func approvals(_ filter: ApprovalFilter) async throws -> [Approval] {
        let now = clock()
        return try await store.approvals(filter, at: now).map { $0.standing(at: now) }
    }

    /// The request and the approver that a link is for; nil for a link that never was.
    public func approval(linkSecret: String) async throws -> (approval: Approval, approver: Approval.Approver)? {
        guard linkSecret.hasPrefix(ApprovalLinks.mark),
            linkSecret.utf8.count == ApprovalLinks.mark.utf8.count + ApprovalLinks.length,
            let (approval, approver) = try await store.approval(linkSecret: linkSecret)
        else { return nil }
        return (approval.standing(at: clock()), approver)
    }
}

/// An answer as somebody gives it.
public struct ApprovalReply: Sendable {
    public var approval: Int64
    public var approves: Bool
    public var reason: String?
    /// For whom; nil: for oneself.
    public var name: String?

    public init(approval: Int64, approves: Bool, reason: String? = nil, name: String? = nil) {
        (self.approval, self.approves, self.reason, self.name) = (approval, approves, reason, name)
    }
}

extension Engine {
    /// Takes an answer of somebody who is known; durable on return, and the job goes on when it is decided.
    ///
    /// People answer for themselves: by name where approvers are listed, and with the role operator where everybody may.
    /// Admins answer for others too, and both names are kept.
    /// - Parameter way: `dashboard`, `api` or `command`.
    /// - Throws: `OwnerFailure`.
    public func answer(
        _ reply: ApprovalReply, by who: Principal, way: String, from: String
    ) async throws -> Approval {
        let approval = try await approvals.approval(reply.approval)
        let name = reply.name.flatMap { Self.trimmed($0) } ?? who.name
        let isOwn = ApprovalRequest.folded(name) == ApprovalRequest.folded(who.name)
        guard isOwn || who.role >= .admin else {
            throw OwnerFailure(kind: "forbidden", "only an admin answers for somebody else; \(who.name) is none")
        }
        if approval.asked.isEmpty {
            guard who.role >= .operator else {
                throw OwnerFailure(
                    kind: "forbidden",
                    "this needs the role operator; \(who.name) has the role \(who.role.name)")
            }
        } else if approval.state == .open, !approval.asks(name) {
            let how = who.kind == .command ? "--as NAME" : "\"as\""
            let others = who.role >= .admin && isOwn ? "; an admin may answer for one of them (\(how))" : ""
            throw OwnerFailure(
                kind: "forbidden",
                "\(name) is not asked: approval \(approval.id) is for \(approval.asked.joined(separator: ", "))\(others)"
            )
        }
        return try await take(
            ApprovalAnswer(
                approval: reply.approval, person: approval.asName(name), approves: reply.approves, reason: reply.reason,
                way: way, enteredBy: isOwn ? nil : who.name, auditor: (who.name, who.kind.rawValue, from)))
    }

    /// Takes the answer of whoever has a link.
    /// - Throws: `OwnerFailure`, also for a link that never was.
    public func answer(
        linkSecret: String, approves: Bool, reason: String?, from: String
    ) async throws -> Approval {
        guard let (approval, approver) = try await approvals.approval(linkSecret: linkSecret) else {
            throw OwnerFailure(kind: "no_such_job", "there is no such link")
        }
        return try await take(
            ApprovalAnswer(
                approval: approval.id, person: approver.name, approves: approves, reason: reason, way: "link",
                auditor: (approver.name, "link", from)))
    }

    private func take(_ answer: ApprovalAnswer) async throws -> Approval {
        var answer = answer
        answer.reason = answer.reason.flatMap { Self.trimmed($0) }
        guard (answer.reason?.count ?? 0) <= ApprovalDesk.longestReason else {
            throw OwnerFailure(
                kind: "invalid", "a reason has at most \(ApprovalDesk.longestReason) characters")
        }
        answer.reason = answer.reason.flatMap { services.redact(.string($0)).string }
        switch try await store.take(answer, at: services.clock()) {
        case .success(let approval):
            if approval.state != .open { bell.ring(.recipe(approval.recipe)) }
            return approval.standing(at: services.clock())
        case .failure(let refusal):
            throw OwnerFailure(refusal, try await store.approval(answer.approval)?.standing(at: services.clock()))
        }
    }

    private static func trimmed(_ text: String) -> String? {
        let trimmed = text.drop { $0.isWhitespace }
        let end = trimmed.lastIndex { !$0.isWhitespace }
        return end.map { String(trimmed[...$0]) }
    }

    /// Where nobody else works the queue off: runs the job of a decided request on, and the jobs that wait for it.
    /// - Returns: how the last of them ended; nil when there is nothing to run here.
    func goOn(after approval: Approval, options: RunOptions) async throws -> JobResult? {
        guard approval.state != .open, !bell.isHeard else { return nil }
        var (next, last): (JobID?, JobResult?) = (approval.job, nil)
        while let id = next, let result = try await resume(id, options: options) {
            last = result
            guard result.state.isFinished, let parent = try await store.job(id)?.summary.parent,
                let state = try await store.job(parent)?.summary.state, state == .waiting
            else { break }
            next = parent
        }
        return last
    }
}

extension Approval {
    /// An approver's name as the request has it, however it was typed.
    fileprivate func asName(_ name: String) -> String {
        let folded = ApprovalRequest.folded(name)
        return asked.first { ApprovalRequest.folded($0) == folded } ?? name
    }
}

extension OwnerFailure {
    /// - Parameter approval: as it is now.
    init(_ refusal: ApprovalRefusal, _ approval: Approval?) {
        switch refusal {
        case .unknown(let id):
            self.init(
                kind: "no_such_job", "there is no approval \(id); `galley approvals list --all` shows those there are")
        case .over(let state):
            self.init(kind: "refused", "no answer is needed any more: \(approval?.endWords ?? state.word)")
        case .notAsked(let name):
            self.init(kind: "forbidden", "\(name) is not asked, or not yet")
        case .answeredAlready(let name, let approves):
            self.init(kind: "refused", "an answer of \(name) is there already: \(approves ? "approved" : "rejected")")
        case .reasonMissing:
            self.init(
                kind: "invalid",
                approval?.reasonRule == .forRejection
                    ? "a rejection needs a reason here" : "an answer needs a reason here")
        }
    }
}
