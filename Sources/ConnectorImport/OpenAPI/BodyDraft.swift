// The body of an operation's request: which media type, which schema, which members.

import JSONCore

/// What a body is made from.
struct BodyDraft {
    /// json, form, multipart, xml, text, file
    let form: String
    let mediaType: String?
    let schema: Node?
    let isRequired: Bool
    let description: String
    /// OpenAPI 3: how single members are written.
    let encoding: Node?
    /// Swagger 2.0: the fields of a form, in place of a schema.
    let fields: [ParameterDraft]
    /// Media types of another kind that the document has too.
    private(set) var dropped: [String] = []

    /// - Returns: nil when the operation takes none.
    init?(
        _ operation: OpenAPIDocument.Operation, _ parameters: [(node: Node, draft: ParameterDraft?)],
        _ document: OpenAPIDocument
    ) throws(ImportError) {
        if document.version == .two, operation.node["requestBody"] == nil {
            let types =
                (operation.node.json["consumes"] ?? document.root.json["consumes"])?.array?.compactMap(\.string) ?? []
            let fields = parameters.compactMap(\.draft).filter { $0.place == "formData" }
            if !fields.isEmpty {
                let hasFile = fields.contains { $0.schema?.text("type") == "file" }
                let isMultipart =
                    hasFile
                    || types.contains { MediaTypes.isMultipart($0) } && !types.contains { MediaTypes.isForm($0) }
                form = isMultipart ? "multipart" : "form"
                mediaType = isMultipart ? nil : types.first { MediaTypes.isForm($0) }
                (schema, isRequired, description) = (nil, fields.contains { $0.isRequired }, "")
                (encoding, self.fields) = (nil, fields)
                return
            }
            guard let body = parameters.first(where: { $0.node.text("in") == "body" })?.node else { return nil }
            let type = MediaTypes.preferred(types.filter { !MediaTypes.isForm($0) && !MediaTypes.isMultipart($0) })
            (form, mediaType) = (type.map { MediaTypes.form(of: $0) } ?? "json", type.flatMap { MediaTypes.header($0) })
            (schema, isRequired) = (body["schema"], body.json["required"] == true)
            (description, encoding, self.fields) = (body.text("description") ?? "", nil, [])
            return
        }
        guard let written = operation.node["requestBody"] else { return nil }
        let body = try document.documents.followed(written)
        let content = body["content"]?.object ?? []
        // What holds files goes as parts where it can: in JSON they would be texts.
        let parts = content.first { entry in
            MediaTypes.isMultipart(entry.key)
                && entry.value["schema"].map { FileSchema.isAmongMembers(of: $0, document.documents) } == true
        }
        guard let type = parts?.key ?? MediaTypes.preferred(content.map(\.key)),
            let media = content.first(where: { $0.key == type })?.value
        else { return nil }
        let followed = try document.documents.followed(media)
        var form = MediaTypes.form(of: type)
        // Any type at all, for what is plainly not JSON.
        if type.contains("*"), let schema = followed["schema"], let found = try? document.documents.followed(schema),
            found.text("format") == "binary" || type.lowercased().hasPrefix("image")
                || type.lowercased().hasPrefix("video")
        {
            form = "file"
        }
        self.form = form
        (mediaType, schema) = (MediaTypes.header(type), followed["schema"])
        (isRequired, description) = (body.json["required"] == true, body.text("description") ?? "")
        (encoding, fields) = (followed["encoding"], [])
        let others = content.map(\.key).filter { MediaTypes.form(of: $0) != form }
        dropped = others.filter { ["multipart", "file"].contains(MediaTypes.form(of: $0)) || form == "multipart" }
    }
}
