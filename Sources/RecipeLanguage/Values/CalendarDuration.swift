// Durations in calendar parts, as ActiveSupport has them: `1.month` is no number of days until it meets a date.

/// A duration: its parts in the order they were added.
public final class CalendarDuration: Sendable {
    /// A part's unit, from long to short.
    enum Unit: Int, Sendable, CaseIterable {
        case years, months, weeks, days, hours, minutes, seconds

        /// Seconds it counts for without a date: years and months are averages of the Gregorian calendar.
        var seconds: Int {
            switch self {
            case .years: 31_556_952
            case .months: 2_629_746
            case .weeks: 604_800
            case .days: 86_400
            case .hours: 3_600
            case .minutes: 60
            case .seconds: 1
            }
        }
        // Spelled out: asking the runtime for a case's name costs every start, and this is asked at each.
        var name: String {
            switch self {
            case .years: "years"
            case .months: "months"
            case .weeks: "weeks"
            case .days: "days"
            case .hours: "hours"
            case .minutes: "minutes"
            case .seconds: "seconds"
            }
        }
    }

    struct Part: Sendable {
        let unit: Unit
        let count: DecimalNumber

        /// The part with its sign, weeks and days rounded down to whole days, and the seconds that are left over.
        func wholeDays(_ sign: Int) -> (part: Part, seconds: DecimalNumber) {
            let signed = DecimalNumber(count.significand * .init(sign), count.exponent)
            guard unit == .weeks || unit == .days, signed.exponent < 0 else {
                return (Part(unit: unit, count: signed), DecimalNumber(0))
            }
            let days = DecimalNumber(signed.significand * (unit == .weeks ? 7 : 1), signed.exponent)
            let whole = days.rounded(0, .floor)
            let rest = days.adding(DecimalNumber(-whole.significand, whole.exponent))
            return (Part(unit: .days, count: whole), DecimalNumber(rest.significand * 86_400, rest.exponent))
        }
    }

    let parts: [Part]
    /// Its length in seconds, years and months as averages. Division leaves it exact and rounds whole parts down, each of its
    /// own: half of `1.day` is 43,200 seconds and has no parts (ActiveSupport, `Duration#/`).
    let seconds: DecimalNumber

    /// - Parameter seconds: what the parts come to, when nil.
    init(_ parts: [Part], seconds: DecimalNumber? = nil) {
        self.seconds = seconds ?? Self.seconds(parts)
        self.parts = self.seconds.isZero ? parts : parts.filter { !$0.count.isZero }
    }
    convenience init(_ count: DecimalNumber, _ unit: Unit) { self.init([Part(unit: unit, count: count)]) }

    /// Whether its length is another than what its parts come to.
    var isUneven: Bool { Self.seconds(parts).adding(seconds.negated).isZero == false }

    private static func seconds(_ parts: [Part]) -> DecimalNumber {
        parts.reduce(DecimalNumber(0)) { sum, part in
            sum.adding(DecimalNumber(part.count.significand * .init(part.unit.seconds), part.count.exponent))
        }
    }

    var negated: CalendarDuration {
        CalendarDuration(parts.map { Part(unit: $0.unit, count: $0.count.negated) }, seconds: seconds.negated)
    }

    func adding(_ other: CalendarDuration) -> CalendarDuration {
        var sum = parts
        for part in other.parts {
            if let place = sum.firstIndex(where: { $0.unit == part.unit }) {
                sum[place] = Part(unit: part.unit, count: sum[place].count.adding(part.count))
            } else {
                sum.append(part)
            }
        }
        return CalendarDuration(sum, seconds: seconds.adding(other.seconds))
    }

    /// Seconds taken apart into years, months, weeks, days and so on, as ActiveSupport's `build` does.
    convenience init(building seconds: DecimalNumber) {
        var (parts, rest) = ([Part](), seconds)
        for unit in Unit.allCases.sorted(by: { $0.rawValue < $1.rawValue }) where unit != .seconds {
            guard let whole = try? Number.wholeQuotient(.decimal(rest), .integer(unit.seconds)).whole, !whole.isZero,
                case .decimal(let left)? = try? Number.modulo(.decimal(rest), .decimal(DecimalNumber(unit.seconds)))
            else { continue }
            parts.append(Part(unit: unit, count: DecimalNumber(whole, 0)))
            rest = left
        }
        if !rest.isZero { parts.append(Part(unit: .seconds, count: rest.normalised)) }
        self.init(parts)
    }

    /// As Ruby prints it: whole numbers without a fraction.
    static func text(_ count: DecimalNumber) -> String {
        count.exponent < 0 ? count.rubyText : String(count.scaled(to: 0))
    }

    /// A count as whole or with its fraction, as it was given.
    static func number(_ count: DecimalNumber) -> Number {
        count.exponent < 0 ? .decimal(count) : Number(whole: count.scaled(to: 0))
    }

    /// Its length in seconds: whole when all its parts are.
    var length: Number { Self.number(seconds) }

