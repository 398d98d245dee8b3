// `xml`: texts to values and back, and queries.

import ConnectorKit
import JSONCore
import RecipeLanguage
import XML

extension NativeConnector {
    /// Reads and writes XML texts.
    public static let xml = NativeConnector(
        name: "xml", title: "XML",
        summary: "Reads XML texts, writes them, looks values up in them with XPath, and holds them against schemas.",
        actions: [ParseXML(), BuildXML(), QueryXML(), ValidateXML()])
}

/// `xml.parse`: a text to a value, by the rules of `JSONMapping`.
struct ParseXML: Action {
    let spec = OperationSpec(
        name: "parse", title: "Read an XML text",
        summary: """
            Gives the root element's content as a value: child elements by their names, attributes as "@name", text beside \
            attributes or child elements as "content!".
            """,
        effect: .pure,
        input: .object([
            .string("text", required: true, "the XML text"),
            .string(
                "lists",
                "\"repeated\" (when left out): only elements that occur more than once are lists; \"always\": all are",
                choices: JSONMapping.Lists.allCases.map(\.rawValue)),
            .string(
                "names", "\"local\" (when left out): names without their prefixes; \"written\": as the text has them",
                choices: JSONMapping.Names.allCases.map(\.rawValue)),
            .member("always_list", .array(.string), "names of elements that are lists even when there is just one"),
        ]),
        output: .object([
            .string("root", required: true, "the name of the root element"),
            .string("namespace", "the URI of the root element's namespace"),
            .any("value", required: true, "what the root element holds"),
        ]), examples: [["text": "<order id=\"7\"><line>2 pens</line></order>", "always_list": ["line"]]])

    func execute(_ input: ActionInput, in context: ActionContext) async throws -> JSON {
        let text = try input.requiredText("text")
        let mapping = JSONMapping(
            lists: try input.choice("lists", default: .repeated), names: try input.choice("names", default: .local),
            alwaysLists: Set(try input.texts("always_list") ?? []))
        return try await XMLWork.run(sizeBytes: text.utf8.count) {
            do throws(XMLError) {
                let root = try XMLElement.parse(text)
                var output: JSONObject = ["root": .string(mapping.names == .local ? root.name : root.qualifiedName)]
                output["namespace"] = root.namespace.map { .string($0) }
                output["value"] = try root.json(mapping)
                return .object(output)
            } catch {
                throw XMLWork.badInput(error, in: "text")
            }
        }
    }
}

/// `xml.build`: a value to a text.
struct BuildXML: Action {
    enum Layout: String, CaseIterable { case compact, indented }

    let spec = OperationSpec(
        name: "build", title: "Write an XML text",
        summary: """
            Gives the XML text of a value: members become elements in their order, lists one element for each value, "@name" \
            an attribute, "content!" text, null an element with xsi:nil="true".
            """,
        effect: .pure,
        input: .object([
            .string("root", required: true, "the name of the root element, perhaps with a prefix"),
            .any("value", required: true, "what it holds"),
            .member("namespaces", .object([], open: true), "the URI of each prefix that names use"),
            .string("namespace", "the URI of the namespace of names without a prefix"),
            .string("layout", "compact when left out", choices: Layout.allCases.map(\.rawValue)),
            .boolean("declaration", "whether it begins with <?xml …?>; true when left out"),
        ]),
        output: .object([.string("text", required: true)]),
        examples: [["root": "order", "value": ["@id": 7, "line": ["2 pens", "1 ruler"]]]])

    func execute(_ input: ActionInput, in context: ActionContext) async throws -> JSON {
        let root = try input.filledText("root")
        let layout: XMLLayout = try input.choice("layout", default: Layout.compact) == .compact ? .compact : .indented
        let declaration = try input.flag("declaration", default: true)
        let scope = NameScope(namespaces: try input.namespaces(), namespace: try input.text("namespace"))
        do throws(XMLError) {
            let element = try XMLElement(root, json: input.members["value"] ?? .null, scope: scope)
            return ["text": .string(try element.string(layout, declaration: declaration))]
        } catch {
            throw XMLWork.badInput(error, in: "value")
        }
    }
}

