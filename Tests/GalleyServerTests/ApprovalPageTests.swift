// What recipes ask people, over HTTP: links without a sign-in, the dashboard's pages, the API, and who may do what.

import JSONCore
import JobHistory
import RecipeLanguage
import Testing

@testable import Engine
@testable import GalleyServer

@Suite(.timeLimit(.minutes(5)))
struct ApprovalPageTests {
    private static let recipes = [
        "pay": #"{"galley": 1, "name": "Pay <b>", "trigger": {"use": "manual"}, "steps": [{"wait": "30d"}]}"#
    ]
    private static let bait = "<script>x</script>\"'"
    private static let ours = ["Origin: http://test"]

    /// A server with a job that asks people.
    private static func use(
        _ approvers: [String] = ["ann", "bob"], isOpen: Bool = false,
        _ adjust: @escaping @Sendable (inout ApprovalRequest) -> Void = { _ in },
        _ body: @escaping @Sendable (ServerBed, _ job: JobID, _ secrets: [String]) async throws -> Void
    ) async throws {
        try await ServerBed.use(recipes, configure: { $0.isOpen = isOpen }) {
            (bed: ServerBed) async throws -> Void in
            let job = try await bed.engine.enqueue("pay", event: [:])
            _ = try await bed.engine.end(of: job)
            var request = ApprovalRequest(title: "Pay? \(bait)")
            (request.text, request.fields) = ("Two\nlines \(bait)", ["Amount \(bait)": .string("99.00 \(bait)")])
            request.ask(approvers)
            adjust(&request)
            let write = StepWrite(key: "k", job: job)
            let now = bed.engine.approvals.now
            let (approval, secrets) = try await bed.engine.store.ask(request, by: write, place: "ok", at: now)
            _ = try await bed.engine.store.look(atApproval: approval.id, by: write, patience: nil, at: now)
            try await body(bed, job, secrets)
        }
    }

    private static func state(_ bed: ServerBed) async throws -> String {
        try await bed.engine.approvals.approval(1).state.word
    }

    private static func user(_ name: String, _ role: Role, _ bed: ServerBed) async throws -> String {
        let password = "a long enough password"
        _ = try await bed.engine.access.perform(.addUser(name, role, password: password), by: .local)
        let answer = try await bed.form("/sign-in", "name=\(name)&password=a+long+enough+password&next=/")
        return try #require(answer.cookie)
    }

    // MARK: Links

