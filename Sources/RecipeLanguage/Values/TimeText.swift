// Reading dates and times from text: ISO 8601 and the ways people write them.

/// A date and time as a text gives it; what it does not say is nil.
struct TimeText: Sendable {
    var date: CivilDate
    var hour: Int?
    var minute = 0
    var second = 0
    var nanoseconds = 0
    /// Seconds east of UTC.
    var offset: Int?

    /// The instant; `defaultZone` counts where the text names no offset.
    func time(defaultZone: Zone) -> ZonedTime {
        let local = LocalTime(
            date: date, secondOfDay: (hour ?? 0) * 3600 + minute * 60 + second, nanoseconds: nanoseconds)
        guard let offset else { return ZonedTime(local: local, zone: defaultZone) }
        let zone = offset == 0 ? Zone.utc : Zone(fixed: offset)
        return ZonedTime(seconds: local.seconds - offset, nanoseconds: nanoseconds, zone: zone)
    }

    /// Reads a date with or without a time; nil when there is no such date.
    static func parse(_ text: String) -> TimeText? { parse(text, ignoresClock: false) }

    /// The same; with `ignoresClock` whatever follows the date does not count.
    /// - Parameters:
    ///   - today: what stands for a missing year, and for a missing date before a time of day.
    ///   - completesYears: whether a year of two digits is one from 1969 to 2068.
    ///   - overflows: whether 30 February is 1 or 2 March, as Ruby's times have it, its dates not.
    static func parse(
        _ text: String, ignoresClock: Bool = false, today: CivilDate?, completesYears: Bool = false,
        overflows: Bool = false
    ) -> TimeText? {
        var reader = TimeTextReader(text)
        (reader.today, reader.completesYears, reader.overflows) = (today, completesYears, overflows)
        return reader.read(ignoresClock: ignoresClock)
    }

    static func parse(_ text: String, ignoresClock: Bool) -> TimeText? {
        parse(text, ignoresClock: ignoresClock, today: nil)
    }
}

/// Reads one text.
struct TimeTextReader {
    let bytes: [UInt8]
    var position = 0
    var today: CivilDate?
    var completesYears = false
    var overflows = false
    /// A month and day whose year may follow the time of day: `Fri Mar 8 10:00:00 2024`.
    private var openDay: (month: Int, day: Int)?

    init(_ text: String) { bytes = Array(text.utf8.prefix(128)) }

    var current: UInt8? { position < bytes.count ? bytes[position] : nil }

    mutating func digits(_ count: ClosedRange<Int>) -> Int? {
        var (value, seen) = (0, 0)
        while seen < count.upperBound, let byte = current, (0x30...0x39).contains(byte) {
            (value, seen, position) = (value * 10 + Int(byte - 0x30), seen + 1, position + 1)
        }
        return seen >= count.lowerBound ? value : nil
    }

    mutating func take(_ byte: UInt8) -> Bool {
        guard current == byte else { return false }
        position += 1
        return true
    }

    mutating func skipSpaces() {
        while let byte = current, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D { position += 1 }
    }

    mutating func read(ignoresClock: Bool) -> TimeText? {
        skipSpaces()
        let start = position
        var date = isoDate() ?? wordyDate()
        if date == nil, openDay == nil, !ignoresClock, let today, startsClock(start) {
            (date, position) = (today, start)
        }
        if date == nil, let open = openDay { return read(open, ignoresClock: ignoresClock) }
        guard let date else { return nil }
        var result = TimeText(date: date)
        if ignoresClock { return result }
        if current == UInt8(ascii: "T") || current == UInt8(ascii: "t") { position += 1 }
        skipSpaces()
        if current == UInt8(ascii: ",") { position += 1 }
        skipSpaces()
        guard readClock(&result) else { return nil }
        return result
    }

    /// Whether a time of day starts at `start`: `10:30`, `10pm`.
    private func startsClock(_ start: Int) -> Bool {
        let rest = bytes[start...]
        let digits = rest.prefix { (0x30...0x39).contains($0) }.count
        guard (1...2).contains(digits) else { return false }
        let after = rest.dropFirst(digits).drop { $0 == 0x20 }
        if rest.dropFirst(digits).first == 0x3A { return true }
        guard let letter = after.first, [0x61, 0x70].contains(letter | 0x20) else { return false }
        return after.dropFirst().first.map { $0 | 0x20 } == 0x6D
    }

    /// A date without a year: the year after the time of day, or this one.
    private mutating func read(_ open: (month: Int, day: Int), ignoresClock: Bool) -> TimeText? {
        skipSpaces()
        guard let stand = CivilDate(year: 2000, month: open.month, day: open.day) else { return nil }
        var result = TimeText(date: stand)
        guard readClock(&result) else { return nil }
        skipSpaces()
        let year = digits(4...4) ?? today?.parts.year
        guard let year, let date = civil(year, open.month, open.day) else { return nil }
        if ignoresClock { return TimeText(date: date) }
        result.date = date
        return result
    }

