// The shape of a formula as it was written, before names have slots and methods have code.

/// One part of a formula with the bytes it takes.
struct Syntax: Sendable {
    let kind: Kind
    let range: Range<Int>
    /// How deep evaluating it nests. Operators in a row don't nest.
    let height: Int

    init(kind: Kind, range: Range<Int>) {
        (self.kind, self.range) = (kind, range)
        height = kind.height
    }

    /// Whether it is a text in quotes.
    var isText: Bool {
        switch kind {
        case .literal(.string), .interpolation: true
        default: false
        }
    }

    indirect enum Kind: Sendable {
        case literal(Value)
        /// A text in double quotes: its pieces, literal ones included.
        case interpolation([Syntax])
        case regex(pieces: [Syntax], flags: String)
        case array([Syntax])
        case hash([(key: Syntax, value: Syntax)])
        case range(Syntax?, Syntax?, excludesLast: Bool)
        /// A free name; the place of its use in `FormulaParser.names`.
        case name(String)
        /// A block parameter.
        case local(Int)
        case not(Syntax)
        case negative(Syntax)
        case binary(BinaryOperator, Syntax, Syntax)
        /// `a && b && c`.
        case all([Syntax])
        /// `a || b || c`.
        case anyOf([Syntax])
        case conditional(Syntax, Syntax, Syntax?)
        case choice(Syntax?, [(patterns: [Syntax], result: Syntax)], Syntax?)
        case call(SyntaxCall)
        case index(Syntax, [Syntax], isSafe: Bool)
    }
}

extension Syntax.Kind {
    fileprivate var height: Int {
        func most(_ parts: [Syntax]) -> Int { parts.reduce(0) { max($0, $1.height) } }
        switch self {
        case .literal, .name, .local: return 1
        case .interpolation(let parts), .array(let parts), .all(let parts), .anyOf(let parts), .regex(let parts, _):
            return most(parts) + 1
        case .hash(let pairs): return pairs.reduce(0) { max($0, $1.key.height, $1.value.height) } + 1
        case .range(let first, let last, _): return max(first?.height ?? 0, last?.height ?? 0) + 1
        case .not(let inner), .negative(let inner): return inner.height + 1
        case .binary(_, let left, let right):
            if case .binary = left.kind { return max(left.height, right.height + 1) }
            return max(left.height, right.height) + 1
        case .conditional(let condition, let yes, let no):
            return max(condition.height, yes.height, no?.height ?? 0) + 1
        case .choice(let subject, let cases, let fallback):
            let inner = cases.reduce(0) { max($0, $1.result.height, most($1.patterns)) }
            return max(subject?.height ?? 0, inner, fallback?.height ?? 0) + 1
        case .call(let call):
            let inner = max(call.receiver?.height ?? 0, most(call.arguments), call.block?.body.height ?? 0)
            return call.keywords.reduce(inner) { max($0, $1.key.height, $1.value.height) } + 1
        case .index(let receiver, let arguments, _): return max(receiver.height, most(arguments)) + 1
        }
    }
}

/// A call of a method or a function.
struct SyntaxCall: Sendable {
    /// Nil for functions like `now`.
    let receiver: Syntax?
    var name: String
    let nameRange: Range<Int>
    var arguments: [Syntax] = []
    /// `key: value` and `'key' => value`, in order.
    var keywords: [(key: Syntax, value: Syntax)] = []
    var block: SyntaxBlock?
    /// Written with `&.`.
    var isSafe = false
    /// Written with parentheses or arguments, so that it can't be a member.
    var isSurelyMethod = false
}

/// A block: `{ |a, (b, c)| … }`.
struct SyntaxBlock: Sendable {
    let parameters: [BlockParameter]
    let body: Syntax
}

/// What a block's parameter takes apart.
indirect enum BlockParameter: Sendable {
    case local(Int)
    case list([BlockParameter])
    /// `*rest`.
    case rest(Int)
}

/// Operators between two values.
enum BinaryOperator: String, Sendable {
    case add = "+"
    case subtract = "-"
    case multiply = "*"
    case divide = "/"
    case modulo = "%"
    case power = "**"
    case shiftLeft = "<<"
    case shiftRight = ">>"
    case and = "&"
    case or = "|"
    case xor = "^"
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
    case compare = "<=>"
    case equal = "=="
    case notEqual = "!="
    case caseEqual = "==="
    case match = "=~"
    case notMatch = "!~"

    /// How tightly it binds; higher is tighter.
    var strength: Int {
        switch self {
        case .compare, .equal, .notEqual, .caseEqual, .match, .notMatch: 1
        case .less, .lessOrEqual, .greater, .greaterOrEqual: 2
        case .or, .xor: 3
        case .and: 4
        case .shiftLeft, .shiftRight: 5
        case .add, .subtract: 6
        case .multiply, .divide, .modulo: 7
        case .power: 9
        }
    }
}