    @Test func `a link shows what is asked and answers only when its form is sent, once`() async throws {
        try await Self.use {
            (bed, _, secrets) async throws -> Void in
            let link = "/approve/\(secrets[0])"
            for method in ["GET", "HEAD", "GET"] { #expect(try await bed.get(link, method: method).status == 200) }
            #expect(try await Self.state(bed) == "open")
            let page = try await bed.get(link).body
            #expect(page.contains("You answer as <strong>ann</strong>") && page.contains("Two\nlines"))
            #expect(
                page.contains("asked by Galley, ") && page.contains("Pay? &lt;script&gt;") && !page.contains("<script")
                    && !page.contains(secrets[0]))
            #expect(try await bed.form(link, "answer=approve", headers: []).status == 403, "no page of ours")
            #expect(
                try await bed.form(link, "answer=approve", headers: ["Origin: http://evil.example"]).status == 403)
            #expect(try await bed.form(link, "answer=perhaps").status == 400)
            #expect(
                try await bed.post(link, "{}", headers: Self.ours + ["Content-Type: application/json"]).status == 415)
            #expect(try await Self.state(bed) == "open")
            let sent = try await bed.form(link, "answer=approve&reason=fine+\(FormEncoding.encoded(Self.bait))")
            #expect(sent.status == 303 && sent.header("location") == link)
            #expect(try await Self.state(bed) == "approved")
            let after = try await bed.get(link)
            #expect(after.status == 200 && after.body.contains("You have approved this"))
            #expect(after.body.contains("fine &lt;script&gt;") && !after.body.contains("<form"))
            #expect(try await bed.form(link, "answer=reject").status == 409)
            let late = try await bed.get("/approve/\(secrets[1])").body
            #expect(late.contains("This request is over: approved by ann") && !late.contains("<form"))
            #expect(try await bed.engine.store.audit().first?.kind == "link")
        }
    }

    @Test func `a link that never was is not found, and nobody can try many`() async throws {
        try await Self.use {
            (bed, _, secrets) async throws -> Void in
            for wrong in ["x", "galley_link_", secrets[0] + "x", String(secrets[0].dropLast()) + "_", "1"] {
                #expect(try await bed.get("/approve/\(wrong)").status == 404, "\(wrong)")
                #expect(try await bed.form("/approve/\(wrong)", "answer=approve").status == 404, "\(wrong)")
            }
            bed.clock.stop()
            var last = 0
            for _ in 0..<130 where last != 429 { last = try await bed.get("/approve/x").status }
            #expect(last == 429)
            #expect(try await bed.get("/approve/\(secrets[0])").status == 429)
            bed.clock.advance(60_000)
            #expect(try await bed.get("/approve/\(secrets[0])").status == 200)
        }
    }

    @Test func `a link of a job that has ended says so; one of an escalation waits for its time`() async throws {
        try await Self.use(
            ["ann"], { $0.ask(["ann"], escalation: .init(after: .seconds(3_600), to: ["boss"])) }
        ) {
            (bed, job, secrets) async throws -> Void in
            let boss = "/approve/\(secrets[1])"
            #expect(try await bed.get(boss).body.contains("You are asked only if"))
            #expect(try await bed.form(boss, "answer=approve").status == 409)
            bed.clock.advance(3_600_000)
            #expect(try await bed.get(boss).body.contains("You answer as <strong>boss</strong>"))
            _ = try await bed.engine.cancel(job, reason: "holiday")
            #expect(try await bed.get(boss).body.contains("not needed any more: job \(job) was canceled"))
            #expect(try await bed.form(boss, "answer=approve").status == 409)
        }
    }

    @Test func `a reason that is missing is asked for, and what was typed stays`() async throws {
        try await Self.use(["ann"], { $0.reason = .forRejection }) {
            (bed, _, secrets) async throws -> Void in
            let link = "/approve/\(secrets[0])"
            let refused = try await bed.form(link, "answer=reject&reason=++")
            #expect(refused.status == 422 && refused.body.contains("A rejection needs a reason here."))
            let long = String(repeating: "x", count: 1_001)
            let tooLong = try await bed.form(link, "answer=reject&reason=\(long)")
            #expect(tooLong.status == 422 && tooLong.body.contains(long))
            #expect(try await bed.form(link, "answer=reject&reason=no").status == 303)
            #expect(try await Self.state(bed) == "rejected")
        }
    }

    // MARK: The dashboard

    @Test func `the list, the first page and the job lead to a request; who is asked finds it waiting for them`()
        async throws
    {
        try await Self.use {
            (bed, job, _) async throws -> Void in
            let (ann, dora) = (
                [try await Self.user("ann", .viewer, bed)], [try await Self.user("dora", .operator, bed)]
            )
            #expect(try await bed.get("/", headers: dora).body.contains("1 approval waits for an answer"))
            #expect(try await bed.get("/jobs/\(job)", headers: dora).body.contains("href=\"/approvals/1\""))
            let list = try await bed.get("/approvals", headers: ann).body
            #expect(
                list.contains("Waiting for you <span class=\"n\">1</span>") && list.contains("href=\"/approvals/1\""))
            #expect(!list.contains("<script>x"))
            #expect(
                try await bed.get("/approvals?view=mine", headers: dora).body.contains("Nothing waits for your answer"))
            let page = try await bed.get("/approvals/1", headers: ann).body
            #expect(page.contains("name=\"answer\" value=\"approve\"") && !page.contains("<script>x"))
            let other = try await bed.get("/approvals/1", headers: dora).body
            #expect(other.contains("It is not for you: ann, bob.") && !other.contains("value=\"approve\""))
            #expect(
                try await bed.form("/approvals/1/answer", "answer=approve", headers: dora + Self.ours).status == 403)
            #expect(
                try await bed.form("/approvals/1/answer", "answer=approve&for=ann", headers: dora + Self.ours).status
                    == 403)
            #expect(
                try await bed.form("/approvals/1/answer", "answer=approve", headers: ann).status == 403, "no origin")
            #expect(try await bed.form("/approvals/9/answer", "answer=approve", headers: ann + Self.ours).status == 404)
            let sent = try await bed.form("/approvals/1/answer", "answer=reject&reason=no", headers: ann + Self.ours)
            #expect(sent.status == 303 && sent.header("location") == "/approvals/1?notice=answered")
            #expect(try await Self.state(bed) == "open", "bob may still approve")
            let again = try await bed.form("/approvals/1/answer", "answer=approve", headers: ann + Self.ours)
            #expect(again.status == 409 && again.body.contains("An answer of ann is there already: rejected."))
            let lines = try await bed.engine.store.audit().filter { $0.action.hasPrefix("approval") }
            #expect(lines.count == 1 && lines[0].who == "ann" && lines[0].kind == "session")
            #expect(try await bed.get("/approvals?view=decided", headers: ann).body.contains("Nothing was decided yet"))
            #expect(try await bed.get("/approvals/9", headers: ann).status == 404)
            #expect(try await bed.get("/approvals/x", headers: ann).status == 404)
        }
    }

    @Test func `an admin answers for others, by name`() async throws {
        try await Self.use {
            (bed, _, _) async throws -> Void in
            let root = [try await Self.user("root", .admin, bed)]
            let page = try await bed.get("/approvals/1", headers: root).body
            #expect(page.contains("<option>ann</option><option>bob</option>"))
            #expect(
                try await bed.form("/approvals/1/answer", "answer=approve&for=bob", headers: root + Self.ours).status
                    == 303)
            let answer = try #require(try await bed.engine.approvals.approval(1).answers.first)
            #expect(answer.person == "bob" && answer.enteredBy == "root" && answer.way == "dashboard")
            #expect(try await bed.get("/approvals/1", headers: root).body.contains("entered by root"))
        }
    }

    @Test func `where everybody may answer, operators do`() async throws {
        try await Self.use([]) {
            (bed, _, _) async throws -> Void in
            let (vera, otto) = (
                [try await Self.user("vera", .viewer, bed)], [try await Self.user("otto", .operator, bed)]
            )
            #expect(try await bed.get("/approvals/1", headers: vera).body.contains("This needs the role operator"))
            #expect(
                try await bed.form("/approvals/1/answer", "answer=approve", headers: vera + Self.ours).status == 403)
            #expect(
                try await bed.form("/approvals/1/answer", "answer=approve", headers: otto + Self.ours).status == 303)
            #expect(try await Self.state(bed) == "approved")
        }
    }

    @Test func `a job that waits for people counts as parked in the health of the server`() async throws {
        try await Self.use(isOpen: true) {
            (bed, _, secrets) async throws -> Void in
            #expect(try await bed.get("/health").json["open"] == 0)
            let other = try await bed.engine.enqueue("pay", event: [:])
            _ = try await bed.engine.end(of: other)
            #expect(try await bed.get("/health").json["open"] == 1)
        }
    }

    // MARK: The API

    @Test func `the API lists, shows and answers, each mistake with its status`() async throws {
        try await Self.use(["ann", "bob"], { $0.needed = 2 }) {
            (bed, job, _) async throws -> Void in
            let (ann, admin) = ([try await bed.token(.viewer, name: "ann")], [try await bed.token(.admin)])
            let narrow = [try await bed.token(.admin, scopes: ["jobs"])]
            let json = ["Content-Type: application/json"]
            let listed = try await bed.get("/api/v1/approvals", headers: ann).json
            #expect(listed["approvals"]?[0]?["id"] == 1 && listed["next"] == .null)
            #expect(try await bed.get("/api/v1/approvals?job=\(job + 1)", headers: ann).json["approvals"] == [])
            for (name, ids) in [("ann", [1] as JSON), ("Bob", [1]), ("dora", [])] {
                let waits = try await bed.get("/api/v1/approvals?for=\(name)", headers: ann).json["approvals"]
                #expect(JSON.array(waits?.array?.compactMap { $0["id"] } ?? []) == ids, "\(name)")
            }
            #expect(try await bed.get("/metrics", headers: ann).body.contains("\ngalley_approvals_open 1\n"))
            #expect(try await bed.get("/api/v1/approvals?state=decided", headers: ann).json["approvals"] == [])
            #expect(try await bed.get("/api/v1/approvals?state=lost", headers: ann).status == 400)
            #expect(try await bed.get("/api/v1/approvals", headers: narrow).status == 403)
            #expect(try await bed.get("/api/v1/jobs/\(job)", headers: ann).json["approvals"] == [1])
            let shown = try await bed.get("/api/v1/approvals/1", headers: ann).json
            #expect(
                shown["needed"] == 2 && shown["approvers"] == ["ann", "bob"]
                    && shown["words"] == "0 of 2 approvals; waits for ann, bob")
            #expect(!shown.compact.contains("galley_link_"))
            let address = "/api/v1/approvals/1/answer"
            for (body, status) in [
                (#"{"answer": "perhaps"}"#, 400), (#"{}"#, 400), (#"{"answer": "approve", "who": "x"}"#, 400),
                (#"{"answer": "approve", "as": "bob"}"#, 403),
            ] {
                #expect(try await bed.post(address, body, headers: ann + json).status == status, "\(body)")
            }
            #expect(try await bed.post(address, #"{"answer": "approve"}"#, headers: admin + json).status == 403)
            #expect(
                try await bed.post("/api/v1/approvals/7/answer", #"{"answer": "approve"}"#, headers: ann + json).status
                    == 404)
            let first = try await bed.post(address, #"{"answer": "approve", "reason": "ok"}"#, headers: ann + json)
            #expect(first.status == 200 && first.json["state"] == "open" && first.json["approvals"] == 1)
            #expect(try await bed.post(address, #"{"answer": "reject"}"#, headers: ann + json).status == 409)
            var changes = bed.engine.running.changes(of: job).makeAsyncIterator()
            let second = try await bed.post(address, #"{"answer": "approve", "as": "bob"}"#, headers: admin + json)
            #expect(second.json["state"] == "approved" && second.json["answers"]?[1]?["way"] == "api")
            #expect(await changes.next() != nil, "woken, it ran and waits on for its own due time")
            #expect(try await bed.engine.store.audit().filter { $0.action == "approval.approve" }.count == 2)
            let document = try await bed.get("/api/v1/openapi.json", headers: ann).json
            #expect(document["paths"]?["/approvals/{id}/answer"]?["post"]?["operationId"] == "approvals.answer")
        }
    }
}
