// Arguments of calls held against what the tables say a method takes.

import JSONCore

/// The types of a call's arguments.
struct GivenArguments {
    let positional: [FormulaType]
    let keywords: [(key: Syntax, value: Syntax, type: FormulaType)]

    init(_ call: SyntaxCall, _ inference: TypeInference) {
        positional = call.arguments.map { inference.type(of: $0) }
        keywords = call.keywords.map { pair in
            _ = inference.type(of: pair.key)
            return (pair.key, pair.value, inference.type(of: pair.value))
        }
    }
}

extension TypeInference {
    /// Reports a call that none of the methods it could reach would take.
    func check(_ given: GivenArguments, of methods: [Method], _ call: SyntaxCall) {
        var first: (refusal: CallRefusal, code: String, range: Range<Int>)?
        for method in methods {
            guard let problem = problem(given, of: method, call) else { return }
            if first == nil { first = problem }
        }
        if let first { report(.refused(first.code, first.refusal.message, first.refusal.hint), first.range) }
    }

    private func problem(
        _ given: GivenArguments, of method: Method, _ call: SyntaxCall
    ) -> (refusal: CallRefusal, code: String, range: Range<Int>)? {
        func bad(_ refusal: CallRefusal, _ range: Range<Int>? = nil) -> (CallRefusal, String, Range<Int>) {
            (refusal, "bad_argument", range ?? call.nameRange)
        }
        let count = given.positional.count + (method.takesObject && !given.keywords.isEmpty ? 1 : 0)
        if !method.takesObject {
            for keyword in given.keywords {
                guard case .literal(.string(let name)) = keyword.key.kind else { continue }
                if !method.keywords.contains(name) {
                    return bad(.unknownOption(name, of: method), keyword.key.range)
                }
            }
        }
        guard count >= method.fewest, count <= method.most else { return bad(.wrongCount(count, of: method)) }
        if call.block == nil, method.needsBlock { return bad(.needsBlock(method)) }
        if call.block != nil, !method.takesBlock { return bad(.takesNoBlock(method)) }
        let parameters = ParameterKinds(method.spec)
        for (place, type) in given.positional.enumerated() {
            guard let wanted = parameters.positional(place),
                let refusal = refusal(type, wanted, call.arguments[place], method)
            else { continue }
            return (refusal, "wrong_type", call.arguments[place].range)
        }
        return nil
    }

    private func refusal(
        _ type: FormulaType, _ wanted: ParameterKinds.Wanted, _ syntax: Syntax, _ method: Method
    ) -> CallRefusal? {
        // Nil is left to the run: some methods take it for "not given".
        let kinds = type.kinds.subtracting(.null)
        guard !kinds.isEmpty, kinds.isDisjoint(with: wanted.kinds) else { return nil }
        let written = written(syntax)
        let what = written.isOperation ? "(\(written))" : "\(written)"
        var hint: String?
        if kinds.isSubset(of: .text), !wanted.kinds.isDisjoint(with: .number) {
            hint = "make it a number: \(what).to_i"
        }
        if wanted.kinds == .text, kinds.isSubset(of: [.number, .moment, .boolean, .duration]) {
            hint = "make it a text: \(what).to_s"
        }
        return CallRefusal(
            message: "\(method.spec.name) needs \(wanted.words), but \(written) is \(type.words)",
            hint: hint ?? "write: \(method.spec.signature)")
    }
}

/// The kinds that a method's parameters take, read from its table entry.
struct ParameterKinds {
    struct Wanted {
        let kinds: KindSet
        /// "a text".
        let words: String
    }

    private var fixed: [Wanted?] = []
    private var rest: Wanted?

    init(_ spec: FunctionSpec) {
        for part in spec.parameters.split(separator: ",") {
            let part = part.drop { $0 == " " }
            if part.hasPrefix("&") || part.hasPrefix("*") { continue }
            // Options are left to the run: which of them are read depends on the other arguments.
            if part.contains("=") { continue }
            if let mark = part.firstIndex(of: ":") {
                let word = part[part.index(after: mark)...].drop { $0 == " " }
                let wanted = Self.wanted(word.prefix { $0 != "?" && $0 != "…" })
                if word.hasSuffix("…") { rest = wanted } else { fixed.append(wanted) }
            }
        }
    }

    /// Nil when anything goes.
    func positional(_ place: Int) -> Wanted? { place < fixed.count ? fixed[place] : rest }

    private static func wanted(_ word: Substring) -> Wanted? {
        switch word {
        case "text": Wanted(kinds: .text, words: "a text")
        case "integer": Wanted(kinds: [.number, .duration, .range], words: "a whole number")
        case "number": Wanted(kinds: [.number, .duration], words: "a number")
        case "list": Wanted(kinds: [.list, .object, .range, .pending], words: "a list")
        case "regex": Wanted(kinds: [.regex, .string], words: "a regex like /\\d+/")
        default: nil
        }
    }
}
