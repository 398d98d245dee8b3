// What changes requests for people's answers, within the writer's transaction.

import GRDB
import JSONCore
import RecipeLanguage

extension WriterConnection {
    /// The request of a step's key, made when there is none.
    func ask(
        _ request: ApprovalRequest, by write: StepWrite, place: String, at now: Milliseconds
    ) throws -> Approval {
        keepsApprovals = true
        let known = try SQLStatement(database, "SELECT id FROM approval WHERE key = ?")
        known.bind(1, write.key)
        if let id = try known.one({ $0.int64(0) }) { return try found(id) }
        let withdraw = try SQLStatement(
            database,
            """
            UPDATE approval SET state = \(Approval.State.withdrawn.rawValue), decided_ms = ?3, is_awaited = 0
            WHERE job = ?1 AND place = ?2 AND state = 0
            """)
        withdraw.bind(1, write.job)
        withdraw.bind(2, place)
        withdraw.bind(3, now)
        try withdraw.run()
        let insert = try SQLStatement(
            database,
            """
            INSERT INTO approval(key, job, place, state, is_awaited, asked_ms, deadline_ms, on_deadline, escalate_ms,
            is_escalated, needed, rejections, reason_rule, by_deadline, title, body)
            VALUES (?, ?, ?, 0, 0, ?, ?, ?, ?, 0, ?, ?, ?, 0, ?, ?)
            """)
        insert.bind(1, write.key)
        insert.bind(2, write.job)
        insert.bind(3, place)
        insert.bind(4, now)
        insert.bind(5, request.deadline.map { $0.time(from: now) })
        insert.bind(6, request.onDeadline.rawValue)
        insert.bind(7, request.escalation.map { ApprovalRequest.Deadline.after($0.after).time(from: now) })
        insert.bind(8, request.needed)
        insert.bind(9, request.rejections.map { Int64($0) })
        insert.bind(10, request.reason.rawValue)
        insert.bind(11, request.title)
        insert.bind(12, (["text": .string(request.text), "fields": .object(request.fields)] as JSON).compact)
        try insert.run()
        let id = database.lastInsertedRowID
        let approver = try SQLStatement(
            database, "INSERT INTO approver(approval, place, name, folded, is_later) VALUES (?, ?, ?, ?, ?)")
        let later = request.escalation?.to ?? []
        for (place, name) in (request.approvers + later).enumerated() {
            approver.bind(1, id)
            approver.bind(2, place)
            approver.bind(3, name)
            approver.bind(4, ApprovalRequest.folded(name))
            approver.bind(5, place < request.approvers.count ? 0 : 1)
            try approver.run()
        }
        return try found(id)
    }

    /// Keeps the hashes of links; those made under another key stay good.
    func remember(_ secrets: [String], of approval: Int64) throws {
        let insert = try SQLStatement(
            database, "INSERT OR IGNORE INTO approval_link(hash, approval, place) VALUES (?, ?, ?)")
        for (place, secret) in secrets.enumerated() {
            insert.bind(1, ApprovalLinks.hash(secret))
            insert.bind(2, approval)
            insert.bind(3, place)
            try insert.run()
        }
    }

    /// A step looks: what time has brought is taken, and while it is open the job is to be woken when that changes.
    func look(
        at id: Int64, by write: StepWrite, patience: Milliseconds?, at now: Milliseconds
    ) throws -> (approval: Approval, until: Milliseconds?)? {
        guard var approval = try Approval.find(id, database), approval.job == write.job else { return nil }
        var until: Milliseconds?
        if let patience {
            let (end, overflow) = now.addingReportingOverflow(patience)
            let (answer, _) = try once(write) { ["until": .integer(Int(overflow ? .max : end))] }
            until = answer["until"]?.integer.map { Milliseconds($0) }
        }
        try settle(&approval, at: now)
        approval.isAwaited = approval.state == .open && until.map { now < $0 } ?? true
        try save(approval)
        return (approval, until)
    }

