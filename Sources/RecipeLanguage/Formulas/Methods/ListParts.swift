// Parts of lists: counting, first elements, joining, flattening.

import BigInt
import JSONCore

/// Parts of lists.
enum ListParts {
    static func count(_ call: Call) throws -> Int {
        if let members = call.receiver.members { return members.count }
        if case .range(let range) = call.receiver, let (first, last) = range.counted {
            return last < first ? 0 : last - first + 1
        }
        return try call.list.count
    }

    /// The first few elements; of a range without making the rest.
    static func leading(_ call: Call, _ count: Int) throws -> ValueList {
        guard count >= 0 else { throw call.bad("\(call.name) needs a count that is not negative") }
        if case .range(let range) = call.receiver, case .integer(let first) = range.first {
            let last: Int = range.last.isNull ? .max : range.counted?.last ?? first - 1
            let (past, isFar) = first.addingReportingOverflow(max(0, count - 1))
            let end = min(last, isFar ? .max : past)
            guard count > 0, end >= first else { return ValueList([]) }
            let (span, over) = end.subtractingReportingOverflow(first)
            try call.run.charge(over || span > 1 << 40 ? .max : (span + 1) * 8, call.range)
            return ValueList((first...end).map { .integer($0) })
        }
        if case .pending(let pending) = call.receiver, pending.method == ListRuns.endless {
            return try ListRuns.around(pending.list, count, call)
        }
        let list = try call.list
        return list.slice(0, min(count, list.count)).list ?? ValueList([])
    }

    static func join(
        _ list: ValueList, _ separator: String, _ run: Evaluation, _ range: Range<Int>, depth: Int = 0
    ) throws(FormulaError) -> String {
        var (text, isFirst) = ("", true)
        for value in list {
            if !isFirst { text += separator }
            isFirst = false
            if let inner = value.list, depth < JSONForm.deepest {
                text += try join(inner, separator, run, range, depth: depth + 1)
            } else {
                text += value.text
            }
            if text.utf8.count > run.environment.limits.outputBytes {
                try run.charge(text.utf8.count, range)
            }
        }
        return text
    }

    static func flatten(_ list: ValueList, _ depth: Int, into made: inout [Value], _ call: Call, level: Int = 0) throws
    {
        guard level < 1_000 else { throw call.fail("limit", "lists are nested too deep (formula.depth)") }
        for value in list {
            if depth != 0, let inner = value.list {
                try flatten(inner, max(-1, depth) - 1, into: &made, call, level: level + 1)
            } else {
                made.append(value)
                if made.count % 65_536 == 0 { try call.run.charge(65_536 * 8, call.range) }
            }
        }
    }

    /// The elements at positions and in ranges; a range goes on with nil past the end, as Ruby's does.
    static func valuesAt(_ call: Call) throws -> Value {
        let list = try call.list
        var made: [Value] = []
        for position in call.arguments {
            if case .range(let range) = position {
                var (start, end) = (0, list.count)
                if case .integer(let first) = range.first { start = first < 0 ? first + list.count : first }
                if case .integer(let last) = range.last {
                    let place = last < 0 ? last + list.count : last
                    end = range.excludesLast ? place : min(place, .max - 1) + 1
                }
                guard start >= 0 else { throw call.bad("the range starts outside the list") }
                guard end <= start || end - start <= 1_000_000 else {
                    throw call.bad("values_at was given a range that is too long")
                }
                for place in start..<max(start, end) { made.append(place < list.count ? list[place] : .null) }
                continue
            }
            var index = try call.integer(position)
            if case .pending(let pending) = call.receiver, let match = pending.match, case .string(let name) = position
            {
                index = match.names.first { $0.name == name }?.numbers.last ?? -list.count - 1
            }
            let place = index < 0 ? index + list.count : index
            made.append(list.indices.contains(place) ? list[place] : .null)
        }
        return try call.made(made)
    }
}