/// `xml.query`: what an XPath expression finds in a text.
struct QueryXML: Action {
    let spec = OperationSpec(
        name: "query", title: "Look values up with XPath",
        summary: """
            Gives what an XPath 1.0 expression finds: texts, numbers, or for elements with attributes or child elements an \
            object, as xml.parse gives it.
            """,
        effect: .pure,
        input: .object([
            .string("text", required: true, "the XML text"),
            .string("path", required: true, "the XPath expression, like //o:line[@sku='7']/o:price"),
            .member("namespaces", .object([], open: true), "the URI of each prefix in the path"),
            .member(
                "variables", .object([], open: true),
                "values that the path refers to as $name: texts, numbers, true or false; safe for what others sent"),
            .member("always_list", .array(.string), "names of elements that are lists even when there is just one"),
        ]),
        output: .object([
            .member("values", .array(.any), required: true, "all that was found, in the text's order"),
            .any("first", required: true, "the first of them; null when nothing was found"),
            .integer("count", required: true),
        ]), examples: [["text": "<order><line>2 pens</line></order>", "path": "/order/line"]])

    func execute(_ input: ActionInput, in context: ActionContext) async throws -> JSON {
        let text = try input.requiredText("text")
        let path = try input.filledText("path")
        let namespaces = try input.namespaces()
        let variables = try input.xpathVariables()
        let mapping = JSONMapping(alwaysLists: Set(try input.texts("always_list") ?? []))
        return try await BlockingWork.run { _ in
            do throws(XMLError) {
                let result = try XPath(path, namespaces: namespaces, variables: variables).evaluate(
                    in: Array(text.utf8), charset: "UTF-8")
                let values = try Self.values(of: result, mapping)
                return .object(
                    JSONObject(uniqueEntries: [
                        ("values", .array(values)), ("first", values.first ?? .null), ("count", .integer(values.count)),
                    ]))
            } catch {
                throw XMLWork.badInput(error, in: error.kind == .query ? "path" : "text")
            }
        }
    }

    private static func values(of result: XPathResult, _ mapping: JSONMapping) throws(XMLError) -> [JSON] {
        switch result {
        case .text(let text): return [.string(text)]
        case .boolean(let flag): return [.bool(flag)]
        case .number(let number): return [Self.number(number)]
        case .nodes(let nodes):
            var values: [JSON] = []
            for node in nodes {
                switch node {
                case .element(let element): values.append(try element.json(mapping))
                case .attribute(let attribute): values.append(.string(attribute.value))
                case .text(let text): values.append(.string(text))
                }
            }
            return values
        }
    }

    /// A whole number as such; null for what JSON has no number for.
    private static func number(_ number: Double) -> JSON {
        if let integer = Int(exactly: number) { return .integer(integer) }
        return number.isFinite ? JSON(number: "\(number)") ?? .null : .null
    }
}

extension ActionInput {
    /// Values by the names that an XPath refers to; empty when absent.
    fileprivate func xpathVariables() throws(ConnectorError) -> [String: XPath.Variable] {
        var variables: [String: XPath.Variable] = [:]
        for (name, value) in try object("variables") ?? [:] {
            guard XMLName.isName(name) else {
                throw ConnectorError(type: "bad_input", "\"\(name.prefix(60))\" can't be the name of a variable")
            }
            switch value {
            case .string(let text): variables[name] = .text(text)
            case .integer, .number: variables[name] = .number(value.double ?? .nan)
            case .bool(let flag): variables[name] = .boolean(flag)
            case .null, .array, .object:
                throw ConnectorError(
                    type: "bad_input", "the variable \"\(name)\" must be a text, a number, true or false")
            }
        }
        return variables
    }
}
