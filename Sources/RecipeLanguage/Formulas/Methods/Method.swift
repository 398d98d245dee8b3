// What a table of functions holds: one method or function with its description and its code.

/// One method (or function without a receiver) as the tables define it.
///
/// `parameters` is a small language, split by commas: `sep: text` must be given, `sep: text?` may be, `keys: any…` any
/// number; `format=text` is given by name; `**options: any` takes any names as one object; `&item` a block that may be
/// given and `&!item` one that must.
public struct FunctionSpec: Sendable {
    public let name: String
    /// The table it is in: `text`, `number`, `list`, …
    public let family: String
    /// What it can be called on; empty for functions without a receiver.
    public let receivers: KindSet
    public let parameters: String
    /// What it gives.
    public let gives: KindSet
    /// One line of help.
    public let help: String
    /// A formula and what it gives, as `inspect` prints it.
    public let example: String
    public let answer: String
}

/// A method's code. It throws nothing but `FormulaError`; untyped, so that the closures of the tables stay short.
typealias MethodBody = @Sendable (Call) throws -> Value

/// A method with its code, and its parameters taken apart.
final class Method: Sendable {
    let spec: FunctionSpec
    let body: MethodBody
    let fewest: Int
    let most: Int
    let keywords: [String]
    /// Whether named arguments become one object, the last argument.
    let takesObject: Bool
    let needsBlock: Bool
    let takesBlock: Bool
    /// Whether its result is binary when it is called on binary data.
    let keepsBytes: Bool

    /// Methods whose result is made of the characters of the text itself.
    private static let partsOfText: Set<String> = [
        "upcase", "downcase", "capitalize", "swapcase", "strip", "lstrip", "rstrip", "squish", "squeeze", "reverse",
        "chop",
        "chomp", "gsub", "sub", "remove", "delete", "delete_prefix", "delete_suffix", "tr", "tr_s", "insert", "prepend",
        "concat", "first", "last", "at", "from", "to", "slice", "ljust", "rjust", "center", "next", "succ", "indent",
        "split", "split_strip_compact", "lines", "chars", "scan", "titleize", "titlecase", "humanize", "underscore",
        "camelize", "camelcase", "dasherize", "pluralize", "singularize", "labelize", "quote",
    ]

    init(_ spec: FunctionSpec, _ body: @escaping MethodBody) {
        (self.spec, self.body) = (spec, body)
        var (fewest, most, keywords) = (0, 0, [String]())
        var (takesObject, needsBlock, takesBlock) = (false, false, false)
        for parameter in spec.arguments {
            switch parameter.use {
            case .required: (fewest, most) = (fewest + 1, most + 1)
            case .optional: most += 1
            case .several: most = 1_000_000
            case .named: keywords.append(parameter.name)
            case .names: (takesObject, most) = (true, most + 1)
            case .block: takesBlock = true
            case .requiredBlock: (takesBlock, needsBlock) = (true, true)
            }
        }
        (self.fewest, self.most, self.keywords) = (fewest, most, keywords)
        keepsBytes = spec.receivers.contains(.bytes) && Self.partsOfText.contains(spec.name)
        (self.takesObject, self.needsBlock, self.takesBlock) = (takesObject, needsBlock, takesBlock)
    }
}

/// All methods of one name, by the kind of the receiver.
final class MethodGroup: Sendable {
    let name: String
    let byKind: [Method?]
    let all: [Method]

    init(name: String, _ methods: [Method]) {
        (self.name, all) = (name, methods)
        var byKind = [Method?](repeating: nil, count: ValueKind.allCases.count)
        for method in methods {
            for kind in method.spec.receivers.kinds { byKind[Int(kind.rawValue)] = method }
        }
        self.byKind = byKind
    }

    /// The method that answers for a kind: durations answer as their seconds do.
    func method(on kind: ValueKind) -> Method? {
        if let method = byKind[Int(kind.rawValue)] { return method }
        return kind == .duration ? byKind[Int(ValueKind.integer.rawValue)] : nil
    }

    /// All kinds that have this method.
    var receivers: KindSet { all.reduce([]) { $0.union($1.spec.receivers) } }
}
