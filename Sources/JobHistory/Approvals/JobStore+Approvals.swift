// Requests for people's answers in the history: made and looked at by steps, answered by people, listed for everybody.

import GRDB
import JSONCore
import RecipeLanguage
import Synchronization

extension JobStore {
    // MARK: For steps

    /// Makes a request, once under the key of `write`; durable on return. An open one that the same step made before, under
    /// another key, is withdrawn.
    ///
    /// - Parameter place: the step's address without rounds of a `try`.
    /// - Returns: the request as it is now, and the secret of each approver's link, in their order.
    public func ask(
        _ request: ApprovalRequest, by write: StepWrite, place: String, at now: Milliseconds
    ) async throws -> (approval: Approval, secrets: [String]) {
        let links = try links(mayMake: true)
        hasApprovals.store(true, ordering: .relaxed)
        return try await self.write(waitsForSpace: true) { connection in
            let approval = try connection.ask(request, by: write, place: place, at: now)
            let secrets = links?.secrets(of: approval) ?? []
            try connection.remember(secrets, of: approval.id)
            return (approval, secrets)
        }
    }

    /// A step looks at a request of its job.
    /// - Parameter patience: how long it waits, from the first look under the key on; nil: until it is decided.
    /// - Returns: the request, and when the patience is over; nil when the job has no such request.
    public func look(
        atApproval id: Int64, by write: StepWrite, patience: Milliseconds?, at now: Milliseconds
    ) async throws -> (approval: Approval, until: Milliseconds?)? {
        try await self.write(waitsForSpace: true) { connection in
            try connection.look(at: id, by: write, patience: patience, at: now)
        }
    }

    // MARK: For people

    /// Takes an answer, notes it in the audit log, and wakes the job when it is decided: one transaction.
    /// - Returns: the request as it is now, or why the answer is not taken.
    public func take(
        _ answer: ApprovalAnswer, at now: Milliseconds
    ) async throws -> Result<Approval, ApprovalRefusal> {
        try await write { connection in try connection.take(answer, at: now) }
    }

    /// nil when there is none of that number.
    public func approval(_ id: Int64) async throws -> Approval? { try await read { try Approval.find(id, $0) } }

    /// The request and the approver that a link's secret is for.
    public func approval(linkSecret: String) async throws -> (approval: Approval, approver: Approval.Approver)? {
        let hash = ApprovalLinks.hash(linkSecret)
        return try await read { database in
            let find = try SQLStatement(database, "SELECT approval, place FROM approval_link WHERE hash = ?")
            find.bind(1, hash)
            guard let (id, place) = try find.one({ ($0.int64(0), $0.int(1)) }),
                let approval = try Approval.find(id, database), approval.approvers.indices.contains(place)
            else { return nil }
            return (approval, approval.approvers[place])
        }
    }

    /// Newest first.
    public func approvals(_ filter: ApprovalFilter, at now: Milliseconds) async throws -> [Approval] {
        try await read { database in
            var conditions = ["1"]
            if let isOpen = filter.isOpen {
                conditions.append(isOpen ? Approval.openCondition : "NOT (\(Approval.openCondition))")
            }
            if filter.job != nil { conditions.append("approval.job = ?2") }
            if filter.before != nil { conditions.append("approval.id < ?3") }
            if filter.person != nil {
                conditions.append(Approval.openCondition)
                conditions.append(
                    """
                    EXISTS (SELECT 1 FROM approver WHERE approver.approval = approval.id AND folded = ?5
                    AND (is_later = 0 OR is_escalated OR escalate_ms <= ?1))
                    AND NOT EXISTS (SELECT 1 FROM approval_answer WHERE approval_answer.approval = approval.id AND name = ?5)
                    """)
            }
            let statement = try SQLStatement(
                database,
                """
                SELECT approval.id FROM approval JOIN job ON job.id = approval.job
                WHERE \(conditions.joined(separator: " AND ")) AND ?1 NOT NULL ORDER BY approval.id DESC LIMIT ?4
                """)
            statement.bind(1, now)
            statement.bind(2, filter.job)
            statement.bind(3, filter.before)
            statement.bind(4, max(0, filter.limit))
            if let person = filter.person { statement.bind(5, ApprovalRequest.folded(person)) }
            return try statement.all { $0.int64(0) }.compactMap { try Approval.find($0, database) }
        }
    }

    /// How many requests wait for an answer.
    public func openApprovals(at now: Milliseconds) async throws -> Int {
        try await read { database in
            let statement = try SQLStatement(
                database,
                """
                SELECT count(*) FROM approval JOIN job ON job.id = approval.job WHERE \(Approval.openCondition)
                """)
            statement.bind(1, now)
            return try statement.one { $0.int(0) } ?? 0
        }
    }

