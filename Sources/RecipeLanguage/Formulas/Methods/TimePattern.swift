// Ruby's strftime, and its inverse strptime.

import BigInt

/// Writes dates and times by a pattern with every directive Ruby has.
enum TimePattern {
    static let weekdays = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]
    static let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ]

    /// What a directive may be preceded by.
    private struct Flags {
        var padding: Character?
        var width: Int?
        var upper = false
        var swap = false
        var colons = 0
    }

    static func write(_ pattern: String, _ time: ZonedTime, isDate: Bool = false, depth: Int = 0) -> String {
        let local = time.local
        var made = ""
        var characters = Array(pattern.unicodeScalars)[...]
        while let scalar = characters.popFirst() {
            guard scalar == "%" else {
                made.unicodeScalars.append(scalar)
                continue
            }
            let start = characters
            var flags = Flags()
            scan: while let next = characters.first {
                switch next {
                case "-", "_": flags.padding = Character(next)
                case "0" where flags.width == nil: flags.padding = "0"
                case "^": flags.upper = true
                case "#": flags.swap = true
                case ":": flags.colons += 1
                case "0"..."9": flags.width = min((flags.width ?? 0) * 10 + Int(next.value - 48), 1_000)
                case "E", "O": break
                default: break scan
                }
                characters.removeFirst()
            }
            guard let directive = characters.popFirst(), let text = expand(directive, flags, time, local, isDate, depth)
            else {
                made += "%"
                characters = start
                continue
            }
            made += text
        }
        return made
    }

    private static func expand(
        _ directive: Unicode.Scalar, _ flags: Flags, _ time: ZonedTime, _ local: LocalTime, _ isDate: Bool, _ depth: Int
    ) -> String? {
        let (year, month, day) = local.date.parts
        let date = local.date
        func number(_ value: Int, _ width: Int, _ filler: Character = "0") -> String {
            let pad = flags.padding ?? filler
            if pad == "-" { return String(value) }
            let digits = String(abs(value))
            let fill = String(
                repeating: pad == "_" || pad == " " ? " " : "0",
                count: max(0, (flags.width ?? width) - digits.count - (value < 0 ? 1 : 0)))
            return value < 0 ? (pad == "0" ? "-" + fill + digits : fill + "-" + digits) : fill + digits
        }
        func text(_ value: String) -> String {
            let cased =
                flags.upper
                ? value.uppercased()
                : flags.swap ? (value.uppercased() == value ? value.lowercased() : value.uppercased()) : value
            let fill = max(0, (flags.width ?? 0) - cased.unicodeScalars.count)
            return String(repeating: flags.padding == "0" ? "0" : " ", count: fill) + cased
        }
        func nested(_ pattern: String) -> String {
            depth > 3 ? "" : text(write(pattern, time, isDate: isDate, depth: depth + 1))
        }
        let hour12 = local.hour % 12 == 0 ? 12 : local.hour % 12
        switch directive {
        case "Y": return number(year, year < 0 ? 5 : year > 9999 ? 1 : 4)
        case "C": return number(year >= 0 ? year / 100 : (year - 99) / 100, 2)
        case "y": return number((year % 100 + 100) % 100, 2)
        case "m": return number(month, 2)
        case "B": return text(months[month - 1])
        case "b", "h": return text(String(months[month - 1].prefix(3)))
        case "d": return number(day, 2)
        case "e": return number(day, 2, " ")
        case "j": return number(date.dayOfYear, 3)
        case "H": return number(local.hour, 2)
        case "k": return number(local.hour, 2, " ")
        case "I": return number(hour12, 2)
        case "l": return number(hour12, 2, " ")
        case "p":
            return text(flags.swap ? (local.hour < 12 ? "am" : "pm") : local.hour < 12 ? "AM" : "PM").withoutSwap(
                flags.swap, local.hour < 12)
        case "P": return text(local.hour < 12 ? "am" : "pm")
        case "M": return number(local.minute, 2)
        case "S": return number(local.second, 2)
        case "L", "N":
            let digits = flags.width ?? (directive == "L" ? 3 : 9)
            let all = CivilDate.padded(local.nanoseconds, 9)
            return digits <= 9 ? String(all.prefix(digits)) : all + String(repeating: "0", count: digits - 9)
        case "z": return offset(time.offset.seconds, flags)
        case "Z": return text(isDate ? "+00:00" : zoneName(time))
        case "A": return text(weekdays[date.weekday])
        case "a": return text(String(weekdays[date.weekday].prefix(3)))
        case "u": return number(date.weekday == 0 ? 7 : date.weekday, 1)
        case "w": return number(date.weekday, 1)
        case "G": return number(date.isoWeek.year, 4)
        case "g": return number((date.isoWeek.year % 100 + 100) % 100, 2)
        case "V": return number(date.isoWeek.week, 2)
        case "U": return number((date.dayOfYear + 6 - date.weekday) / 7, 2)
        case "W": return number((date.dayOfYear + 6 - (date.weekday + 6) % 7) / 7, 2)
        case "s": return number(time.seconds, 1)
        case "Q": return number(time.seconds * 1000 + time.nanoseconds / 1_000_000, 1)
        case "n": return "\n"
        case "t": return "\t"
        case "%": return "%"
        case "c": return nested("%a %b %e %H:%M:%S %Y")
        case "D", "x": return nested("%m/%d/%y")
        case "F": return nested("%Y-%m-%d")
        case "v": return nested("%e-%^b-%Y")
        case "r": return nested("%I:%M:%S %p")
        case "R": return nested("%H:%M")
        case "T", "X": return nested("%H:%M:%S")
        case "+": return nested("%a %b %e %H:%M:%S %Z %Y")
        default: return nil
        }
    }

    static func zoneName(_ time: ZonedTime) -> String {
        if time.zone.name == nil, time.offset.seconds != 0 || !time.isUTC { return time.isUTC ? "UTC" : "" }
        return time.offset.abbreviation
    }

    private static func offset(_ seconds: Int, _ flags: Flags) -> String {
        let (sign, size) = (seconds < 0 ? "-" : "+", abs(seconds))
        let (hours, minutes, rest) = (
            CivilDate.padded(size / 3600, 2), CivilDate.padded(size / 60 % 60, 2), CivilDate.padded(size % 60, 2)
        )
        let body: String
        switch flags.colons {
        case 0: body = hours + minutes
        case 1: body = hours + ":" + minutes
        case 2: body = hours + ":" + minutes + ":" + rest
        default:
            body =
                size % 3600 == 0 ? hours : size % 60 == 0 ? hours + ":" + minutes : hours + ":" + minutes + ":" + rest
        }
        return sign + String(repeating: "0", count: max(0, (flags.width ?? 0) - body.count - 1)) + body
    }
}

