// How the calls of a connector from a WSDL sign in: over HTTP as others, or by SOAP headers that formulas make.

import ConnectorKit
import JSONCore
import RecipeLanguage

/// `connection.auth` of connector.json.
struct DescribedSignIn: Sendable {
    /// `{"type": "soap_header", "keys": [{"member": …, "title": …}], "soap_headers": {…}}`: the connection holds the members
    /// that `keys` lists, and the headers are made of them.
    static let headerType = "soap_header"
    /// Of `soap_header`, and of `oauth2` where the token goes into a SOAP header and not into one of HTTP.
    static let headersMember = "soap_headers"

    var scheme = SchemeTemplate()
    /// Values of SOAP headers by their names in `headers!`.
    var headers: InputTemplate?

    /// The names of the headers that are made: a recipe gives none of them.
    var headerNames: [String] {
        switch headers {
        case .object(let members)?: members.map(\.key)
        case .constant(let json)?: json.object?.keys.map { String($0) } ?? []
        case .template?, .array?, nil: []
        }
    }

    /// What is sent with one request besides the step's input.
    struct Proof: Sendable {
        /// For what signs over HTTP.
        var scheme: JSONObject
        var headers: JSONObject = [:]
        var moment: SigningMoment
    }

    /// How tokens are got; nil where no SOAP header needs one.
    func oauth(_ context: ActionContext, _ values: FormulaValues) throws(ConnectorError) -> OAuthSettings? {
        guard scheme.type == "oauth2", let connection = context.connection else { return nil }
        return try OAuthSettings(connection, scheme: try scheme.members(values))
    }

    /// - Parameter token: the access token, where there is one.
    func proof(
        _ context: ActionContext, _ values: FormulaValues, token: String?
    ) throws(ConnectorError) -> Proof {
        var proof = Proof(scheme: try scheme.members(values), moment: context.signingMoment)
        guard let headers, let connection = context.connection else { return proof }
        for name in scheme.json["keys"]?.array?.compactMap({ $0["member"]?.string }) ?? []
        where connection.credentials[name]?.string?.isEmpty != false {
            throw ConnectorError(
                type: "auth", "the connection \"\(connection.name)\" can't sign in: \"auth\" has no \"\(name)\"")
        }
        var values = values
        values[.auth] = .object(connection.credentials)
        values[.token] = token.map { .string($0) } ?? .null
        values[.timestamp] = .integer(Int(proof.moment.milliseconds / 1_000))
        values[.timestampMS] = .integer(Int(proof.moment.milliseconds))
        values[.isoDate] = .string(SystemTime.text(proof.moment.milliseconds))
        values[.nonce] = .string(proof.moment.nonce)
        proof.headers = try values.json(headers, "\"\(Self.headersMember)\" of the connector")?.object ?? [:]
        proof.scheme = ["type": "none"]
        return proof
    }
}

extension ConnectorReader {
    /// `auth` of a connector from a WSDL; `ws_security` is read where it is used.
    func describedSignIn(_ entry: Entry) -> DescribedSignIn {
        var signIn = DescribedSignIn()
        let kind = entry.node.json["type"]?.string
        var scope = Scope(names: [.settings, .timestamp, .timestampMS, .isoDate, .nonce])
        let member = DescribedSignIn.headersMember
        switch kind {
        case DescribedSignIn.headerType:
            let allowed = ["type", "title", "description", "keys", member]
            guard let entries = fields(entry, "\"auth\" of type \"soap_header\"", allowed: allowed) else {
                return signIn
            }
            signIn.scheme = SchemeTemplate(json: entry.node.json.object ?? [:])
            scope.names.insert(.auth)
            scope.credentials = credentials(required("keys", of: entries, "\"auth\"", hint: "a list of members"))
            let headers = required(member, of: entries, "\"auth\"", hint: "the headers that are made of them")
            signIn.headers = input(headers, scope)
        case "oauth2":
            signIn.scheme = scheme(entry, more: [member])
            scope.names.insert(.token)
            signIn.headers = input(members(entry, "\"auth\"")?[member], scope)
        default: signIn.scheme = scheme(entry)
        }
        if let headers = signIn.headers, case .object = headers { return signIn }
        if signIn.headers != nil { report("wrong_type", "\"\(member)\" must be an object", at: entry) }
        return signIn
    }

    /// The members of a connection's `auth` that formulas of headers see.
    private func credentials(_ entry: Entry?) -> Schema {
        var schema = Schema.object([])
        guard let entry else { return schema }
        guard case .array(let elements) = entry.node.content, !elements.isEmpty else {
            report("wrong_type", "\"keys\" must be a list of members, not \(entry.words)", at: entry)
            return schema
        }
        for (place, element) in elements.enumerated() {
            let key = Entry(node: element, pointer: entry.pointer.appending(place))
            guard let entries = fields(key, "a key", allowed: ["member", "title", "secret"]) else { continue }
            _ = text(entries["title"], "\"title\"")
            _ = flag(entries["secret"], "\"secret\"")
            let member = required("member", of: entries, "a key", hint: "the member of the connection's \"auth\"")
            if let name = text(member, "\"member\"") { schema.properties.append(.string(name, required: true)) }
        }
        schema.isOpen = false
        return schema
    }
}
