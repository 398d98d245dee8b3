// One operation as an action: its input, its request, its output.

import JSONCore

/// What becomes of one operation.
struct ActionDraft {
    var title = ""
    var summary = ""
    var effect = "unsafe"
    var input = JSONObject()
    var request = JSONObject()
    var outputSchema: JSON?
    var output: JSON?
    var paginate: JSON?
    var notes: [String] = []

    /// What connector.json says of it.
    func entry(file: String) -> JSON {
        var entry: JSONObject = ["title": .string(title)]
        if !summary.isEmpty, summary != title { entry["summary"] = .string(summary) }
        entry["effect"] = .string(effect)
        entry["file"] = .string(file)
        return .object(entry)
    }

    /// Its own file.
    var json: JSON {
        var file: JSONObject = ["input": .object(input), "request": .object(request)]
        file["paginate"] = paginate
        file["output"] = output
        file["output_schema"] = outputSchema
        return .object(file)
    }
}

/// Makes actions of the operations of one document.
final class ActionMaker {
    let document: OpenAPIDocument
    let security: Security
    private(set) var servers: Servers
    private let shelf: SchemaShelf
    /// Of the operation that is being made.
    var draft = ActionDraft()
    private var properties = JSONObject()
    private var required: [String] = []
    private var parameters: [JSON] = []
    private var pageParameters: [PageParameter] = []

    init(_ document: OpenAPIDocument, _ security: Security, _ shelf: SchemaShelf) {
        (self.document, self.security, self.shelf) = (document, security, shelf)
        servers = Servers(document)
    }

    var documents: DocumentSet { document.documents }

    lazy var converter = SchemaConverter(shelf: shelf) { [unowned self] text in
        if !draft.notes.contains(text) { draft.notes.append(text) }
    }

    /// - Throws: why the operation can't be carried over.
    func action(_ operation: OpenAPIDocument.Operation, name: String) throws(ImportError) -> ActionDraft {
        (draft, properties, required, parameters, pageParameters) = (ActionDraft(), [:], [], [], [])
        guard operation.method != "TRACE" else { throw ImportError("TRACE requests are not sent") }
        let summary = operation.node.text("summary").map { Printable.prose($0, most: 100) } ?? ""
        draft.title = summary.isEmpty ? ActionNames.title(name) : summary
        draft.summary = operation.node.text("description").map { Printable.prose($0, most: 300) } ?? ""
        if operation.node.json["deprecated"] == true { draft.summary = "Deprecated. " + draft.summary }
        draft.request["method"] = .string(operation.method)
        if let url = servers.own(operation) { draft.request["base_url"] = .string(url) }
        let found = try document.parameters(of: operation)
        try addPath(operation.path, found.compactMap(\.draft))
        for parameter in found.compactMap(\.draft) where ["query", "header", "cookie"].contains(parameter.place) {
            try add(parameter)
        }
        let body = try BodyDraft(operation, found, document)
        if let body { try add(body) }
        effect(operation)
        answer(operation, body)
        if let objection = security.objection(operation) { draft.notes.append(objection) }
        if !parameters.isEmpty { draft.request["parameters"] = .array(parameters) }
        draft.input["type"] = "object"
        if !required.isEmpty { draft.input["required"] = .array(required.map { .string($0) }) }
        draft.input["properties"] = .object(properties)
        return draft
    }

    // MARK: - Path

