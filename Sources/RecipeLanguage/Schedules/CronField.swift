// One field of a cron expression: a set of numbers read from `*`, numbers, names, ranges, steps and lists.

/// What one field allows: its word, its range and its names.
struct CronFieldRule {
    let word: String
    let range: ClosedRange<Int>
    var names: [String] = []
    /// The number of the first name.
    var firstName = 0
    /// The last number that `*` and an open step reach, where it is not the range's end.
    var lastOfAll: Int?
    /// The largest step, but for those of a range; none is too large where it is nil.
    var longestStep: Int?
    /// Whether a range may run over the end and go on at the start: `22-2`.
    var wraps = true

    static let second = CronFieldRule(word: "second", range: 0...59)
    static let minute = CronFieldRule(word: "minute", range: 0...59)
    static let hour = CronFieldRule(word: "hour", range: 0...23)
    static let day = CronFieldRule(word: "day of the month", range: 1...31)
    static let month = CronFieldRule(word: "month", range: 1...12, names: TimeTextReader.months, firstName: 1)
    /// 0 and 7 are Sunday.
    static let weekday = CronFieldRule(
        word: "day of the week", range: 0...7, names: TimeTextReader.weekdays, lastOfAll: 6)
    /// Quartz counts from Sunday, which is 1.
    static let quartzWeekday = CronFieldRule(
        word: "day of the week", range: 1...7, names: TimeTextReader.weekdays, firstName: 1)
    static let year = CronFieldRule(word: "year", range: 1970...2099, wraps: false)

    /// The same with steps of at most `most`.
    func stepping(most: Int) -> CronFieldRule {
        var rule = self
        rule.longestStep = most
        return rule
    }

    /// The numbers that `text` names, as bits.
    func read(_ text: Substring) throws(CronError) -> UInt64 {
        var bits: UInt64 = 0
        for item in try items(text) { bits |= try self.bits(of: item, in: text) }
        return bits
    }

    /// The parts between commas.
    func items(_ text: Substring) throws(CronError) -> [Substring] {
        let items = text.split(separator: ",", omittingEmptySubsequences: false)
        guard items.allSatisfy({ !$0.isEmpty }) else {
            throw CronError("the \(word) field \"\(text.prefix(40))\" has an empty part between commas")
        }
        return items
    }

    func bits(of item: Substring, in text: Substring) throws(CronError) -> UInt64 {
        var bits: UInt64 = 0
        for number in try numbers(of: item, in: text) { bits |= 1 << UInt64(number) }
        return bits
    }

    /// The numbers of one part without commas.
    func numbers(of item: Substring, in text: Substring) throws(CronError) -> [Int] {
        let halves = item.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        let step = halves.count == 2 ? try step(halves[1], isOfRange: halves[0].contains("-")) : 1
        let (first, last) = try range(halves[0], of: text, isOpenEnded: halves.count == 2)
        let count = (lastOfAll ?? range.upperBound) - range.lowerBound + 1
        // A range that runs backwards goes over the end: from Friday to Monday.
        let end = last < first ? last + count : last
        return stride(from: first, through: end, by: step).map { number in
            last < first ? (number - range.lowerBound) % count + range.lowerBound : number
        }
    }

    private func step(_ text: Substring, isOfRange: Bool) throws(CronError) -> Int {
        guard let step = number(text), step >= 1 else {
            throw CronError("\"/\" in the \(word) field needs a step from 1, not \"\(text.prefix(40))\"")
        }
        if let longestStep, step > longestStep, !isOfRange {
            throw CronError("a step in the \(word) field is at most \(longestStep), not \(text.prefix(40))")
        }
        return step
    }

    /// `*`, `5`, `mon`, `1-5`; with a step behind it a single number counts up to the end of the field.
    private func range(
        _ text: Substring, of whole: Substring, isOpenEnded: Bool
    ) throws(CronError) -> (first: Int, last: Int) {
        let end = lastOfAll ?? range.upperBound
        if text == "*" { return (range.lowerBound, end) }
        let ends = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        let first = try value(ends[0])
        guard ends.count == 2 else { return (first, isOpenEnded ? max(first, end) : first) }
        let last = try value(ends[1])
        guard first <= last || wraps else {
            throw CronError("\"\(text.prefix(40))\" in the \(word) field runs backwards")
        }
        return (first, last)
    }

    func value(_ text: Substring) throws(CronError) -> Int {
        if text.utf8.count == 3, let name = names.firstIndex(of: text.lowercased()) { return name + firstName }
        guard let number = number(text) else {
            throw CronError(
                "\"\(text.prefix(40))\" is no \(word)", suggestion: Suggestion.didYouMean(String(text), among: names))
        }
        guard range.contains(number) else {
            throw CronError("the \(word) is from \(range.lowerBound) to \(range.upperBound), not \(text.prefix(40))")
        }
        return number
    }

    /// Digits and nothing else; a million and more counts as a million.
    func number(_ text: Substring) -> Int? {
        guard !text.isEmpty else { return nil }
        var value = 0
        for byte in text.utf8 {
            guard (0x30...0x39).contains(byte) else { return nil }
            value = min(value * 10 + Int(byte - 0x30), 1_000_000)
        }
        return value
    }
}
