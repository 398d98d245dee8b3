// From the settings of a `schedule` trigger to a schedule, or to everything that is wrong with them.

import JSONCore

/// A mistake in a schedule's settings.
public struct ScheduleMistake: Error, Hashable, Sendable {
    let finding: Finding
    /// Where in the settings; empty for the settings as a whole.
    let pointer: [String]
    /// Whether the setting should not be there at all, whatever it says.
    var isAboutKey = false

    public var message: String { finding.message }
    public var suggestion: String? { finding.hint }
}

extension Schedule {
    /// Reads the `input` of a `schedule` trigger.
    /// - Parameter timeZone: the zone where the settings name none.
    /// - Returns: the schedule unless something is wrong; what is wrong with values of the right type (the others are found
    ///   by the trigger's schema), and what has no effect.
    public static func read(_ settings: JSON, timeZone: String) -> (schedule: Schedule?, mistakes: [ScheduleMistake]) {
        var reader = ScheduleReader(settings)
        let schedule = reader.read(timeZone: timeZone)
        return (schedule, reader.mistakes)
    }
}

/// One reading.
struct ScheduleReader {
    private let fields: JSONObject
    private(set) var mistakes: [ScheduleMistake] = []
    private var isBroken = false

    /// Settings that make a calendar.
    static let calendarKeys = ["at", "days_of_month", "weekdays", "months"]

    /// Beyond so many mistakes nobody reads on.
    static let mostMistakes = 100

    init(_ settings: JSON) {
        let (typed, mismatches) = LanguageTriggers.schedule.input.typed(settings)
        fields = typed.object ?? [:]
        isBroken = !mismatches.isEmpty
    }

    mutating func report(_ finding: Finding, at pointer: String..., isAboutKey: Bool = false) {
        if finding.severity == .error { isBroken = true }
        guard mistakes.count < Self.mostMistakes else { return }
        mistakes.append(ScheduleMistake(finding: finding, pointer: pointer, isAboutKey: isAboutKey))
    }

    mutating func read(timeZone: String) -> Schedule? {
        let place = readPlace(timeZone)
        let start = readTime("start", in: place, endOfDay: false)
        let end = readTime("end", in: place, endOfDay: true)
        if let start, let end, end < start { report(.endBeforeStart(), at: "end") }
        let rule = readRule(in: place, start: start)
        let exceptions = readDates("except")
        let jitter = readDuration("jitter") ?? .zero
        let clockChangeRule = choice("dst", ClockChangeRule.self)
        let (catchUp, overlap) = (choice("catch_up", Schedule.CatchUp.self), choice("overlap", Schedule.Overlap.self))
        let catchUpLimit = readCatchUpLimit(catchUp)
        reportWithoutEffect()
        guard !isBroken, let rule, let place else { return nil }
        return Schedule(
            rule, in: place, clockChangeRule: clockChangeRule, start: start, end: end, exceptions: exceptions,
            jitter: jitter, catchUp: catchUp ?? .last, catchUpLimit: catchUpLimit, overlap: overlap ?? .skip,
            statedAnchor: fields["anchor"] == nil ? nil : rule.anchor)
    }

    // MARK: - The times

    private mutating func readRule(in place: ScheduleZone?, start: Int?) -> Schedule.Rule? {
        let calendar = fields.keys.filter(Self.calendarKeys.contains)
        let kinds = ["cron", "every"].filter { fields[$0] != nil } + calendar.prefix(1)
        guard let kind = kinds.first else {
            report(.scheduleNeedsOne())
            return nil
        }
        for other in kinds.dropFirst() { report(.scheduleHasBoth(kind, other), at: other, isAboutKey: true) }
        let cron = readCron()
        let interval = readInterval(in: place, start: start)
        let pattern = calendar.isEmpty ? nil : readCalendar()
        return cron.map(Schedule.Rule.cron) ?? interval ?? pattern.map(Schedule.Rule.calendar)
    }

    private mutating func readCron() -> CronExpression? {
        guard let text = text("cron") else { return nil }
        let dialect = choice("dialect", CronDialect.self) ?? .plain
        do {
            return try CronExpression(parsing: text, dialect: dialect)
        } catch {
            report(.badCron(Self.pointingToQuartz(error, text, dialect)), at: "cron")
            return nil
        }
    }

    /// Names the other dialect when the text is right there.
    private static func pointingToQuartz(_ error: CronError, _ text: String, _ dialect: CronDialect) -> CronError {
        guard error.suggestion == nil else { return error }
        let other: CronDialect = dialect == .plain ? .quartz : .plain
        guard (try? CronExpression(parsing: text, dialect: other)) != nil else { return error }
        return CronError(
            error.message,
            suggestion: dialect == .plain
                ? "as Quartz writes it, it is right: say \"dialect\": \"quartz\""
                : "without \"dialect\": \"quartz\" it is right")
    }

