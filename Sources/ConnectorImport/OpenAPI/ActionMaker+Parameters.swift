// Parameters of an action: members of its input, and how they are sent.

import JSONCore

extension ActionMaker {
    /// Headers that the client and the connection make.
    private static let ownHeaders: Set<String> = [
        "accept", "content-type", "authorization", "host", "content-length", "transfer-encoding", "connection",
        "cookie",
        "proxy-authorization", "accept-encoding", "user-agent",
    ]

    func add(_ parameter: ParameterDraft) throws(ImportError) {
        let name = try Self.checked(parameter.name)
        if let note = parameter.note { draft.notes.append("\(Printable.text(name)): \(note)") }
        if isCovered(name, parameter) {
            let what = parameter.place == "query" ? "query parameter" : parameter.place
            return note("the \(what) \(Printable.text(name)) is no input: the connection's credentials fill it")
        }
        if parameter.place == "header" {
            let lower = name.lowercased()
            if lower == "cookie", parameter.isRequired { note("the header Cookie is not sent") }
            if lower == "authorization" || lower == "proxy-authorization" {
                note("the header \(name) is no input: credentials belong to a connection, whose \"auth\" fills it")
            }
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

    /// Whether the connection fills a parameter; for an operation without signing in it fills nothing.
    private func isCovered(_ name: String, _ parameter: ParameterDraft) -> Bool {
        draft.request["sign_in"] != "never" && security.covered.contains("\(parameter.place) \(name.lowercased())")
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

    func addParameter(
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
    func unused(_ name: String, _ place: String) -> String {
        var (candidate, number) = (name, 2)
        while properties[candidate] != nil {
            candidate = number == 2 ? "\(name)_\(place)" : "\(name)_\(place)_\(number)"
            number += 1
        }
        return candidate
    }
}
