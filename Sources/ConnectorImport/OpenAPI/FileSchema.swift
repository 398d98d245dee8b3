// How the content of a file is given in an action's input, and which parts of a body are files.

import JSONCore

/// How the content of a file is given in an input.
enum FileSchema {
    static let one = ways(["filename": ["type": "string"], "content_type": type])

    /// As a whole body: its type is the document's, unless that takes any.
    static func body(ofAnyType isAny: Bool) -> JSON { ways(isAny ? ["content_type": type] : [:]) }

    private static let type: JSON = [
        "type": "string", "pattern": "^[A-Za-z0-9!#$&^_.+-]+/[A-Za-z0-9!#$&^_.+-]+(;.*)?$",
    ]

    private static func ways(_ more: JSONObject) -> JSON {
        func way(_ key: String, _ schema: JSON) -> JSON {
            var properties: JSONObject = [key: schema]
            for entry in more { properties[entry.key] = entry.value }
            return [
                "type": "object", "required": [.string(key)], "properties": .object(properties),
                "additionalProperties": false,
            ]
        }
        return [
            "description": "a file: its content as \"base64\" or \"text\", or \"file\": its path in the workspace",
            "oneOf": [
                way("base64", ["type": "string", "contentEncoding": "base64"]), way("text", ["type": "string"]),
                way("file", ["type": "string", "description": "its path in the workspace"]),
            ],
        ]
    }

    /// With the words of the schema it stands for.
    static func one(_ schema: Node) -> JSON {
        guard case .object(var object) = one, let text = schema.text("description"), !text.isEmpty else { return one }
        object["description"] = .string(Printable.prose(text, most: 300) + " (a file, text or base64)")
        return .object(object)
    }

    /// What stands where a schema asks for a file or for files, in whatever way it says so; nil where it asks for something else.
    static func input(_ schema: Node, _ contentType: String?, _ documents: DocumentSet) -> JSON? {
        // Schemas that take each other over many times: one that asks for a file says so within a few.
        var left = 100
        return input(schema, contentType, documents, &left)
    }

    private static func input(
        _ schema: Node, _ contentType: String?, _ documents: DocumentSet, _ left: inout Int
    ) -> JSON? {
        left -= 1
        guard left > 0, let found = try? documents.followed(schema) else { return nil }
        if isFile(found, contentType) { return one(found) }
        if let items = found["items"], found.text("type") ?? "array" == "array" {
            guard let item = input(items, contentType, documents, &left), item["type"] != "array" else { return nil }
            return ["type": "array", "items": item]
        }
        if let parts = found["allOf"]?.array {
            for part in parts {
                if let file = input(part, contentType, documents, &left) { return file }
            }
            return nil
        }
        // One of several, or nothing.
        guard let ways = (found["anyOf"] ?? found["oneOf"])?.array else { return nil }
        var files: [JSON] = []
        for way in ways where way.text("type") != "null" {
            guard let file = input(way, contentType, documents, &left) else { return nil }
            if !files.contains(file) { files.append(file) }
        }
        return files.count > 1 ? ["oneOf": .array(files)] : files.first
    }

    /// Whether a body with this schema has a member that is a file.
    static func isAmongMembers(of schema: Node, _ documents: DocumentSet) -> Bool {
        (documents.parts(of: schema) ?? []).contains { part in
            (part["properties"]?.object ?? []).contains { input($0.value, nil, documents) != nil }
        }
    }

    /// Whether a part with this schema is a file (OpenAPI 3.1 §4.8.15.1.3).
    static func isFile(_ schema: Node, _ contentType: String?) -> Bool {
        let type = schema.text("type")
        if type == "file" || schema.text("format") == "binary" { return true }
        let media = schema.text("contentMediaType") ?? contentType
        guard let media, type == nil || type == "string", schema["contentEncoding"] == nil else { return false }
        return MediaTypes.form(of: media) == "file"
    }
}
