// The requests of one step: made, looked at, and waited for.

import ConnectorKit
import JSONCore
import JobHistory
import RecipeLanguage

/// What is lent to a step that asks people.
struct StepApprovals: ApprovalStore {
    let desk: ApprovalDesk
    let job: JobID
    /// Of the step.
    let address: String

    func open(_ request: ApprovalRequest, key: String) async throws -> JSON {
        var kept = request
        kept.title = redacted(request.title)
        kept.text = redacted(request.text)
        kept.fields = desk.redact(.object(request.fields)).object ?? [:]
        let (approval, secrets) = try await desk.store.ask(
            kept, by: StepWrite(key: key, job: job), place: StepAddress.withoutRounds(address), at: desk.clock())
        let page = desk.page(approval.id)
        let links = zip(approval.approvers, secrets).map { approver, secret -> JSON in
            [
                "approver": .string(approver.name), "link": .string(desk.link(secret)),
                "escalation": .bool(approver.isLater),
            ]
        }
        return [
            "id": .integer(Int(approval.id)), "link": links.first?["link"] ?? .string(page), "links": .array(links),
            "page": .string(page), "deadline": .time(approval.deadline),
        ]
    }

    func outcome(of request: Int64, patience: Duration?, key: String) async throws -> JSON {
        let now = desk.clock()
        let look = try await desk.store.look(
            atApproval: request, by: StepWrite(key: key, job: job), patience: patience.map(\.milliseconds), at: now)
        guard let (approval, until) = look else {
            throw ConnectorError(
                type: "not_found",
                "there is no approval \(request) of this job; \"id\" is what approval.open gave in the same job")
        }
        switch approval.state {
        case .approved, .rejected: break
        case .open:
            guard until.map({ now >= $0 }) ?? false else {
                let next = [until, approval.nextChange(after: now)].compactMap { $0 }.min()
                throw StepPause(
                    approval: request, until: next,
                    reason: "waits for approval \(request), “\(approval.title)”, by \(approval.askedWords)")
            }
        case .expired:
            throw ConnectorError(
                type: "approval_expired",
                "nobody decided on “\(approval.title)” (approval \(request)) by its deadline, with \(approval.approvals) of \(approval.needed) \(approval.needed == 1 ? "approval" : "approvals")",
                details: .object(approval.output(page: desk.page(request))))
        case .withdrawn:
            throw ConnectorError(
                type: "not_found", "approval \(request) was withdrawn: its step has asked anew since")
        }
        return .object(approval.output(page: desk.page(request)))
    }

    private func redacted(_ text: String) -> String { desk.redact(.string(text)).string ?? text }
}
