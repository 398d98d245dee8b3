// Recipes that ask people, with the built program: runs, answers by command and link, kill -9, dry runs, tests, remote.

import Foundation
import JSONCore
import Testing

struct ApprovalCommandTests {
    private static func pay(_ input: String, trigger: String = #""use": "manual""#) -> String {
        """
        { "galley": 1, "name": "Pay", "trigger": { "id": "got", \(trigger) },
          "steps": [ { "id": "ok", "use": "approval.request", "input": { "title": "Pay {{ got.number }}?"\(input) } },
                     { "return": { "outcome": "{{ ok.outcome }}", "by": "{{ ok.answers.map { |a| a.by } }}" } } ] }
        """
    }

    private static let twoOfThree = #", "approvers": ["ann", "bob", "cem"], "needed": 2, "reason": "for_rejection""#

    private static let mailed = """
        { "galley": 1, "name": "Publish", "trigger": { "id": "got", "use": "manual" },
          "steps": [
            { "id": "ask", "use": "approval.open", "input": { "title": "Publish?", "approvers": ["ann"], "deadline": "2d" } },
            { "use": "file.write", "input": { "path": "mail.txt", "text": "{{ ask.link }}" } },
            { "id": "answer", "use": "approval.wait", "input": { "id": "{{ ask.id }}", "for": "1h" } },
            { "return": "{{ answer.outcome }}" } ] }
        """

