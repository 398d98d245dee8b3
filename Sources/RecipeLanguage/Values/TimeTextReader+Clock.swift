// The time of day and the offset after a date.

extension TimeTextReader {
    mutating func readClock(_ result: inout TimeText) -> Bool {
        guard let byte = current, (0x30...0x39).contains(byte) else {
            return readOffset(&result)
        }
        let start = position
        guard let hour = digits(1...2) else { return false }
        var hours = hour
        if take(UInt8(ascii: ":")) {
            guard let minute = digits(1...2), minute < 60 else { return false }
            result.minute = minute
            if take(UInt8(ascii: ":")) {
                // Second 60 is the next minute's first.
                guard let second = digits(1...2), second <= 60 else { return false }
                result.second = second
            }
        } else if let minute = digits(2...2), minute < 60 {
            result.minute = minute
            if let second = digits(2...2), second <= 60 { result.second = second }
        } else if position - start > 2 {
            return false
        }
        if current == 0x2E || current == 0x2C {
            position += 1
            var scale = 100_000_000
            while let digit = current, (0x30...0x39).contains(digit) {
                result.nanoseconds += Int(digit - 0x30) * scale
                (scale, position) = (scale / 10, position + 1)
            }
        }
        skipSpaces()
        let mark = position
        if let word = word() {
            if ["am", "pm", "a", "p"].contains(word), (1...12).contains(hours) {
                hours = hours % 12 + (word.hasPrefix("p") ? 12 : 0)
                skipSpaces()
            } else {
                position = mark
            }
        }
        guard hours < 24 || (hours == 24 && result.minute == 0 && result.second == 0) else { return false }
        if hours == 24 {
            guard let next = result.date.adding(days: 1) else { return false }
            (result.date, hours) = (next, 0)
        }
        result.hour = hours
        return readOffset(&result)
    }

    private static let abbreviations: [String: Int] = [
        "z": 0, "utc": 0, "gmt": 0, "ut": 0, "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6,
        "pst": -8,
        "pdt": -7, "bst": 1, "cet": 1, "cest": 2, "eet": 2, "eest": 3, "wet": 0, "west": 1, "msk": 3, "jst": 9,
        "ist": 5,
    ]

    /// An offset or the name of one at the start, and the bytes it takes; nil when there is none.
    mutating func offsetAlone() -> (seconds: Int, bytes: Int)? {
        var result = TimeText(date: CivilDate(days: 0))
        guard readOffset(&result), let offset = result.offset else { return nil }
        return (offset, position)
    }

    private mutating func readOffset(_ result: inout TimeText) -> Bool {
        skipSpaces()
        if let word = word() {
            if let hours = Self.abbreviations[word] { result.offset = hours * 3600 + (word == "ist" ? 1800 : 0) }
            guard word == "utc" || word == "gmt", current == 0x2B || current == 0x2D else { return true }
        }
        guard let sign = current, sign == 0x2B || sign == 0x2D else { return true }
        position += 1
        guard let hours = digits(1...2), hours < 24 else { return false }
        _ = take(UInt8(ascii: ":"))
        let minutes = digits(2...2) ?? 0
        guard minutes < 60 else { return false }
        result.offset = (sign == 0x2D ? -1 : 1) * (hours * 3600 + minutes * 60)
        return true
    }
}
