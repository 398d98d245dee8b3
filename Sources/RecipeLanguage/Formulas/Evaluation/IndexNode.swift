// `[ ]`: positions, starts and lengths, ranges, keys, regexes.

import JSONCore

/// An index into a list, an object or a text.
final class IndexNode: Sendable {
    let receiver: Node
    let arguments: [Node]
    let subject: Written
    let range: Range<Int>

    init(_ receiver: Node, _ arguments: [Node], subject: Written, range: Range<Int>) {
        (self.receiver, self.arguments, self.subject, self.range) = (receiver, arguments, subject, range)
    }

    func evaluate(_ slots: [Value], _ run: Evaluation) throws(FormulaError) -> Value {
        let value = try receiver.evaluate(slots, run)
        let first = try arguments[0].evaluate(slots, run)
        let second: Value? = arguments.count > 1 ? try arguments[1].evaluate(slots, run) : nil
        return try Self.look(value, first, second, run, range, subject)
    }

    static func look(
        _ value: Value, _ first: Value, _ second: Value?, _ run: Evaluation, _ range: Range<Int>, _ subject: Written
    ) throws(FormulaError) -> Value {
        switch value {
        case .null:
            throw FormulaError(
                code: "nil_value", "\(subject) is nil (empty), so [ ] can't be used on it",
                suggestion: "use dig, or check it first: \(subject).present? ? \(subject)[…] : nil", range: range)
        case .jsonObject, .table:
            guard second == nil else { throw bad("an object takes one key in [ ]", range) }
            return value.members?[first] ?? .null
        case .list, .jsonList:
            guard let list = value.list else { return .null }
            return try look(list, first, second, range, subject)
        case .string(let text): return try look(text, first, second, run, range)
        case .bytes(let bytes):
            guard case .integer(let index) = first else {
                let part = try look(String(decoding: bytes, as: UTF8.self), first, second, run, range)
                if case .string = first { return part }
                return Encodings.binary(part, of: bytes)
            }
            let place = index < 0 ? index + bytes.count : index
            let count: Int
            if case .integer(let length)? = second { count = length } else { count = 1 }
            guard place >= 0, place <= bytes.count, count >= 0, second != nil || place < bytes.count else {
                return .null
            }
            return .bytes(Array(bytes[place..<min(bytes.count, place + min(count, bytes.count))]))
        case .pending(let pending):
            guard let match = pending.match, case .string(let name) = first, second == nil else {
                return try look(pending.list, first, second, range, subject)
            }
            guard let numbers = match.names.first(where: { $0.name == name })?.numbers else {
                throw bad("the regex has no group \"\(name)\"", range)
            }
            return numbers.last { $0 < pending.list.count && !pending.list[$0].isNull }.map { pending.list[$0] }
                ?? .null
        case .integer(let number):
            guard case .integer(let bit) = first, second == nil else {
                throw bad("a number takes the place of a bit in [ ]", range)
            }
            return .integer(bit < 0 ? 0 : bit > 62 ? (number < 0 ? 1 : 0) : (number >> bit) & 1)
        default:
            throw FormulaError(
                code: "wrong_type", "\(subject) is \(value.kind.phrase), so [ ] can't be used on it", range: range)
        }
    }

    static func look(
        _ list: ValueList, _ first: Value, _ second: Value?, _ range: Range<Int>, _ subject: Written
    ) throws(FormulaError) -> Value {
        if let second {
            guard case .integer(let start) = first, case .integer(let length) = second else {
                throw bad("a list takes a start and a length in [ ]", range)
            }
            let place = start < 0 ? start + list.count : start
            guard place >= 0, place <= list.count, length >= 0 else { return .null }
            return list.slice(place, min(length, list.count - place))
        }
        if case .range(let span) = first {
            guard let (start, count) = span.slice(of: list.count) else { return .null }
            return list.slice(start, count)
        }
        var position = first
        if case .decimal(let decimal) = first, let whole = DecimalNumber(decimal).rounded(0, .towardsZero).integer {
            position = Value(whole: whole)
        }
        guard case .integer(let index) = position else {
            throw FormulaError(
                code: "wrong_type", "\(subject) is a list, which takes a position in [ ], not \(first.kind.phrase)",
                suggestion: "write \(subject).first[…] for its first element, or .pluck(…) for all", range: range)
        }
        let place = index < 0 ? index + list.count : index
        return place >= 0 && place < list.count ? list[place] : .null
    }

    static func look(
        _ text: String, _ first: Value, _ second: Value?, _ run: Evaluation, _ range: Range<Int>
    ) throws(FormulaError) -> Value {
        switch first {
        case .regex(let regex):
            let search = TextSearch(text, run, range)
            guard let match = try search.first(.regex(regex)) else { return .null }
            var group = 0
            if case .integer(let number)? = second { group = number }
            if case .string(let name)? = second {
                guard let named = regex.groupNames.first(where: { $0.name == name })?.numbers.last else {
                    throw bad("the regex has no group \"\(name)\"", range)
                }
                group = named
            }
            if group < 0 { group += match.groups.count }
            guard group >= 0, group < match.groups.count, let found = match.groups[group] else { return .null }
            return .string(search.text(found))
        case .string(let part):
            return text.utf8.isEmpty && !part.isEmpty
                ? .null : try TextSearch(text, run, range).first(.text(part)) == nil ? .null : first
        case .integer(let start):
            if case .integer(let length)? = second {
                return TextSlice.slice(text, start, length).map { .string($0) } ?? .null
            }
            guard second == nil else { throw bad("a text takes a start and a length in [ ]", range) }
            return TextSlice.character(text, start).map { .string($0) } ?? .null
        case .range(let span):
            return TextSlice.slice(text, span).map { .string($0) } ?? .null
        default:
            throw bad("a text takes a position, a range, a text or a regex in [ ], not \(first.kind.phrase)", range)
        }
    }

    private static func bad(_ message: String, _ range: Range<Int>) -> FormulaError {
        FormulaError(code: "bad_argument", message, range: range)
    }
}
