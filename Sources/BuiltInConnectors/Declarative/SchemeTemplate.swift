// A connector's `auth`: how its connections sign in, with formulas over their settings.

import ConnectorKit
import JSONCore
import RecipeLanguage

/// `connection.auth` of a connector.
struct SchemeTemplate: Sendable {
    /// As written.
    var json: JSONObject = [:]
    /// Its texts with formulas in them.
    var template: InputTemplate?
    /// The addresses among them, whose settings must not lead to another host.
    var addresses: [(name: String, value: PieceTemplate)] = []

    var type: String? { json["type"]?.string }

    var spec: SignInSpec? { type.map { SignInSpec($0, scheme: json) } }

    /// Its members with the connection's settings in them.
    func members(_ values: FormulaValues) throws(ConnectorError) -> JSONObject {
        guard let template else { return json }
        var members = try values.json(template, "\"auth\" of the connector")?.object ?? [:]
        for address in addresses { members[address.name] = .string(try address.value.address(values)) }
        return members
    }
}

extension ConnectorReader {
    /// One way to sign in, or a list of those that a connection may choose from.
    func schemes(_ entry: Entry) -> [SchemeTemplate] {
        guard case .array(let elements) = entry.node.content else { return [scheme(entry)] }
        if elements.isEmpty {
            report(
                "empty", "\"auth\" must not be an empty list", hint: "leave it out, or say how it signs in", at: entry)
        }
        var known = Set<String>()
        return elements.enumerated().map { place, element in
            let way = Entry(node: element, pointer: entry.pointer.appending(place))
            let scheme = scheme(way)
            if let type = scheme.type, !known.insert(type).inserted {
                report(
                    "taken_name", "\"auth\" has the type \"\(type)\" twice",
                    hint: "a connection chooses by the type: make two connectors, or leave one out", at: way)
            }
            return scheme
        }
    }

    /// - Parameter more: members that `auth` may have besides.
    func scheme(_ entry: Entry, more: [String] = []) -> SchemeTemplate {
        // Not `fields`: another kind of sign-in has members of its own, and one message about it is enough.
        guard let entries = members(entry, "\"auth\""), let type = required("type", of: entries, "\"auth\""),
            let kind = choice(type, "\"type\"", among: ConnectionAuth.types)
        else { return SchemeTemplate() }
        let values = Set(
            ["username", "password", "token", "key", "access_key_id", "secret_access_key", "session_token"]
                + OAuthSettings.connectionMembers)
        for member in entries.members where values.contains(member.key) {
            report(
                "secret_in_connector", "\"\(member.key)\" belongs to a connection, not to the connector",
                hint: "put it under \"auth\" of a file in Connections/", range: member.keyRange,
                pointer: member.value.pointer)
        }
        let allowed = ["type", "title", "description"] + SignInSpec.schemeMembers(kind) + more
        _ = fields(entry, "\"auth\" of type \"\(kind)\"", allowed: allowed + values)
        var scheme = SchemeTemplate(json: entry.node.json.object ?? [:])
        switch kind {
        case "api_key":
            let hint = "the header or query parameter the key goes into"
            let name = text(required("name", of: entries, "\"auth\"", hint: hint), "\"name\"")
            let place = choice(entries["in"], "\"in\"", among: ["header", "query", "cookie"])
            if let name, place ?? "header" == "header", !HeaderText.isName(name), let at = entries["name"] {
                report("bad_header", "\"\(name.prefix(64))\" can't be the name of a header", at: at)
            }
        case "api_keys": keys(required("keys", of: entries, "\"auth\"", hint: "a list of keys"))
        case "oauth2":
            scheme.addresses = oauth(entries)
            scheme.template = input(entry, .connection, without: more)
        case "hmac": signature(entries)
        case "aws_sigv4":
            _ = text(required("service", of: entries, "\"auth\"", hint: "like \"s3\" or \"dynamodb\""), "\"service\"")
            _ = text(entries["region"], "\"region\"")
            scheme.template = input(entry, .connection)
        default: break
        }
        return scheme
    }

    /// Several keys at once: each with the name of the member of the connection's `auth` that holds it.
    private func keys(_ entry: Entry?) {
        guard let entry else { return }
        guard case .array(let elements) = entry.node.content, !elements.isEmpty else {
            report("wrong_type", "\"keys\" must be a list of keys, not \(entry.words)", at: entry)
            return
        }
        for (place, element) in elements.enumerated() {
            let key = Entry(node: element, pointer: entry.pointer.appending(place))
            let known = ["member", "in", "name", "prefix", "title", "description"]
            guard let entries = fields(key, "a key", allowed: known) else { continue }
            _ = text(
                required("member", of: entries, "a key", hint: "the member of the connection's \"auth\""), "\"member\"")
            _ = text(required("name", of: entries, "a key", hint: "the header or parameter it goes into"), "\"name\"")
            _ = choice(entries["in"], "\"in\"", among: ["header", "query", "cookie"])
        }
    }

