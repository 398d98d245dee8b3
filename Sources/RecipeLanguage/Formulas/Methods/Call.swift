// One call of a method: what its code sees.

import BigInt
import JSONCore

/// A call under way: receiver, arguments, block, and where it stands in the formula.
struct Call {
    let receiver: Value
    let arguments: [Value]
    let keywords: [(key: Value, value: Value)]
    /// Where it stands in the formula. Whoever makes a call holds this and `run` until the method has answered, and a call goes
    /// nowhere else: counting references to them would cost as much as a short method does.
    unowned(unsafe) let node: CallNode
    let slots: [Value]
    unowned(unsafe) let run: Evaluation

    var block: BoundBlock? { node.block }
    var name: String { node.name }
    var range: Range<Int> { node.range }
    /// The receiver as it is written, for messages.
    var subject: Written { node.subject }

    /// The argument at `index`; nil when it was not given.
    subscript(_ index: Int) -> Value? { index < arguments.count ? arguments[index] : nil }

    /// The argument given by name.
    func keyword(_ name: String) -> Value? {
        for entry in keywords {
            if case .string(let key) = entry.key, key == name { return entry.value }
        }
        return nil
    }

    // MARK: Mistakes

    func fail(_ code: String, _ message: String, _ suggestion: String? = nil) -> FormulaError {
        FormulaError(code: code, message, suggestion: suggestion, range: range)
    }

    func bad(_ message: String, _ suggestion: String? = nil) -> FormulaError {
        fail("bad_argument", message, suggestion)
    }

    func wrong(_ value: Value, wanted: String) -> FormulaError {
        fail("wrong_type", "\(name) needs \(wanted) but was given \(value.kind.phrase)")
    }

    /// A value in a message: short, and never more than its beginning.
    static func shown(_ text: String) -> String {
        text.count > 40 ? "\"" + text.prefix(40) + "…\"" : "\"" + text + "\""
    }

    // MARK: The receiver

    var text: String {
        get throws(FormulaError) {
            if case .string(let text) = receiver { return text }
            return receiver.text
        }
    }

    var list: ValueList {
        get throws(FormulaError) {
            if let list = receiver.list { return list }
            return try elements(receiver)
        }
    }

    var members: ValueMembers {
        get throws(FormulaError) {
            if let members = receiver.members { return members }
            throw wrong(receiver, wanted: "an object")
        }
    }

    var number: Number {
        get throws(FormulaError) { try number(receiver) }
    }

    /// The elements of a list, the pairs of an object, the members of a range.
    func elements(_ value: Value) throws(FormulaError) -> ValueList {
        if let list = value.list { return list }
        if let members = value.members {
            return ValueList(members.entries.map { .list([$0.key, $0.value]) })
        }
        switch value {
        case .null: return ValueList([])
        case .pending(let pending):
            guard pending.method != ListRuns.endless || pending.list.isEmpty else {
                throw bad("cycle has no end", "say how often: .cycle(2), or take the first few: .cycle.first(5)")
            }
            return pending.list
        case .range(let range): return ValueList(try rangeElements(range))
        default: throw wrong(value, wanted: "a list")
        }
    }

    /// Whether a range has a value among its members, as Ruby's `include?` asks: texts are counted through.
    func includes(_ range: ValueRange, _ value: Value) throws(FormulaError) -> Bool {
        guard case .string = range.first, case .string = range.last, case .string = value else {
            return range.contains(value)
        }
        return try elements(.range(range)).contains { $0.equals(value) }
    }

    private func rangeElements(_ range: ValueRange) throws(FormulaError) -> [Value] {
        if let (first, last) = range.counted {
            guard last >= first else { return [] }
            let (span, over) = last.subtractingReportingOverflow(first)
            try run.charge(over || span > 1 << 40 ? .max : (span + 1) * 8, self.range)
            return (first...last).map { .integer($0) }
        }
        if case .date(let first) = range.first, case .date(let last) = range.last {
            let end = range.excludesLast ? last.days - 1 : last.days
            guard end >= first.days else { return [] }
            try run.charge((end - first.days + 1) * 8, self.range)
            return (first.days...end).map { .date(CivilDate(days: $0)) }
        }
        if case .string(let first) = range.first, case .string(let last) = range.last {
            var (current, made): (String, [Value]) = (first, [])
            let longest = last.unicodeScalars.count
            if first.unicodeScalars.count > longest
                || (first.unicodeScalars.count == longest && Value.byteOrder(first, last) > 0)
            {
                return []
            }
            while true {
                if current == last {
                    if !range.excludesLast { made.append(.string(current)) }
                    return made
                }
                guard current.unicodeScalars.count <= longest else { return made }
                made.append(.string(current))
                try run.charge(16 + current.utf8.count, self.range)
                try run.tick(self.range)
                current = TextSuccessor.next(current)
            }
        }
        if range.last.isNull { throw bad("the range has no end, so it can't become a list") }
        throw bad("the range can't be counted through", "use whole numbers, dates or texts as its ends")
    }

