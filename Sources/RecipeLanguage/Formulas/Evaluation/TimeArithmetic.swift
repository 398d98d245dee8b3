// Operators on dates, times and durations.

import BigInt

/// What `+`, `-`, `*` and `/` do with dates, times and durations.
enum TimeArithmetic {
    static func apply(
        _ link: ChainNode.Link, _ left: Value, _ right: Value, _ run: Evaluation
    ) throws(FormulaError) -> Value {
        let sign = link.operation == .subtract ? -1 : 1
        let isSum = link.operation == .add || link.operation == .subtract
        switch (left, right) {
        case (.date(let date), .duration(let duration)) where isSum:
            return try shifted(date, duration, sign, run, link.range)
        case (.time(let time), .duration(let duration)) where isSum:
            guard let moved = duration.applied(to: time, sign: sign) else { throw outOfRange(link.range) }
            return .time(moved)
        case (.date(let one), .date(let two)) where link.operation == .subtract:
            // Ruby gives a fraction of days; a whole number prints and compares the same.
            return .big(BigNumber(.rational(Rational(BigInt(one.days - two.days), 1))))
        case (.time(let one), .time(let two)) where link.operation == .subtract:
            return Value(difference(one, two))
        case (.date(let date), _) where isSum && right.kind.isNumeric:
            let whole = right.number.map { (sign < 0 ? $0.negated : $0).decimal.rounded(0, .floor) }?.integer
            guard let days = whole.flatMap({ Int(exactly: $0) }), days.magnitude < 40_000_000,
                let moved = date.adding(days: days)
            else {
                throw outOfRange(link.range)
            }
            return .date(moved)
        case (.date(let date), _)
        where right.kind.isNumeric && (link.operation == .shiftRight || link.operation == .shiftLeft):
            let whole = right.number.map { $0.decimal.rounded(0, .floor) }?.integer
            guard let months = whole.flatMap({ Int(exactly: $0) }), months.magnitude < 10_000_000,
                let moved = date.adding(months: link.operation == .shiftLeft ? -months : months)
            else { throw outOfRange(link.range) }
            return .date(moved)
        case (.time(let time), _) where isSum && right.kind.isNumeric:
            guard let (whole, fraction) = right.number?.decimal.secondsAndNanoseconds,
                whole.magnitude < 1 << 60,
                let moved = time.adding(seconds: whole * sign, nanoseconds: fraction * sign)
            else { throw outOfRange(link.range) }
            return .time(moved)
        case (.duration(let one), .duration(let two)) where isSum:
            return .duration(one.adding(sign < 0 ? two.negated : two))
        case (.duration(let one), .duration(let two)) where link.operation == .divide:
            do { return Value(try Number.divide(one.length, two.length)) } catch {
                throw Arithmetic.error(error, link.range)
            }
        case (.duration, .duration(let two)) where link.operation == .modulo:
            return try apply(link, left, Value(two.length), run)
        case (.duration(let duration), .date(let date)) where link.operation == .add:
            return try shifted(date, duration, 1, run, link.range)
        case (.duration(let duration), .time(let time)) where link.operation == .add:
            guard let moved = duration.applied(to: time) else { throw outOfRange(link.range) }
            return .time(moved)
        case (.duration(let duration), _) where right.kind.isNumeric:
            return try scaled(link, duration, right)
        default: throw Arithmetic.mismatch(link, left, right)
        }
    }

    /// A number before a duration: `2 * 3.days`, `10 + 1.minute`, `(later - earlier) / 1.hour`.
    static func number(_ link: ChainNode.Link, _ left: Value, _ duration: CalendarDuration) throws(FormulaError)
        -> Value
    {
        guard let number = left.number else { throw Arithmetic.mismatch(link, left, .duration(duration)) }
        switch link.operation {
        case .multiply: return try scaled(link, duration, left)
        case .add: return .duration(CalendarDuration(number.decimal, .seconds).adding(duration))
        case .subtract: return .duration(CalendarDuration(number.decimal, .seconds).adding(duration.negated))
        case .divide, .modulo:
            do throws(NumberFault) {
                if link.operation == .divide { return Value(try Number.divide(number, duration.length)) }
                return .duration(CalendarDuration(building: try Number.modulo(number, duration.length).decimal))
            } catch {
                throw Arithmetic.error(error, link.range)
            }
        default: throw Arithmetic.mismatch(link, left, .duration(duration))
        }
    }

    private static func scaled(
        _ link: ChainNode.Link, _ duration: CalendarDuration, _ factor: Value
    ) throws(FormulaError) -> Value {
        guard let number = factor.number else { throw Arithmetic.mismatch(link, .duration(duration), factor) }
        do throws(NumberFault) {
            switch link.operation {
            case .add: return .duration(duration.adding(CalendarDuration(number.decimal, .seconds)))
            case .subtract: return .duration(duration.adding(CalendarDuration(number.negated.decimal, .seconds)))
            case .multiply, .divide:
                func scaled(_ own: DecimalNumber) throws(NumberFault) -> DecimalNumber {
                    let own = CalendarDuration.number(own)
                    return
                        (link.operation == .multiply
                        ? try Number.multiply(own, number) : try Number.divide(own, number)).decimal
                }
                var parts: [CalendarDuration.Part] = []
                for part in duration.parts {
                    parts.append(CalendarDuration.Part(unit: part.unit, count: try scaled(part.count)))
                }
                return .duration(CalendarDuration(parts, seconds: try scaled(duration.seconds)))
            case .modulo:
                let rest = try Number.modulo(.decimal(duration.seconds), number)
                return .duration(CalendarDuration(building: rest.decimal))
            default: throw NumberFault.noRealResult
            }
        } catch {
            throw Arithmetic.error(error, link.range)
        }
    }

    static func difference(_ one: ZonedTime, _ two: ZonedTime) -> DecimalNumber {
        let nanoseconds = BigInt(one.seconds - two.seconds) * 1_000_000_000 + BigInt(one.nanoseconds - two.nanoseconds)
        let exact = DecimalNumber(nanoseconds, -9).normalised
        return exact.exponent == 0 ? DecimalNumber(exact.significand * 10, -1) : exact
    }

    /// A date moved; it becomes a time in the workspace's zone when hours or less are involved.
    static func shifted(
        _ date: CivilDate, _ duration: CalendarDuration, _ sign: Int, _ run: Evaluation, _ range: Range<Int>
    ) throws(FormulaError) -> Value {
        if duration.hasClockParts {
            let start = ZonedTime(local: LocalTime(date: date), zone: run.zone)
            guard let moved = duration.applied(to: start, sign: sign) else { throw outOfRange(range) }
            return .time(moved)
        }
        guard let moved = duration.applied(to: date, sign: sign) else { throw outOfRange(range) }
        return .date(moved)
    }

    static func outOfRange(_ range: Range<Int>) -> FormulaError {
        FormulaError(
            code: "bad_argument", "the date is out of range, or the duration has a part of a month or year",
            range: range)
    }
}
