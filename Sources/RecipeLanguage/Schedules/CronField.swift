// One field of a cron expression: a set of numbers read from `*`, numbers, names, ranges, steps and lists.

/// What one field allows: its word, its range and its names.
struct CronFieldRule {
    let word: String
    let range: ClosedRange<Int>
    var names: [String] = []
    /// The number of the first name.
    var firstName = 0

    static let second = CronFieldRule(word: "second", range: 0...59)
    static let minute = CronFieldRule(word: "minute", range: 0...59)
    static let hour = CronFieldRule(word: "hour", range: 0...23)
    static let day = CronFieldRule(word: "day of the month", range: 1...31)
    static let month = CronFieldRule(
        word: "month", range: 1...12,
        names: ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], firstName: 1)
    /// 0 and 7 are Sunday.
    static let weekday = CronFieldRule(
        word: "day of the week", range: 0...7, names: ["sun", "mon", "tue", "wed", "thu", "fri", "sat"])

    /// The numbers that `text` names, as bits.
    func read(_ text: Substring) throws(CronError) -> UInt64 {
        var bits: UInt64 = 0
        for item in text.split(separator: ",", omittingEmptySubsequences: false) {
            bits |= try read(item: item, of: text)
        }
        return bits
    }

    private func read(item: Substring, of text: Substring) throws(CronError) -> UInt64 {
        guard !item.isEmpty else { throw CronError("the \(word) field \"\(text)\" has an empty part between commas") }
        let halves = item.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        var step = 1
        if halves.count == 2 {
            guard let given = number(halves[1]), given >= 1 else {
                throw CronError("\"/\" in the \(word) field needs a step from 1, not \"\(halves[1])\"")
            }
            step = given
        }
        let numbers = try read(range: halves[0], of: text, isOpenEnded: halves.count == 2)
        return stride(from: numbers.lowerBound, through: numbers.upperBound, by: step).reduce(0) {
            $0 | 1 << UInt64($1)
        }
    }

    /// `*`, `5`, `mon`, `1-5`; with a step behind it a single number counts up to the end of the field.
    private func read(range text: Substring, of whole: Substring, isOpenEnded: Bool) throws(CronError) -> ClosedRange<
        Int
    > {
        if text == "*" { return range }
        let ends = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        let first = try value(ends[0], of: whole)
        guard ends.count == 2 else { return first...(isOpenEnded ? max(first, range.upperBound) : first) }
        var last = try value(ends[1], of: whole)
        // "fri-sun": Sunday ends a week as well as it starts one.
        if last == 0, first > 0, range.upperBound == 7 { last = 7 }
        guard first <= last else { throw CronError("\"\(text)\" in the \(word) field runs backwards") }
        return first...last
    }

    private func value(_ text: Substring, of whole: Substring) throws(CronError) -> Int {
        if let name = names.firstIndex(of: text.lowercased()) { return name + firstName }
        guard let number = number(text) else {
            throw CronError(
                "\"\(text)\" is no \(word)", suggestion: Suggestion.didYouMean(String(text), among: names))
        }
        guard range.contains(number) else {
            throw CronError("the \(word) is from \(range.lowerBound) to \(range.upperBound), not \(number)")
        }
        return number
    }

    /// At most four digits and nothing else.
    private func number(_ text: Substring) -> Int? {
        guard (1...4).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return nil
        }
        return Int(text)
    }
}
