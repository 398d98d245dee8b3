// Where words go: data to stdout, messages to stderr, colour only on a terminal.

import Foundation
import JSONCore

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

    /// `text` in a style when messages go to a terminal.
    static func style(_ text: String, _ style: Style) -> String {
        errorIsTerminal && wantsColour ? "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m" : text
    }

    /// The same for data on stdout.
    static func outputStyle(_ text: String, _ style: Style) -> String {
        outputIsTerminal && wantsColour ? "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m" : text
    }

    /// Data.
    static func print(_ text: String) { StandardStreams.write(text + "\n", to: STDOUT_FILENO) }

    /// Part of a line of data, for prompts.
    static func printWithoutEnd(_ text: String) { StandardStreams.write(text, to: STDOUT_FILENO) }

    /// A message.
    static func note(_ text: String) { StandardStreams.write(text + "\n", to: STDERR_FILENO) }

    /// Part of a message line, for progress.
    static func noteWithoutEnd(_ text: String) { StandardStreams.write(text, to: STDERR_FILENO) }

    static func error(_ text: String) { note(style("error: ", .red) + text) }
    static func warning(_ text: String) { note(style("warning: ", .yellow) + text) }

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
        || (0x2066...0x2069).contains(scalar.value)
}

/// Cuts `text` to `width` characters, with an ellipsis.
func shortened(_ text: String, to width: Int) -> String {
    text.count <= width ? text : text.prefix(max(0, width - 1)) + "…"
}
