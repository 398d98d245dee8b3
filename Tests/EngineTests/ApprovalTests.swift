// Steps that wait for people: who decides and when, through crashes, races, deadlines, retries and calls.

import Engine
import Foundation
import JSONCore
import JobHistory
import Testing

@Suite(.timeLimit(.minutes(2)))
struct ApprovalTests {
    static let people = #""approvers":["ann","Bob","cem"]"#

    static func request(_ input: String = people) -> String {
        #"{"id":"ok","use":"world.request","input":{\#(input)}}, {"return":{"outcome":"{{ ok.outcome }}","by":"{{ ok.answers.map { |a| a.by } }}"}}"#
    }

    static let admin = Principal(name: "root", role: .admin, kind: .command)

    /// Answers for somebody; the kind of failure when it is refused.
    @discardableResult
    static func answer(
        _ bed: TestBed, _ name: String, of id: Int64 = 1, approves: Bool = true, reason: String? = nil,
        by who: Principal = admin
    ) async throws -> String {
        do {
            let approval = try await bed.engine.answer(
                ApprovalReply(approval: id, approves: approves, reason: reason, name: name), by: who, way: "command",
                from: "")
            return approval.state.word
        } catch let failure as OwnerFailure {
            return failure.kind
        }
    }

    static func work(_ bed: TestBed) async throws -> [JobResult] { try await bed.engine.work { _ in .quick } }

    // MARK: Who decides

