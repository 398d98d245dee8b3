// How diagnostics are shown: lines for people, objects for programs.

import JSONCore

extension Diagnostic {
    /// Columns of the source that are shown; of longer lines a window around the place.
    static let shownColumns = 100

    /// As `galley check` prints it, without a newline at the end:
    ///
    ///     Recipes/leads/recipe.json:7:13: error: "trigger" has no "emial" [unknown_pill_field]
    ///         "when": "trigger.emial.present?",
    ///                          ^
    ///       at /trigger/when
    ///       hint: did you mean "email"?
    public func text(in source: SourceText) -> String {
        let (line, column) = source.lineAndColumn(at: range.lowerBound)
        let name = file.isEmpty ? "" : "\(file):"
        var lines = ["\(name)\(line):\(column): \(severity.rawValue): \(message) [\(code)]"]
        lines += excerpt(in: source)
        if !pointer.isEmpty { lines.append("  at \(pointer)") }
        if let suggestion { lines.append("  hint: \(suggestion)") }
        return lines.map(Self.printable).joined(separator: "\n")
    }

    /// As `galley check --json` gives it. Lines and columns count from 1, columns in Unicode scalars.
    public func json(in source: SourceText) -> JSON {
        let (start, end) = (source.lineAndColumn(at: range.lowerBound), source.lineAndColumn(at: range.upperBound))
        return .object(
            JSONObject(uniqueEntries: [
                ("file", .string(file)), ("line", .integer(start.line)), ("column", .integer(start.column)),
                ("end_line", .integer(end.line)), ("end_column", .integer(end.column)),
                ("severity", .string(severity.rawValue)), ("code", .string(code)), ("message", .string(message)),
                ("pointer", .string(pointer)), ("hint", suggestion.map { .string($0) } ?? .null),
            ]))
    }

    /// By place, then by code: the order in which they are printed.
    public static func sorted(_ diagnostics: [Diagnostic]) -> [Diagnostic] {
        diagnostics.enumerated().sorted { one, other in
            let (a, b) = (one.element, other.element)
            return (a.file, a.range.lowerBound, a.code, one.offset) < (b.file, b.range.lowerBound, b.code, other.offset)
        }.map(\.element)
    }

    /// The source line, or a window of it, and the line with the caret.
    private func excerpt(in source: SourceText) -> [String] {
        let place = source.surroundings(of: range.lowerBound, reach: 4 * Self.shownColumns)
        let (line, before) = (Self.visible(place.text), Self.visible(place.before))
        var (shown, caret) = (line, before.width)
        var (cutInFront, cutBehind) = (place.isCutInFront, place.isCutBehind)
        if line.width > Self.shownColumns {
            // The place stands at two thirds of the window at most, so that what follows it is seen too.
            let skipped = max(0, min(caret - Self.shownColumns * 2 / 3, line.width - Self.shownColumns))
            let window = line.columns(from: skipped, count: Self.shownColumns)
            (shown, caret) = (window.line, caret - window.skipped)
            cutInFront = cutInFront || window.skipped > 0
            cutBehind = cutBehind || window.skipped + window.line.width < line.width
        }
        let front = cutInFront ? "…" : ""
        return [
            front + shown.text + (cutBehind ? "…" : ""),
            String(repeating: " ", count: caret + (cutInFront ? 1 : 0)) + "^",
        ]
    }

    /// One character a scalar with its width on a terminal.
    private struct Line {
        var characters: [(Unicode.Scalar, width: Int)] = []
        var width: Int { characters.reduce(0) { $0 + $1.width } }
        var text: String { String(String.UnicodeScalarView(characters.map(\.0))) }

        func columns(from start: Int, count: Int) -> (line: Line, skipped: Int) {
            var (skipped, kept) = (0, Line())
            var keptWidth = 0
            for character in characters {
                if kept.characters.isEmpty, skipped < start {
                    skipped += character.width
                } else if keptWidth + character.width <= count {
                    kept.characters.append(character)
                    keptWidth += character.width
                } else {
                    break
                }
            }
            return (kept, skipped)
        }
    }

    /// Tabs become two spaces, so that the caret stands right whatever the terminal's tab stops are.
    private static func visible(_ text: String) -> Line {
        var line = Line()
        for scalar in text.unicodeScalars {
            if scalar == "\t" {
                line.characters += [(" ", 1), (" ", 1)]
            } else {
                line.characters.append((isPrintable(scalar) ? scalar : "\u{FFFD}", width(of: scalar)))
            }
        }
        return line
    }

    /// How many columns a terminal takes for a text.
    public static func columns(of text: String) -> Int { text.unicodeScalars.reduce(0) { $0 + width(of: $1) } }

    /// A file's text must not drive the terminal: control and invisible characters show as U+FFFD.
    private static func printable(_ text: String) -> String {
        guard !text.unicodeScalars.allSatisfy(isPrintable) else { return text }
        return String(String.UnicodeScalarView(text.unicodeScalars.map { isPrintable($0) ? $0 : "\u{FFFD}" }))
    }

    private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x20..<0x7F: true
        case 0..<0xA0, 0xAD, 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x206F, 0xFEFF: false
        default: true
        }
    }

    /// 2 for what terminals draw over two columns (East Asian wide, emoji), 0 for combining marks, else 1.
    private static func width(of scalar: Unicode.Scalar) -> Int {
        switch scalar.value {
        case 0x300...0x36F, 0x1AB0...0x1AFF, 0x20D0...0x20FF, 0xFE00...0xFE0F: 0
        case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60,
            0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F680...0x1F6FF, 0x1F900...0x1F9FF, 0x20000...0x3FFFD:
            2
        default: 1
        }
    }
}