    /// A date of its parts; 30 February may be one in March.
    private func civil(_ year: Int, _ month: Int, _ day: Int) -> CivilDate? {
        if let date = CivilDate(year: year, month: month, day: day) { return date }
        guard overflows, (29...31).contains(day) else { return nil }
        return CivilDate(year: year, month: month, day: 1)?.adding(days: day - 1)
    }

    private mutating func isoDate() -> CivilDate? {
        let start = position
        let negative = take(UInt8(ascii: "-"))
        guard let year = digits(4...8) else { return reset(start) }
        let length = position - start - (negative ? 1 : 0)
        if length == 8 {
            return CivilDate(year: year / 10_000, month: year / 100 % 100, day: year % 100) ?? reset(start)
        }
        guard length <= 5, let mark = current, mark == 0x2D || mark == 0x2F || mark == 0x2E else { return reset(start) }
        position += 1
        if mark == 0x2D, take(UInt8(ascii: "W")) {
            guard let week = digits(2...2), (1...53).contains(week) else { return reset(start) }
            let day = take(0x2D) ? digits(1...1) ?? 1 : 1
            guard (1...7).contains(day), let fourth = CivilDate(year: year, month: 1, day: 4) else {
                return reset(start)
            }
            let monday = fourth.days - (fourth.weekday + 6) % 7
            return CivilDate(days: monday + (week - 1) * 7 + day - 1)
        }
        let monthAt = position
        guard let month = digits(1...3) else { return reset(start) }
        guard take(mark) else {
            if position - monthAt == 3, let newYear = CivilDate(year: year, month: 1, day: 1), month <= 366 {
                return newYear.adding(days: month - 1)
            }
            return reset(start)
        }
        guard let day = digits(1...2) else { return reset(start) }
        return civil(negative ? -year : year, month, day) ?? reset(start)
    }

    private mutating func reset(_ start: Int) -> CivilDate? {
        position = start
        return nil
    }

    static let months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
    static let weekdays = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]

    mutating func word() -> String? {
        var letters = ""
        while let byte = current, (0x41...0x5A).contains(byte & 0xDF) {
            letters.unicodeScalars.append(Unicode.Scalar(byte | 0x20))
            position += 1
        }
        return letters.isEmpty ? nil : letters
    }

    /// `8 March 2024`, `Mar 8, 2024`, `Fri, 8 Mar 2024`, `08/03/2024` (day first, as Ruby reads it), `8-Mar-24`.
    private mutating func wordyDate() -> CivilDate? {
        var (day, month, year): (Int?, Int?, Int?) = (nil, nil, nil)
        var numbers: [(value: Int, digits: Int)] = []
        var short: (value: Int, digits: Int)?
        loop: while let byte = current {
            switch byte {
            case 0x30...0x39:
                let start = position
                guard let number = digits(1...8) else { break loop }
                if current == UInt8(ascii: ":") {
                    position = start
                    break loop
                }
                numbers.append((number, position - start))
                if numbers.count + (month == nil ? 0 : 1) == 3 {
                    _ = take(UInt8(ascii: ","))
                    break loop
                }
            case 0x20, 0x2C, 0x2D, 0x2F, 0x2E: position += 1
            case 0x27 where short == nil:
                // '99 is a year.
                position += 1
                guard let number = digits(2...2) else { break loop }
                short = (number, 2)
            default:
                let start = position
                guard let word = word() else { break loop }
                if let index = Self.months.firstIndex(of: String(word.prefix(3))), month == nil, word.utf8.count >= 3 {
                    month = index + 1
                } else if ["st", "nd", "rd", "th", "of"].contains(word)
                    || Self.weekdays.contains(String(word.prefix(3)))
                {
                    continue
                } else {
                    position = start
                    break loop
                }
            }
        }
        if let short {
            year = completesYears ? Self.fullYear(short) : short.value
            guard month != nil, numbers.count == 1 else { return nil }
            day = numbers[0].value
        } else if month != nil {
            guard let first = numbers.first else { return nil }
            if first.digits >= 3 {
                (year, day) = (first.value, numbers.count > 1 ? numbers[1].value : 1)
            } else {
                day = first.value
                if numbers.count > 1 { year = completesYears ? Self.fullYear(numbers[1]) : numbers[1].value }
                if numbers.count == 1, let month, (1...31).contains(first.value) {
                    openDay = (month, first.value)
                    return nil
                }
            }
        } else if numbers.count == 3 {
            if numbers[0].digits >= 3 {
                (year, month, day) = (numbers[0].value, numbers[1].value, numbers[2].value)
            } else if numbers[2].digits >= 3 {
                (day, month, year) = (numbers[0].value, numbers[1].value, numbers[2].value)
            } else {
                // As Ruby reads it: year first, and two digits are the year as it stands.
                year = completesYears ? Self.fullYear(numbers[0]) : numbers[0].value
                (month, day) = (numbers[1].value, numbers[2].value)
            }
        }
        guard let day, let month, let year else { return nil }
        return civil(year, month, day)
    }

    static func fullYear(_ number: (value: Int, digits: Int)) -> Int {
        guard number.digits <= 2 else { return number.value }
        return number.value + (number.value >= 69 ? 1900 : 2000)
    }
}
