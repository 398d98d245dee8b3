// Times of day in plain English.

/// What a `TimesOfDay` means: "At 09:30", "Every 15 minutes from 09:00 to 17:45".
enum TimeWords {
    /// `09:30`, with seconds only where there are some.
    static func clock(_ secondOfDay: Int) -> String {
        let text = CivilDate.padded(secondOfDay / 3600, 2) + ":" + CivilDate.padded(secondOfDay / 60 % 60, 2)
        return secondOfDay % 60 == 0 ? text : text + ":" + CivilDate.padded(secondOfDay % 60, 2)
    }

    /// `a, b and c`
    static func list(_ words: [String], last: String = "and") -> String {
        guard let end = words.last, words.count > 1 else { return words.first ?? "" }
        return words.dropLast().joined(separator: ", ") + " \(last) " + end
    }

    /// At most this many times are listed one by one.
    static let mostListed = 6

    /// The times, and whether they are listed one by one.
    static func words(_ times: TimesOfDay) -> (text: String, isList: Bool) {
        if let all = times.all(limit: mostListed) { return ("At " + list(all.map(clock)), true) }
        switch times {
        case .list(let all):
            let first = all.prefix(mostListed - 1).map(clock)
            return ("At " + list(first + ["\(all.count - first.count) more times of day"]), true)
        case .fields(let hours, let minutes, let seconds):
            if seconds.setBits.count > 1 { return (withinMinutes(hours, minutes, seconds), false) }
            let second = seconds.trailingZeroBitCount
            let text = minutes.setBits.count > 1 ? withinHours(hours, minutes) : hourly(hours, minutes)
            return (second == 0 ? text : text + " at second \(second)", false)
        }
    }

    // MARK: - Several seconds

    private static func withinMinutes(_ hours: UInt64, _ minutes: UInt64, _ seconds: UInt64) -> String {
        let text = repetition(seconds, of: 60, "second", anew: "minute") ?? "At seconds \(numbers(seconds))"
        switch (minutes == TimesOfDay.everyMinute, hours == TimesOfDay.everyHour) {
        case (true, true): return text
        case (true, false): return text + " " + windows(hours, first: 0, last: 59)
        case (false, true): return text + " of minute \(numbers(minutes)) of every hour"
        case (false, false): return text + " of minute \(numbers(minutes)) of hour \(numbers(hours))"
        }
    }

    // MARK: - Several minutes of each hour

    private static func withinHours(_ hours: UInt64, _ minutes: UInt64) -> String {
        let isAll = hours == TimesOfDay.everyHour
        guard let text = repetition(minutes, of: 60, "minute", anew: "hour") else {
            let text = "At minutes \(numbers(minutes))"
            return text + (isAll ? " of every hour" : " of the hours \(numbers(hours))")
        }
        if isAll { return text }
        return text + " " + windows(hours, first: minutes.trailingZeroBitCount, last: minutes.setBits.last ?? 0)
    }

    /// `Every 15 minutes`, where the numbers are evenly apart and start the first of them.
    private static func repetition(_ bits: UInt64, of whole: Int, _ unit: String, anew: String) -> String? {
        let numbers = bits.setBits
        guard numbers.count > 2, let first = numbers.first else {
            return numbers == [0, 30] ? "Every 30 \(unit)s" : nil
        }
        let step = numbers[1] - first
        guard zip(numbers, numbers.dropFirst()).allSatisfy({ $1 - $0 == step }),
            numbers[numbers.count - 1] + step >= whole
        else { return nil }
        let text = step == 1 ? "Every \(unit)" : "Every \(step) \(unit)s"
        let start = first == 0 ? "" : first < step ? " from \(unit) \(first)" : nil
        guard let start else { return nil }
        return text + start + (whole % step == 0 ? "" : " of each \(anew)")
    }

    // MARK: - One minute of each hour

    private static func hourly(_ hours: UInt64, _ minutes: UInt64) -> String {
        let minute = minutes.trailingZeroBitCount
        if hours == TimesOfDay.everyHour { return minute == 0 ? "Every hour" : "Every hour at minute \(minute)" }
        let all = hours.setBits
        let step = all[1] - all[0]
        if step > 1, zip(all, all.dropFirst()).allSatisfy({ $1 - $0 == step }) {
            let text = "Every \(step) hours"
            if 24 % step == 0, all.count == 24 / step {
                return all[0] == 0 && minute == 0 ? text : text + " from \(clock(all[0] * 3600 + minute * 60))"
            }
            return text + " " + window(all[0], all[all.count - 1], minute, minute)
        }
        return "Every hour " + windows(hours, first: minute, last: minute)
    }

    /// `from 09:00 to 17:45`, for each run of hours.
    private static func windows(_ hours: UInt64, first: Int, last: Int) -> String {
        var runs: [(first: Int, last: Int)] = []
        for hour in hours.setBits {
            if let run = runs.last, run.last == hour - 1 {
                runs[runs.count - 1].last = hour
            } else {
                runs.append((hour, hour))
            }
        }
        // The night: 22, 23, 0, 1 is one run.
        if runs.count > 1, runs[0].first == 0, runs[runs.count - 1].last == 23 {
            let night = (runs[runs.count - 1].first, runs[0].last)
            runs = runs.dropFirst().dropLast() + [night]
        }
        guard runs.count <= 4 else { return "in the hours \(numbers(hours))" }
        return list(runs.map { window($0.first, $0.last, first, last) })
    }

    private static func window(_ firstHour: Int, _ lastHour: Int, _ firstMinute: Int, _ lastMinute: Int) -> String {
        let (from, to) = (firstHour * 3600 + firstMinute * 60, lastHour * 3600 + lastMinute * 60)
        return from == to ? "at \(clock(from))" : "from \(clock(from)) to \(clock(to))"
    }

    /// `0, 15 and 30`, runs of three and more as `9 to 17`.
    private static func numbers(_ bits: UInt64) -> String { list(runs(bits) { "\($0)" }) }

    /// Numbers one by one, and runs of three and more as `9 to 17`.
    static func runs(_ bits: UInt64, _ word: (Int) -> String) -> [String] {
        var words: [String] = []
        var next = bits.bit(from: 0)
        while let first = next {
            var last = first
            while bits.has(last + 1), last < 62 { last += 1 }
            words += last - first >= 2 ? ["\(word(first)) to \(word(last))"] : (first...last).map(word)
            next = bits.bit(from: last + 1)
        }
        return words
    }
}
