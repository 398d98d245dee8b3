// What a connection needs to sign in by OAuth 2.0 (RFC 6749): read from the connector's `auth` and the connection's own.

import JSONCore
import RecipeLanguage

/// How one connection gets its access tokens.
public struct OAuthSettings: Sendable {
    /// The grants that tokens are asked for with.
    public enum Grant: String, CaseIterable, Sendable {
        /// A person agrees in the browser (RFC 6749 §4.1, with PKCE: RFC 7636).
        case authorizationCode = "authorization_code"
        /// The connection signs in as itself (§4.4).
        case clientCredentials = "client_credentials"
        /// A refresh token was given by hand (§6).
        case refreshToken = "refresh_token"
        /// A signed assertion (RFC 7523 §2.1).
        case jwtBearer = "jwt_bearer"
    }

    /// How the client shows who it is at the token address.
    public enum ClientAuth: String, CaseIterable, Sendable {
        case basic, body, none
        /// A signed assertion (RFC 7523 §2.2).
        case privateKeyJWT = "private_key_jwt"
    }

    /// Members that say how; a connector fixes them.
    public static let schemeMembers = [
        "grant", "authorize_url", "token_url", "scopes", "scope_separator", "pkce", "client_auth", "authorize_params",
        "token_params", "token_headers", "token_body", "algorithm", "audience", "claims", "header", "prefix",
        "expires_in",
    ]
    /// Members that only a connection has.
    public static let connectionMembers = [
        "client_id", "client_secret", "refresh_token", "private_key", "key_id", "issuer", "subject",
    ]
    /// Those of a scheme that a connection may say in its place.
    public static let choosableMembers = ["grant", "scopes", "audience"]

    public let connection: String
    public let grant: Grant
    public let authorizeURL: String?
    public let tokenURL: String
    public let scopes: [String]
    let scopeSeparator: String
    let pkce: Bool
    let clientAuth: ClientAuth
    let authorizeParameters: [(name: String, value: String)]
    let tokenParameters: [(name: String, value: String)]
    let tokenHeaders: [(name: String, value: String)]
    let bodyIsJSON: Bool
    let algorithm: String
    let audience: String
    let claims: JSONObject
    let header: String
    let prefix: String
    let expiresIn: Double?
    let clientID: String?
    let clientSecret: String?
    let refreshToken: String?
    let privateKey: String?
    let keyID: String?
    let issuer: String?
    let subject: String?
    /// What the connection's calls may do on the network; the token address is asked under the same rules.
    let permissions: NetworkPermissions

    /// - Parameter scheme: the connector's `auth`, its formulas evaluated; empty when the connection says everything.
    /// - Throws: `ConnectorError` of type `auth`: what is missing or wrong.
    public init(_ connection: Connection, scheme: JSONObject) throws(ConnectorError) {
        let reading = Reading(connection: connection, scheme: scheme)
        self.connection = connection.name
        permissions = connection.network
        grant = try reading.grant()
        guard let tokenURL = try reading.text("token_url"), HTTPOrigin(of: tokenURL) != nil else {
            throw reading.wrong("\"token_url\" must be an address like https://login.example.com/oauth/token")
        }
        self.tokenURL = tokenURL
        authorizeURL = try reading.text("authorize_url")
        scopes = try reading.scopes()
        scopeSeparator = try reading.text("scope_separator") ?? " "
        pkce = try reading.flag("pkce") ?? true
        clientID = try reading.text("client_id")
        clientSecret = try reading.text("client_secret")
        refreshToken = try reading.text("refresh_token")
        privateKey = try reading.text("private_key")
        keyID = try reading.text("key_id")
        issuer = try reading.text("issuer")
        subject = try reading.text("subject")
        clientAuth = try reading.choice("client_auth", ClientAuth.self) ?? (clientSecret == nil ? .none : .basic)
        authorizeParameters = try reading.pairs("authorize_params")
        tokenParameters = try reading.pairs("token_params")
        tokenHeaders = try reading.pairs("token_headers")
        bodyIsJSON = try reading.word("token_body", among: ["form", "json"]) == "json"
        algorithm = try reading.word("algorithm", among: WebTokenSigning.algorithms) ?? "RS256"
        audience = try reading.text("audience") ?? tokenURL
        claims = try reading.object("claims")
        header = try reading.text("header") ?? "Authorization"
        prefix = try reading.text("prefix", mayBeEmpty: true) ?? "Bearer "
        expiresIn = try reading.seconds("expires_in")
        if let missing = missingMember { throw reading.wrong("\"auth\" has no \"\(missing)\"") }
    }

    private var missingMember: String? {
        if clientID == nil, grant != .jwtBearer { return "client_id" }
        if clientSecret == nil, clientAuth == .basic || clientAuth == .body { return "client_secret" }
        let signs = grant == .jwtBearer || clientAuth == .privateKeyJWT
        if signs, key == nil { return algorithm.hasPrefix("HS") ? "client_secret" : "private_key" }
        if grant == .jwtBearer, issuer ?? clientID == nil { return "issuer" }
        if grant == .authorizationCode, authorizeURL == nil { return "authorize_url" }
        return nil
    }

