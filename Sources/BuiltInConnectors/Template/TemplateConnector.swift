// `template`: texts and HTML from templates.

import ConnectorKit
import JSONCore
import RecipeLanguage

extension NativeConnector {
    /// Fills Mustache templates.
    public static let template = NativeConnector(
        name: "template", title: "Templates",
        summary: "Fills Mustache templates with values, for mails, pages and documents; values in HTML are made safe.",
        docs: "https://mustache.github.io/mustache.5.html", actions: [RenderTemplate()])
}

/// Where the text of a template comes from.
enum TemplateInput {
    static let mostBytes = 1 << 20

    /// The text, given as it is or as the name of a file.
    static func bytes(_ text: String?, file: String?, _ files: any WorkspaceFiles) throws -> [UInt8]? {
        let bytes: [UInt8]
        switch (text, file) {
        case (let text?, nil): bytes = Array(text.utf8)
        case (nil, let file?):
            bytes = try OpenedFile(file, in: files).readAll(limit: mostBytes)
            guard String(validating: bytes, as: UTF8.self) != nil else {
                throw ConnectorError(type: "file", "\"\(file)\" is not UTF-8 text")
            }
        default: return nil
        }
        guard bytes.count <= mostBytes else {
            throw ConnectorError(type: "too_large", "a template has more than \(mostBytes) bytes")
        }
        return bytes
    }
}

/// `template.render`.
struct RenderTemplate: Action {
    let spec = OperationSpec(
        name: "render", title: "Fill a template",
        summary:
            "Fills a Mustache template: {{name}} is a value, {{#items}}…{{/items}} a section for each, {{^items}}…{{/items}} for none. In HTML values are escaped; {{{name}}} is not.",
        effect: .read,
        input: .object([
            .string("text", "the template"), .string("file", "or the file of the workspace that it is in"),
            .member("values", .object([], open: true), "what its names stand for"),
            .string(
                "as", "html, the default, escapes values; text doesn't",
                choices: MustacheWriter.Form.allCases.map(\.rawValue)),
            .member(
                "partials", .object([], open: true),
                "templates that it uses with {{>name}}: by name a text, or {\"file\": …}"),
            .string("tags", "other marks than {{ }}, like \"<% %>\": for templates that are written in the recipe"),
            .boolean("strict", "whether a name without a value is an error; false when left out"),
        ]),
        output: .object([.string("text", required: true)]),
        examples: [
            [
                "text": "<p>Dear <% name %>,</p><% #lines %><li><% title %></li><% /lines %>", "tags": "<% %>",
                "values": ["name": "{{ customer.name }}", "lines": "{{ order.lines }}"],
            ]
        ])

    func execute(_ input: ActionInput, in context: ActionContext) async throws -> JSON {
        let (text, file) = (try input.text("text"), try input.text("file"))
        let form = try input.choice("as", default: MustacheWriter.Form.html)
        let isStrict = try input.flag("strict")
        let values = JSON.object(try input.object("values") ?? [:])
        let given = try input.object("partials") ?? [:]
        var tags = MustacheTags.standard
        if let marks = try input.text("tags") {
            guard let other = MustacheTags(marks) else {
                throw ConnectorError(type: "bad_input", "\"tags\" must be two marks, like \"<% %>\"")
            }
            tags = other
        }
        let (files, marks) = (context.files, tags)
        return try await BlockingWork.run { flag in
            guard let template = try TemplateInput.bytes(text, file: file, files) else {
                throw ConnectorError(type: "bad_input", "give either \"text\" or \"file\"")
            }
            var partials: [String: [UInt8]] = [:]
            for partial in given.entries {
                guard
                    let bytes = try TemplateInput.bytes(
                        partial.value.string, file: partial.value["file"]?.string, files)
                else {
                    throw ConnectorError(
                        type: "bad_input", "the partial \"\(partial.key)\" must be a text or {\"file\": …}")
                }
                partials[partial.key] = bytes
            }
            let pieces = try MustacheReader.read(template, name: "the template", tags: marks)
            var writer = MustacheWriter(
                form, tags: marks, partials: partials, isStrict: isStrict, values: values, flag: flag)
            try writer.write(pieces)
            return ["text": .string(String(decoding: writer.output, as: UTF8.self))]
        }
    }
}
