// `type` of a schema, in all the ways that documents write it.

import JSONCore

/// The kinds that a schema allows, and values made to fit them.
struct SchemaKinds {
    private(set) var names: [String] = []
    let isNullable: Bool

    private static let known = ["null", "boolean", "integer", "number", "string", "array", "object"]
    /// Names of other languages, which documents use.
    private static let others = [
        "int": "integer", "long": "integer", "int32": "integer", "int64": "integer", "float": "number",
        "double": "number", "decimal": "number", "bool": "boolean", "str": "string", "text": "string",
        "date": "string", "datetime": "string", "date-time": "string", "uuid": "string", "list": "array",
        "dict": "object", "map": "object",
    ]

    init(_ object: JSONObject) {
        let written = object["type"]?.array?.compactMap(\.string) ?? object["type"]?.string.map { [$0] } ?? []
        for name in written {
            let lower = name.lowercased()
            if let kind = Self.known.contains(lower) ? lower : Self.others[lower], !names.contains(kind) {
                names.append(kind)
            }
        }
        isNullable = object["nullable"] == true || object["x-nullable"] == true
        if isNullable, !names.isEmpty, !names.contains("null") { names.append("null") }
    }

    /// nil when nothing is said.
    var json: JSON? {
        switch names.count {
        case 0: nil
        case 1: .string(names[0])
        default: .array(names.map { .string($0) })
        }
    }

    /// A choice, a default or an example as the kind it should be: YAML reads `1.10` and `no` as it likes.
    func fitting(_ value: JSON) -> JSON {
        switch value {
        case .integer, .number, .bool:
            let kind = value.bool != nil ? "boolean" : value.integer != nil ? "integer" : "number"
            if names.contains(kind) || kind == "integer" && names.contains("number") { return value }
            return names.contains("string") ? .string(value.compact) : value
        case .string(let text):
            if names.isEmpty || names.contains("string") { return value }
            if names.contains("integer") || names.contains("number"), let number = JSON(number: text) { return number }
            if names.contains("boolean"), text == "true" || text == "false" { return .bool(text == "true") }
            return value
        default: return value
        }
    }
}
