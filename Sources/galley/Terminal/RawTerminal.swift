// The terminal while a line is edited: every key arrives as it is typed. Put back in order however the process ends.

import Foundation

/// Takes the terminal out of line mode, and puts it back.
///
/// The settings of before are also put back by a handler of the signals that end a process.
enum RawTerminal {
    /// What a signal handler may touch: plain memory, set before the handler is.
    private struct Saved {
        var settings = termios()
        var isRaw = false
    }
    // Unsafe because of the pointer alone: it never changes, and what it points to is touched by the thread that edits and,
    // between two of its instructions, by a signal handler.
    nonisolated(unsafe) private static let saved: UnsafeMutablePointer<Saved> = {
        let pointer = UnsafeMutablePointer<Saved>.allocate(capacity: 1)
        pointer.initialize(to: Saved())
        return pointer
    }()

    private static let endings = [SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGABRT, SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGFPE]

    /// Whether lines can be edited here: both ends are one, and it understands escapes.
    static var isPossible: Bool {
        isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1
            && ProcessInfo.processInfo.environment["TERM", default: "dumb"] != "dumb"
    }

    /// Calls `body` with the terminal in raw mode.
    static func during<Result>(_ body: () throws -> Result) throws -> Result {
        let saved = saved
        guard tcgetattr(STDIN_FILENO, &saved.pointee.settings) == 0 else { throw Failed() }
        installHandlers()
        saved.pointee.isRaw = true
        defer {
            _ = tcsetattr(STDIN_FILENO, TCSADRAIN, &saved.pointee.settings)
            saved.pointee.isRaw = false
        }
        guard enter() else { throw Failed() }
        return try body()
    }

    /// The terminal has gone.
    struct Failed: Error {}

    private static func enter() -> Bool {
        var raw = saved.pointee.settings
        raw.c_iflag &= ~tcflag_t(BRKINT | ICRNL | INPCK | ISTRIP | IXON)
        raw.c_lflag &= ~tcflag_t(ECHO | ICANON | IEXTEN | ISIG)
        raw.c_cflag |= tcflag_t(CS8)
        withUnsafeMutableBytes(of: &raw.c_cc) { bytes in
            bytes[Int(VMIN)] = 1
            bytes[Int(VTIME)] = 0
        }
        return tcsetattr(STDIN_FILENO, TCSADRAIN, &raw) == 0
    }

    private static func installHandlers() {
        for number in endings {
            _ = signal(number) { number in
                let saved = RawTerminal.saved
                if saved.pointee.isRaw { _ = tcsetattr(STDIN_FILENO, TCSANOW, &saved.pointee.settings) }
                _ = signal(number, SIG_DFL)
                _ = raise(number)
            }
        }
        // A stop is followed by the shell's own settings; ours come back with the process.
        _ = signal(SIGCONT) { _ in if RawTerminal.saved.pointee.isRaw { _ = RawTerminal.enter() } }
    }

    /// How many columns the terminal has now.
    static var columns: Int {
        var size = winsize()
        return ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 ? Int(size.ws_col) : 80
    }
}