    func take(_ answer: ApprovalAnswer, at now: Milliseconds) throws -> Result<Approval, ApprovalRefusal> {
        guard var approval = try Approval.find(answer.approval, database) else {
            return .failure(.unknown(answer.approval))
        }
        try settle(&approval, at: now)
        let standing = approval.standing(at: now)
        guard standing.state == .open else {
            try save(approval)
            return .failure(.over(standing.state))
        }
        guard approval.asked.isEmpty || approval.asks(answer.person) else { return .failure(.notAsked(answer.person)) }
        if let earlier = approval.answer(of: answer.person) {
            return .failure(.answeredAlready(earlier.person, approves: earlier.approves))
        }
        let needsReason =
            approval.reasonRule == .always || approval.reasonRule == .forRejection && !answer.approves
        guard !needsReason || answer.reason != nil else { return .failure(.reasonMissing) }
        approval.take(
            Approval.Answer(
                person: answer.person, approves: answer.approves, reason: answer.reason, at: now, way: answer.way,
                enteredBy: answer.enteredBy))
        try insert(answer, at: now)
        let someone = answer.enteredBy == nil && answer.auditor.who == answer.person ? "" : ", for \(answer.person)"
        try note(
            AuditEntry(
                at: now, who: answer.auditor.who, kind: answer.auditor.kind, from: answer.auditor.from,
                action: answer.approves ? "approval.approve" : "approval.reject",
                subject: Self.subject(approval) + someone + (answer.reason.map { ": \($0)" } ?? "")))
        if approval.state != .open { try wake(&approval, at: now) }
        try save(approval)
        return .success(approval)
    }

    /// Takes what time has brought and notes it.
    private func settle(_ approval: inout Approval, at now: Milliseconds) throws {
        for event in approval.settle(at: now) {
            let action: String
            switch event {
            case .escalated: action = "approval.escalate"
            case .decidedByDeadline:
                action = "approval.\(approval.onDeadline == .error ? "expire" : approval.onDeadline.rawValue)"
                try wake(&approval, at: now)
            }
            try note(
                AuditEntry(
                    at: now, who: "galley", kind: "time", from: "", action: action, subject: Self.subject(approval)))
        }
    }

    private static func subject(_ approval: Approval) -> String {
        "approval \(approval.id) of job \(approval.job) (\(approval.title))"
    }

    /// Lets the job go on when it waits for this; one that is about to wait finds out when it does (`wakeAnswered`).
    private func wake(_ approval: inout Approval, at now: Milliseconds) throws {
        guard approval.isAwaited, approval.jobState == .waiting else { return }
        try wake(approval.job, at: now)
        approval.isAwaited = false
    }

    /// Forgets the requests of a job that is gone.
    func dropApprovals(of job: JobID) throws {
        guard keepsApprovals else { return }
        for table in ["approver", "approval_link", "approval_answer"] {
            let drop = try SQLStatement(
                database, "DELETE FROM \(table) WHERE approval IN (SELECT id FROM approval WHERE job = ?)")
            drop.bind(1, job)
            try drop.run()
        }
        let drop = try SQLStatement(database, "DELETE FROM approval WHERE job = ?")
        drop.bind(1, job)
        try drop.run()
    }

    // MARK: Rows

    private func found(_ id: Int64) throws -> Approval {
        guard let approval = try Approval.find(id, database) else {
            throw StoreError.corrupt("the approval \(id) has no job; restore the history from a backup")
        }
        return approval
    }

    private func save(_ approval: Approval) throws {
        let save = try SQLStatement(
            database,
            """
            UPDATE approval SET state = ?2, is_awaited = ?3, is_escalated = ?4, decided_ms = ?5, by_deadline = ?6
            WHERE id = ?1
            """)
        save.bind(1, approval.id)
        save.bind(2, approval.state.rawValue)
        save.bind(3, approval.isAwaited ? 1 : 0)
        save.bind(4, approval.isEscalated ? 1 : 0)
        save.bind(5, approval.decidedAt)
        save.bind(6, approval.byDeadline ? 1 : 0)
        try save.run()
    }

    private func insert(_ answer: ApprovalAnswer, at now: Milliseconds) throws {
        let insert = try SQLStatement(
            database,
            """
            INSERT INTO approval_answer(approval, name, person, approves, reason, answered_ms, way, entered_by)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            """)
        insert.bind(1, answer.approval)
        insert.bind(2, ApprovalRequest.folded(answer.person))
        insert.bind(3, answer.person)
        insert.bind(4, answer.approves ? 1 : 0)
        insert.bind(5, answer.reason)
        insert.bind(6, now)
        insert.bind(7, answer.way)
        insert.bind(8, answer.enteredBy)
        try insert.run()
    }
}

extension ApprovalRequest.Deadline {
    /// Milliseconds since 1970.
    fileprivate func time(from now: Milliseconds) -> Milliseconds {
        switch self {
        case .at(let time): return time
        case .after(let duration):
            let milliseconds =
                duration.components.seconds * 1_000 + duration.components.attoseconds / 1_000_000_000_000_000
            let (time, overflow) = now.addingReportingOverflow(milliseconds)
            return overflow ? .max : time
        }
    }
}
