// Which of two values is less: numbers as long as they are, moments with and without zones, durations.

extension XSDBuiltin {
    /// Whether one value is less than another (-1), equal to it (0) or greater (1); nil where that can't be told.
    func order(_ one: String, _ other: String) -> Int? {
        switch family {
        case .integer, .decimal:
            guard let one = DecimalText(one), let other = DecimalText(other) else { return nil }
            return one.order(other)
        case .float:
            guard let one = Double(one), let other = Double(other), !one.isNaN, !other.isNaN else { return nil }
            return one < other ? -1 : one == other ? 0 : 1
        case .boolean:
            let (yes, no) = (["true", "1"], ["false", "0"])
            return (yes.contains(one) && yes.contains(other)) || (no.contains(one) && no.contains(other)) ? 0 : nil
        case .moment:
            if self == .duration {
                guard let one = DurationText(one), let other = DurationText(other) else { return nil }
                return one.order(other)
            }
            guard let one = Instant(one, self), let other = Instant(other, self) else { return nil }
            return one.order(other)
        default: return nil
        }
    }
}

/// Seconds, and billionths of one: `nanoseconds` is in `0..<1_000_000_000`.
private struct Seconds: Comparable {
    var whole: Int
    var nanoseconds: Int

    static func < (one: Seconds, other: Seconds) -> Bool {
        (one.whole, one.nanoseconds) < (other.whole, other.nanoseconds)
    }

    /// Less (-1), equal (0) or greater (1).
    func order(_ other: Seconds) -> Int { self < other ? -1 : self == other ? 0 : 1 }

    /// Digits after the point; what is smaller than a billionth doesn't count.
    static func nanoseconds(_ digits: some StringProtocol) -> Int {
        Int(String(String(digits.prefix(9)) + "000000000").prefix(9)) ?? 0
    }

    /// Days from 1 March of the year 0 in the Gregorian calendar, carried on in both directions.
    static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let shifted = month > 2 ? year : year - 1
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let ofEra = shifted - era * 400
        let ofYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + ofEra * 365 + ofEra / 4 - ofEra / 100 + ofYear
    }
}

/// A point in time: the parts that a type leaves out are those of 1 January 2000, 00:00.
private struct Instant {
    /// The zones that there are: what has none is somewhere in between (part 2 §3.2.7.4).
    private static let mostOffset = 14 * 3600

    private var seconds: Seconds
    private var hasZone = false

    /// nil for a text that is no such moment, and for years beyond any calendar.
    init?(_ text: String, _ type: XSDBuiltin) {
        guard Moment.isValid(text, type) else { return nil }
        var (rest, offset) = (text[...], 0)
        if rest.last == "Z" {
            rest.removeLast()
            hasZone = true
        } else if rest.utf8.count > 6, let sign = rest.suffix(6).first, sign == "+" || sign == "-",
            rest.suffix(3).first == ":"
        {
            let zone = rest.suffix(5).split(separator: ":").compactMap { Int($0) }
            guard zone.count == 2 else { return nil }
            offset = (zone[0] * 3600 + zone[1] * 60) * (sign == "-" ? -1 : 1)
            rest.removeLast(6)
            hasZone = true
        }
        let halves = rest.split(separator: "T", maxSplits: 1)
        let isBefore = rest.first == "-" && [.dateTime, .date, .gYear, .gYearMonth].contains(type)
        let date = type == .time ? [] : halves.first?.split(separator: "-").map { $0.prefix(12) } ?? []
        let numbers = date.compactMap { Int($0) }
        var (year, month, day) = (2000, 1, 1)
        switch type {
        case .gMonth: month = numbers.first ?? 1
        case .gDay: day = numbers.first ?? 1
        case .gMonthDay: (month, day) = (numbers.first ?? 1, numbers.last ?? 1)
        default:
            if let first = numbers.first { year = isBefore ? -first : first }
            if numbers.count > 1 { month = numbers[1] }
            if numbers.count > 2 { day = numbers[2] }
        }
        guard abs(year) < 1_000_000_000 else { return nil }
        seconds = Seconds(whole: Seconds.days(year, month, day) * 86_400 - offset, nanoseconds: 0)
        guard let time = type == .time ? halves.first : halves.count > 1 ? halves[1] : nil else { return }
        let parts = time.split(separator: ":")
        guard parts.count == 3, let hours = Int(parts[0]), let minutes = Int(parts[1]) else { return nil }
        let second = parts[2].split(separator: ".")
        seconds.whole += hours * 3600 + minutes * 60 + (Int(second[0]) ?? 0)
        if second.count > 1 { seconds.nanoseconds = Seconds.nanoseconds(second[1]) }
    }