    /// How many waiting jobs wait for people, or for jobs that do.
    public func jobsAwaitingPeople() async throws -> Int {
        let waiting = JobState.waiting.rawValue
        return try await read { database in
            try SQLStatement(
                database,
                """
                WITH RECURSIVE held(id) AS (
                    SELECT job.id FROM approval JOIN job ON job.id = approval.job
                    WHERE approval.state = 0 AND is_awaited AND job.state = \(waiting)
                    UNION SELECT parent.id FROM held JOIN job ON job.id = held.id
                    JOIN job AS parent ON parent.id = job.parent_job AND parent.state = \(waiting))
                SELECT count(*) FROM held
                """
            ).one { $0.int(0) } ?? 0
        }
    }

    /// The secrets of a request's links, for whoever owns the workspace's files.
    /// - Returns: nil when the key is gone.
    public func linkSecrets(of approval: Approval) throws -> [String]? {
        try links(mayMake: false)?.secrets(of: approval)
    }

    private func links(mayMake: Bool) throws -> ApprovalLinks? {
        // One at a time: steps at work beside each other must not make two keys.
        let key = try linkKey.withLock { known in
            if known == nil {
                known = try ApprovalLinks.key(folder: String(path.dropLast("/history.db".count)), mayMake: mayMake)
            }
            return known
        }
        return key.map { ApprovalLinks(key: $0, workspace: workspaceID) }
    }
}

extension Approval {
    /// Of requests that wait for an answer at `?1`; needs the table `job` too.
    static let openCondition =
        "approval.state = 0 AND job.state < \(JobState.succeeded.rawValue) AND (deadline_ms IS NULL OR deadline_ms > ?1)"

    static func isAnyKept(_ database: Database) throws -> Bool {
        try SQLStatement(database, "SELECT EXISTS (SELECT 1 FROM approval)").one { $0.int(0) != 0 } ?? false
    }

    /// The request with its approvers and answers.
    static func find(_ id: Int64, _ database: Database) throws -> Approval? {
        let find = try SQLStatement(
            database,
            """
            SELECT approval.id, approval.job, recipe.name, job.state, job.reason, place, approval.state, asked_ms,
            deadline_ms, on_deadline, escalate_ms, is_escalated, needed, rejections, reason_rule, decided_ms, by_deadline,
            title, body, is_awaited FROM approval JOIN job ON job.id = approval.job
            LEFT JOIN recipe ON recipe.id = job.recipe WHERE approval.id = ?
            """)
        find.bind(1, id)
        guard var approval = try find.one({ try Approval($0) }) else { return nil }
        let approvers = try SQLStatement(
            database, "SELECT name, is_later FROM approver WHERE approval = ? ORDER BY place")
        approvers.bind(1, id)
        approval.approvers = try approvers.all { Approver(name: $0.text(0), isLater: $0.int(1) != 0) }
        let answers = try SQLStatement(
            database,
            """
            SELECT person, approves, reason, answered_ms, way, entered_by FROM approval_answer WHERE approval = ?
            ORDER BY answered_ms, name
            """)
        answers.bind(1, id)
        approval.answers = try answers.all { row in
            Answer(
                person: row.text(0), approves: row.int(1) != 0, reason: row.textOrNil(2), at: row.int64(3),
                way: row.text(4), enteredBy: row.textOrNil(5))
        }
        return approval
    }

    private init(_ row: SQLStatement) throws {
        let id = row.int64(0)
        guard let jobState = JobState(rawValue: row.int(3)), let state = State(rawValue: row.int(6)),
            let onDeadline = ApprovalRequest.OnDeadline(rawValue: row.text(9)),
            let reasonRule = ApprovalRequest.ReasonRule(rawValue: row.text(14)),
            let body = try? JSON(parsing: Array(row.bytes(18)))
        else { throw StoreError.corrupt("the approval \(id) can't be read; restore the history from a backup") }
        (self.id, job, recipe, self.jobState) = (id, row.int64(1), row.text(2), jobState)
        (jobReason, place, self.state) = (row.textOrNil(4), row.text(5), state)
        (askedAt, deadline, self.onDeadline) = (row.int64(7), row.int64OrNil(8), onDeadline)
        (escalatesAt, isEscalated, needed) = (row.int64OrNil(10), row.int(11) != 0, row.int(12))
        (rejections, self.reasonRule) = (row.int64OrNil(13).map { Int($0) }, reasonRule)
        (decidedAt, byDeadline) = (row.int64OrNil(15), row.int(16) != 0)
        (title, text, fields) = (row.text(17), body["text"]?.string ?? "", body["fields"]?.object ?? [:])
        isAwaited = row.int(19) != 0
    }
}
