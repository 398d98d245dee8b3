// galley formula: looking functions up, and a session of formulas, through a pipe and on a terminal.

import Foundation
import JSONCore
import Testing

struct FormulaTests {
    @Test func `functions are listed by family and found by words, also as JSON`() async throws {
        let place = try CommandPlace(empty: ())
        let family = try await place.galley("formula", "list", "durations").expect(0)
        #expect(family.data.contains("ago") && !family.data.contains("upcase"))
        let found = try await place.galley("formula", "list", "--search", "base64", "--json").expect(0)
        let names = try found.json.array?.compactMap { $0["name"]?.string } ?? []
        #expect(names.contains("encode_base64") && !names.contains("upcase"))
        let unknown = try await place.galley("formula", "list", "txt").expect(66)
        #expect(unknown.messages.contains("no family") && unknown.messages.contains("date and time"))
        try await place.galley("formula", "list", "--search", "xyzzy").expect(66)
        try await place.galley("formula", "list", "text", "--markdown").expect(64)
    }

    @Test func `a function is shown with what it takes and gives`() async throws {
        let place = try CommandPlace(empty: ())
        let shown = try await place.galley("formula", "show", "where").expect(0)
        for part in ["where(**conditions)", "takes", "gives", "example", "see also"] {
            #expect(shown.data.contains(part), "\(part)")
        }
        let json = try await place.galley("formula", "show", "split", "--json").expect(0).json
        #expect(json.array?.first?["parameters"]?.array?.first?["name"]?.string == "separator")
        let unknown = try await place.galley("formula", "show", "upcas").expect(66)
        #expect(unknown.messages.contains("upcase"))
    }

    @Test func `a pipe is read line by line: values to stdout, mistakes to stderr, exit 0`() async throws {
        let place = try CommandPlace(empty: ())
        let input = """
            1 + 1
            x = lead.name.upcase
            x
            nothing.at_all
            if x == 'ADA'
              [1,
               2]
            end
            :type 1.5
            now = 1
            'last'
            """
        let ended = try await place.galley(
            "formula", "repl", "--vars", #"{"lead": {"name": "Ada"}}"#, input: input
        ).expect(0)
        #expect(ended.data == "2\n\"ADA\"\n[1, 2]\ndecimal\n\"last\"\n")
        #expect(ended.messages.contains("nothing is called nothing") && ended.messages.contains("^"))
        #expect(ended.messages.contains("now means something else"))
    }

    @Test func `on a terminal lines are edited, completed, found again, and kept`() async throws {
        let place = try CommandPlace(empty: ())
        let terminal = try Dialogue(place, "--vars", #"{"lead": {"body": {"email": "a@b.c"}}}"#)
        try await terminal.type("", until: "galley> ", isWhole: false)
        try await terminal.type("lead.bo\t.ema\t.upc\t\r", until: "=> \"A@B.C\"")
        // Wide characters, moving about in them, cutting and pasting.
        try await terminal.type("'日本x'\u{1B}[D\u{7F}.z\u{1}\u{5}.length\r", until: "=> 4")
        try await terminal.type("1 + 2\u{17}\u{17}\u{15}40 + 2\r", until: "=> 42")
        try await terminal.type("[1,\r2]\r", until: "=> [1, 2]")
        try await terminal.type("dropped\u{3}", until: "^C")
        try await terminal.type("\u{12}40\r", until: "=> 42")
        try await terminal.type("\u{1B}[A\u{1B}[A\u{1B}[B.succ\r", until: "=> 43")
        try await terminal.type("nil.upcase\r", until: "^^^^")
        try await terminal.type(":help upcase\r", until: "see also")
        try await terminal.type("\u{4}", until: "")
        try await terminal.ended(0)
        #expect(try terminal.isAsBefore())
        let file = place.root.appendingPathComponent("state/galley/formula_history").path
        let history = try String(contentsOfFile: file, encoding: .utf8)
        #expect(history.contains("40 + 2\n") && history.contains("[1,\\n2]\n"))
        let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        // The next session goes on with it.
        let again = try Dialogue(place)
        try await again.type("", until: "galley> ", isWhole: false)
        try await again.type("\u{12}40 +\r", until: "=> 43")
        try await again.type(":quit\r", until: "")
        try await again.ended(0)
    }

    @Test(arguments: [SIGTERM, SIGHUP, SIGINT])
    func `a signal in the middle of a line leaves the terminal as it was`(signal: Int32) async throws {
        let place = try CommandPlace(empty: ())
        let terminal = try Dialogue(place)
        try await terminal.type("", until: "\u{1B}[?2004h", isWhole: false)
        try await terminal.type("1 + ", until: "1 + ", isWhole: false)
        #expect(try !terminal.isAsBefore())
        terminal.process.send(signal)
        try await terminal.ended(128 + signal)
        #expect(try terminal.isAsBefore())
    }
}

/// A session of formulas on a terminal of its own.
private final class Dialogue {
    let process: GalleyProcess
    private let terminal: PseudoTerminal
    private let before: [UInt32]
    private var seen = ""

    init(_ place: CommandPlace, _ arguments: String...) throws {
        terminal = try PseudoTerminal()
        before = try terminal.modes()
        process = try GalleyProcess(
            ["formula", "repl"] + arguments, in: place,
            environment: ["TERM": "xterm", "XDG_STATE_HOME": place.root.path + "/state"], terminal: terminal.user,
            isInteractive: true)
    }

    /// Types, and waits until `text` has come after what was there before and, unless the line goes on, the next prompt:
    /// only then does the terminal leave keys alone.
    func type(_ keys: String, until text: String, isWhole: Bool = true) async throws {
        seen = ""
        try terminal.type(keys)
        guard !text.isEmpty else { return }
        try await eventually("\(text.debugDescription) shown: \(seen.debugDescription)") {
            seen += terminal.more()
            guard let found = seen.range(of: text) else { return false }
            return !isWhole || seen[found.upperBound...].contains("\u{1B}[?2004h")
        }
    }

    func ended(_ code: Int32) async throws {
        let ended = try await process.end()
        #expect(ended.code == code, "\(seen.debugDescription) \(terminal.more().debugDescription)")
    }

    func isAsBefore() throws -> Bool { try terminal.modes() == before }
}
