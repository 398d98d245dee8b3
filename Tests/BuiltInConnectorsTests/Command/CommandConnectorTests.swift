// `command` with real programs of this machine.

import ConnectorKit
import Foundation
import JSONCore
import Testing

struct CommandConnectorTests {
    private func trial(environment: [String] = []) throws -> Trial {
        var trial = try Trial()
        for (name, path) in [
            ("sh", "/bin/sh"), ("cat", "/bin/cat"), ("none", "/nowhere/none"), ("passwd", "/etc/passwd"),
        ] {
            trial.programs[name] = AllowedProgram(
                path: path, environment: environment, folder: trial.workspace.root)
        }
        return trial
    }

    private func script(_ text: String, _ more: JSONObject = [:], in trial: Trial? = nil) async throws -> JSON {
        var input = more
        input["program"] = "sh"
        input["arguments"] = .array([.string("-c"), .string(text)] + (more["arguments"]?.array ?? []))
        return try await (trial ?? self.trial()).call("command.run", .object(input))
    }

    private func failure(_ text: String, _ more: JSONObject = [:]) async throws -> ConnectorError? {
        await #expect(throws: ConnectorError.self) { try await script(text, more) }
    }

    @Test func `gives arguments as they are, without a shell`() async throws {
        let hostile = ["$(touch x)", "`touch x`", "; touch x", "a b", "", "'\"\\", "é\n*", "--"]
        let output = try await script(
            #"shift 0; for a in "$@"; do printf '[%s]' "$a"; done"#,
            ["arguments": .array([.string("name")] + hostile.map { .string($0) } + [12, true])])
        #expect(output["output"]?.string == hostile.map { "[\($0)]" }.joined() + "[12][true]")
        #expect(output["status"] == 0)
    }

    @Test func `feeds it and reads both of its outputs, however large`() async throws {
        let text = String(repeating: "0123456789abcde\n", count: 200_000)
        let output = try await trial().call(
            "command.run", ["program": "cat", "stdin": .string(text), "limit": 4_000_000])
        #expect(output["output"]?.string == text)
        let both = try await script("echo out; echo err >&2; exec 1>&-; echo more >&2")
        #expect(both["output"] == "out\n")
        #expect(both["errors"] == "err\nmore\n")
        // It reads nothing, so writing to it fails; that is no mistake.
        let some = try await script("echo done", ["stdin": .string(text)])
        #expect(some["output"] == "done\n")
    }

    @Test func `takes JSON and bytes`() async throws {
        #expect(try await script(#"echo '{"a": 10.00}'"#, ["as": "json"])["output"]?.compact == #"{"a":10.00}"#)
        #expect(try await script(#"printf '\377'"#, ["as": "base64"])["output"] == "/w==")
        let output = try await trial().call("command.run", ["program": "cat", "stdin_base64": "/w==", "as": "base64"])
        #expect(output["output"] == "/w==")
        #expect(try await failure("echo x", ["as": "json"])?.type == "bad_answer")
        #expect(try await failure(#"printf '\377'"#)?.message.contains("base64") == true)
    }

    @Test func `an exit status is typed`() async throws {
        let error = try #require(try await failure("echo some; echo 'no such\u{1B}[31m invoice' >&2; exit 3"))
        #expect(error.type == "exit_status")
        #expect(error.message == "\"sh\" ended with status 3: no such[31m invoice")
        #expect(error.details?["status"] == 3)
        #expect(error.details?["output"] == "some\n")
        #expect(try await script("exit 3", ["ok_statuses": [0, 3]])["status"] == 3)
        let signal = try #require(try await failure("kill -9 $$"))
        #expect(signal.type == "exit_status")
        #expect(signal.details?["signal"] == 9)
    }

    @Test func `sees only the variables that are named`() async throws {
        var trial = try trial(environment: ["LANG_X", "TOKEN", "PATH", "NOWHERE_SET"])
        trial.connection = Connection(
            name: "c", connector: "command", settings: [:], credentials: ["TOKEN": "t-1", "OTHER": "o"])
        let output = try await script("/usr/bin/env | sort", ["environment": ["LANG_X": "de"]], in: trial)
        let names = (output["output"]?.string ?? "").split(separator: "\n").map { $0.prefix { $0 != "=" } }
        // The shell itself adds PWD and its kin.
        #expect(Set(names).subtracting(["PWD", "OLDPWD", "SHLVL", "_"]) == ["LANG_X", "TOKEN", "PATH"])
        let error = try await trial.failure(
            "command.run", ["program": "sh", "environment": ["LD_PRELOAD": "x.so"]])
        #expect(error.type == "not_allowed")
        #expect(error.message.contains("\"LD_PRELOAD\""))
    }

