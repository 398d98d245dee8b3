// Simple values of a message: by the types that texts have.

import JSONCore

extension MessageReader {
    func binaryValue(_ value: JSON, _ type: XSDBuiltin) -> JSON {
        guard let binary, type == .base64Binary, let text = value.string else { return value }
        return .string(binary(text))
    }

    /// The value of an element of a simple type.
    func text(
        _ element: XMLElement, _ shape: MessageType.Shape, _ reference: TypeReference
    ) throws(XMLError) -> JSON {
        guard case .simple(let base, _) = shape else { return try text(element.text, reference) }
        return binaryValue(try simple(element.text, base), base)
    }

    func simpleBase(_ reference: TypeReference) throws(XMLError) -> XSDBuiltin? {
        switch reference {
        case .builtin(let type): return type
        case .declared(let number):
            guard case .simple(let base, _) = try described(number).shape else { return nil }
            return base
        }
    }

    /// A text of a built-in type.
    func simple(_ text: String, _ type: XSDBuiltin) throws(XMLError) -> JSON {
        switch type.family {
        case .list: return .array(try listed(text).map { .string($0) })
        case .name:
            let parts = text.trimmedBlanks.split(separator: ":", omittingEmptySubsequences: false)
            // A prefix that isn't declared says nothing: the text is kept as it is.
            guard parts.count == 1 || prefixes.contains(where: { $0.prefix == String(parts[0]) }) else {
                return LexicalForm.json(text, type)
            }
            return .string(name(text).expanded)
        default: return LexicalForm.json(text, type)
        }
    }

    /// The values of a list.
    private func listed(_ text: String) throws(XMLError) -> [String] {
        var (count, isInside) = (0, false)
        for byte in text.utf8 {
            if !isBlank(byte), !isInside { count += 1 }
            isInside = !isBlank(byte)
        }
        try listValues.take(count)
        return text.utf8.split(whereSeparator: isBlank).map { String(Substring($0)) }
    }

    func text(_ text: String, _ reference: TypeReference, depth: Int = 0) throws(XMLError) -> JSON {
        guard case .declared(let number) = reference, depth < 20 else {
            if case .builtin(let type) = reference { return try simple(text, type) }
            return .string(text)
        }
        switch try described(number).shape {
        case .simple(let base, _): return try simple(text, base)
        case .list(let item, _):
            var values: [JSON] = []
            for part in try listed(text) { values.append(try self.text(part, item, depth: depth + 1)) }
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
        case .builtin(let builtin):
            return LexicalForm.text(value, builtin) != nil
                && (builtin.family != .name || value.string.flatMap { QName(expanded: $0) } != nil)
        case .declared(let number):
            guard case .simple(let base, let facets) = try described(number).shape else { return true }
            guard let written = LexicalForm.text(value, base) else { return false }
            // A number in another form is still the value that is listed.
            if facets.values.contains(text.trimmedBlanks) { return true }
            return (try? facets.check(written, base)) != nil
        }
    }
}

/// Counts the values of a message's lists.
final class ListValues {
    private var rest = XMLLimits().nodes

    func take(_ count: Int) throws(XMLError) {
        rest -= count
        guard rest >= 0 else {
            throw XMLError(
                .tooLarge, "the message has more than \(XMLLimits().nodes) values in its lists (limit xml_nodes)")
        }
    }
}
