// What a formula refers to in the workspace, read from its syntax: properties, tables.

import JSONCore

/// The references in one formula, with their bytes in its text.
struct FormulaReferences {
    struct Name {
        let text: String
        let range: Range<Int>
    }

    /// One part of what follows a pill's name.
    private enum Part {
        /// `.email` or `['email']`; may also turn out to be a method.
        case member(Name, isPlain: Bool)
        /// Anything that makes another value of it.
        case other
    }

    /// `properties.NAME`, `properties['NAME']`.
    private(set) var properties: [Name] = []
    /// `lookup('TABLE', column: …)['column']`, as far as the names are plain texts.
    private(set) var tables: [(table: Name, columns: [Name])] = []

    init(_ formula: Formula) {
        // A list instead of recursion: a sum of thousands of terms is thousands of levels deep.
        var open = [formula.syntax]
        while let syntax = open.popLast() {
            switch syntax.kind {
            case .call, .index, .name: readChain(syntax, &open)
            default: Self.addParts(of: syntax, to: &open)
            }
        }
    }

    /// A value and what follows it, from the last part back to the first.
    private mutating func readChain(_ syntax: Syntax, _ open: inout [Syntax]) {
        var (current, parts) = (syntax, [Part]())
        while true {
            switch current.kind {
            case .name: return
            case .call(let call):
                open += call.arguments + [call.block?.body].compactMap(\.self)
                for pair in call.keywords { open += [pair.key, pair.value] }
                guard let receiver = call.receiver else { return note(call, followedBy: parts) }
                let name = Name(text: call.name, range: call.nameRange)
                parts.append(call.isSurelyMethod || call.block != nil ? .other : .member(name, isPlain: true))
                current = receiver
            case .index(let receiver, let arguments, _):
                open += arguments
                parts.append(Self.part(ofIndex: arguments))
                current = receiver
            default:
                open.append(current)
                return
            }
        }
    }

    private static func part(ofIndex arguments: [Syntax]) -> Part {
        guard arguments.count == 1, let name = text(arguments[0]) else { return .other }
        return .member(name, isPlain: false)
    }

    /// A function without receiver, with the parts after it from the last to the first.
    private mutating func note(_ call: SyntaxCall, followedBy parts: [Part]) {
        if call.name == "properties", case .member(let name, let isPlain)? = parts.last {
            if !isPlain || !FunctionLibrary.shared.isMethod(name.text) { properties.append(name) }
        } else if call.name == "lookup", let table = call.arguments.first.flatMap(Self.text) {
            var columns = call.keywords.compactMap { Self.text($0.key) }
            if case .member(let name, isPlain: false)? = parts.last { columns.append(name) }
            tables.append((table, columns))
        }
    }

    private static func text(_ syntax: Syntax) -> Name? {
        guard case .literal(.string(let text)) = syntax.kind else { return nil }
        return Name(text: text, range: syntax.range)
    }

    private static func addParts(of syntax: Syntax, to open: inout [Syntax]) {
        switch syntax.kind {
        case .literal, .name, .local, .call, .index: return
        case .interpolation(let parts), .array(let parts), .all(let parts), .anyOf(let parts), .regex(let parts, _):
            open += parts
        case .hash(let pairs): for pair in pairs { open += [pair.key, pair.value] }
        case .range(let first, let last, _): open += [first, last].compactMap(\.self)
        case .not(let inner), .negative(let inner): open.append(inner)
        case .binary(_, let left, let right): open += [left, right]
        case .conditional(let condition, let yes, let no): open += [condition, yes, no].compactMap(\.self)
        case .choice(let subject, let cases, let fallback):
            open += [subject, fallback].compactMap(\.self) + cases.flatMap { $0.patterns + [$0.result] }
        }
    }
}
