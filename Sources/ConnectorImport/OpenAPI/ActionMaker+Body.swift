// The body of an action's request, from members of its input or from one of them.

import JSONCore

extension ActionMaker {
    func add(_ body: BodyDraft) throws(ImportError) {
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
        if !body.dropped.isEmpty {
            let others = body.dropped.map { Printable.text($0, most: 80) }.joined(separator: ", ")
            note("its body is sent as \(body.mediaType ?? body.form); the document also has \(others)")
        }
    }

    func note(_ text: String) { if !draft.notes.contains(text) { draft.notes.append(text) } }

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
            // Parts are repeated, one for each element: a list as one text is a text.
            if body.form == "multipart", field.schema?.text("type") == "array", field.explode == false {
                schema = ["type": "string"]
                let separator = field.style == "pipeDelimited" ? "|" : field.style == "spaceDelimited" ? " " : ","
                note("the field \"\(Printable.text(name))\" is a text with \"\(separator)\" between its elements")
            }
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
        let leftOut = body.schema.map { converter.leftOut($0, .input) } ?? []
        let kept = plain.members.filter { !leftOut.contains($0.name) }
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
        }
        let needed = kept.map(\.name).filter { plain.required.contains($0) }
        if body.isRequired {
            required += needed
        } else if !needed.isEmpty {
            // Without any of its members the body is not sent, and then nothing is asked for.
            let dependent = kept.map { member in
                (member.name, JSON.array(needed.filter { $0 != member.name }.map { .string($0) }))
            }
            draft.input["dependentRequired"] = .object(JSONObject(dependent.filter { $0.1 != [] }))
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
        case "file": schema = FileSchema.body(ofAnyType: body.mediaType == nil)
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
        if let file = FileSchema.input(schema, type, documents) {
            encoding["file"] = true
            return (file, encoding)
        }
        if let type, MediaTypes.isXML(type) {
            note("the part \"\(Printable.text(name))\" should be XML (\(type)): give it as a text")
        }
        if written?["headers"] != nil {
            note("the part \"\(Printable.text(name))\" is sent without headers of its own")
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
}
