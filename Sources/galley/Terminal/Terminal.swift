// Where words go: data to stdout, messages to stderr, colour only on a terminal.

import Foundation
import JSONCore
import Logging
import Synchronization

/// The two streams of a command.
enum Terminal {
    static let errorIsTerminal = isatty(STDERR_FILENO) == 1
    static let outputIsTerminal = isatty(STDOUT_FILENO) == 1
    private static let environment = ProcessInfo.processInfo.environment
    private static let wantsColour = environment["NO_COLOR", default: ""].isEmpty && environment["TERM"] != "dumb"

    /// Whether messages may have colour and move the cursor.
    static let isLive = errorIsTerminal && environment["TERM"] != "dumb"

    enum Style: String {
        case bold = "1"
        case dim = "2"
        case red = "31"
        case green = "32"
        case yellow = "33"
        case cyan = "36"
    }

    /// Messages are lines of JSON from now on, as the log's are: for a server whose stderr programs read.
    static func writeJSON() { isJSON.store(true, ordering: .relaxed) }
    private static let isJSON = Atomic<Bool>(false)

    /// `text` in a style when messages go to a terminal.
    static func style(_ text: String, _ style: Style) -> String {
        errorIsTerminal && wantsColour && !isJSON.load(ordering: .relaxed)
            ? "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m" : text
    }

    /// The same for data on stdout.
    static func outputStyle(_ text: String, _ style: Style) -> String {
        outputIsTerminal && wantsColour ? "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m" : text
    }

    /// Data.
    static func print(_ text: String) { StandardStreams.write(text + "\n", to: STDOUT_FILENO) }

    /// A line of JSON.
    static func print(json: JSON) {
        let line = WrittenBytes()
        line.append(json)
        line.append("\n")
        line.withUnsafeBytes { StandardStreams.write($0, to: STDOUT_FILENO) }
    }

    /// Part of a line of data, for prompts.
    static func printWithoutEnd(_ text: String) { StandardStreams.write(text, to: STDOUT_FILENO) }

    /// A message.
    static func note(_ text: String) { write(text, .info, before: "") }

    /// Part of a message line, for progress.
    static func noteWithoutEnd(_ text: String) { StandardStreams.write(text, to: STDERR_FILENO) }

    static func error(_ text: String) { write(text, .error, before: style("error: ", .red)) }
    static func warning(_ text: String) { write(text, .warning, before: style("warning: ", .yellow)) }

    private static func write(_ text: String, _ level: Logger.Level, before: String) {
        let line = isJSON.load(ordering: .relaxed) ? LogLines.line(.json, at: Date.now, level, text, []) : before + text
        StandardStreams.write(line + "\n", to: STDERR_FILENO)
    }

    /// The width of the terminal, or 100.
    static var columns: Int {
        var size = winsize()
        return ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 ? Int(size.ws_col) : 100
    }
}

/// Text from outside made harmless for a terminal: control characters become visible.
func printable(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: isControl) else { return text }
    return String(
        String.UnicodeScalarView(
            text.unicodeScalars.map { scalar in
                guard isControl(scalar) else { return scalar }
                return scalar.value < 0x20 ? Unicode.Scalar(0x2400 + scalar.value) ?? "\u{FFFD}" : "\u{FFFD}"
            }))
}

private func isControl(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) || (0x202A...0x202E).contains(scalar.value)
        || (0x2066...0x2069).contains(scalar.value) || [0x061C, 0x200E, 0x200F].contains(scalar.value)
}

/// Cuts `text` to `width` characters, with an ellipsis.
func shortened(_ text: String, to width: Int) -> String {
    text.count <= width ? text : text.prefix(max(0, width - 1)) + "…"
}
