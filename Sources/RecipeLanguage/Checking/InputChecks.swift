// Literals in a step's input, held against the schema of what it calls.

import JSONCore

extension RecipeChecker {
    /// Reads `input` (which may be left out) and reports what does not fit; texts with pills fit anything.
    /// - Parameters:
    ///   - operation: for messages: `crm.find_account`.
    ///   - owner: where a missing field is reported when there is no input at all.
    func input(_ place: Place?, schema: Schema, of operation: String, owner: Place) -> InputTemplate? {
        check(literals: place, schema: schema, of: operation, owner: owner)
        guard let place else { return .constant([:]) }
        if !schema.isAny { types.checks.append(.fits(place, schema, of: operation)) }
        return input(place)
    }

    /// Reports what does not fit, without reading the texts as templates.
    func check(literals place: Place?, schema: Schema, of operation: String, owner: Place) {
        guard !schema.isAny else { return }
        if let place {
            let mismatches = schema.mismatches(inTemplate: place.node.json)
            report(mismatches, in: place, of: operation)
            // A run leaves these to the other side, whose schema is not always true.
            if mismatches.isEmpty {
                let doubtful = schema.mismatches(inTemplate: place.node.json, strictly: true)
                report(doubtful, in: place, of: operation, severity: .warning)
            }
        } else {
            report(schema.mismatches(inTemplate: [:]), in: owner, of: operation, isInput: false)
        }
    }

    private func report(
        _ mismatches: [SchemaMismatch], in place: Place, of operation: String, isInput: Bool = true,
        severity: Diagnostic.Severity = .error
    ) {
        for mismatch in mismatches {
            let found: (place: Place, keyRange: Range<Int>?, rest: ArraySlice<String>) =
                isInput ? place.descendant(mismatch.pointer.tokens[...]) : (place, nil, [])
            var finding = Finding.mismatch(mismatch, naming: Self.fieldName(mismatch.pointer.tokens), of: operation)
            finding.severity = severity
            if case .unknown = mismatch.problem, let keyRange = found.keyRange {
                report(finding, range: keyRange, path: found.place.path)
            } else {
                report(finding, at: found.place)
            }
        }
    }

    /// `"qty"`; with what it belongs to when it is deeper: `"qty" of lines[0]`.
    static func fieldName(_ tokens: [String]) -> String {
        guard let last = tokens.last else { return "the input" }
        let owner = tokens.dropLast().reduce("") { text, token in
            Int(token) != nil ? "\(text)[\(token)]" : text.isEmpty ? token : "\(text).\(token)"
        }
        if Int(last) != nil { return owner.isEmpty ? "element \(last)" : "\(owner)[\(last)]" }
        return "\"\(last)\"" + (owner.isEmpty ? "" : " of \(owner)")
    }
}
