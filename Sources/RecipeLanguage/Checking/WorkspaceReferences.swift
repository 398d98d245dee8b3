// What a formula names of the workspace: properties, and tables with their columns.

import JSONCore

/// The names of the workspace in one formula, with their bytes in its text.
struct WorkspaceReferences {
    struct Name {
        let text: String
        let range: Range<Int>
    }

    /// `properties.NAME`, `properties['NAME']`.
    var properties: [Name] = []
    /// `lookup('TABLE', column: …)['column']`, as far as the names are plain texts.
    var tables: [(table: Name, columns: [Name])] = []

    init(_ formula: Formula) {
        // A list instead of recursion: a sum of thousands of terms is thousands of levels deep.
        var open = [formula.syntax]
        while let syntax = open.popLast() {
            note(syntax)
            Self.addParts(of: syntax, to: &open)
        }
    }

    private mutating func note(_ syntax: Syntax) {
        switch syntax.kind {
        case .call(let call):
            if call.receiver == nil, call.name == "lookup", let table = call.arguments.first.flatMap(Self.text) {
                tables.append((table, call.keywords.compactMap { Self.text($0.key) }))
            } else if let receiver = call.receiver, Self.isProperties(receiver), !call.isSurelyMethod,
                !FunctionLibrary.shared.isMethod(call.name)
            {
                properties.append(Name(text: call.name, range: call.nameRange))
            }
        case .index(let receiver, let arguments, _):
            guard arguments.count == 1, let name = Self.text(arguments[0]) else { return }
            if Self.isProperties(receiver) {
                properties.append(name)
            } else if case .call(let call) = receiver.kind, call.receiver == nil, call.name == "lookup",
                let table = call.arguments.first.flatMap(Self.text)
            {
                tables.append((table, [name]))
            }
        default: return
        }
    }

    private static func isProperties(_ syntax: Syntax) -> Bool {
        guard case .call(let call) = syntax.kind else { return false }
        return call.receiver == nil && call.name == "properties" && call.arguments.isEmpty
    }

    private static func text(_ syntax: Syntax) -> Name? {
        guard case .literal(.string(let text)) = syntax.kind else { return nil }
        return Name(text: text, range: syntax.range)
    }

    private static func addParts(of syntax: Syntax, to open: inout [Syntax]) {
        switch syntax.kind {
        case .literal, .name, .local: return
        case .interpolation(let parts), .array(let parts), .all(let parts), .anyOf(let parts), .regex(let parts, _):
            open += parts
        case .hash(let pairs): for pair in pairs { open += [pair.key, pair.value] }
        case .range(let first, let last, _): open += [first, last].compactMap(\.self)
        case .not(let inner), .negative(let inner): open.append(inner)
        case .binary(_, let left, let right): open += [left, right]
        case .conditional(let condition, let yes, let no): open += [condition, yes, no].compactMap(\.self)
        case .choice(let subject, let cases, let fallback):
            open += [subject, fallback].compactMap(\.self) + cases.flatMap { $0.patterns + [$0.result] }
        case .call(let call):
            open += [call.receiver, call.block?.body].compactMap(\.self) + call.arguments
            for pair in call.keywords { open += [pair.key, pair.value] }
        case .index(let receiver, let arguments, _): open += [receiver] + arguments
        }
    }
}

extension RecipeChecker {
    /// Reports properties, tables and columns that the workspace does not have.
    /// - Parameter offset: of the formula in the text of `place`, in UTF-8 bytes.
    func checkWorkspaceNames(_ formula: Formula, offset: Int, in place: Place) {
        let references = WorkspaceReferences(formula)
        func report(_ finding: Finding, _ name: WorkspaceReferences.Name) {
            let decoded = name.range.lowerBound + offset..<name.range.upperBound + offset
            self.report(finding, range: range(of: decoded, in: place), path: place.path)
        }
        for name in references.properties where !catalog.properties.contains(name.text) {
            report(.unknownProperty(name.text, known: catalog.properties.sorted()), name)
        }
        var reported: Set<Range<Int>> = []
        for (table, names) in references.tables {
            guard let columns = catalog.tables[table.text] else {
                if reported.insert(table.range).inserted {
                    report(.unknownTable(table.text, known: catalog.tables.keys.sorted()), table)
                }
                continue
            }
            for name in names where !columns.contains(name.text) {
                report(.unknownColumn(name.text, table: table.text, known: columns), name)
            }
        }
    }
}
