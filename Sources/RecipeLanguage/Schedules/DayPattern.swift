// Which days of a month a schedule names.

/// Days by their number, by their distance from the month's end, and by weekday.
struct DayPattern: Hashable, Sendable {
    /// Bit *d*: the day *d*, 1 to 31.
    var days: UInt64 = 0
    /// Bit *n*: *n* days before the month's last.
    var beforeLast: UInt64 = 0
    /// Bit *d*: the weekday (Monday to Friday) nearest to the day *d*, in the same month.
    var nearestWeekdays: UInt64 = 0
    /// Bit *n*: the weekday nearest to the day that is *n* days before the month's last.
    var nearestWeekdaysBeforeLast: UInt64 = 0
    /// Bit *w*: every such weekday, 0 is Sunday.
    var weekdays: UInt64 = 0
    /// Bit *n* of element *w*: the *n*th such weekday of the month; bit 0 is the last one.
    var nthWeekdays: [UInt8] = []
    /// Whether a day need fit only its number or its weekday, instead of both.
    var eitherFits = false

    static let allDays: UInt64 = 0xFFFF_FFFE
    static let allWeekdays: UInt64 = 0x7F
    /// Monday to Friday.
    static let businessDays: UInt64 = 0x3E

    static let everyDay = DayPattern(days: allDays, weekdays: allWeekdays)

    var isEveryDate: Bool { days == Self.allDays }
    var isEveryWeekday: Bool { weekdays == Self.allWeekdays }

    /// The days of a month as bits 1 to 31.
    func bits(year: Int, month: Int) -> UInt64 {
        let length = CivilDate.daysIn(year: year, month: month)
        let inMonth: UInt64 = (1 << UInt64(length + 1)) - 2
        if isEveryWeekday, !eitherFits, beforeLast | nearestWeekdays | nearestWeekdaysBeforeLast == 0 {
            return days & inMonth
        }
        guard let first = CivilDate(year: year, month: month, day: 1)?.weekday else { return 0 }
        let byNumber = numbered(length: length, first: first)
        let byWeekday = weekdayBits(length: length, first: first)
        return (eitherFits ? byNumber | byWeekday : byNumber & byWeekday) & inMonth
    }

    private func numbered(length: Int, first: Int) -> UInt64 {
        var bits = days
        for distance in beforeLast.setBits where distance < length { bits |= 1 << UInt64(length - distance) }
        for day in nearestWeekdays.setBits where (1...length).contains(day) {
            bits |= 1 << UInt64(Self.nearestWeekday(to: day, length: length, first: first))
        }
        for distance in nearestWeekdaysBeforeLast.setBits where distance < length {
            bits |= 1 << UInt64(Self.nearestWeekday(to: length - distance, length: length, first: first))
        }
        return bits
    }

    private static func nearestWeekday(to day: Int, length: Int, first: Int) -> Int {
        switch (first + day - 1) % 7 {
        case 6: day == 1 ? 3 : day - 1
        case 0: day == length ? day - 2 : day + 1
        default: day
        }
    }

    private func weekdayBits(length: Int, first: Int) -> UInt64 {
        if isEveryWeekday { return Self.allDays }
        var bits: UInt64 = 0
        for weekday in 0..<7 {
            let day = (weekday - first + 7) % 7 + 1
            if weekdays.has(weekday) { bits |= 0x2040_8102 << UInt64(day - 1) }
            guard weekday < nthWeekdays.count, nthWeekdays[weekday] != 0 else { continue }
            for number in UInt64(nthWeekdays[weekday]).setBits {
                let wanted = number == 0 ? day + (length - day) / 7 * 7 : day + (number - 1) * 7
                if wanted <= length { bits |= 1 << UInt64(wanted) }
            }
        }
        return bits
    }

    /// Adds the `number`th such weekday of the month; 0 is the last one.
    mutating func addWeekday(_ weekday: Int, number: Int) {
        if nthWeekdays.isEmpty { nthWeekdays = Array(repeating: 0, count: 7) }
        nthWeekdays[weekday] |= 1 << UInt8(number)
    }
}

extension UInt64 {
    func has(_ bit: Int) -> Bool { self & 1 << UInt64(bit) != 0 }

    /// The lowest bit that is set at `start` or above; `start` is 0 or more.
    func bit(from start: Int) -> Int? {
        guard start < 64 else { return nil }
        let rest = (self >> UInt64(start)) << UInt64(start)
        return rest == 0 ? nil : rest.trailingZeroBitCount
    }

    /// The bits that are set, the lowest first.
    var setBits: [Int] {
        var (rest, bits) = (self, [Int]())
        while rest != 0 {
            bits.append(rest.trailingZeroBitCount)
            rest &= rest - 1
        }
        return bits
    }
}
