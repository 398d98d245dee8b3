// Schedules against the answers of other programs, and against a matcher that looks at every minute.

import JSONCore
import Testing

@testable import RecipeLanguage

struct ScheduleReferenceTests {
    static let cases = ScheduleReferenceCases.lines.split(separator: "\n").map(String.init)

    @Test(arguments: cases)
    func `gives the times that others give`(line: String) throws {
        let expected = try JSON(parsing: line)
        let answer = ScheduleCases.answer(expected)
        #expect(answer["id"] == expected["id"])
        if let next = expected["next"] {
            #expect(answer["next"] == next, "\(answer.compact) for \(line)")
        } else {
            #expect(answer["error"]?.string != nil && answer["next"] == nil, "\(answer.compact) for \(line)")
        }
    }

    /// Zones with halves of hours, gaps at midnight, a day that never was, and changes twice a year.
    static let zones = [
        "UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Europe/Dublin",
        "Africa/Casablanca", "Pacific/Apia", "Antarctica/Troll", "Asia/Beirut", "America/Havana", "America/Santiago",
    ]

    @Test(arguments: zones)
    func `next finds what a look at every minute finds`(name: String) throws {
        let zone = try #require(Zone.named(name))
        let place = try #require(ScheduleZone(name))
        var random = SplitMix(seed: name.utf8.reduce(7) { $0 &* 31 &+ UInt64($1) })
        for _ in 0..<15 {
            let text = random.expression()
            let cron = try CronExpression(parsing: text)
            // Near a change of the clocks, where there is one.
            let year = CivilDate(year: 2011 + random.below(30), month: 1, day: 1).map { $0.days * 86_400 } ?? 0
            let turn = zone.stretch(at: year + random.below(300) * 86_400).end ?? year
            let from = turn - random.below(40) * 3_600 - random.below(3_600)
            for rule in [ClockChangeRule.skip, .runOnce, .runBoth] {
                let schedule = Schedule(.cron(cron), in: place, clockChangeRule: rule)
                var (found, last) = ([Int](), from)
                while let next = schedule.next(after: last), next <= from + 3 * 86_400 {
                    found.append(next)
                    last = next
                }
                let naive = EveryMinute(cron, zone, schedule.clockChanges).times(from: from, to: from + 3 * 86_400)
                #expect(found == naive, "\(text) in \(name) after \(from) with \(rule)")
            }
        }
    }
}

/// Looks at every minute, with nothing in common with the search but the sets of numbers.
private struct EveryMinute {
    let (cron, zone, changes): (CronExpression, Zone, ClockChanges)

    init(_ cron: CronExpression, _ zone: Zone, _ changes: ClockChanges) {
        (self.cron, self.zone, self.changes) = (cron, zone, changes)
    }

    private func names(_ local: Int) -> Bool {
        let time = LocalTime(seconds: local, nanoseconds: 0)
        let (year, month, day) = time.date.parts
        guard case .fields(let hours, let minutes, _) = cron.pattern.times else { return false }
        return cron.pattern.months.has(month) && cron.pattern.days.bits(year: year, month: month).has(day)
            && hours.has(time.hour) && minutes.has(time.minute) && time.second == 0
    }

    func times(from: Int, to: Int) -> [Int] {
        var times: Set<Int> = []
        // All local minutes shown so far, from two days before on, tell the second of two equal ones.
        var shown: Set<Int> = []
        var before = zone.offset(at: from - 2 * 86_400 - 1).seconds
        let first = (from - 2 * 86_400) / 60 * 60
        for instant in stride(from: first, through: to, by: 60) {
            let offset = zone.offset(at: instant).seconds
            let local = instant + offset
            if changes.makesUp, offset > before,
                stride(from: instant + before, to: local, by: 60).contains(where: names), instant > from
            {
                times.insert(instant)
            }
            before = offset
            let isRepeated = !shown.insert(local).inserted
            guard instant > from, names(local), !isRepeated || changes.repeated != .first else { continue }
            times.insert(instant)
        }
        return times.sorted()
    }
}

/// Random numbers that are the same in every run.
private struct SplitMix {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func below(_ limit: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = (state ^ state >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return Int((mixed ^ mixed >> 31) % UInt64(limit))
    }

    private mutating func field(_ range: ClosedRange<Int>) -> String {
        let low = range.lowerBound + below(range.count)
        let high = low + below(range.upperBound - low + 1)
        return ["*", "*/\(1 + below(range.upperBound))", "\(low)", "\(low)-\(high)", "\(low)-\(high)/\(1 + below(9))"][
            below(5)]
    }

    mutating func expression() -> String {
        let hour = below(2) == 0 ? "\(below(4))" : field(0...23)
        let days = below(3) == 0 ? [field(1...31), field(0...7)] : ["*", below(2) == 0 ? "*" : field(0...7)]
        return [field(0...59), hour, days[0], below(4) == 0 ? field(1...12) : "*", days[1]].joined(separator: " ")
    }
}
