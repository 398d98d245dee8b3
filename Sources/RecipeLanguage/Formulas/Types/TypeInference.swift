// What a formula can give, worked out from what its pills can hold, before any run.

/// Walks over one formula's syntax from the inside out.
///
/// A mistake is reported only when the formula fails (or reads a field that is not there) whatever the values are, as
/// far as their types say. The parser bounds how deep it nests; operators in a row are worked off without nesting.
final class TypeInference {
    private let source: [UInt8]
    private let names: (String) -> FormulaType
    private let sink: ((Finding, Range<Int>) -> Void)?
    /// While a value may also be something for which all is well.
    private var isQuiet = false
    /// Types of block parameters.
    var locals: [Int: FormulaType] = [:]

    /// - Parameters:
    ///   - names: what a free name can hold.
    ///   - report: a finding with its bytes in the formula's text.
    init(
        _ source: String, names: @escaping (String) -> FormulaType, report: ((Finding, Range<Int>) -> Void)? = nil
    ) {
        (self.source, self.names, sink) = (Array(source.utf8), names, report)
    }

    func report(_ finding: @autoclosure () -> Finding, _ range: Range<Int>) {
        if let sink, !isQuiet { sink(finding(), range) }
    }

    /// Without reporting anything.
    func quietly(_ body: () -> FormulaType) -> FormulaType {
        let before = isQuiet
        isQuiet = true
        defer { isQuiet = before }
        return body()
    }

    func written(_ syntax: Syntax) -> Written { Written(source, syntax.range) }

    func type(of syntax: Syntax) -> FormulaType {
        switch syntax.kind {
        case .literal(let value):
            if case .string(let text) = value, isPillInSingleQuotes(text, syntax.range) {
                report(.pillsInSingleQuotes(), syntax.range)
            }
            return FormulaType(KindSet(value.kind))
        case .name(let name): return names(name)
        case .local(let place): return locals[place] ?? .unknown
        case .call(let call): return type(of: call)
        case .index(let receiver, let arguments, _): return index(receiver, arguments, syntax.range)
        case .binary: return chain(syntax)
        case .interpolation, .regex, .array, .hash, .range: return made(by: syntax)
        case .not(let inner):
            _ = type(of: inner)
            return FormulaType(.boolean)
        case .negative(let inner): return negative(inner, syntax.range)
        case .all(let parts): return all(parts)
        case .anyOf(let parts): return anyOf(parts)
        case .conditional(let condition, let yes, let no):
            _ = type(of: condition)
            let first = type(of: yes)
            return first.joined(no.map { type(of: $0) } ?? .null)
        case .choice: return choice(syntax)
        }
    }

    private func isPillInSingleQuotes(_ text: String, _ range: Range<Int>) -> Bool {
        guard source.indices.contains(range.lowerBound), source[range.lowerBound] == UInt8(ascii: "'") else {
            return false
        }
        return text.contains("#{")
    }

    // MARK: - What makes a value

    private func made(by syntax: Syntax) -> FormulaType {
        switch syntax.kind {
        case .interpolation(let parts):
            for part in parts { _ = type(of: part) }
            return FormulaType(.string)
        case .regex(let pieces, _):
            for piece in pieces { _ = type(of: piece) }
            return FormulaType(.regex)
        case .array(let parts):
            let types = parts.map { type(of: $0) }
            return types.count > FormulaType.mostWritten ? FormulaType(.list) : .tuple(types)
        case .hash(let pairs): return hash(pairs)
        case .range(let first, let last, _): return range(first, last, syntax.range)
        default: return .unknown
        }
    }

    private func hash(_ pairs: [(key: Syntax, value: Syntax)]) -> FormulaType {
        var members: [(name: String, type: FormulaType)] = []
        var (keys, values) = (FormulaType.never, FormulaType.never)
        for pair in pairs {
            let (key, value) = (type(of: pair.key), type(of: pair.value))
            if case .literal(.string(let name)) = pair.key.kind { members.append((name, value)) }
            if pairs.count <= FormulaType.mostWritten { (keys, values) = (keys.joined(key), values.joined(value)) }
        }
        guard pairs.count <= FormulaType.mostWritten else { return FormulaType(.object) }
        return members.count == pairs.count ? .object(members) : .object(key: keys, value: values)
    }

