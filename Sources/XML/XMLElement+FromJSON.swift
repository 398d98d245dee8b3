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
        do throws(JSONMistake) {
            self = try ElementMaker(scope).element(name, json, level: 0)
        } catch {
            throw error.asXMLError
        }
    }

    /// The elements that a JSON object stands for, without one around them.
    public static func elements(of json: JSONObject, scope: NameScope = NameScope()) throws(XMLError) -> [XMLElement] {
        let maker = ElementMaker(scope)
        var elements: [XMLElement] = []
        do throws(JSONMistake) {
            for (name, value) in json.entries {
                guard !name.hasPrefix("@"), name != JSONMapping.textMember else {
                    throw JSONMistake("\"\(name)\" can't stand here: there is no element around it")
                }
                try maker.add(name, value, level: 0) { elements.append($0) }
            }
        } catch {
            throw error.asXMLError
        }
        return elements
    }
}

/// A value that can't be written, with the way to it.
private struct JSONMistake: Error {
    let message: String
    /// Names of elements, innermost first.
    var path: [String] = []

    init(_ message: String) { self.message = message }

    func inside(_ name: String) -> JSONMistake {
        var mistake = self
        mistake.path.append(name)
        return mistake
    }

    var asXMLError: XMLError {
        XMLError(.unwritable, path.isEmpty ? message : "\(path.reversed().joined(separator: "/")): \(message)")
    }
}

/// Turns JSON values into elements, in one scope of names.
private struct ElementMaker {
    private static let builtIn = ["xml": XMLNamespace.xml, "xsi": XMLNamespace.schemaInstance]

    private let scope: NameScope
    private let labels = LabelCache()

    init(_ scope: NameScope) { self.scope = scope }

    /// One element, or one for each value of a list.
    func add(_ name: String, _ json: JSON, level: Int, _ take: (XMLElement) -> Void) throws(JSONMistake) {
        guard case .array(let list) = json else { return take(try element(name, json, level: level)) }
        for value in list { take(try element(name, value, level: level)) }
    }

    func element(_ name: String, _ json: JSON, level: Int) throws(JSONMistake) -> XMLElement {
        do throws(JSONMistake) {
            guard level < XMLLimits().depth else { throw JSONMistake("the value is nested too deep (limit xml_depth)") }
            switch json {
            case .array: throw JSONMistake("a list can't stand in a list, or at the top")
            case .object(let object): return try element(name, object, level)
            case .null:
                let attribute = XMLAttribute("nil", "true", namespace: XMLNamespace.schemaInstance, prefix: "xsi")
                return XMLElement(label: try label(name, isAttribute: false), attributes: [attribute])
            case .string, .integer, .number, .bool:
                let text = Self.text(json) ?? ""
                return XMLElement(
                    label: try label(name, isAttribute: false), content: text.isEmpty ? .none : .text(text))
            }
        } catch {
            throw error.inside(name)
        }
    }

    private func element(_ name: String, _ object: JSONObject, _ level: Int) throws(JSONMistake) -> XMLElement {
        // Declarations hold for the element's own name and attributes, wherever they stand among the members.
        let (declarations, inner) = try declarations(of: object)
        var element = XMLElement(label: try inner.label(name, isAttribute: false), declarations: declarations)
        let children = level == 0 && !scope.isQualified && inner.scope.namespace != nil ? inner.withoutNamespace : inner
        for (key, value) in object.entries {
            if key == JSONMapping.textMember {
                if value.isNull { continue }
                guard let text = Self.text(value) else {
                    throw JSONMistake("\"content!\" must be a text, a number or true/false")
                }
                if !text.isEmpty { element.children.append(.text(text)) }
            } else if key.utf8.first == UInt8(ascii: "@") {
                if value.isNull || Self.isDeclaration(key) { continue }
                guard let text = Self.text(value) else {
                    throw JSONMistake("the attribute \"\(key)\" must be a text, a number or true/false")
                }
                let label = try inner.label(String(key.dropFirst()), isAttribute: true)
                element.attributes.append(XMLAttribute(label: label, value: text))
            } else {
                try children.add(key, value, level: level + 1) { element.children.append(.element($0)) }
            }
        }
        return element
    }

    private static func isDeclaration(_ key: String) -> Bool { key == "@xmlns" || key.hasPrefix("@xmlns:") }

    /// The declarations among the members, and the maker for what stands inside them.
    private func declarations(of object: JSONObject) throws(JSONMistake) -> ([XMLNamespace], ElementMaker) {
        var (declarations, inner): ([XMLNamespace], NameScope) = ([], scope)
        for (key, value) in object.entries where key.utf8.first == UInt8(ascii: "@") && Self.isDeclaration(key) {
            guard let uri = value.string else {
                throw JSONMistake("\"\(key)\" must be a text: the name of a namespace")
            }
            if key == "@xmlns" {
                declarations.append(XMLNamespace(prefix: nil, uri: uri))
                (inner.namespace, inner.prefix) = (uri.isEmpty ? nil : uri, nil)
            } else {
                let prefix = String(key.dropFirst("@xmlns:".count))
                declarations.append(XMLNamespace(prefix: prefix, uri: uri))
                inner.namespaces[prefix] = uri
            }
        }
        return (declarations, declarations.isEmpty ? self : ElementMaker(inner))
    }

    private var withoutNamespace: ElementMaker {
        var scope = scope
        scope.namespace = nil
        return ElementMaker(scope)
    }

    private func label(_ name: String, isAttribute: Bool) throws(JSONMistake) -> XMLLabel {
        if let label = isAttribute ? labels.attributes[name] : labels.elements[name] { return label }
        let parts = name.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map { String($0) }
        guard parts.allSatisfy({ XMLName.isName($0) }) else {
            throw JSONMistake("\"\(name.prefix(60))\" can't be the name of an XML element or attribute")
        }
        let label: XMLLabel
        if parts.count == 2 {
            guard let uri = scope.namespaces[parts[0]] ?? Self.builtIn[parts[0]] else {
                throw JSONMistake(
                    "the prefix of \"\(name.prefix(60))\" is not among the namespaces; add \"\(parts[0])\" to them")
            }
            label = XMLLabel.of(parts[1], namespace: uri, prefix: parts[0])
        } else if isAttribute {
            label = XMLLabel.of(name, namespace: nil, prefix: nil)
        } else {
            label = XMLLabel.of(name, namespace: scope.namespace, prefix: scope.prefix)
        }
        if isAttribute { labels.attributes[name] = label } else { labels.elements[name] = label }
        return label
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

/// The labels made so far, by name: elements of one name share theirs.
private final class LabelCache {
    var elements: [String: XMLLabel] = [:]
    var attributes: [String: XMLLabel] = [:]
}
