// Reading dates and times by a pattern: Ruby's strptime.

/// Reads dates and times by a pattern: Ruby's strptime, and the vendor's `DD/MM/YYYY` forms.
struct TimePatternReader {
    private let text: [UInt8]
    private var position = 0
    private var year, month, day, hour, minute, second, nanoseconds, offset, epoch, dayOfYear, century: Int?
    private var isAfternoon: Bool?
    private var isoYear, isoWeek: Int?
    /// From 1, Monday, to 7.
    private var weekday: Int?
    /// The week of the year as `%U` (from Sundays on) or `%W` (from Mondays on) counts it.
    private var week: (number: Int, firstDay: Int)?

    init(_ text: String) { self.text = Array(text.utf8) }

    /// What the text says, read by `pattern`; nil when it does not fit or there is no such date.
    ///
    /// As in Ruby, what follows what the pattern asks for does not matter, and parts before the first one that was read
    /// (the date of a text with a time only) are those of `now`; a date needs a part of a date.
    static func read(_ text: String, _ pattern: String, now: LocalTime, isDate: Bool) -> TimeText? {
        var reader = TimePatternReader(text)
        let known = ["DD": "%d", "MM": "%m", "YYYY": "%Y"]
        var plain = pattern
        if !pattern.contains("%") {
            for (word, directive) in known { plain = plain.replacing(word, with: directive) }
        }
        guard reader.match(Array(plain.utf8), 0) else { return nil }
        reader.complete(from: now, isDate: isDate)
        return reader.result()
    }

    private mutating func complete(from now: LocalTime, isDate: Bool) {
        guard epoch == nil, isoYear == nil, year == nil else { return }
        let hasDate = month != nil || day != nil || dayOfYear != nil || week != nil
        guard hasDate || !isDate && (hour != nil || minute != nil || second != nil) else { return }
        let today = now.date.parts
        year = today.year
        if month != nil || dayOfYear != nil || day == nil && week != nil { return }
        month = today.month
        if day != nil { return }
        day = today.day
        if hour != nil { return }
        hour = now.hour
        if minute == nil { minute = now.minute }
    }

    private mutating func digits(_ most: Int, signed: Bool = false) -> Int? {
        var (value, count, negative) = (0, 0, false)
        if signed, position < text.count, text[position] == 0x2D || text[position] == 0x2B {
            negative = text[position] == 0x2D
            position += 1
        }
        while count < most, position < text.count, (0x30...0x39).contains(text[position]) {
            (value, count, position) = (value * 10 + Int(text[position] - 0x30), count + 1, position + 1)
        }
        return count > 0 ? (negative ? -value : value) : nil
    }

    private mutating func skipBlanks() {
        while position < text.count, text[position] == 0x20 || (0x09...0x0D).contains(text[position]) { position += 1 }
    }

    private mutating func name(_ names: [String]) -> Int? {
        for (index, name) in names.enumerated() {
            for candidate in [name, String(name.prefix(3))] {
                let end = position + candidate.utf8.count
                if end <= text.count,
                    String(decoding: text[position..<end], as: UTF8.self).lowercased() == candidate.lowercased()
                {
                    position = end
                    return index
                }
            }
        }
        return nil
    }

    private mutating func match(_ pattern: [UInt8], _ depth: Int) -> Bool {
        var index = 0
        while index < pattern.count {
            let byte = pattern[index]
            index += 1
            if byte == 0x20 || (0x09...0x0D).contains(byte) {
                skipBlanks()
                continue
            }
            guard byte == 0x25, index < pattern.count else {
                guard position < text.count, text[position] == byte else { return false }
                position += 1
                continue
            }
            while index < pattern.count, [0x2D, 0x30, 0x5F, 0x5E, 0x23, 0x3A, 0x45, 0x4F].contains(pattern[index]),
                index + 1 < pattern.count
            { index += 1 }
            let directive = pattern[index]
            index += 1
            let isFollowedByDigits =
                index < pattern.count && (pattern[index] == 0x25 || (0x30...0x39).contains(pattern[index]))
            guard read(Character(Unicode.Scalar(directive)), isFollowedByDigits, depth) else { return false }
        }
        return true
    }

