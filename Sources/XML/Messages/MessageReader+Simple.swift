// Simple values of a message: by the types that texts have.

import JSONCore

extension MessageReader {
    func binaryValue(_ value: JSON, _ type: XSDBuiltin) -> JSON {
        guard let binary, type == .base64Binary, let text = value.string else { return value }
        return .string(binary(text))
    }

    func simpleBase(_ reference: TypeReference) throws(XMLError) -> XSDBuiltin? {
        switch reference {
        case .builtin(let type): return type
        case .declared(let number):
            guard case .simple(let base, _) = try described(number).shape else { return nil }
            return base
        }
    }

    func text(_ text: String, _ reference: TypeReference, depth: Int = 0) throws(XMLError) -> JSON {
        guard case .declared(let number) = reference, depth < 20 else {
            if case .builtin(let type) = reference { return LexicalForm.json(text, type) }
            return .string(text)
        }
        switch try described(number).shape {
        case .simple(let base, _): return LexicalForm.json(text, base)
        case .list(let item, _):
            var values: [JSON] = []
            for part in text.split(whereSeparator: \.isWhitespace) {
                values.append(try self.text(String(part), item, depth: depth + 1))
            }
            return .array(values)
        case .union(let types, _):
            for type in types {
                let value = try self.text(text, type, depth: depth + 1)
                if try fits(value, text, type) { return value }
            }
            return .string(text)
        case .complex(let content):
            return try content.text.map { (inner) throws(XMLError) in try self.text(text, inner, depth: depth + 1) }
                ?? .string(text)
        case .array: return .string(text)
        }
    }

    /// Whether a text is a value of a union's member.
    private func fits(_ value: JSON, _ text: String, _ type: TypeReference) throws(XMLError) -> Bool {
        switch type {
        case .builtin(let builtin): return LexicalForm.text(value, builtin) != nil
        case .declared(let number):
            guard case .simple(let base, let facets) = try described(number).shape else { return true }
            guard let written = LexicalForm.text(value, base) else { return false }
            // A number in another form is still the value that is listed.
            if facets.values.contains(text.trimmedBlanks) { return true }
            return (try? facets.check(written, base)) != nil
        }
    }
}
