// Cron expressions: `minute hour day month weekday`, with seconds in front when there are six fields.

/// Why a text is no cron expression; a sentence for the recipe's author.
public struct CronError: Error, Hashable, Sendable {
    public let message: String
    public let suggestion: String?
    init(_ message: String, suggestion: String? = nil) { (self.message, self.suggestion) = (message, suggestion) }
}

/// A cron expression read into sets of numbers, each as bits.
public struct CronExpression: Hashable, Sendable {
    public let seconds: UInt64
    public let minutes: UInt64
    public let hours: UInt64
    public let daysOfMonth: UInt64
    public let months: UInt64
    /// Bit 0 is Sunday.
    public let weekdays: UInt64
    /// Whether both day fields are limited, so that a day need fit only one of them (as in Unix cron).
    public let eitherDayFits: Bool

    /// `@daily` and the like.
    private static let macros = [
        "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *", "@monthly": "0 0 1 * *", "@weekly": "0 0 * * 0",
        "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@hourly": "0 * * * *",
    ]

    /// Reads five fields, or six with seconds first (design §2). Months and weekdays may be English names of three letters.
    /// - Throws: for anything else, `L`, `W`, `#` and `?` included.
    public init(parsing text: String) throws(CronError) {
        guard text.utf8.count <= 1_000 else { throw CronError("this cron expression is too long") }
        var fields = text.split { $0 == " " || $0 == "\t" }
        if fields.count == 1, fields[0].hasPrefix("@") {
            guard let meaning = Self.macros[fields[0].lowercased()] else {
                throw CronError(
                    "no schedule is called \"\(fields[0])\"",
                    suggestion: Suggestion.didYouMean(String(fields[0]), among: Self.macros.keys.sorted()))
            }
            fields = meaning.split(separator: " ")
        }
        guard (5...6).contains(fields.count) else {
            throw CronError(
                "a cron expression has five fields (minute, hour, day, month, weekday), or six with seconds in front, not \(fields.count)"
            )
        }
        for field in fields {
            if let sign = field.first(where: { "?#".contains($0) }) ?? Self.quartzLetter(in: field) {
                throw CronError(
                    "\"\(sign)\" in \"\(field)\" is not supported: use numbers, names, ranges, lists and steps")
            }
        }
        seconds = fields.count == 6 ? try CronFieldRule.second.read(fields.removeFirst()) : 1
        minutes = try CronFieldRule.minute.read(fields[0])
        hours = try CronFieldRule.hour.read(fields[1])
        daysOfMonth = try CronFieldRule.day.read(fields[2])
        months = try CronFieldRule.month.read(fields[3])
        let days = try CronFieldRule.weekday.read(fields[4])
        weekdays = (days | days >> 7) & 0x7F
        eitherDayFits = !fields[2].hasPrefix("*") && !fields[4].hasPrefix("*")
    }

    /// `L`, `LW`, `5L`, `15W`: letters that belong to no name.
    private static func quartzLetter(in field: Substring) -> Character? {
        for item in field.split(whereSeparator: { ",-/".contains($0) }) {
            let letters = item.uppercased().drop { $0.isNumber }
            if letters == "L" || letters == "W" || letters == "LW" { return letters.first }
        }
        return nil
    }

    /// Whether any date fits: 30 February never comes.
    public var canFire: Bool {
        if eitherDayFits { return true }
        let longest = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        return longest.enumerated().contains { month, days in
            months & 1 << UInt64(month + 1) != 0 && (1...days).contains { daysOfMonth & 1 << UInt64($0) != 0 }
        }
    }
}