    @Test(arguments: [
        (people, ["+ann"], "approved"), (people, ["-ann"], "open"), (people, ["-ann", "-bob"], "open"),
        (people, ["-ann", "-bob", "-cem"], "rejected"), (people + #","needed":2"#, ["+ann"], "open"),
        (people + #","needed":2"#, ["+ann", "+ ANN ", "+bob"], "approved"),
        (people + #","needed":2"#, ["-ann", "-bob"], "rejected"),
        (people + #","needed":3"#, ["+ann", "-cem"], "rejected"),
        (people + #","needed":2,"rejections":1"#, ["+ann", "-bob"], "rejected"),
        (people, ["+dora"], "open"), (#""approvers":["ann","Ann "]"#, ["-ann"], "rejected"),
        ("", ["+anybody"], "approved"), ("", ["-anybody"], "rejected"),
        (#""needed":2"#, ["+one", "+One", "+two"], "approved"),
        (#""needed":2,"rejections":2"#, ["-one", "+two", "-three"], "rejected"),
    ])
    func `so many different people decide, and nobody else`(input: String, answers: [String], end: String) async throws
    {
        let bed = try TestBed(Self.request(input))
        #expect(try await bed.run().state == .waiting)
        for answer in answers {
            try await Self.answer(bed, String(answer.dropFirst()), approves: answer.hasPrefix("+"))
        }
        #expect(try await bed.engine.approvals.approval(1).state.word == end)
        let ends = try await Self.work(bed)
        #expect(end == "open" ? ends.isEmpty : ends.first?.result?["outcome"]?.string == end)
    }

    @Test func `a job that waits for people is parked with words and without a time, and goes on with the answer`()
        async throws
    {
        let bed = try TestBed(Self.request())
        let end = try await bed.run()
        #expect(end.state == .waiting && end.runAfter == nil && end.approval == 1)
        #expect(end.reason == "ok waits for approval 1, “Ship it?”, by 1 of ann, Bob, cem")
        #expect(try await bed.engine.store.jobsAwaitingPeople() == 1)
        #expect(try await Self.work(bed).isEmpty)
        #expect(try await Self.answer(bed, "bob", reason: " fine ") == "approved")
        #expect(try await bed.engine.store.jobsAwaitingPeople() == 0)
        let done = try #require(try await Self.work(bed).first)
        #expect(done.result == ["outcome": "approved", "by": ["Bob"]])
        let output = try await bed.step("ok", of: end.job)?.output
        #expect(output?["answers"]?[0]?["reason"] == "fine" && output?["approved"] == true)
        #expect(try await bed.step("ok", of: end.job)?.attempt == 1)
        let line = try #require(try await bed.engine.store.audit().first)
        #expect(line.action == "approval.approve" && line.who == "root" && line.kind == "command")
        #expect(line.subject == "approval 1 of job \(end.job) (Ship it?), for Bob: fine")
    }

    @Test(arguments: [
        // (who asks nobody in particular?, role, own name, for whom, what comes of it)
        (false, Role.viewer, "ann", nil, "approved"), (false, .operator, "dora", nil, "forbidden"),
        (false, .admin, "root", nil, "forbidden"), (false, .admin, "root", "cem", "approved"),
        (false, .author, "dora", "cem", "forbidden"), (false, .viewer, "ann", "ANN", "approved"),
        (true, .operator, "dora", nil, "approved"), (true, .viewer, "dora", nil, "forbidden"),
        (true, .author, "dora", "other", "forbidden"), (true, .admin, "root", "other", "approved"),
    ])
    func `people answer for themselves and admins for others`(
        asksAnybody: Bool, role: Role, name: String, other: String?, end: String
    ) async throws {
        let bed = try TestBed(Self.request(asksAnybody ? "" : Self.people))
        try await bed.run()
        let who = Principal(name: name, role: role, kind: .session)
        #expect(try await Self.answer(bed, other ?? name, by: who) == end)
        let answer = try await bed.engine.approvals.approval(1).answers.first
        if end == "approved" { #expect(answer?.enteredBy == (other == "cem" || other == "other" ? "root" : nil)) }
    }

    @Test(arguments: [
        ("optional", false, nil, "open"), ("for_rejection", false, "  ", "invalid"),
        ("for_rejection", false, "no", "open"),
        ("for_rejection", true, nil, "approved"), ("always", true, nil, "invalid"), ("always", true, "yes", "approved"),
        ("optional", true, String(repeating: "x", count: 1_001), "invalid"),
    ])
    func `a reason is asked for where the recipe says so`(
        rule: String, approves: Bool, reason: String?, end: String
    ) async throws {
        let bed = try TestBed(Self.request(Self.people + #","reason":"\#(rule)""#))
        try await bed.run()
        #expect(try await Self.answer(bed, "ann", approves: approves, reason: reason) == end)
    }

    @Test func `of many who answer at once one decides, and everybody is told`() async throws {
        let bed = try TestBed(Self.request(#""needed":3"#))
        try await bed.run()
        let words = try await withThrowingTaskGroup(of: String.self) { group in
            for n in 0..<40 { group.addTask { try await Self.answer(bed, "p\(n % 20)") } }
            return try await group.reduce(into: [String: Int]()) { $0[$1, default: 0] += 1 }
        }
        #expect(words["approved"] == 1 && words["open"] == 2 && words["refused"] == 37)
        #expect(try await bed.engine.approvals.approval(1).answers.count == 3)
        #expect(try await Self.work(bed).count == 1)
    }

    // MARK: Crashes and races

    @Test func `a crash between the request and its record asks once, and an answer that came meanwhile counts`()
        async throws
    {
        let bed = try TestBed(Self.request())
        bed.world.script("request", .block())
        let run = await bed.start(until: 1)
        let after = try bed.crash()
        run.cancel()
        _ = await run.result
        #expect(try await Self.answer(after, "ann") == "approved", "before the wait began")
        let job = try await after.newestJob()
        #expect(try await after.resume(job)?.result == ["outcome": "approved", "by": ["ann"]])
        #expect(try await after.engine.approvals.approvals(ApprovalFilter()).count == 1)
        #expect(Set(bed.world.keys(of: "request")).count == 1)
    }

    @Test func `a crash while a job waits loses neither the request nor the answer`() async throws {
        let bed = try TestBed(Self.request(Self.people + #","needed":2"#))
        try await bed.run()
        try await Self.answer(bed, "ann")
        let second = try bed.crash()
        #expect(try await Self.answer(second, "cem") == "approved")
        let third = try second.crash()
        #expect(try await Self.work(third).first?.result == ["outcome": "approved", "by": ["ann", "cem"]])
        #expect(try await third.engine.approvals.approvals(ApprovalFilter()).count == 1)
    }

    @Test func `an answer that comes while another branch still runs lets the job go on at once`() async throws {
        let bed = try TestBed(
            #"{"parallel":{"people":[{"id":"ok","use":"world.request","input":{}}],"work":[{"use":"world.put","input":{"name":"slow"}}]}}, {"return":{"outcome":"{{ ok.outcome }}"}}"#
        )
        bed.world.script("slow", .block())
        let run = await bed.start(until: 2)
        while try await bed.engine.store.approval(1) == nil { await Task.yield() }
        // The step has looked when its job's other branch is all that runs.
        while bed.world.running > 1 { await Task.yield() }
        #expect(try await Self.answer(bed, "ann") == "approved")
        bed.world.openAllGates()
        #expect(try await run.value.state == .waiting)
        #expect(try await Self.work(bed).first?.result == ["outcome": "approved"])
    }

    @Test func `a dispatcher goes on with a job when the answer comes`() async throws {
        let bed = try TestBed(Self.request())
        let dispatcher = Dispatcher(bed.engine) { _ in .quick }
        let running = Task { try await dispatcher.run() }
        let job = try await bed.engine.enqueue("test", event: [:])
        while try await bed.state(job) != .waiting { await Task.yield() }
        #expect(try await Self.answer(bed, "ann") == "approved")
        while try await bed.state(job) != .succeeded { await Task.yield() }
        await bed.engine.stop()
        try await running.value
    }

    // MARK: Time

    @Test(arguments: [("approve", "approved"), ("reject", "rejected"), ("error", "expired")])
    func `a deadline decides as the recipe says, also when nobody looked`(rule: String, end: String) async throws {
        let bed = try TestBed(Self.request(Self.people + #","needed":2,"hours":2,"on_deadline":"\#(rule)""#))
        let waiting = try await bed.run()
        #expect(waiting.runAfter == noon + 7_200_000)
        try await Self.answer(bed, "ann")
        bed.advance(.seconds(7_199))
        #expect(try await Self.work(bed).isEmpty)
        bed.advance(.seconds(1))
        #expect(try await bed.engine.approvals.approval(1).state.word == end)
        #expect(try await bed.engine.store.openApprovals(at: noon + 7_200_000) == 0)
        #expect(try await Self.answer(bed, "bob") == "refused", "too late")
        let done = try #require(try await Self.work(bed).first)
        if end == "expired" {
            #expect(done.state == .failed && done.error?["type"] == "approval_expired")
            #expect(done.error?["details"]?["answers"]?[0]?["by"] == "ann")
        } else {
            #expect(done.result?["outcome"]?.string == end)
            #expect(try await bed.step("ok", of: done.job)?.output?["by_deadline"] == true)
        }
        let line = try #require(try await bed.engine.store.audit().first { $0.kind == "time" })
        #expect(line.action == "approval.\(rule == "error" ? "expire" : rule)" && line.who == "galley")
    }

    @Test func `an escalation asks more people, and not before its time`() async throws {
        let bed = try TestBed(Self.request(#""approvers":["ann"],"later":["boss","ann"],"hours":5"#))
        #expect(try await bed.run().runAfter == noon + 3_600_000)
        #expect(try await Self.answer(bed, "boss") == "forbidden")
        #expect(try await bed.engine.approvals.approvals(ApprovalFilter(person: "boss")).isEmpty)
        bed.advance(.seconds(3_600))
        #expect(try await Self.work(bed).first?.runAfter == noon + 5 * 3_600_000, "it waits on, now for both")
        #expect(try await bed.engine.approvals.approval(1).missing == ["ann", "boss"])
        for (name, count) in [("ANN", 1), ("boss", 1), ("dora", 0)] {
            #expect(try await bed.engine.approvals.approvals(ApprovalFilter(person: name)).count == count, "\(name)")
        }
        #expect(try await bed.engine.store.audit().first?.action == "approval.escalate")
        #expect(try await Self.answer(bed, "ann", approves: false) == "open")
        #expect(try await bed.engine.approvals.approvals(ApprovalFilter(person: "ann")).isEmpty)
        #expect(try await Self.answer(bed, "boss") == "approved")
        #expect(try await Self.work(bed).first?.result == ["outcome": "approved", "by": ["ann", "boss"]])
    }

    @Test func `a wait with an end gives pending, and another one waits on`() async throws {
        let bed = try TestBed(
            #"""
            {"id":"asked","use":"world.ask","input":{}},
            {"id":"first","use":"world.await","input":{"id":"{{ asked.id }}","minutes":60}},
            {"use":"world.put","input":{"name":"remind"}},
            {"id":"last","use":"world.await","input":{"id":"{{ asked.id }}"}},
            {"return":{"first":"{{ first.outcome }}","last":"{{ last.outcome }}"}}
            """#)
        #expect(try await bed.run().runAfter == noon + 3_600_000)
        bed.advance(.seconds(1_800))
        let job = try await bed.newestJob()
        #expect(try await bed.resume(job)?.runAfter == noon + 3_600_000, "looking in between makes it no longer")
        bed.advance(.seconds(1_800))
        #expect(try await Self.work(bed).first?.state == .waiting)
        #expect(bed.world.names.contains("remind"))
        try await Self.answer(bed, "ann", approves: false)
        #expect(try await Self.work(bed).first?.result == ["first": "pending", "last": "rejected"])
    }

    @Test func `a request of another job can't be waited for`() async throws {
        let bed = try TestBed(
            #"{"id":"w","use":"world.await","input":{"id":1}}"#, recipes: ["other": TestBed.recipe(Self.request())])
        try await bed.run(recipe: "other")
        #expect(try await bed.run().error?["type"] == "not_found")
    }

    // MARK: Retries, cancels, calls

    @Test func `a canceled job needs no answer; a retry asks the same people on, a rerun anew`() async throws {
        let bed = try TestBed(Self.request())
        let job = try await bed.run().job
        _ = try await bed.engine.cancel(job, reason: "holiday")
        let withdrawn = try await bed.engine.approvals.approval(1)
        #expect(withdrawn.state == .withdrawn && withdrawn.words == "not needed any more: job \(job) was canceled")
        #expect(try await Self.answer(bed, "ann") == "refused")
        try await bed.engine.retry(job)
        #expect(try await Self.work(bed).first?.approval == 1)
        _ = try await bed.engine.rerun(job)
        #expect(try await Self.work(bed).first?.approval == 2)
        #expect(try await Self.answer(bed, "ann", of: 1) == "approved")
        #expect(try await Self.answer(bed, "ann", of: 2, approves: false) == "open")
        #expect(try await Self.work(bed).map(\.job) == [job])
    }

    @Test func `the retry of an expired request asks anew`() async throws {
        let bed = try TestBed(Self.request(Self.people + #","hours":1"#))
        let job = try await bed.run().job
        bed.advance(.seconds(3_600))
        #expect(try await Self.work(bed).first?.state == .failed)
        try await bed.engine.retry(job)
        #expect(try await Self.work(bed).first?.approval == 2)
        #expect(try await bed.engine.approvals.approval(1).state == .expired)
        try await Self.answer(bed, "cem", of: 2)
        #expect(try await Self.work(bed).first?.state == .succeeded)
    }

    @Test func `a step that asks again withdraws what it asked before`() async throws {
        let bed = try TestBed(
            #"""
            {"try":[{"id":"asked","use":"world.ask","input":{}},{"id":"mail","use":"world.create","input":{"name":"mail"},"retry":{"times":0}}],
             "retry":{"times":1,"wait":"1ms"}},
            {"id":"ok","use":"world.await","input":{"id":"{{ asked.id }}"}}
            """#)
        bed.world.script("mail", .refuse(400))
        #expect(try await bed.run().approval == 2)
        #expect(try await bed.engine.approvals.approval(1).state == .withdrawn)
        #expect(try await bed.engine.approvals.approvals(ApprovalFilter(isOpen: true)).map(\.id) == [2])
    }

    @Test func `the caller of a job that waits for people goes on when that job has ended`() async throws {
        let bed = try TestBed(
            #"{"id":"c","call":"child","input":{}}, {"return":{"outcome":"{{ c.outcome }}"}}"#,
            recipes: ["child": TestBed.called(Self.request(Self.people + #","hours":48"#))])
        #expect(try await bed.run().state == .waiting)
        let parent = try #require(try await bed.engine.store.jobs(JobFilter()).last?.id)
        #expect(try await bed.engine.store.jobsAwaitingPeople() == 2, "the job and its caller")
        #expect(try await Self.work(bed).isEmpty)
        try await Self.answer(bed, "ann")
        let ends = try await Self.work(bed)
        #expect(ends.last?.job == parent && ends.last?.result == ["outcome": "approved"], "the deadline is far away")
    }

    @Test func `a caller does not come to see a job without a deadline again and again`() async throws {
        let bed = try TestBed(
            #"{"id":"c","call":"child","input":{}}"#, recipes: ["child": TestBed.called(Self.request())])
        #expect(try await bed.run().runAfter == nil)
        bed.advance(.seconds(86_400))
        #expect(try await Self.work(bed).isEmpty)
    }

    @Test func `pruning takes requests with their job`() async throws {
        let bed = try TestBed(Self.request())
        try await bed.run()
        try await Self.answer(bed, "ann")
        _ = try await Self.work(bed)
        #expect(try await bed.engine.prune(finishedBefore: noon + 1) == 1)
        #expect(try await bed.engine.approvals.approvals(ApprovalFilter()).isEmpty)
        #expect(try await Self.answer(bed, "ann") == "no_such_job")
    }

    @Test func `a run that is not recorded asks nobody`() async throws {
        let bed = try TestBed(#"{"id":"ok","use":"world.request","input":{}}"#)
        let end = try await UnrecordedEngine(services: bed.services).run("test", event: [:], options: .quick)
        #expect(end.state == .succeeded && bed.world.calls.isEmpty)
        #expect(try await bed.engine.approvals.approvals(ApprovalFilter()).isEmpty)
    }
}
