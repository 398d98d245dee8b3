// `json`: texts to values and back.

import ConnectorKit
import JSONCore
import RecipeLanguage

extension NativeConnector {
    /// Reads and writes JSON texts.
    public static let json = NativeConnector(
        name: "json", title: "JSON", summary: "Reads JSON texts, writes them, and looks values up in them.",
        actions: [ParseJSON(), BuildJSON(), QueryJSON()])
}

/// `json.parse`: a text to a value.
struct ParseJSON: Action {
    /// A payload that a step holds in memory.
    static let mostBytes = 64 << 20

    let spec = OperationSpec(
        name: "parse", title: "Read a JSON text",
        summary: "Gives the value that a JSON text stands for. Numbers stay exactly as they are written.",
        effect: .pure,
        input: .object([
            .string("text", required: true, "the JSON text"),
            .integer("depth", "how deep lists and objects may be nested; 128 when left out, at most 512"),
        ]),
        output: .object([.any("value", required: true)]), examples: [["text": "{\"total\": 10.00}"]])

    func execute(_ input: ActionInput, in context: ActionContext) async throws -> JSON {
        let text = try input.requiredText("text")
        var limits = JSONLimits()
        limits.depth = try input.integer("depth", in: 1...512) ?? limits.depth
        limits.bytes = Self.mostBytes
        do {
            return ["value": try JSON(parsing: text, limits: limits)]
        } catch {
            throw ConnectorError(
                type: "bad_input", "this is not JSON: \(error.message) (at byte \(error.offset))",
                details: ["offset": .integer(error.offset)])
        }
    }
}

/// `json.build`: a value to a text.
struct BuildJSON: Action {
    enum Layout: String, CaseIterable { case compact, indented, canonical }

    let spec = OperationSpec(
        name: "build", title: "Write a JSON text",
        summary: "Gives the JSON text of a value. \"canonical\" (RFC 8785) gives equal values equal texts.",
        effect: .pure,
        input: .object([
            .any("value", required: true, "what to write"),
            .string("layout", "compact when left out", choices: Layout.allCases.map(\.rawValue)),
        ]),
        output: .object([.string("text", required: true)]), examples: [["value": ["id": 7], "layout": "indented"]])

    func execute(_ input: ActionInput, in context: ActionContext) async throws -> JSON {
        let value = input.members["value"] ?? .null
        let text =
            switch try input.choice("layout", default: Layout.compact) {
            case .compact: value.compact
            case .indented: value.indented
            case .canonical: value.canonical
            }
        return ["text": .string(text)]
    }
}

/// `json.query`: the value at a pointer.
struct QueryJSON: Action {
    let spec = OperationSpec(
        name: "query", title: "Look up a value by its pointer",
        summary: "Gives the value at an RFC 6901 pointer, like /lines/0/price, and whether there is one.",
        effect: .pure,
        input: .object([
            .any("value", required: true, "where to look"),
            .string("pointer", required: true, "the way to the value: /name/0/name"),
        ]),
        output: .object([.any("value", required: true), .boolean("found", required: true)]),
        examples: [["value": ["lines": [["price": 10]]], "pointer": "/lines/0/price"]])

    func execute(_ input: ActionInput, in context: ActionContext) async throws -> JSON {
        let text = try input.requiredText("pointer")
        guard let pointer = JSONPointer(parsing: text) else {
            throw ConnectorError(
                type: "bad_input", "\"pointer\" must be empty or start with /, and ~ in a name is written ~0")
        }
        let found = (input.members["value"] ?? .null)[pointer: pointer]
        return ["value": found ?? .null, "found": .bool(found != nil)]
    }
}