    // MARK: Arguments of a type

    func string(_ index: Int) throws(FormulaError) -> String {
        guard let value = self[index] else { throw bad("\(name) needs a text") }
        return try string(value)
    }

    func string(_ value: Value) throws(FormulaError) -> String {
        switch value {
        case .string(let text): return text
        case .bytes(let bytes): return String(decoding: bytes, as: UTF8.self)
        default: throw wrong(value, wanted: "a text")
        }
    }

    func integer(_ index: Int) throws(FormulaError) -> Int {
        guard let value = self[index] else { throw bad("\(name) needs a whole number") }
        return try integer(value)
    }

    /// A whole number; a fraction is cut off, as Ruby does.
    func integer(_ value: Value) throws(FormulaError) -> Int {
        if case .integer(let integer) = value { return integer }
        guard value.kind.isNumeric, let number = value.number else { throw wrong(value, wanted: "a whole number") }
        let whole = number.decimal.rounded(0, .towardsZero).integer ?? 0
        guard let integer = Int(exactly: whole) else { throw bad("\(name) was given a number that is too large") }
        return integer
    }

    func number(_ value: Value) throws(FormulaError) -> Number {
        if value.kind.isNumeric {
            guard let number = value.number else {
                throw fail("limit", "the number has more than \(DecimalNumber.mostDigits) digits (formula.digits)")
            }
            return number
        }
        if case .duration(let duration) = value { return duration.length }
        throw wrong(value, wanted: "a number")
    }

    func regexOrText(_ value: Value) throws(FormulaError) -> TextPattern {
        if case .regex(let regex) = value { return .regex(regex) }
        return .text(try string(value))
    }

    /// Does arithmetic and puts its faults into words.
    func calculate(_ body: () throws(NumberFault) -> Number) throws(FormulaError) -> Value {
        do { return Value(try body()) } catch { throw Arithmetic.error(error, range) }
    }

    // MARK: Blocks

    /// Runs the block on one value; several parameters take a list apart.
    @inline(__always)
    func yield(_ block: BoundBlock, _ value: Value) throws(FormulaError) -> Value {
        try run.tick(range)
        if case .pending(let pending) = receiver, pending.givesPairs, block.parameters.count == 1,
            block.takesWhole || Self.handsOnTwo.contains(name) && (name != "sum" || arguments.isEmpty),
            let pair = value.list
        {
            block.take(pair[0], pair[1], run)
        } else {
            block.take(value, run)
        }
        return try block.body.evaluate(slots, run)
    }

    /// Methods that hand the element and the place of `each_with_index` to their block as two values, as in Ruby: a block with
    /// one parameter gets the element only. The others hand on the pair.
    private static let handsOnTwo: Set<String> = [
        "map", "collect", "flat_map", "collect_concat", "filter_map", "all?", "any?", "none?", "one?", "many?", "count",
        "find_index", "index_by", "index_with", "sum", "take_while", "to_h", "uniq",
    ]

    /// Runs the block on two values.
    func yield(_ block: BoundBlock, _ one: Value, _ two: Value) throws(FormulaError) -> Value {
        try run.tick(range)
        block.take(one, two, run)
        return try block.body.evaluate(slots, run)
    }

    func requiredBlock() throws(FormulaError) -> BoundBlock {
        guard let block else { throw bad("\(name) needs a block", "write: .\(name) { |item| … }") }
        return block
    }

    /// A finished text, counted against the output limit.
    func made(_ text: String) throws(FormulaError) -> Value {
        try run.charge(text.utf8.count, range)
        return .string(text)
    }

    /// A finished list, counted against the output limit.
    func made(_ list: [Value]) throws(FormulaError) -> Value {
        try run.charge(list.count * 8, range)
        return .list(list)
    }
}

/// What to look for in a text.
enum TextPattern {
    case text(String)
    case regex(FormulaRegex)
}

/// A call that waits for more: `each_with_index.map { … }`.
public final class PendingCall: Sendable {
    let method: String
    /// What it goes through.
    let list: ValueList
    /// What the result of `match` knows besides its groups.
    let match: MatchParts?
    /// Whether a block gets each element of `list`, a pair, as two values.
    let givesPairs: Bool
    init(_ method: String, _ list: ValueList, match: MatchParts? = nil, givesPairs: Bool = false) {
        (self.method, self.list, self.match, self.givesPairs) = (method, list, match, givesPairs)
    }
}
