// SOAP-encoded arrays: what they say that they hold.

import JSONCore

extension MessageReader {
    /// The type of the items of an encoded array that says what it holds (SOAP 1.1 §5.4.2, SOAP 1.2 part 2 §3.1.4).
    func arrayItem(_ element: XMLElement) -> TypeReference? {
        let said = element.attributes.first {
            ($0.name == "arrayType" && $0.namespace == QName.encodingNamespace)
                || ($0.name == "itemType" && $0.namespace == QName.encodingNamespace12)
        }
        guard let text = said?.value else {
            let name = typeName(element)
            let isArray = name.map { $0.name == "Array" && MessageCompiler.isEncoding($0) } ?? false
            return isArray ? .builtin(.anyType) : nil
        }
        let end = text.firstIndex(of: "[") ?? text.endIndex
        // Arrays of arrays: the inner ones say what they hold themselves.
        if text[end...].count(where: { $0 == "[" }) > 1 { return .builtin(.anyType) }
        let name = self.name(String(text[..<end]))
        if let builtin = MessageCompiler.builtin(name) { return .builtin(builtin) }
        return (try? type(name)).flatMap { $0 } ?? .builtin(.anyType)
    }

    mutating func items(
        _ element: XMLElement, _ item: TypeReference, depth: Int
    ) throws(XMLError) -> [JSON] {
        var values: [JSON] = []
        for child in element.elements { values.append(try value(child, item, depth: depth + 1)) }
        return values
    }
}
