// From JSON to an element, by the rules of `JSONMapping`.

import JSONCore

/// What the names in a JSON value mean.
public struct NameScope: Sendable {
    /// Namespaces by prefix; `xml` and `xsi` are there already.
    public var namespaces: [String: String]
    /// The namespace of names without a prefix; nil for none.
    public var namespace: String?
    /// The prefix to write for it; nil makes it the default namespace.
    public var prefix: String?
    /// Whether elements inside the outermost one are in `namespace` too (`elementFormDefault="qualified"` in a schema).
    public var isQualified: Bool

    public init(
        namespaces: [String: String] = [:], namespace: String? = nil, prefix: String? = nil, isQualified: Bool = true
    ) {
        (self.namespaces, self.namespace) = (namespaces, namespace)
        (self.prefix, self.isQualified) = (prefix, isQualified)
    }
}

extension XMLElement {
    /// An element made of a JSON value.
    /// - Parameter name: of the element, perhaps with a prefix.
    /// - Throws: `unwritable` for names that XML can't have, prefixes not in `scope`, and lists that stand where one value
    ///   must; the message names the place, like `order/lines`.
    public init(_ name: String, json: JSON, scope: NameScope = NameScope()) throws(XMLError) {
        self = try JSONReader(scope: scope, path: [name]).element(name, json)
    }

    /// The elements that a JSON object stands for, without one around them.
    public static func elements(of json: JSONObject, scope: NameScope = NameScope()) throws(XMLError) -> [XMLElement] {
        var elements: [XMLElement] = []
        for (name, value) in json.entries {
            guard !name.hasPrefix("@"), name != JSONMapping.textMember else {
                throw XMLError(.unwritable, "\"\(name)\" can't stand here: there is no element around it")
            }
            elements += try JSONReader(scope: scope, path: []).elements(name, value)
        }
        return elements
    }
}

/// Turns one JSON value into elements; a new one is made for every level, with the names that hold there.
private struct JSONReader {
    private static let builtIn = ["xml": XMLNamespace.xml, "xsi": XMLNamespace.schemaInstance]

    var scope: NameScope
    var path: [String]

    func elements(_ name: String, _ json: JSON) throws(XMLError) -> [XMLElement] {
        guard case .array(let list) = json else { return [try inside(name).element(name, json)] }
        var elements: [XMLElement] = []
        elements.reserveCapacity(list.count)
        let reader = inside(name)
        for value in list { elements.append(try reader.element(name, value)) }
        return elements
    }

    func element(_ name: String, _ json: JSON) throws(XMLError) -> XMLElement {
        guard path.count <= XMLLimits().depth else { throw wrong("the value is nested too deep (limit xml_depth)") }
        switch json {
        case .array: throw wrong("a list can't stand in a list, or at the top")
        case .null:
            var element = try named(name)
            element.attributes = [
                XMLAttribute("nil", "true", namespace: XMLNamespace.schemaInstance, prefix: "xsi")
            ]
            return element
        case .object(let object): return try element(name, object)
        case .string, .integer, .number, .bool:
            var element = try named(name)
            if let text = Self.text(json), !text.isEmpty { element.children = [.text(text)] }
            return element
        }
    }

    private func element(_ name: String, _ object: JSONObject) throws(XMLError) -> XMLElement {
        var inner = self
        // Declarations hold for the element's own name and attributes, wherever they stand among the members.
        let declarations = try inner.takeDeclarations(of: object)
        var element = try inner.named(name)
        element.declarations = declarations
        if path.count == 1, !scope.isQualified { inner.scope.namespace = nil }
        for (key, value) in object.entries {
            if key == JSONMapping.textMember {
                if value.isNull { continue }
                guard let text = Self.text(value) else {
                    throw wrong("\"content!\" must be a text, a number or true/false")
                }
                if !text.isEmpty { element.children.append(.text(text)) }
            } else if key.hasPrefix("@") {
                if key == "@xmlns" || key.hasPrefix("@xmlns:") || value.isNull { continue }
                guard let text = Self.text(value) else {
                    throw wrong("the attribute \"\(key)\" must be a text, a number or true/false")
                }
                element.attributes.append(try inner.attribute(String(key.dropFirst()), text))
            } else {
                for child in try inner.elements(key, value) { element.children.append(.element(child)) }
            }
        }
        return element
    }

    private mutating func takeDeclarations(of object: JSONObject) throws(XMLError) -> [XMLNamespace] {
        var declarations: [XMLNamespace] = []
        for (key, value) in object.entries where key == "@xmlns" || key.hasPrefix("@xmlns:") {
            guard let uri = value.string else { throw wrong("\"\(key)\" must be a text: the name of a namespace") }
            if key == "@xmlns" {
                declarations.append(XMLNamespace(prefix: nil, uri: uri))
                (scope.namespace, scope.prefix) = (uri.isEmpty ? nil : uri, nil)
            } else {
                let prefix = String(key.dropFirst("@xmlns:".count))
                declarations.append(XMLNamespace(prefix: prefix, uri: uri))
                scope.namespaces[prefix] = uri
            }
        }
        return declarations
    }

    private func named(_ name: String) throws(XMLError) -> XMLElement {
        let (prefix, local) = try split(name)
        guard let prefix else { return XMLElement(local, namespace: scope.namespace, prefix: scope.prefix) }
        return XMLElement(local, namespace: try uri(of: prefix, in: name), prefix: prefix)
    }

    private func attribute(_ name: String, _ value: String) throws(XMLError) -> XMLAttribute {
        let (prefix, local) = try split(name)
        guard let prefix else { return XMLAttribute(local, value) }
        return XMLAttribute(local, value, namespace: try uri(of: prefix, in: name), prefix: prefix)
    }

    private func split(_ name: String) throws(XMLError) -> (prefix: String?, local: String) {
        let parts = name.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map { String($0) }
        guard parts.allSatisfy({ XMLName.isName($0) }) else {
            throw wrong("\"\(name.prefix(60))\" can't be the name of an XML element or attribute")
        }
        return parts.count == 2 ? (parts[0], parts[1]) : (nil, name)
    }

    private func uri(of prefix: String, in name: String) throws(XMLError) -> String {
        if let uri = scope.namespaces[prefix] ?? Self.builtIn[prefix] { return uri }
        throw wrong("the prefix of \"\(name.prefix(60))\" is not among the namespaces; add \"\(prefix)\" to them")
    }

    private func inside(_ name: String) -> JSONReader { JSONReader(scope: scope, path: path + [name]) }

    private func wrong(_ message: String) -> XMLError {
        XMLError(.unwritable, path.isEmpty ? message : "\(path.joined(separator: "/")): \(message)")
    }

    private static func text(_ json: JSON) -> String? {
        switch json {
        case .string(let text): text
        case .integer(let integer): String(integer)
        case .number(let number): number.text
        case .bool(let flag): flag ? "true" : "false"
        case .null, .array, .object: nil
        }
    }
}
