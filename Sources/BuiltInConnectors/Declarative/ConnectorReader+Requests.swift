// Requests of a connector: method, path, query, headers and one body.

import ConnectorKit
import JSONCore
import RecipeLanguage

extension ConnectorReader {
    static let methods = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]
    private static let bodies = ["json", "form", "text", "xml", "multipart"]

    func request(_ entry: Entry, _ what: String, _ scope: Scope) -> RequestTemplate? {
        let keys = ["method", "base_url", "path", "query", "headers", "parameters", "body", "sign_in"] + Self.bodies
        let later = [
            "file": "a file is sent as a part of \"multipart\", or as an attachment in \"json\" (base64)",
            "url":
                "a request has a \"path\" below the connection's \"base_url\", so that credentials stay with their system",
        ]
        guard let entries = fields(entry, what, allowed: keys, later: later) else { return nil }
        let known = choice(entries["method"], "\"method\"", among: Self.methods)
        let method = known ?? "GET"
        let path = required("path", of: entries, what, hint: "like \"/leads/{{ input.id }}\"").flatMap {
            self.path($0, scope)
        }
        let given = (Self.bodies + ["body"]).filter { entries[$0] != nil }
        if given.count > 1 {
            report(
                "two_bodies", "a request has one body, but \(what) has \(given.joined(separator: " and "))", at: entry)
        }
        // A body that is described is there because the system's own document says so.
        if let body = given.first(where: { $0 != "body" }), method == "GET" || method == "HEAD",
            known != nil || entries["method"] == nil,
            let place = entries[body]
        {
            report(
                "body_not_allowed", "a \(method) request has no body",
                hint: "put values into \"query\", or use another method", at: place)
        }
        let query = entries["query"].map { pairs($0, "\"query\"", scope) } ?? []
        let headers = self.headers(entries["headers"], scope)
        let own = entries["base_url"].flatMap { baseURL($0) }
        let parameters = entries["parameters"].map { self.parameters($0, scope) } ?? []
        let signIn = choice(entries["sign_in"], "\"sign_in\"", among: RequestTemplate.SignIn.allCases.map(\.rawValue))
        guard let path, let body = self.body(entries, scope) else { return nil }
        if let place = entries["path"] { check(parameters, path: path, at: place) }
        return RequestTemplate(
            method: method, baseURL: own, path: path, query: query, headers: headers, parameters: parameters,
            body: body,
            signIn: signIn.flatMap { RequestTemplate.SignIn(rawValue: $0) } ?? .always)
    }

    private func path(_ entry: Entry, _ scope: Scope) -> PieceTemplate? {
        guard let pieces = pieces(entry, "\"path\"", scope) else { return nil }
        var literals = ""
        for case .literal(let literal) in pieces.pieces { literals += literal }
        guard case .literal(let start)? = pieces.pieces.first, start.hasPrefix("/"), !start.hasPrefix("//") else {
            report("bad_path", "\"path\" must start with one /", at: entry)
            return nil
        }
        if literals.contains("?") || literals.contains("#") {
            report("bad_path", "\"path\" has no ? and no #", hint: "a query goes into \"query\"", at: entry)
        } else if !literals.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) {
            report("bad_path", "\"path\" holds a space or a character that must be percent-encoded", at: entry)
        } else if literals.split(separator: "/").contains(where: { $0 == "." || $0 == ".." }) {
            report("bad_path", "\"path\" holds . or .. as a folder", at: entry)
        }
        return pieces
    }

    private func body(_ entries: Entries, _ scope: Scope) -> RequestTemplate.Body? {
        if let body = entries["body"] { return described(body, scope).map { .described($0) } }
        if let json = entries["json"] { return input(json, scope).map { .json($0) } }
        if let form = entries["form"] {
            guard case .object = form.node.content else {
                // One pill that gives an object is as good.
                guard form.text != nil else {
                    report("wrong_type", "\"form\" must be an object, not \(form.words)", at: form)
                    return nil
                }
                return input(form, scope).map { .form($0) }
            }
            return input(form, scope).map { .form($0) }
        }
        if let text = entries["text"] {
            guard self.text(text, "\"text\"") != nil else { return nil }
            return input(text, scope).map { .text($0) }
        }
        if let multipart = entries["multipart"] { return parts(multipart, scope).map { .multipart($0) } }
        if let xml = entries["xml"] { return pieces(xml, "\"xml\"", scope).map { .xml($0) } }
        return RequestTemplate.Body.none
    }

    /// The contents that a part may have.
    private static let contents = ["value", "file", "text", "base64"]

    /// Parts of a form with files: a list of them, or one pill that gives a list.
    private func parts(_ entry: Entry, _ scope: Scope) -> InputTemplate? {
        guard case .array(let elements) = entry.node.content else {
            guard entry.text?.contains("{{") == true else {
                report(
                    "wrong_type", "\"multipart\" must be a list of parts, not \(entry.words)",
                    hint: "like [{ \"name\": \"file\", \"file\": \"{{ input.file }}\" }]", at: entry)
                return nil
            }
            return input(entry, scope)
        }
        if elements.isEmpty { report("empty", "\"multipart\" must have at least one part", at: entry) }
        for (place, element) in elements.enumerated() {
            checkPart(Entry(node: element, pointer: entry.pointer.appending(String(place))))
        }
        return input(entry, scope)
    }

    private func checkPart(_ entry: Entry) {
        guard let entries = fields(entry, "a part", allowed: ["name", "filename", "content_type"] + Self.contents)
        else {
            return
        }
        _ = required("name", of: entries, "a part", hint: "the name of the form's field")
        let given = Self.contents.filter { entries[$0] != nil }
        if given.count != 1 {
            let found = given.isEmpty ? "none" : given.joined(separator: " and ")
            report(
                "bad_part",
                "a part must have one of \"value\", \"file\", \"text\" or \"base64\", but this has \(found)",
                at: entry)
        }
        if let file = entries["file"], file.text?.contains("{{") != true {
            report(
                "bad_part", "a connector can't choose a file of the workspace by itself",
                hint: "let the step name it: \"file\": \"{{ input.file }}\"", at: file)
        }
    }

    /// Names with values that may hold pills.
    func pairs(_ entry: Entry, _ what: String, _ scope: Scope) -> [(name: String, value: InputTemplate)] {
        guard let entries = members(entry, what) else { return [] }
        return entries.members.compactMap { member in input(member.value, scope).map { (member.key, $0) } }
    }

    /// Headers set by others: by the client, or by `auth`.
    static let ownHeaders = [
        "host": "it follows from the address", "content-length": "it follows from the body",
        "transfer-encoding": "it follows from the body", "connection": "the client decides it",
        "authorization": "\"auth\" of the connection sets it", "cookie": "it could carry credentials",
        "proxy-authorization": "it belongs to the workspace's proxy",
    ]

    func headers(_ entry: Entry?, _ scope: Scope) -> [(name: String, value: InputTemplate)] {
        guard let entry, let entries = members(entry, "\"headers\"") else { return [] }
        return entries.members.compactMap { member in
            if !HeaderText.isName(member.key) {
                report(
                    "bad_header", "\"\(member.key.prefix(64))\" can't be the name of a header", range: member.keyRange,
                    pointer: member.value.pointer)
            }
            if let why = Self.ownHeaders[member.key.lowercased()] {
                report(
                    "bad_header", "a connector can't set \"\(member.key)\": \(why)", range: member.keyRange,
                    pointer: member.value.pointer)
            }
            if case .array = member.value.node.content {
                report("wrong_type", "a header must be a text, not a list", at: member.value)
            }
            if let text = member.value.node.json.string, !HeaderText.isValue(text) {
                report(
                    "bad_header",
                    "the value of \"\(member.key.prefix(64))\" holds a control character, such as a new line",
                    at: member.value)
            }
            return input(member.value, scope).map { (member.key, $0) }
        }
    }
}

/// What header names and values may hold (RFC 9110 §5).
enum HeaderText {
    static func isName(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.count <= 256
            && name.utf8.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                    || "!#$%&'*+-.^_`|~".utf8.contains(byte)
            }
    }

    static func isValue(_ value: String) -> Bool { value.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 } }
}
