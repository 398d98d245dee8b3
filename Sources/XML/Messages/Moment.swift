// Dates, times and durations as XML Schema writes them.

/// The written forms of dates, times and durations (part 2 §3.2.6–14).
enum Moment {
    static func isValid(_ text: String, _ type: XSDBuiltin) -> Bool {
        var reader = MomentReader(text)
        switch type {
        case .dateTime: return reader.date() && reader.take("T") && reader.time() && reader.zoneAndEnd()
        case .date: return reader.date() && reader.zoneAndEnd()
        case .time: return reader.time() && reader.zoneAndEnd()
        case .gYear: return reader.year() != nil && reader.zoneAndEnd()
        case .gYearMonth:
            return reader.year() != nil && reader.take("-") && reader.two(1...12) != nil && reader.zoneAndEnd()
        case .gMonth: return reader.take("-") && reader.take("-") && reader.two(1...12) != nil && reader.zoneAndEnd()
        case .gMonthDay:
            // Of any year: a leap year has all days that there are.
            return reader.take("-") && reader.take("-") && reader.monthAndDay(year: 2000) && reader.zoneAndEnd()
        case .gDay:
            return reader.take("-") && reader.take("-") && reader.take("-") && reader.two(1...31) != nil
                && reader.zoneAndEnd()
        case .duration: return reader.duration()
        default: return true
        }
    }

    static func isLeapYear(_ year: Int) -> Bool {
        year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400))
    }
}

private struct MomentReader {
    private var rest: Substring.UTF8View

    init(_ text: String) { rest = text[...].utf8 }

    mutating func take(_ character: Character) -> Bool {
        guard let byte = rest.first, byte == character.asciiValue else { return false }
        rest = rest.dropFirst()
        return true
    }

    private mutating func digits() -> Substring.UTF8View {
        let digits = rest.prefix { (0x30...0x39).contains($0) }
        rest = rest.dropFirst(digits.count)
        return digits
    }

    /// Two digits.
    mutating func two(_ range: ClosedRange<Int>) -> Int? {
        let digits = rest.prefix(2)
        guard digits.count == 2, digits.allSatisfy({ (0x30...0x39).contains($0) }),
            let number = Int(String(decoding: digits, as: UTF8.self)), range.contains(number)
        else { return nil }
        rest = rest.dropFirst(2)
        return number
    }

    /// The last four digits of a year: all that tells a leap year.
    mutating func year() -> Int? {
        _ = take("-")
        let digits = digits()
        guard digits.count >= 4, digits.count == 4 || digits.first != 0x30 else { return nil }
        return Int(String(decoding: digits.suffix(4), as: UTF8.self))
    }

    mutating func date() -> Bool {
        guard let year = year(), take("-") else { return false }
        return monthAndDay(year: year)
    }

    mutating func monthAndDay(year: Int) -> Bool {
        guard let month = two(1...12), take("-"), let day = two(1...31) else { return false }
        let february = Moment.isLeapYear(year) ? 29 : 28
        return day <= (month == 2 ? february : [4, 6, 9, 11].contains(month) ? 30 : 31)
    }

    mutating func time() -> Bool {
        guard let hour = two(0...24), take(":"), let minute = two(0...59), take(":"), let second = two(0...60) else {
            return false
        }
        var isWhole = true
        if take(".") {
            let fraction = digits()
            if fraction.isEmpty { return false }
            isWhole = fraction.allSatisfy { $0 == 0x30 }
        }
        // 24:00:00 is the end of a day.
        return hour < 24 || (minute == 0 && second == 0 && isWhole)
    }

    mutating func zoneAndEnd() -> Bool {
        if rest.isEmpty { return true }
        if take("Z") { return rest.isEmpty }
        guard take("+") || take("-"), let hours = two(0...14), take(":"), let minutes = two(0...59) else {
            return false
        }
        return rest.isEmpty && (hours < 14 || minutes == 0)
    }

    mutating func duration() -> Bool {
        _ = take("-")
        guard take("P"), !rest.isEmpty else { return false }
        for unit in "YMD" { if !part(unit) { return false } }
        if rest.isEmpty { return true }
        guard take("T"), !rest.isEmpty else { return false }
        for unit in "HM" { if !part(unit) { return false } }
        if rest.isEmpty { return true }
        guard !digits().isEmpty else { return false }
        if take("."), digits().isEmpty { return false }
        return take("S") && rest.isEmpty
    }

    /// Digits and a unit, if they come next; false for digits that are followed by nothing known.
    private mutating func part(_ unit: Character) -> Bool {
        let before = rest
        guard !digits().isEmpty else { return true }
        if !take(unit) { rest = before }
        return true
    }
}
