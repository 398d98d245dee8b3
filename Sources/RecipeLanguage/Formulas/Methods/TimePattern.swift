// Writing dates and times by a pattern: Ruby's strftime.

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

    /// The directives that POSIX lets E and O stand before; they change nothing here.
    private static let modified: [Unicode.Scalar: String] = ["E": "cCxXyY", "O": "deHkIlmMSuUVwWy"]

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
            var modifier: Unicode.Scalar?
            scan: while let next = characters.first {
                switch next {
                case ":": flags.colons += 1
                case _ where flags.colons > 0: break scan
                case "-": flags.padding = "-"
                case "_": if flags.padding != "-" { flags.padding = "_" }
                case "0" where flags.width == nil: if flags.padding != "-" { flags.padding = "0" }
                case "^": flags.upper = true
                case "#": flags.swap = true
                case "0"..."9": flags.width = min((flags.width ?? 0) * 10 + Int(next.value - 48), 1_000)
                case "E", "O":
                    modifier = next
                    characters.removeFirst()
                    break scan
                default: break scan
                }
                characters.removeFirst()
            }
            guard let directive = characters.popFirst(), flags.colons == 0 || directive == "z" && flags.colons <= 3,
                modifier.flatMap({ modified[$0] })?.unicodeScalars.contains(directive) ?? true,
                let text = expand(directive, flags, time, local, isDate, depth)
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
        func text(_ value: String, _ flags: Flags) -> String {
            let cased =
                flags.upper
                ? value.uppercased()
                : flags.swap ? (value.uppercased() == value ? value.lowercased() : value.uppercased()) : value
            let fill = flags.padding == "-" ? 0 : max(0, (flags.width ?? 0) - cased.unicodeScalars.count)
            return String(repeating: flags.padding == "0" ? "0" : " ", count: fill) + cased
        }
        func text(_ value: String) -> String { text(value, flags) }
        func nested(_ pattern: String) -> String {
            // What is made of several parts has no case to swap.
            var flags = flags
            flags.swap = false
            return depth > 3 ? "" : text(write(pattern, time, isDate: isDate, depth: depth + 1), flags)
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
        case "z": return offset(time.offset.seconds, flags, isDate: isDate)
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
        case "Q" where isDate: return number(time.seconds * 1000 + time.nanoseconds / 1_000_000, 1)
        case "n": return text("\n")
        case "t": return text("\t")
        case "%": return text("%")
        case "c": return nested("%a %b %e %H:%M:%S %Y")
        case "D", "x": return nested("%m/%d/%y")
        case "F": return nested("%Y-%m-%d")
        case "v": return nested("%e-%^b-%Y")
        case "r": return nested("%I:%M:%S %p")
        case "R": return nested("%H:%M")
        case "T", "X": return nested("%H:%M:%S")
        case "+" where isDate: return nested("%a %b %e %H:%M:%S %Z %Y")
        default: return nil
        }
    }

    static func zoneName(_ time: ZonedTime) -> String {
        return time.offset.abbreviation
    }

    private static func offset(_ seconds: Int, _ flags: Flags, isDate: Bool) -> String {
        let (sign, size) = (seconds < 0 ? "-" : "+", abs(seconds))
        let isBare = flags.padding == "_" || flags.padding == "-" && isDate
        let hours = isBare ? String(size / 3600) : CivilDate.padded(size / 3600, 2)
        let (minutes, rest) = (CivilDate.padded(size / 60 % 60, 2), CivilDate.padded(size % 60, 2))
        let body: String
        switch flags.colons {
        case 0: body = hours + minutes
        case 1: body = hours + ":" + minutes
        case 2: body = hours + ":" + minutes + ":" + rest
        default:
            body =
                size % 3600 == 0 ? hours : size % 60 == 0 ? hours + ":" + minutes : hours + ":" + minutes + ":" + rest
        }
        // As wide as it would be with two digits of hours, at least.
        let usual = 1 + body.count + (hours.count == 1 && flags.padding == "_" ? 1 : 0)
        let fill = max(0, max(usual, flags.width ?? 0) - body.count - 1)
        if flags.padding == "_" { return String(repeating: " ", count: fill) + sign + body }
        return sign + String(repeating: "0", count: fill) + body
    }
}

extension String {
    // `%#p` gives small letters, and nothing is swapped back.
    fileprivate func withoutSwap(_ isSwapped: Bool, _ isMorning: Bool) -> String {
        isSwapped ? (isMorning ? "am" : "pm") : self
    }
}
