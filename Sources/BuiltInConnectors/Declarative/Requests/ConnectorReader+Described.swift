// Reads `parameters` and `body` of a request: parts that are described instead of written as templates.

import ConnectorKit
import JSONCore
import RecipeLanguage

extension ConnectorReader {
    func parameters(_ entry: Entry, _ scope: Scope) -> [ParameterTemplate] {
        guard case .array(let elements) = entry.node.content else {
            report("wrong_type", "\"parameters\" must be a list, not \(entry.words)", at: entry)
            return []
        }
        return elements.enumerated().compactMap { place, node in
            parameter(Entry(node: node, pointer: entry.pointer.appending(place)), scope)
        }
    }

    private func parameter(_ entry: Entry, _ scope: Scope) -> ParameterTemplate? {
        let keys = ["name", "in", "style", "explode", "allow_reserved", "from", "value", "default"]
        guard let entries = fields(entry, "a parameter", allowed: keys),
            let name = text(required("name", of: entries, "a parameter"), "\"name\""),
            let word = choice(
                required("in", of: entries, "a parameter", hint: "path, query, header or cookie"), "\"in\"",
                among: ParameterTemplate.Place.allCases.map(\.rawValue)),
            let place = ParameterTemplate.Place(rawValue: word)
        else { return nil }
        if place == .header, let at = entries["name"] { checkHeader(name, at: at) }
        if name.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }), let at = entries["name"] {
            report("bad_name", "the parameter's name has a control character in it", at: at)
        }
        let styles = ParameterTemplate.Style.allowed(in: place)
        let style =
            choice(entries["style"], "\"style\" in a \(word)", among: styles.map(\.rawValue))
            .flatMap { ParameterTemplate.Style(rawValue: $0) } ?? .standard(in: place)
        let explode = flag(entries["explode"], "\"explode\"") ?? (style == .form)
        if entries["from"] != nil, let value = entries["value"] {
            report("two_values", "a parameter has \"from\" or \"value\", not both", at: value)
        }
        let source: ParameterTemplate.Source
        if let value = entries["value"] {
            guard let template = input(value, scope) else { return nil }
            source = .template(template)
        } else {
            let member = text(entries["from"], "\"from\"") ?? name
            checkMember(member, at: entries["from"] ?? entries["name"] ?? entry, scope)
            source = .member(member)
        }
        return ParameterTemplate(
            name: name, place: place, style: style, explode: explode,
            allowsReserved: flag(entries["allow_reserved"], "\"allow_reserved\"") ?? false, source: source,
            fallback: entries["default"]?.node.json)
    }

    private func checkHeader(_ name: String, at entry: Entry) {
        if !HeaderText.isName(name) {
            report("bad_header", "\"\(name.prefix(64))\" can't be the name of a header", at: entry)
        } else if let why = Self.ownHeaders[name.lowercased()] {
            report("bad_header", "a connector can't set \"\(name)\": \(why)", at: entry)
        }
    }

    /// Every `{name}` of a path has its parameter, and every parameter of the path its place.
    func check(_ parameters: [ParameterTemplate], path: PieceTemplate, at entry: Entry) {
        let named = parameters.filter { $0.place == .path }
        var literals = ""
        for case .literal(let literal) in path.pieces { literals += literal }
        for parameter in named where !literals.contains("{\(parameter.name)}") {
            report("unused_parameter", "the path has no {\(parameter.name)}", at: entry)
        }
        for parameter in named { literals = literals.replacing("{\(parameter.name)}", with: "") }
        if literals.contains("{") || literals.contains("}") {
            report(
                "missing_parameter", "a { } in the path has no parameter",
                hint: "add one with \"in\": \"path\" and its name", at: entry)
        }
    }

    /// A member of the action's input that is taken by its name.
    private func checkMember(_ name: String, at entry: Entry, _ scope: Scope) {
        guard let input = scope.input else {
            report("unknown_name", "there is no input here: give a \"value\"", at: entry)
            return
        }
        guard !input.isOpen, input.additional == nil, input.property(name) == nil else { return }
        let known = input.properties.map(\.name)
        report(
            "unknown_field", "the input has no \"\(name.prefix(64))\"",
            hint: Suggestion.didYouMean(name, among: known), at: entry)
    }

    func described(_ entry: Entry, _ scope: Scope) -> BodyTemplate? {
        let keys = ["as", "media_type", "from", "members", "required", "encoding", "root"]
        guard let entries = fields(entry, "\"body\"", allowed: keys),
            let word = choice(
                required("as", of: entries, "\"body\""), "\"as\"", among: BodyTemplate.Form.allCases.map(\.rawValue)),
            let form = BodyTemplate.Form(rawValue: word)
        else { return nil }
        let mediaType = text(entries["media_type"], "\"media_type\"")
        if let mediaType, let at = entries["media_type"], !mediaType.utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) {
            report("bad_header", "\"media_type\" has a character in it that a header can't carry", at: at)
        }
        guard let (source, schema) = source(entries, scope) else { return nil }
        var encodings: [String: BodyTemplate.Encoding] = [:]
        if let encoding = entries["encoding"], let members = members(encoding, "\"encoding\"") {
            for member in members.members { encodings[member.key] = self.encoding(member.value, form) }
        }
        return BodyTemplate(
            form: form, mediaType: mediaType, source: source,
            isRequired: flag(entries["required"], "\"required\"") ?? false, encodings: encodings,
            root: text(entries["root"], "\"root\""), schema: schema, top: root, files: folder)
    }

    /// What the body is made of, with the schema of that.
    private func source(_ entries: Entries, _ scope: Scope) -> (BodyTemplate.Source, JSON)? {
        if let members = entries["members"] {
            if let from = entries["from"] {
                report("two_values", "\"body\" has \"from\" or \"members\", not both", at: from)
            }
            guard case .array(let elements) = members.node.content else {
                report("wrong_type", "\"members\" must be a list of names, not \(members.words)", at: members)
                return nil
            }
            let names = elements.enumerated().compactMap { place, node in
                let entry = Entry(node: node, pointer: members.pointer.appending(place))
                let name = text(entry, "a name in \"members\"")
                if let name { checkMember(name, at: entry, scope) }
                return name
            }
            return (.members(names), scope.inputSource)
        }
        guard let from = required("from", of: entries, "\"body\"", hint: "or \"members\": [\"email\", …]"),
            let name = text(from, "\"from\"")
        else { return nil }
        checkMember(name, at: from, scope)
        return (.member(name), scope.inputSource["properties"]?[name] ?? [:])
    }

    private func encoding(_ entry: Entry, _ form: BodyTemplate.Form) -> BodyTemplate.Encoding? {
        let keys = ["style", "explode", "allow_reserved", "content_type", "file"]
        guard let entries = fields(entry, "an encoding", allowed: keys) else { return nil }
        var encoding = BodyTemplate.Encoding()
        let styles = ParameterTemplate.Style.allowed(in: .query)
        if let word = choice(entries["style"], "\"style\"", among: styles.map(\.rawValue)),
            let style = ParameterTemplate.Style(rawValue: word)
        {
            encoding.style = style
        }
        encoding.explode = flag(entries["explode"], "\"explode\"") ?? (encoding.style == .form)
        encoding.allowsReserved = flag(entries["allow_reserved"], "\"allow_reserved\"") ?? false
        encoding.contentType = text(entries["content_type"], "\"content_type\"")
        encoding.isFile = flag(entries["file"], "\"file\"") ?? false
        if form != .form, form != .multipart {
            report("no_effect", "\"encoding\" is for bodies of the forms \"form\" and \"multipart\"", at: entry)
        }
        return encoding
    }
}