    /// Signatures by a shared key: templates over the request, which stay as they are until it is there.
    private func signature(_ entries: Entries) {
        let scope = Scope(
            names: [.settings, .request, .timestamp, .timestampMS, .date, .isoDate, .nonce, .keyID])
        let hint = "the text to be signed, like \"{{ request.method }}{{ request.path }}{{ timestamp }}\""
        if let sign = required("sign", of: entries, "\"auth\"", hint: hint), text(sign, "\"sign\"") != nil {
            _ = template(sign, scope)
        }
        if let headers = entries["headers"], let members = members(headers, "\"headers\"") {
            for member in members.members where text(member.value, "a header") != nil {
                _ = template(member.value, scope)
            }
        }
        let choices = SignInSpec.signatureChoices
        _ = choice(entries["algorithm"], "\"algorithm\"", among: choices.algorithms)
        _ = choice(entries["encoding"], "\"encoding\"", among: choices.encodings)
        _ = choice(entries["key_encoding"], "\"key_encoding\"", among: choices.keyEncodings)
        if entries["header"] != nil, let query = entries["query"] {
            report("two_places", "a signature goes into \"header\" or \"query\", not into both", at: query)
        }
        for name in ["header", "query"] { _ = text(entries[name], "\"\(name)\"") }
    }

    /// OAuth 2.0: every member looked at.
    /// - Returns: its addresses.
    private func oauth(_ entries: Entries) -> [(name: String, value: PieceTemplate)] {
        let grants = self.grants(required("grant", of: entries, "\"auth\"", hint: Self.grantHint))
        var addresses: [(name: String, value: PieceTemplate)] = []
        func add(_ name: String, _ entry: Entry?) {
            guard let entry, let pieces = pieces(entry, "\"\(name)\"", .connection) else { return }
            if case .literal(let start)? = pieces.pieces.first {
                let lower = start.lowercased()
                if !lower.hasPrefix("https://"), !lower.hasPrefix("http://") {
                    report(
                        "bad_url", "\"\(name)\" must start with https:// (or http:// for a system inside)", at: entry)
                }
            }
            addresses.append((name, pieces))
        }
        add("token_url", required("token_url", of: entries, "\"auth\"", hint: "the address that gives access tokens"))
        if grants.contains("authorization_code") {
            let hint = "the page at which a person allows access"
            add("authorize_url", required("authorize_url", of: entries, "\"auth\"", hint: hint))
        } else if let page = entries["authorize_url"] {
            report("unused_key", "\"authorize_url\" goes with the grant authorization_code only", at: page)
        }
        _ = choice(entries["client_auth"], "\"client_auth\"", among: OAuthSettings.ClientAuth.allCases.map(\.rawValue))
        _ = choice(entries["token_body"], "\"token_body\"", among: ["form", "json"])
        _ = choice(entries["algorithm"], "\"algorithm\"", among: WebTokenSigning.algorithms)
        _ = flag(entries["pkce"], "\"pkce\"")
        _ = positive(entries["expires_in"], "\"expires_in\"", most: 315_360_000)
        for name in ["scope_separator", "audience", "header"] { _ = text(entries[name], "\"\(name)\"") }
        if let header = entries["header"]?.text, !HeaderText.isName(header), let entry = entries["header"] {
            report("bad_header", "\"\(header.prefix(64))\" can't be the name of a header", at: entry)
        }
        for name in ["authorize_params", "token_params", "token_headers", "claims"] {
            if let entry = entries[name] { _ = members(entry, "\"\(name)\"") }
        }
        if let scopes = entries["scopes"] { texts(scopes, "\"scopes\"") }
        return addresses
    }

    private static let grantHint = "one of " + OAuthSettings.Grant.allCases.map(\.rawValue).joined(separator: ", ")

    /// One grant, or those that a connection may choose among.
    private func grants(_ entry: Entry?) -> [String] {
        guard let entry else { return [] }
        let known = OAuthSettings.Grant.allCases.map(\.rawValue)
        guard case .array(let elements) = entry.node.content else {
            return choice(entry, "\"grant\"", among: known).map { [$0] } ?? []
        }
        if elements.isEmpty { report("empty", "\"grant\" must not be an empty list", hint: Self.grantHint, at: entry) }
        return elements.enumerated().compactMap { place, element in
            choice(Entry(node: element, pointer: entry.pointer.appending(place)), "a grant", among: known)
        }
    }

    private func texts(_ entry: Entry, _ name: String) {
        guard case .array(let elements) = entry.node.content else {
            report("wrong_type", "\(name) must be a list of texts, not \(entry.words)", at: entry)
            return
        }
        for (place, element) in elements.enumerated() {
            _ = text(Entry(node: element, pointer: entry.pointer.appending(place)), "each of \(name)")
        }
    }
}