    /// ISO 8601: `PT2H30M`, `P1M`.
    var isoText: String {
        guard parts.contains(where: { !$0.count.isZero }) else { return "PT0S" }
        let letters: [Unit: String] = [
            .years: "Y", .months: "M", .weeks: "W", .days: "D", .hours: "H", .minutes: "M", .seconds: "S",
        ]
        var sorted = parts.sorted { $0.unit.rawValue < $1.unit.rawValue }
        if sorted.contains(where: { $0.unit == .weeks }),
            sorted.contains(where: { $0.unit.rawValue != Unit.weeks.rawValue && $0.unit.rawValue < Unit.hours.rawValue }
            )
        {
            // ISO has no weeks beside other date parts.
            sorted = CalendarDuration(sorted.filter { $0.unit != .weeks })
                .adding(
                    CalendarDuration(
                        sorted.filter { $0.unit == .weeks }.map {
                            Part(unit: .days, count: DecimalNumber($0.count.significand * 7, $0.count.exponent))
                        })
                ).parts.sorted { $0.unit.rawValue < $1.unit.rawValue }
        }
        var (dates, times) = ("", "")
        for part in sorted {
            let text = Self.text(part.count) + (letters[part.unit] ?? "")
            if part.unit.rawValue < Unit.hours.rawValue { dates += text } else { times += text }
        }
        return "P" + dates + (times.isEmpty ? "" : "T" + times)
    }

    /// In words: `1 month and 3 days`.
    var inspection: String {
        guard !parts.isEmpty else { return Self.text(seconds) + " seconds" }
        let words = parts.sorted { $0.unit.rawValue < $1.unit.rawValue }.map { part in
            let name = Self.text(part.count) == "1" ? String(part.unit.name.dropLast()) : part.unit.name
            return Self.text(part.count) + " " + name
        }
        if words.count < 3 { return words.joined(separator: " and ") }
        return words.dropLast().joined(separator: ", ") + ", and " + (words.last ?? "")
    }

    /// `time` moved by the parts, in order: months clamp to the month's end, days keep the clock, hours count seconds.
    /// Nil out of range or when a calendar part is no whole number.
    func applied(to time: ZonedTime, sign: Int = 1) -> ZonedTime? {
        var result = time
        let parts = parts.isEmpty ? [Part(unit: .seconds, count: seconds)] : parts
        for part in parts {
            switch part.unit {
            case .hours, .minutes, .seconds:
                let seconds = DecimalNumber(
                    part.count.significand * .init(part.unit.seconds * sign), part.count.exponent)
                guard let (whole, fraction) = seconds.secondsAndNanoseconds,
                    let moved = result.adding(seconds: whole, nanoseconds: fraction)
                else { return nil }
                result = moved
            case .years, .months, .weeks, .days:
                let local = result.local
                let (whole, rest) = part.wholeDays(sign)
                guard let date = Self.moved(local.date, whole, 1) else { return nil }
                if date != local.date {
                    var shifted = local
                    shifted.date = date
                    result = result.moved(to: shifted)
                }
                // What is less than a day counts on the clock.
                guard let (seconds, fraction) = rest.secondsAndNanoseconds,
                    let moved = result.adding(seconds: seconds, nanoseconds: fraction)
                else { return nil }
                result = moved
            }
        }
        return result
    }

    /// `date` moved by the parts when they are days or longer; nil otherwise or out of range.
    func applied(to date: CivilDate, sign: Int = 1) -> CivilDate? {
        var result = date
        for part in parts {
            guard let moved = Self.moved(result, part.wholeDays(sign).part, 1) else { return nil }
            result = moved
        }
        return result
    }

    /// Whether it has parts shorter than a day, or no parts at all but a length.
    var hasClockParts: Bool { parts.isEmpty || parts.contains { $0.unit.rawValue >= Unit.hours.rawValue } }

    private static func moved(_ date: CivilDate, _ part: Part, _ sign: Int) -> CivilDate? {
        guard let whole = part.count.integer, let number = Int(exactly: whole), number.magnitude < 40_000_000 else {
            return nil
        }
        return switch part.unit {
        case .years: date.adding(months: number * 12 * sign)
        case .months: date.adding(months: number * sign)
        case .weeks: date.adding(days: number * 7 * sign)
        case .days: date.adding(days: number * sign)
        default: nil
        }
    }
}

extension DecimalNumber {
    /// As whole seconds and nanoseconds of the same sign; nil beyond 64 bits.
    var secondsAndNanoseconds: (Int, Int)? {
        let rounded = rounded(9, .towardsZero)
        let scaled = rounded.exponent > -9 ? rounded.scaled(to: -9) : rounded.significand
        let (whole, rest) = scaled.quotientAndRemainder(dividingBy: 1_000_000_000)
        guard let seconds = Int(exactly: whole), let nanoseconds = Int(exactly: rest) else { return nil }
        return (seconds, nanoseconds)
    }
}
