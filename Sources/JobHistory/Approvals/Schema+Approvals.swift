// The tables of what recipes ask people: requests, who may answer, the links, and the answers.

extension Schema {
    // `approval`: `key` is the idempotency key of the step that made it, so that a step which runs again finds it; `place`
    // is the step's address without the rounds of a `try`. `state` is `Approval.State`. `is_awaited`: a step has looked,
    // found it open and waits, or is about to: the job is woken when something changes. `body` is the JSON of text and
    // fields, `on_deadline` and `reason_rule` are words of `ApprovalRequest`.
    //
    // `approver`: `is_later` ones may answer from the escalation on; `folded` is `ApprovalRequest.folded(name)`. `approval_link`: the SHA-256 of the secret of each link.
    // `approval_answer`: one a person; `name` is folded (`ApprovalRequest.folded`), `person` as it was given.
    static let version11 = """
        CREATE TABLE approval(
            id INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE, job INTEGER NOT NULL, place TEXT NOT NULL,
            state INTEGER NOT NULL, is_awaited INTEGER NOT NULL, asked_ms INTEGER NOT NULL, deadline_ms INTEGER,
            on_deadline TEXT NOT NULL, escalate_ms INTEGER, is_escalated INTEGER NOT NULL, needed INTEGER NOT NULL,
            rejections INTEGER, reason_rule TEXT NOT NULL, decided_ms INTEGER, by_deadline INTEGER NOT NULL,
            title TEXT NOT NULL, body TEXT NOT NULL) STRICT;
        CREATE INDEX approval_open ON approval(id) WHERE state = 0;
        CREATE INDEX approval_job ON approval(job);
        CREATE TABLE approver(
            approval INTEGER NOT NULL, place INTEGER NOT NULL, name TEXT NOT NULL, folded TEXT NOT NULL,
            is_later INTEGER NOT NULL, PRIMARY KEY (approval, place)) STRICT, WITHOUT ROWID;
        CREATE TABLE approval_link(
            hash BLOB PRIMARY KEY, approval INTEGER NOT NULL, place INTEGER NOT NULL) STRICT, WITHOUT ROWID;
        CREATE INDEX approval_link_approval ON approval_link(approval);
        CREATE TABLE approval_answer(
            approval INTEGER NOT NULL, name TEXT NOT NULL, person TEXT NOT NULL, approves INTEGER NOT NULL, reason TEXT,
            answered_ms INTEGER NOT NULL, way TEXT NOT NULL, entered_by TEXT, PRIMARY KEY (approval, name)
            ) STRICT, WITHOUT ROWID;
        """
}