    /// The path with its parameters; what is literal in it is made safe to be a template.
    private func addPath(_ path: String, _ drafts: [ParameterDraft]) throws(ImportError) {
        var rest = path.prefix { $0 != "#" }
        let query = rest.firstIndex(of: "?").map { rest[rest.index(after: $0)...] } ?? Substring()
        rest = rest.prefix { $0 != "?" }
        // AWS tells operations of one address apart by what follows `#`, which is never sent.
        if path.contains("#") { draft.notes.append("what follows # in its path is not sent") }
        var text = rest.hasPrefix("/") ? "" : "/"
        var names: [String] = []
        while let first = rest.firstIndex(of: "{"), let close = rest[first...].firstIndex(of: "}") {
            // Of several braces the last one opens; the others are characters of the path.
            let open = rest[..<close].lastIndex(of: "{") ?? first
            text += Self.literal(rest[..<open])
            var name = String(rest[rest.index(after: open)..<close])
            // `{+name}` and `{name*}` are RFC 6570's ways to say how.
            let keepsSlashes = name.hasPrefix("+")
            if keepsSlashes { name.removeFirst() }
            while name.hasSuffix("*") || name.hasSuffix("=") { name.removeLast() }
            let plain = Self.placeholder(try Self.checked(name))
            text += "{\(plain)}"
            rest = rest[rest.index(after: close)...]
            guard !names.contains(plain) else { continue }
            names.append(plain)
            let draft = drafts.first { $0.place == "path" && $0.name == name }
            addParameter(plain, "path", draft, member: name, isRequired: true, allowsReserved: keepsSlashes)
        }
        text += Self.literal(rest)
        while text.hasPrefix("//") { text.removeFirst() }
        draft.request["path"] = .string(text)
        for pair in query.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1)
            guard let name = parts.first, !pair.contains("{") else { continue }
            let value = parts.count > 1 ? DocumentPlace.decoded(String(parts[1])) : ""
            guard !value.contains("{{") else { continue }
            parameters.append([
                "name": .string(try Self.checked(DocumentPlace.decoded(String(name)))), "in": "query",
                "value": .string(value),
            ])
        }
    }

    /// Percent-encoded where the connector's check asks for it, and never with a brace.
    private static func literal(_ text: Substring) -> String {
        var result = ""
        for character in text {
            let isPlain = character.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F } && !"{}\\\"<>^`|".contains(character)
            if isPlain {
                result.append(character)
            } else {
                for byte in String(character).utf8 {
                    let digits = String(byte, radix: 16, uppercase: true)
                    result += "%" + (digits.count == 1 ? "0" : "") + digits
                }
            }
        }
        let folders = result.split(separator: "/", omittingEmptySubsequences: false)
        return folders.map { $0 == "." || $0 == ".." ? String(repeating: "%2E", count: $0.count) : String($0) }
            .joined(separator: "/")
    }

    /// A name as it may stand in a path's braces.
    private static func placeholder(_ name: String) -> String {
        String(
            String.UnicodeScalarView(
                name.unicodeScalars.map { scalar in
                    let isPlain =
                        scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
                    return isPlain || "_-.$:@".unicodeScalars.contains(scalar) ? scalar : "_"
                }))
    }

    /// A parameter's name as it may be kept.
    private static func checked(_ name: String) throws(ImportError) -> String {
        guard !name.isEmpty, name.utf8.count <= 200 else {
            throw ImportError("a parameter's name is empty or longer than 200 bytes")
        }
        guard name.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
            throw ImportError("the name of the parameter \"\(Printable.text(name))\" has a control character in it")
        }
        return name
    }

    // MARK: - Parameters

    /// Headers that the client and the connection make.
    private static let ownHeaders: Set<String> = [
        "accept", "content-type", "authorization", "host", "content-length", "transfer-encoding", "connection",
        "cookie",
        "proxy-authorization", "accept-encoding", "user-agent",
    ]

    private func add(_ parameter: ParameterDraft) throws(ImportError) {
        let name = try Self.checked(parameter.name)
        if let note = parameter.note { draft.notes.append("\(Printable.text(name)): \(note)") }
        if security.covered.contains("\(parameter.place) \(name.lowercased())") { return }
        if parameter.place == "header" {
            let lower = name.lowercased()
            if lower == "cookie", parameter.isRequired { draft.notes.append("the header Cookie is not sent") }
            if Self.ownHeaders.contains(lower) { return }
            guard name.utf8.allSatisfy({ (0x21..<0x7F).contains($0) && !"\"(),/:;<=>?@[\\]{}".utf8.contains($0) })
            else {
                throw ImportError("\"\(Printable.text(name))\" can't be the name of a header")
            }
            if Self.idempotencyHeaders.contains(lower), addIdempotencyKey(parameter) { return }
        }
        addParameter(
            name, parameter.place, parameter, isRequired: parameter.isRequired, allowsReserved: parameter.allowsReserved
        )
        if parameter.place == "query" { pageParameters.append(PageParameter(name, parameter, documents)) }
    }

    private static let idempotencyHeaders: Set<String> = [
        "idempotency-key", "x-idempotency-key", "idempotence-key", "x-request-idempotency-key",
    ]

    /// A header for the key of an attempt is filled by the engine, unless its form is another than that of our keys.
    private func addIdempotencyKey(_ parameter: ParameterDraft) -> Bool {
        let schema = parameter.schema.flatMap { try? documents.followed($0) }
        guard schema?["pattern"] == nil, schema?["maxLength"] == nil, schema?.text("format") == nil else {
            return false
        }
        parameters.append([
            "name": .string(parameter.name), "in": "header", "value": "{{ idempotency_key }}",
        ])
        draft.effect = "keyed"
        return true
    }

    private func addParameter(
        _ name: String, _ place: String, _ parameter: ParameterDraft?, member wanted: String? = nil, isRequired: Bool,
        allowsReserved: Bool
    ) {
        let member = unused(wanted ?? name, place)
        var entry: JSONObject = ["name": .string(name), "in": .string(place)]
        if member != name { entry["from"] = .string(member) }
        var schema = JSONObject()
        if let written = parameter?.schema {
            schema = converter.schema(written, .input).object ?? [:]
            // `type` decides what a list looks like, and so must be known.
            let followed = try? documents.followed(written)
            if followed?.text("type") == "file" { schema = ["type": "string"] }
        } else {
            schema = ["type": "string"]
        }
        if let text = parameter?.description, !text.isEmpty {
            schema["description"] = .string(Printable.prose(text, most: 500))
        }
        style(parameter, place, into: &entry)
        if allowsReserved { entry["allow_reserved"] = true }
        properties[member] = .object(schema)
        if isRequired {
            // What there is no choice about, the step need not say.
            if place != "path" || schema["const"] != nil || schema["enum"]?.array?.count == 1,
                let value = schema["default"] ?? schema["const"]
                    ?? (schema["enum"]?.array?.count == 1 ? schema["enum"]?[0] : nil),
                let words = value.scalarWords, !words.isEmpty
            {
                entry["default"] = value
            } else {
                required.append(member)
            }
        }
        parameters.append(.object(entry))
    }

    private func style(_ parameter: ParameterDraft?, _ place: String, into entry: inout JSONObject) {
        let allowed = [
            "path": ["simple", "label", "matrix", "json"],
            "query": ["form", "spaceDelimited", "pipeDelimited", "deepObject", "json"], "header": ["simple", "json"],
            "cookie": ["form", "json"],
        ][place, default: []]
        let standard = allowed.first ?? ""
        let style = parameter?.style.flatMap { allowed.contains($0) ? $0 : nil } ?? standard
        if style != standard { entry["style"] = .string(style) }
        if let explode = parameter?.explode, explode != (style == "form") { entry["explode"] = .bool(explode) }
    }

    /// A name that the input does not have yet.
    private func unused(_ name: String, _ place: String) -> String {
        var (candidate, number) = (name, 2)
        while properties[candidate] != nil {
            candidate = number == 2 ? "\(name)_\(place)" : "\(name)_\(place)_\(number)"
            number += 1
        }
        return candidate
    }

    // MARK: - Body

    private func add(_ body: BodyDraft) throws(ImportError) {
        var described: JSONObject = ["as": .string(body.form)]
        if let type = body.mediaType { described["media_type"] = .string(type) }
        if body.isRequired { described["required"] = true }
        let plain = body.schema.flatMap { PlainObject($0, documents) }
        if !body.fields.isEmpty {
            try addFields(body, into: &described)
        } else if ["json", "form", "multipart"].contains(body.form), let plain,
            try addMembers(plain, body, into: &described)
        {
        } else {
            try addWhole(body, into: &described)
        }
        draft.request["body"] = .object(described)
    }

    /// Fields of a form of Swagger 2.0.
    private func addFields(_ body: BodyDraft, into described: inout JSONObject) throws(ImportError) {
        var (members, encodings) = ([JSON](), JSONObject())
        for field in body.fields {
            let name = try Self.checked(field.name)
            // The member has the field's name: a field that a parameter has taken can't be told apart.
            guard properties[name] == nil else {
                draft.notes.append("the field \"\(Printable.text(name))\" has the name of a parameter and is left out")
                continue
            }
            var encoding = JSONObject()
            let isFile = field.schema?.text("type") == "file"
            var schema = isFile ? FileSchema.one : field.schema.map { converter.schema($0, .input) } ?? [:]
            if case .object(var object) = schema, !field.description.isEmpty {
                object["description"] = .string(Printable.prose(field.description, most: 500))
                schema = .object(object)
            }
            if isFile { encoding["file"] = true }
            if let style = field.style, style != "form" { encoding["style"] = .string(style) }
            if let explode = field.explode, explode != (field.style == "form") { encoding["explode"] = .bool(explode) }
            if !encoding.isEmpty { encodings[name] = .object(encoding) }
            properties[name] = schema
            if field.isRequired { required.append(name) }
            members.append(.string(name))
        }
        described["members"] = .array(members)
        if !encodings.isEmpty { described["encoding"] = .object(encodings) }
    }

    /// The members of a plain object as members of the input.
    /// - Returns: false, with nothing added, when a parameter has one of the names.
    private func addMembers(
        _ plain: PlainObject, _ body: BodyDraft, into described: inout JSONObject
    ) throws(ImportError) -> Bool {
        let kept = plain.members.filter { member in
            let found = (try? documents.followed(member.schema)) ?? member.schema
            return member.schema.json["readOnly"] != true && found.json["readOnly"] != true
        }
        guard !kept.isEmpty, kept.allSatisfy({ properties[$0.name] == nil && $0.name.utf8.count <= 200 }) else {
            return false
        }
        guard kept.allSatisfy({ $0.name.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F } && !$0.name.isEmpty }) else {
            return false
        }
        var encodings = JSONObject()
        for member in kept {
            let (schema, encoding) = self.member(member.name, member.schema, body)
            properties[member.name] = schema
            if !encoding.isEmpty { encodings[member.name] = .object(encoding) }
            if plain.required.contains(member.name) { required.append(member.name) }
        }
        described["members"] = .array(kept.map { .string($0.name) })
        if !encodings.isEmpty { described["encoding"] = .object(encodings) }
        return true
    }

    /// The body as one member of the input.
    private func addWhole(_ body: BodyDraft, into described: inout JSONObject) throws(ImportError) {
        let name = properties["body"] == nil ? "body" : unused("request_body", "body")
        var schema: JSON
        switch body.form {
        case "file": schema = FileSchema.one
        case "text": schema = ["type": "string"]
        default: schema = body.schema.map { converter.schema($0, .input) } ?? [:]
        }
        if body.form == "multipart" || body.form == "form", let written = body.schema {
            let (rewritten, encodings) = whole(schema, written, body)
            schema = rewritten
            if !encodings.isEmpty { described["encoding"] = .object(encodings) }
        }
        if case .object(var object) = schema, !body.description.isEmpty, object["description"] == nil {
            object["description"] = .string(Printable.prose(body.description, most: 500))
            schema = .object(object)
        }
        if body.form == "xml", let written = body.schema, let root = root(of: written) {
            described["root"] = .string(root)
        }
        properties[name] = schema
        described["from"] = .string(name)
        if body.isRequired { required.append(name) }
    }

    /// The name of an XML document's root, where the schema has no `xml.name`: the schema's own.
    private func root(of schema: Node) -> String? {
        guard let reference = schema.text("$ref"),
            let (target, _) = try? documents.target(reference, from: schema.document)
        else { return nil }
        let name = target.pointer.tokens.last ?? ""
        let isName = name.first.map { $0.isLetter } == true && name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
        return isName ? name : nil
    }

    /// One member of a form or of parts, and how it is written.
    private func member(_ name: String, _ schema: Node, _ body: BodyDraft) -> (JSON, JSONObject) {
        var encoding = JSONObject()
        let written = body.encoding?[name]
        if body.form == "form" {
            if let style = written?.text("style"),
                ["form", "spaceDelimited", "pipeDelimited", "deepObject"].contains(style)
            {
                encoding["style"] = .string(style)
                if let explode = written?.json["explode"]?.bool, explode != (style == "form") {
                    encoding["explode"] = .bool(explode)
                }
            } else if let explode = written?.json["explode"]?.bool {
                encoding["style"] = "form"
                if !explode { encoding["explode"] = false }
            }
            if written?.json["allowReserved"] == true { encoding["allow_reserved"] = true }
            if written?.text("contentType")?.contains("json") == true { encoding = ["style": "json"] }
            return (converter.schema(schema, .input), encoding)
        }
        guard body.form == "multipart" else { return (converter.schema(schema, .input), encoding) }
        let type = written?.text("contentType").flatMap { text in
            // Several types may be listed: the first.
            MediaTypes.header(MediaTypes.bare(String(text.prefix { $0 != "," })))
        }
        if let type { encoding["content_type"] = .string(type) }
        let found = (try? documents.followed(schema)) ?? schema
        if FileSchema.isFile(found, type) {
            encoding["file"] = true
            return (FileSchema.one(found), encoding)
        }
        if found.text("type") == "array", let items = found["items"],
            FileSchema.isFile((try? documents.followed(items)) ?? items, type)
        {
            encoding["file"] = true
            return (["type": "array", "items": FileSchema.one], encoding)
        }
        return (converter.schema(schema, .input), encoding)
    }

    /// A form or parts as one member: files among its members are described as such.
    private func whole(_ schema: JSON, _ written: Node, _ body: BodyDraft) -> (JSON, JSONObject) {
        let found = (try? documents.followed(written)) ?? written
        let members = found["properties"]?.object ?? []
        guard case .object(let top) = converter.schema(found, .input) else { return (schema, [:]) }
        var (object, encodings) = (top, JSONObject())
        var properties = object["properties"]?.object ?? [:]
        for member in members where properties[member.key] != nil {
            let (schema, encoding) = self.member(member.key, member.value, body)
            properties[member.key] = schema
            if !encoding.isEmpty { encodings[member.key] = .object(encoding) }
        }
        if !properties.isEmpty { object["properties"] = .object(properties) }
        return (.object(object), encodings)
    }

    // MARK: - Effect and answer

    /// What a repeat does, as the method promises (RFC 9110 §9.2).
    private func effect(_ operation: OpenAPIDocument.Operation) {
        switch operation.method {
        case "GET", "HEAD", "OPTIONS": draft.effect = "read"
        case "PUT", "DELETE": if draft.effect != "keyed" { draft.effect = "idempotent" }
        default: break
        }
    }

    private func answer(_ operation: OpenAPIDocument.Operation, _ body: BodyDraft?) {
        let answer = AnswerDraft(operation, document)
        if let type = answer.mediaType.flatMap({ MediaTypes.header($0) }), !type.contains("{{") {
            draft.request["headers"] = ["Accept": .string(MediaTypes.bare(type))]
        }
        if answer.isFile {
            draft.output = [
                "base64": "{{ response.base64 }}", "text": "{{ response.body }}",
                "content_type": "{{ response.headers['content-type'] }}",
            ]
            draft.outputSchema = [
                "type": "object",
                "properties": [
                    "base64": ["type": ["string", "null"], "description": "the file, where it is no text"],
                    "text": ["description": "the file, where it is a text"],
                    "content_type": ["type": ["string", "null"]],
                ],
            ]
            return
        }
        guard answer.isJSON else { return }
        let isList = operation.method == "GET" || operation.method == "POST" && body == nil
        if isList, let pages = PageRecognition(answer, pageParameters, documents) {
            let limit = unused("max_records", "all")
            properties[limit] = [
                "type": "integer", "minimum": 1, "maximum": 100_000, "default": 10_000,
                "description": "the most records to gather from all pages",
            ]
            let item = pages.item.map { converter.schema($0, .output) }
            draft.paginate = pages.json(item: item, limit: limit)
            return
        }
        if let schema = answer.schema { draft.outputSchema = converter.schema(schema, .output) }
    }
}

/// How the content of a file is given in an input.
enum FileSchema {
    static let one: JSON = {
        func way(_ key: String, _ schema: JSON) -> JSON {
            [
                "type": "object", "required": [.string(key)],
                "properties": .object([
                    key: schema, "filename": ["type": "string"], "content_type": ["type": "string"],
                ]), "additionalProperties": false,
            ]
        }
        return [
            "description": "a file: its content as \"base64\" or \"text\", or \"file\": its path in the workspace",
            "oneOf": [
                way("base64", ["type": "string", "contentEncoding": "base64"]), way("text", ["type": "string"]),
                way("file", ["type": "string", "description": "its path in the workspace"]),
            ],
        ]
    }()

    /// With the words of the schema it stands for.
    static func one(_ schema: Node) -> JSON {
        guard case .object(var object) = one, let text = schema.text("description"), !text.isEmpty else { return one }
        object["description"] = .string(Printable.prose(text, most: 300) + " (a file, text or base64)")
        return .object(object)
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