    @Test func `a run that waits says how to answer and exits 75; the deciding answer goes on with it`() async throws {
        let place = try await CommandPlace(["pay": Self.pay(Self.twoOfThree)])
        #expect(try await place.galley("approvals").expect(0).messages.contains("nothing waits for an answer"))
        let run = try await place.galley("run", "pay", "--input", #"{"number": "A-1"}"#).expect(75)
        #expect(run.messages.contains("waits for approval 1, “Pay A-1?”, by 2 of ann, bob, cem"), "\(run)")
        #expect(run.messages.contains("galley approvals answer 1 --approve"))
        #expect(try await place.galley("jobs", "show", "1").expect(0).messages.contains("galley approvals answer 1"))
        let listed = try await place.galley("approvals", "list", "--json").expect(0).json
        #expect(listed[0]?["title"] == "Pay A-1?" && listed[0]?["job"] == 1 && listed[0]?["needed"] == 2)
        for (arguments, exit, words) in [
            (["--approve"], 65, "is for ann, bob, cem; an admin may answer for one of them (--as NAME)"),
            (["--approve", "--as", "dora"], 65, "dora is not asked"), ([], 64, "--approve and --reject"),
            (["--approve", "--reject"], 64, "--approve and --reject"),
            (["--reject", "--as", "ann"], 65, "a rejection needs a reason"),
            (["--approve", "--as", " ANN", "--reason", "fine"], 0, "1 of 2 approvals; waits for bob, cem"),
            (["--approve", "--as", "ann"], 65, "an answer of ann is there already: approved"),
        ] as [([String], Int32, String)] {
            let answered = try await GalleyProcess(["approvals", "answer", "1"] + arguments, in: place).end()
            #expect(answered.expect(exit).messages.contains(words), "\(arguments): \(answered)")
        }
        try await place.galley("approvals", "answer", "7", "--approve").expect(66)
        let shown = try await place.galley("approvals", "show", "1", "--links").expect(0)
        #expect(shown.data.contains("ann approved, entered by ") && shown.data.contains("(command, "))
        #expect(shown.data.contains("bob: /approve/galley_link_"))
        #expect(shown.messages.contains("the links lack the server's address"))
        let last = try await place.galley("approvals", "answer", "1", "--approve", "--as", "cem", "--json").expect(0)
            .json
        #expect(last["approval"]?["state"] == "approved" && last["job"]?["result"]?["by"] == ["ann", "cem"])
        #expect(try await place.galley("jobs", "show", "1", "--json").expect(0).json["state"] == "succeeded")
        let over = try await place.galley("approvals", "answer", "1", "--reject", "--reason", "no", "--as", "bob")
            .expect(65)
        #expect(over.messages.contains("no answer is needed any more: approved by ann, cem"))
        let audit = try await place.galley("audit", "--json").expect(0).lines
        #expect(audit.contains { $0["subject"] == "approval 1 of job 1 (Pay A-1?), for ann: fine" })
        #expect(try await place.galley("approvals", "list", "--decided", "--json").expect(0).json[0]?["id"] == 1)
    }

    @Test(arguments: [
        (#", "needed": 3, "approvers": ["a", "b"]"#, #""needed" must be from 1 to 2, as "approvers" says, not 3"#),
        (#", "needed": 0"#, "needed"), (#", "deadline": "2 dyas""#, #""deadline" must be a duration"#),
        (#", "deadline": "2026-13-01T00:00:00Z""#, #""deadline" must be a duration"#),
        (
            #", "escalate": {"after": "soon", "to": ["c"]}, "approvers": ["a"]"#,
            #""after" of escalate must be a duration"#
        ),
        (#", "escalate": {"after": "1h", "to": ["c"]}"#, #"needs "approvers""#),
        (#", "escalate": {"after": "1h", "to": ["c"]}, "approvers": []"#, #"needs "approvers""#),
        (#", "escalate": {"after": "1h"}, "approvers": ["a"]"#, #"needs "to" of escalate"#),
        (
            #", "escalate": {"after": "3d", "to": ["c"]}, "approvers": ["a"], "deadline": "2d""#,
            "less than \"deadline\", which is 2d"
        ),
        (#", "on_deadline": "aprove", "deadline": "2d""#, #"did you mean "approve"?"#),
        (#", "on_deadline": "approve""#, #"needs "deadline""#),
        (#", "aprovers": ["a"]"#, #"did you mean "approvers"?"#),
        (#", "reason": "never""#, "\"reason\" must be"), (#", "approvers": [1, {}]"#, "approvers"),
    ])
    func `a mistake in a request is told before anything runs`(input: String, words: String) async throws {
        let place = try await CommandPlace(["pay": Self.pay(input)])
        let checked = try await place.galley("check").expect(65)
        #expect(checked.messages.contains(words), "\(checked)")
    }

    @Test(arguments: [
        "", #", "approvers": "ann", "deadline": "2d", "on_deadline": "approve""#,
        #", "deadline": "2031-03-02T09:00:00Z""#, #", "deadline": "2031-03-02", "needed": 2"#,
        #", "approvers": ["{{ got.a }}", "b"], "needed": "{{ got.n }}", "deadline": "{{ got.d }}""#,
        #", "approvers": ["a"], "escalate": {"after": "{{ got.h }}", "to": ["b"]}, "deadline": "1h", "reason": "always""#,
    ])
    func `what may be is not held against a recipe`(input: String) async throws {
        try await CommandPlace(["pay": Self.pay(input)]).galley("check").expect(0)
    }

    @Test func `what only a run can know fails the step with a sentence`() async throws {
        let place = try await CommandPlace([
            "pay": Self.pay(#", "approvers": "{{ got.who }}", "needed": "{{ got.n }}", "deadline": "{{ got.until }}""#)
        ])
        for (event, words) in [
            (#"{"who": ["a"], "n": 2}"#, "\"needed\" must be a whole number from 1 to 1"),
            (#"{"who": ["a", " "]}"#, "\"approvers\" must hold names"),
            (#"{"until": "tomorrow"}"#, "\"deadline\" must be"),
            (#"{"until": "0s"}"#, "\"deadline\" must be"),
        ] {
            let run = try await place.galley("run", "pay", "--input", event).expect(1)
            #expect(run.messages.contains(words), "\(run)")
        }
        let past = try await place.galley("run", "pay", "--input", #"{"until": "2020-01-01"}"#).expect(1)
        #expect(past.messages.contains("nobody decided on “Pay ?”"), "\(past)")
    }

    @Test func `a link that was sent answers; no file of the history has it`() async throws {
        let place = try await CommandPlace(["publish": Self.mailed])
        let server = try place.start("serve", "--port", "0")
        try await server.wait { $0.contains("galley serves") }
        let run = try await place.galley("run", "publish").expect(75)
        #expect(run.messages.contains("galley approvals answer 1"))
        let link = try place.text("mail.txt")
        let script = """
            import sys, urllib.request
            page = urllib.request.urlopen(sys.argv[1]).read().decode()
            assert "You answer as <strong>ann</strong>" in page, page
            origin = "/".join(sys.argv[1].split("/")[:3])
            answer = urllib.request.urlopen(urllib.request.Request(sys.argv[1], b"answer=reject&reason=later", {"Origin": origin}))
            print(answer.status, "You have rejected this" in answer.read().decode())
            """
        let python = try GalleyProcess(
            ["-c", script, link], in: place, program: URL(fileURLWithPath: "/usr/bin/python3"))
        #expect(try await python.end().expect(0).data == "200 True\n")
        try await eventually("the job has ended") {
            try await place.galley("jobs", "show", "1", "--json").expect(0).json["state"] == "succeeded"
        }
        #expect(try await place.galley("jobs", "show", "1", "--json").expect(0).json["result"] == "rejected")
        server.send(SIGTERM)
        try await server.end().expect(0)
        let mark = Data("galley_link_".utf8)
        for file in try FileManager.default.contentsOfDirectory(atPath: place.folder.path + "/.galley") {
            let content = try? Data(contentsOf: place.folder.appendingPathComponent(".galley/\(file)"))
            #expect(content?.range(of: mark) == nil, "\(file)")
        }
    }

    @Test func `requests and answers come through kill -9 at any moment, none lost and none doubled`() async throws {
        let place = try await CommandPlace([
            "pay": Self.pay(
                Self.twoOfThree,
                trigger: #""use": "webhook.received", "input": { "path": "n" }, "dedupe": "got.body.n""#)
        ])
        try place.write(
            "Recipes/pay/recipe.json",
            Self.pay(
                Self.twoOfThree,
                trigger: #""use": "webhook.received", "input": { "path": "n" }, "dedupe": "got.body.n""#
            ).replacing("{{ got.number }}", with: "{{ got.body.n }}").replacing(
                #""name": "Pay","#, with: #""name": "Pay", "concurrency": 5,"#))
        func serve(_ port: String) async throws -> GalleyProcess {
            let process = try place.start("serve", "--port", port, "--no-login")
            try await process.wait { $0.contains("galley serves") }
            return process
        }
        var server = try await serve("0")
        let url = try #require(server.messages.split(separator: "http://127.0.0.1:").dropFirst().first)
        let (port, count) = (String(url.prefix { $0.isNumber }), 30)
        // Sends events, and answers for two people whatever is open, until every job has ended.
        let script = """
            import json, sys, time, urllib.request, urllib.error
            base, count = "http://127.0.0.1:" + sys.argv[1], int(sys.argv[2])
            def ask(path, body=None):
                request = urllib.request.Request(base + path, body and json.dumps(body).encode(), {"Content-Type": "application/json"})
                while True:
                    try: return json.load(urllib.request.urlopen(request, timeout=5))
                    except urllib.error.HTTPError as error:
                        if error.code in (403, 409): return None
                        raise
                    except (OSError, ValueError): time.sleep(0.02)
            for n in range(1, count + 1): ask("/hooks/n", {"n": n})
            done = 0
            while done < count:
                for approval in ask("/api/v1/approvals?limit=1000")["approvals"]:
                    for name in ("ann", "cem"): ask("/api/v1/approvals/%d/answer" % approval["id"], {"answer": "approve", "as": name})
                done = len(ask("/api/v1/jobs?state=succeeded,failed&limit=1000")["jobs"])
            """
        let sender = try GalleyProcess(
            ["-c", script, port, "\(count)"], in: place, program: URL(fileURLWithPath: "/usr/bin/python3"))
        for _ in 0..<4 {
            // Not a wait for anything: the moment is what varies.
            try await Task.sleep(for: .milliseconds(Int.random(in: 50...600)))
            server.send(SIGKILL)
            _ = try await server.end()
            server = try await serve(port)
        }
        try await sender.end().expect(0)
        server.send(SIGTERM)
        try await server.end().expect(0)
        let approvals = try await place.galley("approvals", "list", "--all", "--json", "--limit", "1000").expect(0).json
        #expect(approvals.array?.count == count)
        #expect(Set((approvals.array ?? []).compactMap { $0["title"]?.string }).count == count)
        for approval in approvals.array ?? [] {
            #expect(approval["state"] == "approved" && approval["answers"]?.array?.count == 2, "\(approval.compact)")
        }
        let audit = try await place.galley("audit", "--json", "--limit", "1000").expect(0).lines
        #expect(audit.filter { $0["action"] == "approval.approve" }.count == 2 * count)
    }

    @Test func `dry runs, mocks and tests of recipes ask nobody`() async throws {
        let place = try await CommandPlace(["pay": Self.pay(Self.twoOfThree), "publish": Self.mailed])
        let dry = try await place.galley("run", "publish", "--dry-run").expect(0)
        #expect(dry.messages.contains("not called (dry run)"))
        try place.write("mocks.json", #"{"ok": {"output": {"outcome": "rejected", "answers": [{"by": "ann"}]}}}"#)
        let mocked = try await place.galley("run", "pay", "--mock", "mocks.json", "--input", "{}").expect(0)
        #expect(try mocked.json == ["outcome": "rejected", "by": ["ann"]])
        try place.write(
            "Recipes/pay/tests/approved.json",
            #"{"name": "approved", "event": {"number": "A-1"}, "mocks": {"ok": {"output": {"outcome": "approved", "answers": []}}}, "expect": {"result": {"outcome": "approved", "by": []}}}"#
        )
        try place.write(
            "Recipes/pay/tests/expired.json",
            #"{"name": "expired", "event": {"number": "A-1"}, "mocks": {"ok": {"error": {"type": "approval_expired", "message": "late"}}}, "expect": {"error": "late"}}"#
        )
        try await place.galley("test", "pay").expect(0)
        #expect(
            try await place.galley("approvals", "list", "--all").expect(0).messages.contains("nothing was asked yet"))
    }

    @Test func `a run sits out a deadline of less than a minute`() async throws {
        let place = try await CommandPlace(["pay": Self.pay(#", "deadline": "300ms", "on_deadline": "approve""#)])
        #expect(try await place.galley("run", "pay").expect(0).json == ["outcome": "approved", "by": []])
        let audit = try await place.galley("audit", "--json").expect(0).lines
        #expect(audit.first?["who"] == "galley" && audit.first?["action"] == "approval.approve")
    }

    @Test func `pills to an outcome are checked`() async throws {
        let place = try await CommandPlace([
            "pay": Self.pay(Self.twoOfThree).replacing("{{ ok.outcome }}", with: "{{ ok.outcom }}")
        ])
        #expect(try await place.galley("check").expect(65).messages.contains("did you mean \"outcome\"?"))
    }

    @Test func `links lead to the server that runs, wherever it listens`() async throws {
        let place = try await CommandPlace(["pay": Self.pay(Self.twoOfThree)])
        try await place.galley("run", "pay", "--input", #"{"number": "A-1"}"#).expect(75)
        for options in [[], ["--public-url", "https://pay.example/"]] {
            let server = try GalleyProcess(["serve", "--port", "0"] + options, in: place)
            try await server.wait { $0.contains("galley serves") }
            let url = try #require(
                server.messages.split(whereSeparator: \.isWhitespace).first { $0.hasPrefix("http://") })
            let shown = try await place.galley("approvals", "show", "1", "--links").expect(0)
            let address = options.isEmpty ? String(url) : "https://pay.example"
            #expect(shown.data.contains("ann: \(address)/approve/galley_link_"))
            server.send(SIGTERM)
            try await server.end().expect(0)
        }
        #expect(
            try await place.galley("approvals", "show", "1", "--links").expect(0).data.contains(
                "ann: /approve/galley_link_"))
    }

    @Test func `approvals of a server elsewhere are listed, shown and answered`() async throws {
        let place = try await CommandPlace(["pay": Self.pay(Self.twoOfThree)])
        try place.write("galley.json", #"{"galley": 1, "public_url": "https://galley.example/"}"#)
        let token = try await place.galley("tokens", "add", "laptop", "--role", "admin").expect(0).data
            .trimmingCharacters(in: .whitespacesAndNewlines)
        try await place.galley("run", "pay", "--input", #"{"number": "A-1"}"#).expect(75)
        #expect(
            try await place.galley("approvals", "show", "1", "--links").expect(0).data.contains(
                "ann: https://galley.example/approve/galley_link_"))
        let server = try place.start("serve", "--port", "0")
        try await server.wait { $0.contains("galley serves") }
        let url = try #require(server.messages.split(whereSeparator: \.isWhitespace).first { $0.hasPrefix("http://") })
        let links = try await place.galley("approvals", "show", "1", "--links").expect(0).data
        #expect(links.contains("ann: https://galley.example/approve/galley_link_"))
        let away = try CommandPlace(empty: ())
        func galley(_ arguments: String...) async throws -> Ended {
            try await GalleyProcess(
                arguments, in: away, environment: ["GALLEY_SERVER": String(url), "GALLEY_TOKEN": token]
            ).end()
        }
        let here = try await place.galley("approvals", "list", "--json").expect(0)
        #expect(try await galley("approvals", "list", "--json").expect(0).json == here.json)
        #expect(try await galley("approvals", "show", "1").expect(0).data.contains("0 of 2 approvals"))
        try await galley("approvals", "show", "1", "--links").expect(65)
        try await galley("approvals", "show", "9").expect(66)
        #expect(
            try await galley("approvals", "answer", "1", "--approve", "--as", "bob").expect(0).messages.contains(
                "1 of 2 approvals; waits for ann, cem"))
        let last = try await galley("approvals", "answer", "1", "--approve", "--as", "ann").expect(0)
        #expect(last.messages.contains("approval 1 is approved") && last.messages.contains("job 1 goes on"))
        try await eventually("the job has ended") {
            try await place.galley("jobs", "show", "1", "--json").expect(0).json["state"] == "succeeded"
        }
        server.send(SIGTERM)
        try await server.end().expect(0)
    }
}