    @Test func `runs in the workspace or in a folder of it`() async throws {
        let trial = try trial()
        try trial.workspace.write("sub/x", "")
        #expect(try await script("pwd", in: trial)["output"]?.string == trial.workspace.root + "\n")
        #expect(try await script("ls", ["folder": "sub"], in: trial)["output"] == "x\n")
        let error = try await trial.failure("command.run", ["program": "cat", "folder": "../.."])
        #expect(error.type == "file")
        #expect(try await trial.failure("command.run", ["program": "cat", "folder": "gone"]).type == "not_found")
    }

    @Test(
        arguments: [
            (["program": "rm"], "not_allowed", "allowed are: cat, none, passwd, sh"),
            (["program": "/bin/sh"], "not_allowed", "doesn't allow"),
            (["program": "none"], "not_found", "/nowhere/none"),
            (["program": "passwd"], "not_allowed", "can't be run"),
            (["program": "cat", "arguments": [["a"]]], "bad_input", "argument 1"),
            (["program": "cat", "arguments": ["a\u{0}b"]], "bad_input", "null character"),
            (
                ["program": "cat", "arguments": [.string(String(repeating: "x", count: 3_000_000))]], "too_large",
                "too long"
            ),
            (["program": "cat", "ok_statuses": [256]], "bad_input", "from 0 to 255"),
            (["program": "cat", "stdin": "a", "stdin_base64": "b"], "bad_input", "give either"),
        ] as [(JSON, String, String)])
    func `says what is wrong before anything runs`(input: JSON, type: String, says: String) async throws {
        let error = try await trial().failure("command.run", input)
        #expect(error.type == type)
        #expect(error.message.contains(says), "\(error.message)")
    }

    @Test func `allows nothing unless the workspace says so`() async throws {
        let error = try await Trial().failure("command.run", ["program": "sh"])
        #expect(error.type == "not_allowed")
        #expect(error.message.contains("under \"commands\" in galley.json"))
    }

    /// Whether a process is there and not only waiting to be noticed.
    private static func isAlive(_ id: Int32) -> Bool {
        guard let state = try? String(contentsOfFile: "/proc/\(id)/stat", encoding: .utf8) else { return false }
        return state.split(separator: ")").last?.split(separator: " ").first != "Z"
    }

    /// Starts two more in the background, one that is deaf to being asked, and says their numbers.
    private static let family =
        "sleep 300 & echo $! > a; (trap '' TERM; sleep 300 & echo $! > b; wait; sleep 300) & echo $! > c; wait"

    private func members(_ trial: Trial) throws -> [Int32] {
        try ["a", "b", "c"].compactMap {
            Int32(try trial.workspace.text($0).trimmingCharacters(in: .whitespacesAndNewlines))
        }
    }

    @Test func `a time-out ends it and all that it started`() async throws {
        let trial = try trial()
        let error = await #expect(throws: ConnectorError.self) {
            try await script(Self.family, ["timeout": 1], in: trial)
        }
        #expect(error?.type == "timeout")
        #expect(error?.outcome == .unknown)
        let members = try members(trial)
        #expect(members.count == 3)
        #expect(members.filter(Self.isAlive) == [])
    }

    @Test func `ends with its job`() async throws {
        let trial = try trial()
        let step = Task { try await script(Self.family, in: trial) }
        while !trial.workspace.has("c") { await Task.yield() }
        step.cancel()
        await #expect(throws: CancellationError.self) { try await step.value }
        #expect(try members(trial).filter(Self.isAlive) == [])
    }

    @Test func `what it leaves running ends with it and does not hold the step`() async throws {
        let trial = try trial()
        let output = try await script("sleep 300 & echo $! > a; echo done", ["timeout": 100], in: trial)
        #expect(output["output"] == "done\n")
        let left = try #require(Int32(try trial.workspace.text("a").trimmingCharacters(in: .whitespacesAndNewlines)))
        #expect(!Self.isAlive(left))
    }

    @Test func `ends one that writes without an end`() async throws {
        let error = try #require(try await failure("while :; do echo xxxxxxxxxxxxxxxxxxxx; done", ["limit": 100_000]))
        #expect(error.type == "too_large")
        let quiet = try await script(
            "i=0; while [ $i -lt 3000 ]; do echo xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx$i >&2; i=$((i+1)); done")
        #expect((quiet["errors"]?.string ?? "").utf8.count == 65_536)
        #expect(quiet["errors"]?.string?.hasSuffix("x2999\n") == true)
    }
}
