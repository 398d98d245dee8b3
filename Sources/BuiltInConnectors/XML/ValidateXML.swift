// `xml.validate`: whether a text is as an XML Schema says.

import ConnectorKit
import JSONCore
import RecipeLanguage
import XML

/// A document that is not valid is no failure of the step: what is wrong with it is its output.
struct ValidateXML: Action {
    let spec = OperationSpec(
        name: "validate", title: "Hold an XML text against a schema",
        summary:
            "Tells whether a text is as an XML Schema says, and of each mistake the element, the line and what is wrong.",
        effect: .read,
        input: .object([
            .string("text", required: true, "the XML text"),
            .string(
                "schema_file",
                "the schema, a file of the workspace: schemas/order.xsd. What it imports and includes is beside it or below"
            ),
            .string("schema", "the schema as a text, in place of schema_file"),
        ]),
        output: .object([
            .boolean("valid", required: true),
            .member(
                "mistakes",
                .array(
                    .object([
                        .string("element", required: true, "the element's name"),
                        .integer("line", required: true, "in the text, from 1"),
                        .string("message", required: true, "a sentence"),
                    ])), required: true, "none when it is valid; 100 at most"),
        ]), examples: [["text": "{{ mail.text }}", "schema_file": "schemas/order.xsd"]])

    func execute(_ input: ActionInput, in context: ActionContext) async throws -> JSON {
        let text = try input.requiredText("text")
        let (name, schemaText) = (try input.text("schema_file"), try input.text("schema"))
        guard (name == nil) != (schemaText == nil) else {
            throw ConnectorError(type: "bad_input", "give either \"schema_file\" or \"schema\"")
        }
        let files = context.files
        return try await BlockingWork.run { _ in
            let documents =
                try name.map { try Self.documents($0, files) }
                ?? [SchemaFiles.File(name: "", bytes: Array((schemaText ?? "").utf8))]
            let schema: XMLSchema
            do throws(XMLError) { schema = try XMLSchema(documents) } catch {
                throw XMLWork.badInput(error, in: name == nil ? "schema" : "schema_file")
            }
            do throws(XMLError) {
                let found = try schema.findings(in: Array(text.utf8))
                return [
                    "valid": .bool(found.isEmpty),
                    "mistakes": .array(
                        found.map {
                            [
                                "element": .string($0.element), "line": .integer($0.line),
                                "message": .string($0.message),
                            ]
                        }),
                ]
            } catch { throw XMLWork.badInput(error, in: "text") }
        }
    }

    /// All together, and how many.
    private static let mostBytes = 20 << 20
    private static let mostFiles = 500

    /// A schema and what it refers to, directly or not.
    private static func documents(_ name: String, _ files: any WorkspaceFiles) throws -> [SchemaFiles.File] {
        var (documents, waiting, known): ([SchemaFiles.File], [String], Set<String>) = ([], [name], [name])
        var bytes = 0
        while let next = waiting.popLast() {
            let file = SchemaFiles.File(
                name: next, bytes: try OpenedFile(next, in: files).readAll(limit: XMLLimits().bytes))
            bytes += file.bytes.count
            guard bytes <= mostBytes, documents.count < mostFiles else {
                throw ConnectorError(
                    type: "too_large",
                    "the schema \"\(name)\" has more than \(mostFiles) files or \(mostBytes >> 20) MiB")
            }
            documents.append(file)
            // What can't be read is told, with its line, when the schema is made.
            for location in (try? SchemaFiles.references(in: file)) ?? [] {
                guard let path = path(location, from: next), known.insert(path).inserted else { continue }
                waiting.append(path)
            }
        }
        return documents
    }

    /// A location in a file, as a path from the workspace's folder; nil for one that leads elsewhere.
    private static func path(_ location: String, from file: String) -> String? {
        guard !location.contains(":"), !location.hasPrefix("/"), !location.contains("\\") else { return nil }
        var parts = file.split(separator: "/").dropLast().map { String($0) }
        for part in PercentEncoding.decoded(location).split(separator: "/") {
            switch part {
            case ".": continue
            case "..": if parts.popLast() == nil { return nil }
            default: parts.append(String(part))
            }
        }
        return parts.isEmpty ? nil : parts.joined(separator: "/")
    }
}
