// Methods that every kind of value has, nil included.

import JSONCore

extension FunctionTables {
    static func general() -> MethodTable {
        var table = MethodTable("any value")
        table.add(
            "present?", on: .any, gives: .boolean,
            "Whether there is something: not nil, false, blank text or an empty list.",
            "' '.present?", "false"
        ) { .bool(!Blank.isBlank($0.receiver)) }
        table.add(
            "blank?", on: .any, gives: .boolean, "Whether there is nothing: nil, false, blank text or an empty list.",
            "''.blank?", "true"
        ) { .bool(Blank.isBlank($0.receiver)) }
        table.add(
            "presence", on: .any, gives: .any, "The value itself, or nil when it is blank.", "''.presence || 'none'",
            "\"none\""
        ) { Blank.isBlank($0.receiver) ? .null : $0.receiver }
        table.add("nil?", on: .any, gives: .boolean, "Whether it is nil.", "nil.nil?", "true") {
            .bool($0.receiver.isNull)
        }
        table.add(
            "is_true?", on: .any, "null_true=any", gives: .boolean,
            "Reads true, 1, 'true', 't', 'yes', 'y' as true and their opposites as false.",
            "'yes'.is_true?", "true"
        ) { call in
            if case .bool(true)? = call.keyword("null_true"), call.receiver.isNull { return .bool(true) }
            return .bool(try Blank.truth(call))
        }
        table.add(
            "is_not_true?", on: .any, "null_not_true=any", gives: .boolean, "The opposite of is_true?.",
            "'no'.is_not_true?", "true"
        ) { call in
            if let given = call.keyword("null_not_true"), call.receiver.isNull { return .bool(given.isTrue) }
            return .bool(!(try Blank.truth(call)))
        }
        table.add(
            "inspect", on: .any, gives: .string, "The value as it would be written in a formula.", "'a'.inspect",
            "\"\\\"a\\\"\""
        ) { call in try call.made(call.receiver.inspection) }
        table.add(
            "in?", on: .any, "list: any", gives: .boolean, "Whether it is in a list, a range or a text.",
            "2.in?([1, 2])", "true"
        ) { .bool(try isIn($0)) }
        table.add(
            "presence_in", on: .any, "list: any", gives: .any, "The value when it is in a list, else nil.",
            "'new'.presence_in(['new', 'old'])", "\"new\""
        ) { try isIn($0) ? $0.receiver : .null }
        table.add(
            "eql?", on: .any, "other: any", gives: .boolean, "Whether both are equal and of the same kind.",
            "1.eql?(1.0)", "false"
        ) { .bool($0[0].map($0.receiver.isSameKey(as:)) ?? false) }
        table.add(
            "between?", on: .some, "lowest: any, highest: any", gives: .boolean,
            "Whether it lies between two values, ends included.",
            "5.between?(1, 10)", "true"
        ) { call in
            guard let low = call[0], let high = call[1], let first = call.receiver.compare(low),
                let second = call.receiver.compare(high)
            else { throw call.bad("between? needs values that can be compared with \(call.receiver.kind.phrase)") }
            return .bool(first >= 0 && second <= 0)
        }
        table.add(
            "clamp", on: .some, "lowest: any, highest: any?", gives: .any, "The nearest value within two bounds.",
            "15.clamp(1, 10)",
            "10"
        ) { call in
            var (low, high) = (call[0] ?? .null, call[1] ?? .null)
            if case .range(let range) = low { (low, high) = (range.first, range.last) }
            if !low.isNull, !high.isNull, let order = low.compare(high), order > 0 {
                throw call.bad("clamp needs its lower bound first")
            }
            if !low.isNull {
                guard let order = call.receiver.compare(low) else {
                    throw call.wrong(low, wanted: call.receiver.kind.phrase)
                }
                if order < 0 { return low }
            }
            if !high.isNull {
                guard let order = call.receiver.compare(high) else {
                    throw call.wrong(high, wanted: call.receiver.kind.phrase)
                }
                if order > 0 { return high }
            }
            return call.receiver
        }
        table.add("itself", on: .any, gives: .any, "The value itself.", "[1, 1, 2].group_by(&:itself).keys", "[1, 2]") {
            $0.receiver
        }
        return table
    }

    /// Whether the receiver is in a list, a range, an object's names or a text.
    private static func isIn(_ call: Call) throws -> Bool {
        guard let place = call[0] else { return false }
        if case .string(let text) = place { return text.contains(try call.string(call.receiver)) }
        if case .range(let range) = place { return try call.includes(range, call.receiver) }
        if let members = place.members { return members[call.receiver] != nil }
        return try call.elements(place).contains { $0.equals(call.receiver) }
    }
}

/// What counts as blank, and what as true.
enum Blank {
    static func isBlank(_ value: Value) -> Bool {
        switch value {
        case .null, .bool(false): return true
        case .string(let text):
            for byte in text.utf8 where byte > 0x20 && byte < 0x80 { return false }
            return text.unicodeScalars.allSatisfy { $0.properties.isWhitespace }
        case .list(let list): return list.isEmpty
        case .jsonList(let list): return list.isEmpty
        case .jsonObject(let object): return object.isEmpty
        case .table(let table): return table.count == 0
        case .bytes(let bytes): return bytes.allSatisfy { $0 == 0x20 || (0x09...0x0D).contains($0) }
        default: return false
        }
    }

    static func truth(_ call: Call) throws(FormulaError) -> Bool {
        switch call.receiver {
        case .null, .bool(false), .integer(0): return false
        case .bool(true), .integer(1): return true
        case .string(let text):
            switch (text.hasSuffix("\n") ? String(text.dropLast()) : text).lowercased() {
            case "true", "t", "yes", "y", "1": return true
            case "false", "f", "no", "n", "0": return false
            default: throw call.bad("\(Call.shown(text)) is neither true nor false", "compare it instead: … == 'value'")
            }
        default:
            throw call.bad("\(call.receiver.kind.phrase) is neither true nor false", "compare it instead: … == value")
        }
    }
}