extension String {
    // `%#p` gives small letters, and nothing is swapped back.
    fileprivate func withoutSwap(_ isSwapped: Bool, _ isMorning: Bool) -> String {
        isSwapped ? (isMorning ? "am" : "pm") : self
    }
}

/// Reads dates and times by a pattern: Ruby's strptime, and the vendor's `DD/MM/YYYY` forms.
struct TimePatternReader {
    private let text: [UInt8]
    private var position = 0
    private var year, month, day, hour, minute, second, nanoseconds, offset, epoch, dayOfYear, century: Int?
    private var isAfternoon: Bool?
    private var isoYear, isoWeek, weekday: Int?

    init(_ text: String) { self.text = Array(text.utf8) }

    /// What the text says, read by `pattern`; nil when it does not fit or there is no such date.
    static func read(_ text: String, _ pattern: String) -> TimeText? {
        var reader = TimePatternReader(text)
        let known = ["DD": "%d", "MM": "%m", "YYYY": "%Y"]
        var plain = pattern
        if !pattern.contains("%") {
            for (word, directive) in known { plain = plain.replacing(word, with: directive) }
        }
        guard reader.match(Array(plain.utf8), 0), reader.position == reader.text.count else { return nil }
        return reader.result()
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
        case "A", "a": return name(TimePattern.weekdays) != nil
        case "s": epoch = digits(18, signed: true); return epoch != nil
        case "Q":
            guard let value = digits(18, signed: true) else { return false }
            (epoch, nanoseconds) = (value / 1000, value % 1000 * 1_000_000)
            return true
        case "G": isoYear = digits(4); return isoYear != nil
        case "V": isoWeek = digits(2); return isoWeek.map { (1...53).contains($0) } ?? false
        case "u": weekday = digits(1); return weekday.map { (1...7).contains($0) } ?? false
        case "w": return digits(1) != nil
        case "U", "W": return digits(2) != nil
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

    private func result() -> TimeText? {
        if let epoch {
            let local = LocalTime(seconds: epoch, nanoseconds: max(0, nanoseconds ?? 0))
            return TimeText(
                date: local.date, hour: local.hour, minute: local.minute, second: local.second,
                nanoseconds: local.nanoseconds, offset: 0)
        }
        var date: CivilDate?
        if let isoYear, let isoWeek, let fourth = CivilDate(year: isoYear, month: 1, day: 4) {
            date = CivilDate(days: fourth.days - (fourth.weekday + 6) % 7 + (isoWeek - 1) * 7 + (weekday ?? 1) - 1)
        } else if let year, let dayOfYear {
            date = CivilDate(year: year, month: 1, day: 1)?.adding(days: dayOfYear - 1)
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