    private mutating func readInterval(in place: ScheduleZone?, start: Int?) -> Schedule.Rule? {
        let anchor = readTime("anchor", in: place, endOfDay: false)
        guard let duration = readDuration("every") else { return nil }
        let (seconds, attoseconds) = duration.components
        guard seconds >= 1 else {
            report(
                .outOfRange("\"every\"", from: "1s", to: "10 years", found: DurationText.text(duration)), at: "every")
            return nil
        }
        guard attoseconds == 0 else {
            report(.wholeSeconds(found: DurationText.text(duration)), at: "every")
            return nil
        }
        // Without an anchor: from the start, or from a Monday, midnight, at the start of a year and of a century.
        let monday = CivilDate(year: 2001, month: 1, day: 1)?.days ?? 0
        let usual = place?.zone.instant(local: monday * 86_400) ?? 0
        return .interval(seconds: Int(seconds), anchor: anchor ?? start ?? usual)
    }

    // MARK: - Settings without effect

    private mutating func reportWithoutEffect() {
        let needs = [("dialect", "cron"), ("anchor", "every")]
        for (key, owner) in needs where fields[key] != nil && fields[owner] == nil {
            report(.noEffect(key, because: "it belongs to \"\(owner)\""), at: key, isAboutKey: true)
        }
        if fields["dst"] != nil, fields["every"] != nil, fields["cron"] == nil {
            report(.noEffect("dst", because: "\"every\" counts time and not clocks"), at: "dst", isAboutKey: true)
        }
    }

    // MARK: - Values

    private mutating func readPlace(_ usual: String) -> ScheduleZone? {
        guard fields["time_zone"] != nil else { return ScheduleZone(usual) ?? ScheduleZone("UTC") }
        guard let name = text("time_zone") else { return nil }
        guard let place = ScheduleZone(name) else {
            report(.unknownZone(name), at: "time_zone")
            return nil
        }
        return place
    }

    func hasField(_ key: String) -> Bool { fields[key] != nil }

    /// A text that is not blank; nil when there is none.
    mutating func text(_ key: String) -> String? {
        guard let text = fields[key]?.string else { return nil }
        guard !text.trimmedOfSpaces.isEmpty else {
            report(.emptyText("\"\(key)\""), at: key)
            return nil
        }
        return text
    }

    private func choice<Choice: RawRepresentable>(_ key: String, _ type: Choice.Type) -> Choice?
    where Choice.RawValue == String {
        fields[key]?.string.flatMap(Choice.init)
    }

    private mutating func readDuration(_ key: String) -> Duration? {
        guard let text = text(key) else { return nil }
        guard let duration = DurationText.parse(text) else {
            report(.badDuration("\"\(key)\"", found: String(text.prefix(40))), at: key)
            return nil
        }
        return duration
    }

    private mutating func readCatchUpLimit(_ catchUp: Schedule.CatchUp?) -> Int {
        let (range, usual) = Schedule.catchUpLimits
        guard let value = fields["catch_up_limit"] else { return usual }
        if catchUp != .all {
            report(
                .noEffect("catch_up_limit", because: "it belongs to \"catch_up\": \"all\""), at: "catch_up_limit",
                isAboutKey: true)
        }
        guard let limit = value.integer, range.contains(limit) else {
            report(
                .outOfRange(
                    "\"catch_up_limit\"", from: "\(range.lowerBound)", to: "\(range.upperBound)", found: value.compact),
                at: "catch_up_limit")
            return usual
        }
        return limit
    }

    private mutating func readTime(_ key: String, in place: ScheduleZone?, endOfDay: Bool) -> Int? {
        guard let text = text(key) else { return nil }
        guard let time = ScheduleTime(parsing: text) else {
            report(.badTime("\"\(key)\"", found: text), at: key)
            return nil
        }
        guard let zone = place?.zone else { return nil }
        let instant = time.instant(in: zone)
        guard endOfDay, time.secondOfDay == nil else { return instant }
        return zone.instant(local: (time.date.days + 1) * 86_400) - 1
    }

    /// The elements of a list; an empty one is a mistake.
    mutating func elements(_ key: String) -> [JSON]? {
        guard let list = fields[key]?.array else { return nil }
        if list.isEmpty { report(.emptyList("\"\(key)\""), at: key) }
        return list.isEmpty ? nil : Array(list)
    }

    private mutating func readDates(_ key: String) -> [Int] {
        var days: Set<Int> = []
        for (index, element) in (fields[key]?.array ?? []).enumerated() {
            guard let text = element.string else { continue }
            if let date = ScheduleTime.date(parsing: text) {
                days.insert(date.days)
            } else {
                report(.badDate(found: text), at: key, String(index))
            }
        }
        return days.sorted()
    }
}

extension Schedule.Rule {
    /// Where an interval counts from.
    var anchor: Int? { if case .interval(_, let anchor) = self { anchor } else { nil } }
}