    private func range(_ first: Syntax?, _ last: Syntax?, _ place: Range<Int>) -> FormulaType {
        let low = first.map { type(of: $0) } ?? .null
        let high = last.map { type(of: $0) } ?? .null
        let couldFit =
            low.kinds.contains(.null) || high.kinds.contains(.null) || low.isNever || high.isNever
            || low.kinds.kinds.contains { one in
                high.kinds.kinds.contains { OperatorTypes.mayCompare(one, $0) }
            }
        if !couldFit { report(.badRange(from: low.words, to: high.words), place) }
        let ends = low.joined(high)
        return FormulaType(.range, list: ListShape(first == nil || last == nil ? ends.subtracting(.null) : ends))
    }

    // MARK: - Conditions

    private func all(_ parts: [Syntax]) -> FormulaType {
        var result = FormulaType.never
        for (place, part) in parts.enumerated() {
            let type = type(of: part)
            result = result.joined(place == parts.count - 1 ? type : type.only([.null, .boolean]))
        }
        return result
    }

    private func anyOf(_ parts: [Syntax]) -> FormulaType {
        var result = FormulaType.never
        for (place, part) in parts.enumerated() {
            let type = type(of: part)
            result = result.joined(place == parts.count - 1 ? type : type.subtracting(.null))
        }
        return result
    }

    private func choice(_ syntax: Syntax) -> FormulaType {
        guard case .choice(let subject, let cases, let fallback) = syntax.kind else { return .unknown }
        if let subject { _ = type(of: subject) }
        var result = FormulaType.never
        for entry in cases {
            for pattern in entry.patterns { _ = type(of: pattern) }
            result = result.joined(type(of: entry.result))
        }
        return result.joined(fallback.map { type(of: $0) } ?? .null)
    }

    // MARK: - Operators

    private func negative(_ inner: Syntax, _ range: Range<Int>) -> FormulaType {
        let type = type(of: inner)
        if type.isNever { return .never }
        let kinds = type.kinds.intersection([.number, .duration])
        if kinds.isEmpty {
            report(.noNegative("\(written(inner))", type.words), range)
            return .never
        }
        return FormulaType(kinds)
    }

    private func chain(_ syntax: Syntax) -> FormulaType {
        var links: [Syntax] = []
        var current = syntax
        while case .binary(_, let left, _) = current.kind {
            links.append(current)
            current = left
        }
        var value = type(of: current)
        for link in links.reversed() {
            guard case .binary(let operation, let left, let right) = link.kind else { continue }
            let operand = type(of: right)
            value = apply(operation, value, operand, left, right, link.range)
        }
        return value
    }

    private func apply(
        _ operation: BinaryOperator, _ one: FormulaType, _ two: FormulaType, _ left: Syntax, _ right: Syntax,
        _ range: Range<Int>
    ) -> FormulaType {
        if one.isNever || two.isNever { return .never }
        let kinds = OperatorTypes.kinds(operation, one.kinds, two.kinds)
        if kinds.isEmpty {
            let refusal = OperatorRefusal(operation, (one, written(left)), (two, written(right)))
            report(.refused(refusal.code, refusal.message, refusal.hint), range)
            return .never
        }
        guard kinds.contains(.list) else { return FormulaType(kinds) }
        let list: ListShape?
        switch operation {
        case .add, .or: list = Self.shape(one, two)
        case .shiftLeft: list = one.list.map { ListShape($0.element.joined(two)) }
        default: list = one.list.map { ListShape($0.element) }
        }
        return FormulaType(kinds, list: list)
    }

    /// The elements of two lists put together.
    static func shape(_ one: FormulaType, _ two: FormulaType) -> ListShape? {
        guard let first = one.list, let second = two.list else { return nil }
        return ListShape(first.element.joined(second.element))
    }
}