    /// What assertions are signed with.
    var key: String? { algorithm.hasPrefix("HS") ? clientSecret : privateKey }
}

/// Reads members of both sides: the connector's word goes before the connection's.
private struct Reading {
    let connection: Connection
    let scheme: JSONObject

    func wrong(_ what: String) -> ConnectorError {
        ConnectorError(type: "auth", "the connection \"\(connection.name)\" can't sign in: \(what)")
    }

    private func value(_ member: String) -> JSON? {
        let isOwn = OAuthSettings.connectionMembers.contains(member)
        let own = connection.credentials[member].flatMap { $0.isNull ? nil : $0 }
        let fixed = isOwn ? nil : scheme[member].flatMap { $0.isNull ? nil : $0 }
        return OAuthSettings.choosableMembers.contains(member) && member != "audience" ? own ?? fixed : fixed ?? own
    }

    func text(_ member: String, mayBeEmpty: Bool = false) throws(ConnectorError) -> String? {
        guard let value = value(member) else { return nil }
        guard let text = value.string ?? value.integer.map({ String($0) }) else {
            throw wrong("\"\(member)\" in \"auth\" must be a text")
        }
        // A key in PEM has lines.
        let isLined = member == "private_key"
        guard text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || isLined && ($0 == 0x0A || $0 == 0x0D) }) else {
            throw wrong("\"\(member)\" in \"auth\" has a control character or a line break in it")
        }
        return text.isEmpty && !mayBeEmpty ? nil : text
    }

    func flag(_ member: String) throws(ConnectorError) -> Bool? {
        guard let value = value(member) else { return nil }
        guard case .bool(let flag) = value else { throw wrong("\"\(member)\" in \"auth\" must be true or false") }
        return flag
    }

    func object(_ member: String) throws(ConnectorError) -> JSONObject {
        guard let value = value(member) else { return [:] }
        guard let object = value.object else { throw wrong("\"\(member)\" in \"auth\" must be an object") }
        return object
    }

    func pairs(_ member: String) throws(ConnectorError) -> [(name: String, value: String)] {
        var pairs: [(name: String, value: String)] = []
        for (name, value) in try object(member) where !value.isNull {
            guard let text = value.plainText, text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
                throw wrong("\"\(name)\" in \"\(member)\" must be a text of one line")
            }
            pairs.append((name, text))
        }
        return pairs
    }

    func word(_ member: String, among words: [String]) throws(ConnectorError) -> String? {
        guard let text = try text(member) else { return nil }
        guard words.contains(text) else {
            throw wrong("\"\(member)\" must be one of \(words.joined(separator: ", ")), not \"\(text.prefix(40))\"")
        }
        return text
    }

    func choice<Choice: RawRepresentable & CaseIterable>(
        _ member: String, _: Choice.Type
    ) throws(ConnectorError) -> Choice? where Choice.RawValue == String {
        try word(member, among: Choice.allCases.map(\.rawValue)).flatMap { Choice(rawValue: $0) }
    }

    func seconds(_ member: String) throws(ConnectorError) -> Double? {
        guard let value = value(member) else { return nil }
        guard let seconds = value.double, seconds >= 1, seconds <= 315_360_000 else {
            throw wrong("\"\(member)\" must be seconds from 1 on")
        }
        return seconds
    }

    func scopes() throws(ConnectorError) -> [String] {
        switch value("scopes") {
        case nil: return []
        case .string(let text)?: return text.split(separator: " ").map { String($0) }
        case let value?:
            guard let list = value.array, list.allSatisfy({ $0.string != nil }) else {
                throw wrong("\"scopes\" must be a list of texts")
            }
            return list.compactMap(\.string)
        }
    }

    /// The connector may leave a choice; its first one holds then.
    func grant() throws(ConnectorError) -> OAuthSettings.Grant {
        let known = OAuthSettings.Grant.allCases.map(\.rawValue)
        let allowed = scheme["grant"].map { $0.array?.compactMap(\.string) ?? [$0.string ?? ""] } ?? known
        let own = connection.credentials["grant"]?.string
        if let own, !allowed.contains(own) {
            throw wrong("\"grant\" can be \(allowed.joined(separator: ", ")), not \"\(own.prefix(40))\"")
        }
        guard let word = own ?? (scheme["grant"] == nil ? nil : allowed.first) else {
            throw wrong("\"auth\" has no \"grant\"; it can be \(known.joined(separator: ", "))")
        }
        guard let grant = OAuthSettings.Grant(rawValue: word) else {
            throw wrong("\"grant\" can be \(known.joined(separator: ", ")), not \"\(word.prefix(40))\"")
        }
        return grant
    }
}

extension JSON {
    /// A text, number or truth value as it is written.
    fileprivate var plainText: String? {
        switch self {
        case .string(let text): text
        case .integer(let integer): String(integer)
        case .number(let number): number.text
        case .bool(let flag): flag ? "true" : "false"
        case .null, .array, .object: nil
        }
    }
}
