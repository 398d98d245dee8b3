// /api/v1/approvals: what recipes ask people, and answering it.

import Engine
import JSONCore
import JobHistory

struct ApprovalAPI: Sendable {
    let engine: Engine

    var list: [Route] {
        [
            .api(
                .get, "/approvals", .viewer,
                APIOperation(
                    id: "approvals.list", scope: .approvals, summary: "What recipes ask people, newest first",
                    parameters: [
                        .init("state", "open (when left out), decided or all.", .text),
                        .init("job", "Only those of this job.", .whole),
                        .init("for", "Only open ones that wait for this approver.", .text), .before, .limit,
                    ], answer: (200, .page("approvals", of: "Approval")))
            ) { try await approvals($0) },
            .api(
                .get, "/approvals/{id}", .viewer,
                APIOperation(
                    id: "approvals.get", scope: .approvals, summary: "One request with its answers",
                    answer: (200, .shape("Approval")))
            ) { try await engine.approvals.approval(try $0.asked.number("id")).json },
            .api(
                .post, "/approvals/{id}/answer", .viewer,
                APIOperation(
                    id: "approvals.answer", scope: .approvals,
                    summary:
                        "Approve or reject: for approvers by their name, for operators where everybody may answer; admins may answer for an approver",
                    body: .record(
                        [
                            "answer": ["type": "string", "enum": ["approve", "reject"]],
                            "reason": .textSchema("Why; kept with the answer and in the audit log."),
                            "as": .textSchema("The approver for whom an admin answers."),
                        ], required: ["answer"]), answer: (200, .shape("Approval")))
            ) { request in
                let reply = ApprovalReply(
                    approval: try request.asked.number("id"), approves: request.body["answer"] == "approve",
                    reason: request.body["reason"]?.string, name: request.body["as"]?.string)
                let approval = try await engine.answer(
                    reply, by: request.principal, way: "api", from: request.asked.peer.address)
                request.asked.subject.set(nil)  // noted with the answer
                return approval.json
            },
        ]
    }

    private func approvals(_ request: APIRequest) async throws -> JSON {
        let limit = try request.limit()
        var filter = ApprovalFilter(before: try request.before(), limit: limit)
        switch request.text("state") {
        case nil, "open"?: filter.isOpen = true
        case "decided"?: filter.isOpen = false
        case "all"?: break
        case let other?: throw Problem(.badRequest, "state is open, decided or all, not \"\(other)\"")
        }
        filter.person = request.text("for")
        filter.job = try request.number("job", in: 0...Int.max).map { JobID($0) }
        let found = try await engine.approvals.approvals(filter)
        return APIRequest.page("approvals", found.map(\.json), limit: limit, last: found.last?.id)
    }
}