    func order(_ other: Instant) -> Int? {
        if hasZone == other.hasZone { return seconds.order(other.seconds) }
        // One of them may be anywhere: that far apart it doesn't matter.
        let distance = seconds.whole - other.seconds.whole
        return abs(distance) > Self.mostOffset + 1 ? distance.signum() : nil
    }
}

/// A duration: months and seconds, which can't be turned into each other.
private struct DurationText {
    private var months = 0
    private var seconds = Seconds(whole: 0, nanoseconds: 0)

    /// The moments at which a month is as long and as short as it can be (part 2 §3.2.6.2).
    private static let starts = [(1696, 9), (1697, 2), (1903, 3), (1903, 7)]

    /// nil for a text that is none, and for more digits than anything lasts.
    init?(_ text: String) {
        guard Moment.isValid(text, .duration) else { return nil }
        var (digits, fraction, isTime) = ("", "", false)
        var (hasPoint, total) = (false, 0)
        for character in text.drop(while: { $0 == "-" }).dropFirst() {
            switch character {
            case "T": isTime = true
            case ".": hasPoint = true
            case "0"..."9": if hasPoint { fraction.append(character) } else { digits.append(character) }
            default:
                guard digits.utf8.count <= 9, let number = Int(digits) else { return nil }
                switch (character, isTime) {
                case ("Y", _): months += number * 12
                case ("M", false): months += number
                case ("D", _): total += number * 86_400
                case ("H", _): total += number * 3600
                case ("M", true): total += number * 60
                default: total += number
                }
                digits = ""
            }
        }
        seconds = Seconds(whole: total, nanoseconds: Seconds.nanoseconds(fraction))
        guard text.first == "-" else { return }
        months = -months
        seconds.whole = -total - (seconds.nanoseconds > 0 ? 1 : 0)
        if seconds.nanoseconds > 0 { seconds.nanoseconds = 1_000_000_000 - seconds.nanoseconds }
    }

    private func end(from start: (year: Int, month: Int)) -> Seconds {
        let month = start.year * 12 + start.month - 1 + months
        let year = month >= 0 ? month / 12 : (month - 11) / 12
        var end = seconds
        end.whole += Seconds.days(year, month - year * 12 + 1, 1) * 86_400
        return end
    }

    /// nil where it depends on the months: a month and 30 days.
    func order(_ other: DurationText) -> Int? {
        let orders = Set(Self.starts.map { end(from: $0).order(other.end(from: $0)) })
        return orders.count == 1 ? orders.first : nil
    }
}

/// A decimal number by its digits: as long as it may be, nothing is rounded.
struct DecimalText {
    let isNegative: Bool
    /// Without leading zeros.
    let whole: [UInt8]
    /// Without zeros at the end.
    let fraction: [UInt8]

    init?(_ text: String) {
        let bytes = Array(text.utf8)
        let unsigned =
            bytes.first == UInt8(ascii: "-") || bytes.first == UInt8(ascii: "+") ? bytes.dropFirst() : bytes[...]
        let parts = unsigned.split(separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
        guard unsigned.contains(where: { (0x30...0x39).contains($0) }),
            parts.allSatisfy({ $0.allSatisfy { (0x30...0x39).contains($0) } })
        else { return nil }
        whole = Array(parts[0].drop { $0 == 0x30 })
        var fraction = parts.count > 1 ? Array(parts[1]) : []
        while fraction.last == 0x30 { fraction.removeLast() }
        self.fraction = fraction
        isNegative = bytes.first == UInt8(ascii: "-") && !(whole.isEmpty && fraction.isEmpty)
    }

    /// As `totalDigits` counts them (part 2 §4.3.11).
    var digitCount: Int { max((whole + fraction).drop { $0 == 0x30 }.count, fraction.count) }

    func order(_ other: DecimalText) -> Int {
        guard isNegative == other.isNegative else { return isNegative ? -1 : 1 }
        let sign = isNegative ? -1 : 1
        if whole.count != other.whole.count { return whole.count < other.whole.count ? -sign : sign }
        if whole == other.whole, fraction == other.fraction { return 0 }
        let isLess = (whole + fraction).lexicographicallyPrecedes(other.whole + other.fraction)
        return isLess ? -sign : sign
    }
}
