// Cron expressions: `minute hour day month weekday`, with seconds in front when there are six fields; or Quartz's.

/// Why a text is no cron expression; a sentence for the recipe's author.
public struct CronError: Error, Hashable, Sendable {
    public let message: String
    public let suggestion: String?
    init(_ message: String, suggestion: String? = nil) { (self.message, self.suggestion) = (message, suggestion) }
}

/// Whose rules a cron expression follows.
public enum CronDialect: String, Sendable, Hashable, CaseIterable {
    /// Five fields as in Unix cron, or six with seconds in front.
    case plain
    /// Seconds, minutes, hours, day of the month, month, day of the week, and perhaps a year, as Quartz has them.
    /// https://www.quartz-scheduler.org/documentation/quartz-2.3.0/tutorials/crontrigger.html
    case quartz
}

/// A cron expression, read.
public struct CronExpression: Hashable, Sendable {
    /// The local times it names.
    let pattern: ClockPattern
    let dialect: CronDialect
    /// Whether it has a field for seconds.
    let hasSeconds: Bool
    /// Whether its minute or hour begins with `*`: it goes by the length of time, not by the clock on the wall.
    let isFrequent: Bool

    /// More bytes are refused unread.
    static let mostBytes = 1_000

    /// `@daily` and the like.
    private static let macros = [
        "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *", "@monthly": "0 0 1 * *", "@weekly": "0 0 * * 0",
        "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@hourly": "0 * * * *",
    ]

    /// Reads an expression. Months and weekdays may be English names of three letters; letters may be small or capital.
    ///
    /// Plain: lists, ranges (over the end too: `fri-mon`), steps; `L`, `LW` and `15W` in the day of the month; `5L` and
    /// `5#2` in the day of the week; `?` for `*` in both. When both day fields are limited, a day need fit only one of
    /// them; a field that begins with `*` counts as not limited (as in Debian's cron).
    public init(parsing text: String, dialect: CronDialect = .plain) throws(CronError) {
        guard text.utf8.count <= Self.mostBytes else {
            throw CronError("this cron expression is too long: the most is \(Self.mostBytes) bytes")
        }
        var fields = text.split { $0.isASCII && $0.isWhitespace }
        if dialect == .plain, fields.count == 1, fields[0].hasPrefix("@") {
            fields = try Self.meaning(of: fields[0]).split(separator: " ")
        }
        switch dialect {
        case .plain: try self.init(plain: fields)
        case .quartz: try self.init(quartz: fields)
        }
    }

    private static func meaning(of macro: Substring) throws(CronError) -> String {
        if let meaning = macros[macro.lowercased()] { return meaning }
        let suggestion =
            macro.lowercased() == "@reboot"
            ? "a schedule knows times only: write when it shall start"
            : Suggestion.didYouMean(String(macro), among: macros.keys.sorted())
        throw CronError("no schedule is called \"\(macro.prefix(40))\"", suggestion: suggestion)
    }

    private init(plain fields: [Substring]) throws(CronError) {
        guard (5...6).contains(fields.count) else {
            throw CronError(
                "a cron expression has five fields (minute, hour, day, month, weekday), or six with seconds in front, not \(fields.count)",
                suggestion: fields.first?.lowercased() == "@every"
                    ? "for an interval write \"every\": \"15m\" in place of \"cron\""
                    : fields.count == 7 ? "for Quartz's year field say \"dialect\": \"quartz\"" : nil)
        }
        let seconds = fields.count == 6 ? fields[0] : "0"
        let rest = fields.suffix(5).map(\.self)
        dialect = .plain
        hasSeconds = fields.count == 6
        isFrequent = rest[0].hasPrefix("*") || rest[1].hasPrefix("*")
        pattern = ClockPattern(
            days: try CronDayFields(dialect: .plain).read(dayOfMonth: rest[2], weekday: rest[4]),
            months: try CronFieldRule.month.read(rest[3]), years: nil,
            times: .fields(
                hours: try CronFieldRule.hour.read(rest[1]), minutes: try CronFieldRule.minute.read(rest[0]),
                seconds: try CronFieldRule.second.read(seconds)))
    }

    private init(quartz fields: [Substring]) throws(CronError) {
        guard (6...7).contains(fields.count) else {
            throw CronError(
                "Quartz's dialect has six fields (second, minute, hour, day, month, weekday), or seven with a year behind, not \(fields.count)"
            )
        }
        dialect = .quartz
        hasSeconds = true
        isFrequent = fields[1].hasPrefix("*") || fields[2].hasPrefix("*")
        // Quartz also takes "/5" for "*/5".
        let read = { (field: Substring, rule: CronFieldRule) throws(CronError) in
            try rule.read(field.hasPrefix("/") ? "*" + field : field)
        }
        pattern = ClockPattern(
            days: try CronDayFields(dialect: .quartz).read(dayOfMonth: fields[3], weekday: fields[5]),
            months: try read(fields[4], .month.stepping(most: 12)),
            years: try Self.years(fields.count == 7 ? fields[6] : "*"),
            times: .fields(
                hours: try read(fields[2], .hour.stepping(most: 23)),
                minutes: try read(fields[1], .minute.stepping(most: 59)),
                seconds: try read(fields[0], .second.stepping(most: 59))))
    }

    private static func years(_ text: Substring) throws(CronError) -> [Int]? {
        if text == "*" { return nil }
        var years: Set<Int> = []
        for item in try CronFieldRule.year.items(text) {
            years.formUnion(try CronFieldRule.year.numbers(of: item, in: text))
        }
        return years.sorted()
    }
}