    private mutating func read(_ directive: Character, _ isFollowed: Bool, _ depth: Int) -> Bool {
        func nested(_ pattern: String) -> Bool { depth < 3 && match(Array(pattern.utf8), depth + 1) }
        switch directive {
        case "Y": year = digits(isFollowed ? 4 : 9, signed: true); return year != nil
        case "C": century = digits(2); return century != nil
        case "y":
            guard let short = digits(2) else { return false }
            year = TimeTextReader.fullYear((short, 2))
            return true
        case "m": month = digits(2); return month.map { (1...12).contains($0) } ?? false
        case "B", "b", "h": month = name(TimePattern.months).map { $0 + 1 }; return month != nil
        case "d", "e": skipBlanks(); day = digits(2); return day.map { (1...31).contains($0) } ?? false
        case "j": dayOfYear = digits(3); return dayOfYear.map { (1...366).contains($0) } ?? false
        case "H", "k": skipBlanks(); hour = digits(2); return hour.map { $0 <= 24 } ?? false
        case "I", "l": skipBlanks(); hour = digits(2); return hour.map { (1...12).contains($0) } ?? false
        case "p", "P":
            guard position + 2 <= text.count else { return false }
            let mark = String(decoding: text[position..<(position + 2)], as: UTF8.self).lowercased()
            position += 2
            isAfternoon = mark == "pm"
            return mark == "am" || mark == "pm"
        case "M": minute = digits(2); return minute.map { $0 < 60 } ?? false
        case "S": second = digits(2); return second.map { $0 <= 60 } ?? false
        case "L", "N":
            let start = position
            guard let value = digits(9) else { return false }
            nanoseconds = (0..<(9 - (position - start))).reduce(value) { result, _ in result * 10 }
            while position < text.count, (0x30...0x39).contains(text[position]) { position += 1 }
            return true
        case "z", "Z":
            var reader = TimeTextReader(String(decoding: text[position...], as: UTF8.self))
            guard let (seconds, used) = reader.offsetAlone() else { return false }
            position += used
            offset = seconds
            return true
        case "A", "a":
            guard let found = name(TimePattern.weekdays) else { return false }
            weekday = found == 0 ? 7 : found
            return true
        case "s": epoch = digits(18, signed: true); return epoch != nil
        case "Q":
            guard let value = digits(18, signed: true) else { return false }
            (epoch, nanoseconds) = (value / 1000, value % 1000 * 1_000_000)
            return true
        case "G": isoYear = digits(4); return isoYear != nil
        case "V": isoWeek = digits(2); return isoWeek.map { (1...53).contains($0) } ?? false
        case "u": weekday = digits(1); return weekday.map { (1...7).contains($0) } ?? false
        case "w":
            guard let found = digits(1), found < 7 else { return false }
            weekday = found == 0 ? 7 : found
            return true
        case "U", "W":
            guard let number = digits(2), number <= 53 else { return false }
            week = (number, directive == "U" ? 7 : 1)
            return true
        case "D", "x": return nested("%m/%d/%y")
        case "F": return nested("%Y-%m-%d")
        case "T", "X": return nested("%H:%M:%S")
        case "R": return nested("%H:%M")
        case "r": return nested("%I:%M:%S %p")
        case "c": return nested("%a %b %e %H:%M:%S %Y")
        case "v": return nested("%e-%b-%Y")
        case "n", "t": skipBlanks(); return true
        case "%":
            guard position < text.count, text[position] == 0x25 else { return false }
            position += 1
            return true
        default: return false
        }
    }

    /// A day of a week of the year; nil when it is in another year, whose weeks are counted anew.
    private static func date(_ year: Int, _ week: (number: Int, firstDay: Int), _ weekday: Int) -> CivilDate? {
        guard let newYear = CivilDate(year: year, month: 1, day: 1) else { return nil }
        // Week 1 begins with the first such day; the days before it are week 0.
        let first = (week.firstDay - newYear.weekday + 7) % 7
        let date = newYear.adding(days: first + (week.number - 1) * 7 + (weekday - week.firstDay + 7) % 7)
        return date?.parts.year == year ? date : nil
    }

    private func result() -> TimeText? {
        if let epoch {
            let local = LocalTime(seconds: epoch, nanoseconds: max(0, nanoseconds ?? 0))
            return TimeText(
                date: local.date, hour: local.hour, minute: local.minute, second: local.second,
                nanoseconds: local.nanoseconds, offset: 0)
        }
        var date: CivilDate?
        // %Y beside %V: what is meant is the year of the week.
        let weekYear = isoYear ?? (month == nil && day == nil && dayOfYear == nil ? year : nil)
        if let weekYear, let isoWeek, let fourth = CivilDate(year: weekYear, month: 1, day: 4) {
            date = CivilDate(days: fourth.days - (fourth.weekday + 6) % 7 + (isoWeek - 1) * 7 + (weekday ?? 1) - 1)
        } else if let year, let dayOfYear {
            date = CivilDate(year: year, month: 1, day: 1)?.adding(days: dayOfYear - 1)
        } else if let year, let week, month == nil, day == nil {
            date = Self.date(year, week, weekday ?? week.firstDay)
        } else if let year {
            date = CivilDate(year: year, month: month ?? 1, day: day ?? 1)
        }
        guard let date else { return nil }
        var hours = hour
        if let isAfternoon, let hour { hours = hour % 12 + (isAfternoon ? 12 : 0) }
        var made = TimeText(
            date: date, hour: hours, minute: minute ?? 0, second: min(second ?? 0, 59), nanoseconds: nanoseconds ?? 0,
            offset: offset)
        if hours == 24 {
            guard let next = date.adding(days: 1) else { return nil }
            (made.date, made.hour) = (next, 0)
        }
        return made
    }
}
