// Links with which people answer: once, in their name, whole after a crash, and in no record.

import Engine
import Foundation
import JSONCore
import JobHistory
import Testing

extension ApprovalTests {
    private static let mailed = #"""
        {"id":"asked","use":"world.ask","input":{"approvers":["ann","bob"]}},
        {"id":"mail","use":"world.create","input":{"name":"mail","value":"Please: {{ asked.link }}"}},
        {"id":"ok","use":"world.await","input":{"id":"{{ asked.id }}"}},
        {"id":"again","use":"world.create","input":{"name":"again","value":"{{ asked.links[1].link }}"}},
        {"return":{"link":"{{ asked.link }}"}}
        """#

    private static func secret(_ link: JSON?) -> String { String(link?.string?.split(separator: "/").last ?? "") }

    @Test func `a link answers in its approver's name, once, and is the same after a crash`() async throws {
        let bed = try TestBed(Self.mailed)
        try await bed.run()
        let secret = Self.secret(bed.world.calls.first { $0.name == "mail" }?.input["value"])
        #expect(secret.hasPrefix("galley_link_") && secret.utf8.count == 55)
        let after = try bed.crash(keepingKey: true)
        let approval = try await after.engine.answer(linkSecret: secret, approves: true, reason: "ok", from: "10.0.0.1")
        #expect(approval.answers.first?.person == "ann" && approval.answers.first?.way == "link")
        let line = try #require(try await after.engine.store.audit().first)
        #expect(line.who == "ann" && line.kind == "link" && line.from == "10.0.0.1" && line.subject.hasSuffix(": ok"))
        await #expect(throws: OwnerFailure.self) {
            try await after.engine.answer(linkSecret: secret, approves: true, reason: nil, from: "")
        }
        #expect(try await Self.work(after).first?.state == .succeeded)
        let other = Self.secret(bed.world.calls.first { $0.name == "again" }?.input["value"])
        #expect(try await after.engine.approvals.approval(linkSecret: other)?.approver.name == "bob")
        for wrong in ["", "galley_link_", secret + "x", String(secret.dropLast()), secret.uppercased()] {
            #expect(try await after.engine.approvals.approval(linkSecret: wrong) == nil, "\(wrong)")
        }
    }

    @Test func `steps that ask beside each other in a new workspace make one key for their links`() async throws {
        let bed = try TestBed(
            #"""
            {"for_each":"(1..24).to_a","as":"n","at_once":24,"steps":[
              {"id":"asked","use":"world.ask","input":{"approvers":["ann{{ n }}"]}},
              {"use":"world.create","input":{"name":"mail","value":"{{ asked.link }}"}}]}
            """#)
        #expect(try await bed.run().state == .succeeded)
        let secrets = bed.world.calls.filter { $0.name == "mail" }.map { Self.secret($0.input["value"]) }
        #expect(Set(secrets).count == 24)
        var made: Set<String> = []
        for approval in try await bed.engine.approvals.approvals(ApprovalFilter()) {
            made.formUnion(try #require(try bed.engine.store.linkSecrets(of: approval)))
        }
        #expect(made == Set(secrets))
    }

    @Test func `links that were sent stay good when their key is lost`() async throws {
        let bed = try TestBed(Self.mailed)
        try await bed.run()
        let secret = Self.secret(bed.world.calls.first { $0.name == "mail" }?.input["value"])
        let after = try bed.crash()
        let job = try await after.newestJob()
        _ = try await after.resume(job)  // makes other links
        _ = try await after.engine.answer(linkSecret: secret, approves: true, reason: nil, from: "")
        #expect(try await Self.work(after).first?.state == .succeeded)
        let other = Self.secret(bed.world.calls.first { $0.name == "again" }?.input["value"])
        #expect(try await after.engine.approvals.approval(linkSecret: other)?.approver.name == "bob")
    }

    @Test func `values made of links are whole again after a wait`() async throws {
        let bed = try TestBed(
            #"""
            {"id":"asked","use":"world.ask","input":{"approvers":["ann","bob"]}},
            {"set":{"text":"Please: {{ asked.link }}","all":[]}},
            {"for_each":"asked.links","as":"one","steps":[{"append":{"all":"{{ one.link }}"}}]},
            {"id":"page","use":"world.echo","input":{"html":"<a href='{{ asked.link }}'>"}},
            {"id":"look","use":"world.await","input":{"id":"{{ asked.id }}","minutes":60}},
            {"use":"world.create","input":{"name":"mail","value":"{{ text }} {{ all.join(' ') }} {{ page.html }}"}}
            """#)
        let job = try await bed.run().job
        let after = try bed.crash(keepingKey: true)
        bed.advance(.seconds(3_600))
        #expect(try await Self.work(after).first?.state == .succeeded)
        let value = try #require(bed.world.calls.last?.input["value"]?.string)
        #expect(value.components(separatedBy: "/approve/galley_link_").count == 5 && !value.contains("[secret"))
        #expect(Set(value.matches(of: /galley_link_[A-Za-z0-9_-]{43}/).map { String($0.output) }).count == 2)
        for step in try await after.steps(job, all: true) {
            #expect(!step.json.compact.contains("galley_link_"), "\(step.address)")
        }
        #expect(try await after.step("asked", of: job)?.attempt == 1)
    }

    @Test func `no record has a link in it`() async throws {
        let bed = try TestBed(Self.mailed)
        let seen = Watcher()
        var options = seen.options
        options.skipsWaits = true
        let job = try await bed.run(options: options).job
        try await Self.answer(bed, "ann")
        _ = try await Self.work(bed)
        for step in try await bed.steps(job, all: true) {
            #expect(!step.json.compact.contains("galley_link_"), "\(step.address)")
        }
        let detail = try #require(try await bed.engine.store.job(job))
        #expect(detail.result?["link"]?.string?.hasSuffix("/approve/[secret approval link]") == true)
        #expect(
            try await bed.step("mail", of: job)?.input?["value"]?.string?.contains("[secret approval link]") == true)
    }
}
