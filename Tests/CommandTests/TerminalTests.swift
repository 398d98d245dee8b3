// What goes to a terminal and what does not: colours, and escapes in data.

import Foundation
import Testing

struct TerminalTests {
    @Test func `escapes in data become visible and reach no terminal`() async throws {
        let recipe = #"""
            {"galley": 1, "trigger": {"id": "event", "use": "manual"}, "report": {"Text": "event.text"}, "steps": [
             {"id": "said", "use": "logger.log", "input": {"message": "{{ event.text }}"}},
             {"stop": "failed", "reason": "it was {{ event.text }}"}]}
            """#
        let place = try await CommandPlace(["escapes": recipe])
        let event = #"{"text": "\u001b]0;owned\u0007\u001b[31mred\u009b2J"}"#
        let ran = try await place.galley("run", "escapes", "--input", event).expect(1)
        #expect(ran.messages.contains("␛[31mred"))
        let runs = [
            ran, try await place.galley("jobs", "list"), try await place.galley("jobs", "show", "1", "--full"),
            try await place.galley("jobs", "why", "1"), try await place.galley("jobs", "steps", "1", "--full"),
        ]
        for ended in runs {
            let text = ended.data + ended.messages
            #expect(!text.unicodeScalars.contains { $0 == "\u{1B}" || $0 == "\u{7}" || $0 == "\u{9B}" }, "\(ended)")
        }
    }

    @Test(arguments: [
        (["TERM": "xterm"], true), (["TERM": "xterm", "NO_COLOR": "1"], false), (["TERM": "dumb"], false),
    ])
    func `colour is for terminals, and NO_COLOR is obeyed`(environment: [String: String], hasColour: Bool) async throws
    {
        let place = try await CommandPlace(["hello": TrialRecipes.hello])
        let terminal = try PseudoTerminal()
        let ended = try await GalleyProcess(
            ["run", "hello", "--input", #"{"name": "Ada"}"#], in: place, environment: environment,
            terminal: terminal.user
        ).end().expect(0)
        let shown = terminal.shown()
        #expect(shown.contains("✓") || shown.contains("said"))
        #expect(shown.contains("\u{1B}[32m") == hasColour, "\(shown.debugDescription)")
        #expect(!ended.hasEscapes)  // stdout is a file all the time
    }

    @Test(arguments: [(">/dev/full", "No space left"), (">&-", "Bad file descriptor")])
    func `output that can't be written is an error, and goes into no other file`(
        redirection: String, says: String
    ) async throws {
        let place = try await CommandPlace(["hello": TrialRecipes.hello])
        let script = #"galley run hello --input '{"name": "Ada"}' \#(redirection)"#
        let ended = try await GalleyProcess(
            ["-c", script], in: place, program: URL(fileURLWithPath: "/bin/sh")
        ).end().expect(74)
        #expect(ended.messages.contains("standard output can't be written: \(says)"), "\(ended)")
        #expect(ended.messages.contains("job 1 succeeded"))
        let list = try await place.galley("jobs", "list", "--json").expect(0)
        #expect(try list.lines.first?["state"] == "succeeded")
    }

    @Test(arguments: ["2>&-", "<&- 2>&-", ">&- 2>&- <&-"])
    func `closed streams do no harm`(redirections: String) async throws {
        let place = try await CommandPlace(["hello": TrialRecipes.hello])
        let script = #"galley run hello --input '{"name": "Ada"}' \#(redirections); galley jobs list --json"#
        let ended = try await GalleyProcess(
            ["-c", script], in: place, program: URL(fileURLWithPath: "/bin/sh")
        ).end().expect(0)
        #expect(ended.data.contains(#""state":"succeeded""#), "\(ended)")
    }

    @Test func `a reader that has seen enough is no failure`() async throws {
        let place = try await CommandPlace(["hello": TrialRecipes.hello])
        let ended = try await GalleyProcess(
            ["-c", "galley schema | head -c 10; echo; galley connectors list | head -1"], in: place,
            program: URL(fileURLWithPath: "/bin/sh")
        ).end().expect(0)
        #expect(!ended.messages.contains("error"), "\(ended)")
    }
}

/// A terminal without a screen.
struct PseudoTerminal {
    /// What a program takes for its terminal.
    let user: FileHandle
    private let screen: Int32
    /// TIOCSPTLCK and TIOCGPTN of Linux, the same on x86-64 and ARM.
    private static let (setLock, getNumber): (UInt, UInt) = (0x4004_5431, 0x8004_5430)

    init() throws {
        screen = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_NONBLOCK)
        var (locked, number): (Int32, Int32) = (0, 0)
        // What grantpt, unlockpt and ptsname do on Linux; Swift's Glibc module does not have them.
        guard screen >= 0, ioctl(screen, Self.setLock, &locked) == 0, ioctl(screen, Self.getNumber, &number) == 0 else {
            throw Failure("no pseudo terminal can be had")
        }
        let descriptor = open("/dev/pts/\(number)", O_RDWR | O_NOCTTY)
        guard descriptor >= 0 else { throw Failure("the pseudo terminal can't be opened") }
        user = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    }

    /// Presses keys.
    func type(_ keys: String) throws {
        let bytes = Array(keys.utf8)
        guard write(screen, bytes, bytes.count) == bytes.count else { throw Failure("the terminal takes no keys") }
    }

    /// Its settings: how it treats input, output and lines.
    func modes() throws -> [UInt32] {
        var settings = termios()
        guard tcgetattr(user.fileDescriptor, &settings) == 0 else { throw Failure("the terminal has no settings") }
        return [settings.c_iflag, settings.c_oflag, settings.c_cflag, settings.c_lflag]
    }

    /// Everything written to it so far, to be asked for once.
    func shown() -> String {
        defer { close(screen) }
        return more()
    }

    /// What was written to it since it was last asked.
    func more() -> String {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = read(screen, &buffer, buffer.count)
            guard count > 0 else { break }
            bytes += buffer[..<count]
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
