// Durations as recipes write them: `500ms`, `2s`, `15m`, `1h30m`, `1d`, `2w`.

/// Reads and writes durations in recipes.
public enum DurationText {
    /// Each unit with its milliseconds, the largest first.
    private static let units: [(name: String, milliseconds: Int64)] = [
        ("w", 604_800_000), ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1),
    ]

    /// What a duration looks like, for messages.
    public static let form = "a duration like \"500ms\", \"2s\", \"15m\", \"1h30m\" or \"1d\""

    /// The duration of `text`: whole numbers with `w`, `d`, `h`, `m`, `s` or `ms`, the larger unit first and each at most
    /// once; spaces are allowed. At most 10 years.
    /// - Returns: nil for anything else, negative ones included.
    public static func parse(_ text: String) -> Duration? {
        var rest = Array(text.utf8)[...]
        var total: Int64 = 0
        var nextUnit = 0
        skipSpaces(&rest)
        guard !rest.isEmpty, text.utf8.count <= 64 else { return nil }
        while !rest.isEmpty {
            let digits = rest.prefix { (0x30...0x39).contains($0) }
            rest = rest.dropFirst(digits.count).drop { $0 == 0x20 }
            let letters = rest.prefix { (0x61...0x7A).contains($0) }
            guard let number = Int64(String(decoding: digits, as: UTF8.self)),
                let unit = units.firstIndex(where: { $0.name.utf8.elementsEqual(letters) }), unit >= nextUnit
            else { return nil }
            let (part, tooLarge) = number.multipliedReportingOverflow(by: units[unit].milliseconds)
            let (sum, tooLong) = total.addingReportingOverflow(part)
            guard !tooLarge, !tooLong, sum <= 3_660 * units[1].milliseconds else { return nil }
            (total, nextUnit) = (sum, unit + 1)
            rest = rest.dropFirst(letters.count)
            skipSpaces(&rest)
        }
        return .milliseconds(total)
    }

    /// The shortest text that `parse` reads back, down to milliseconds: `1h30m`; `0s` for none.
    public static func text(_ duration: Duration) -> String {
        let parts = duration.components
        var rest = parts.seconds * 1_000 + parts.attoseconds / 1_000_000_000_000_000
        var text = ""
        for unit in units.dropFirst() where rest >= unit.milliseconds {
            text += "\(rest / unit.milliseconds)\(unit.name)"
            rest %= unit.milliseconds
        }
        return text.isEmpty ? "0s" : text
    }

    private static func skipSpaces(_ rest: inout ArraySlice<UInt8>) { rest = rest.drop { $0 == 0x20 } }
}
