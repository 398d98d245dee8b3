// An XML body from a JSON value and its schema, by the rules of OpenAPI's `xml` keyword (OpenAPI 3.1 §4.8.26).

import ConnectorKit
import JSONCore

/// Writes one document. Names come from the schema where it has them, else from the value's members.
struct XMLBodyWriter {
    private static let deepest = 64
    let files: ConnectorFiles
    /// What `#/…` points into.
    let top: JSON
    private var text = ""

    init(files: ConnectorFiles, top: JSON) { (self.files, self.top) = (files, top) }

    private func resolved(_ schema: JSON) -> Resolved { Resolved(schema, files, top: top) }

    /// What `xml` of a schema says.
    private struct Shape {
        var name: String?
        var namespace: String?
        var prefix: String?
        var isAttribute = false
        var isWrapped = false

        init(_ json: JSON?) {
            guard let json else { return }
            (name, namespace, prefix) = (json["name"]?.string, json["namespace"]?.string, json["prefix"]?.string)
            (isAttribute, isWrapped) = (json["attribute"]?.bool == true, json["wrapped"]?.bool == true)
        }
    }

    /// - Parameter root: the name of the outermost element where the schema has none.
    mutating func document(_ value: JSON, root: String?, schema: JSON) throws(ConnectorError) -> [UInt8] {
        text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>"
        let found = resolved(schema)
        let shape = Shape(found.keyword("xml"))
        if case .array(let elements) = value {
            let name = shape.name ?? root ?? "items"
            let items = found.keyword("items") ?? [:]
            text += "<\(try Self.name(name, shape.prefix))\(namespace(shape))>"
            for element in elements {
                try self.element(element, named: itemName(items) ?? root ?? "item", items, depth: 1)
            }
            text += "</\(try Self.name(name, shape.prefix))>"
        } else {
            try element(value, named: shape.name ?? root ?? "root", schema, depth: 0)
        }
        return Array(text.utf8)
    }

    private func itemName(_ items: JSON) -> String? { Shape(resolved(items).keyword("xml")).name }

    private func namespace(_ shape: Shape) -> String {
        guard let namespace = shape.namespace, let escaped = try? ConnectorDefinition.escapedForXML(namespace) else {
            return ""
        }
        let name = shape.prefix.map { "xmlns:\($0)" } ?? "xmlns"
        return " \(name)=\"\(escaped)\""
    }

    private mutating func element(
        _ value: JSON, named fallback: String, _ schema: JSON, depth: Int
    ) throws(ConnectorError) {
        guard depth < Self.deepest else {
            throw ConnectorError(type: "bad_input", "the body is nested more than \(Self.deepest) deep")
        }
        let found = resolved(schema)
        let shape = Shape(found.keyword("xml"))
        let name = try Self.name(shape.name ?? fallback, shape.prefix)
        text += "<\(name)\(namespace(shape))"
        guard case .object(let object) = value else {
            text += ">" + (try ConnectorDefinition.escapedForXML(value.scalarText ?? value.compact)) + "</\(name)>"
            return
        }
        var children: [(key: String, value: JSON, schema: JSON)] = []
        for entry in object where !entry.value.isNull {
            let member = found.property(entry.key) ?? [:]
            let inner = Shape(resolved(member).keyword("xml"))
            if inner.isAttribute, let plain = entry.value.scalarText {
                text +=
                    " \(try Self.name(inner.name ?? entry.key, inner.prefix))=\"\(try ConnectorDefinition.escapedForXML(plain))\""
            } else {
                children.append((entry.key, entry.value, member))
            }
        }
        text += ">"
        for child in children { try member(child.value, named: child.key, child.schema, depth: depth + 1) }
        text += "</\(name)>"
    }

    /// A member of an object: a list is one element for each of its own, wrapped or not.
    private mutating func member(_ value: JSON, named key: String, _ schema: JSON, depth: Int) throws(ConnectorError) {
        guard case .array(let elements) = value else { return try element(value, named: key, schema, depth: depth) }
        let found = resolved(schema)
        let shape = Shape(found.keyword("xml"))
        let items = found.keyword("items") ?? [:]
        let outer = shape.name ?? key
        if shape.isWrapped { text += "<\(try Self.name(outer, shape.prefix))\(namespace(shape))>" }
        for element in elements {
            try self.element(
                element, named: itemName(items) ?? (shape.isWrapped ? outer : key), items, depth: depth + 1)
        }
        if shape.isWrapped { text += "</\(try Self.name(outer, shape.prefix))>" }
    }

    /// A name that XML allows: nothing in a document or a value can become markup.
    private static func name(_ name: String, _ prefix: String?) throws(ConnectorError) -> String {
        let full = prefix.map { "\($0):\(name)" } ?? name
        let isName =
            full.unicodeScalars.first.map { $0.properties.isAlphabetic || $0 == "_" } == true
            && full.unicodeScalars.allSatisfy {
                $0.properties.isAlphabetic || $0.properties.numericType != nil || "_-.:".unicodeScalars.contains($0)
            }
        guard isName else {
            throw ConnectorError(type: "bad_input", "\"\(full.prefix(64))\" can't be the name of an XML element")
        }
        return full
    }
}

/// A schema with its references and `allOf` looked through, one keyword at a time.
struct Resolved {
    private var layers: [JSON] = []

    init(_ schema: JSON, _ files: ConnectorFiles, top: JSON) { collect(schema, files, root: top, depth: 0) }

    private mutating func collect(_ schema: JSON, _ files: ConnectorFiles, root: JSON, depth: Int) {
        guard depth < 16, layers.count < 64 else { return }
        layers.append(schema)
        if let reference = schema["$ref"]?.string {
            if reference.hasPrefix("#"), let pointer = JSONPointer(parsing: String(reference.dropFirst())),
                let target = root[pointer: pointer]
            {
                collect(target, files, root: root, depth: depth + 1)
            } else if let target = files.schema(reference) {
                collect(target, files, root: target, depth: depth + 1)
            }
        }
        for part in schema["allOf"]?.array ?? [] { collect(part, files, root: root, depth: depth + 1) }
    }

    func keyword(_ name: String) -> JSON? {
        for layer in layers { if let value = layer[name] { return value } }
        return nil
    }

    func property(_ name: String) -> JSON? {
        for layer in layers { if let value = layer["properties"]?[name] { return value } }
        return nil
    }
}
