// Asks a person for what a connection signs in with; secrets go into the store, and only their names into the file.

import ArgumentParser
import ConnectorKit
import Engine
import Foundation
import JSONCore
import RecipeLanguage
import Workspace

/// The questions of `galley connections add`.
struct CredentialQuestions {
    let connection: String
    let spec: ConnectorSpec
    /// It is made from a folder, which may leave it to the connection how it signs in.
    let isFolder: Bool
    /// What flags have said already.
    private(set) var auth: JSONObject
    /// Values to be stored, by the name of the secret.
    private(set) var secrets: [(name: String, value: String)] = []

    init(connection: String, spec: ConnectorSpec, isFolder: Bool, auth: JSONObject) {
        (self.connection, self.spec, self.isFolder, self.auth) = (connection, spec, isFolder, auth)
    }

    private static let words = [
        "none": "without signing in", "basic": "user name and password", "bearer": "a token",
        "api_key": "an API key", "api_keys": "several keys", "oauth2": "OAuth 2.0", "hmac": "signed requests",
        "aws_sigv4": "an AWS key", "mutual_tls": "a client certificate",
    ]

    mutating func ask() throws {
        if !spec.otherSignIns.isEmpty, auth["type"] == nil {
            let chosen = try Question.choose("How does it sign in?", spec.signIns) {
                "\($0.type)  \($0.hint ?? Self.words[$0.type] ?? "")"
            }
            auth["type"] = .string(chosen.type)
        }
        if let signIn = spec.signIn(of: auth["type"]?.string) {
            try ask(signIn, isOwn: false)
        } else if isFolder || spec.name == "http" || spec.name == "soap" {
            try askType()
        }
    }

    /// The connector leaves everything to the connection.
    private mutating func askType() throws {
        let types = ["none", "basic", "bearer", "api_key", "oauth2"]
        let type =
            try auth["type"]?.string
            ?? Question.choose("How does it sign in?", types) { "\($0)  \(Self.words[$0] ?? "")" }
        guard type != "none" else { return }
        auth["type"] = .string(type)
        if type == "api_key" { try fill("name", "the header that the key goes into", standard: "X-Api-Key") }
        try ask(SignInSpec(type), isOwn: true)
    }

    private mutating func ask(_ signIn: SignInSpec, isOwn: Bool) throws {
        if let hint = signIn.hint { Terminal.note(hint) }
        var signIn = signIn
        if signIn.type == "oauth2" {
            let grants = isOwn ? OAuthSettings.Grant.allCases.map(\.rawValue) : signIn.grants
            if grants.count > 1, auth["grant"] == nil {
                auth["grant"] = .string(
                    try Question.choose("How does it get its tokens?", grants) { "\($0)  \(Self.words(of: $0))" })
            }
            let grant = auth["grant"]?.string ?? grants.first
            if isOwn {
                try fill("token_url", "the address that gives tokens", standard: "")
                if grant == "authorization_code" {
                    try fill("authorize_url", "the page at which a person allows access", standard: "")
                }
                try fill("scopes", "with spaces between them", standard: "", isOptional: true)
            }
            signIn = SignInSpec("oauth2", scheme: ["grant": .string(grant ?? "")], grant: grant)
        }
        for member in signIn.members where auth[member.name] == nil && Self.isAsked(member, signIn, auth) {
            if member.isSecret {
                try fillSecret(member)
            } else {
                try fill(member.name, member.title, standard: "", isOptional: !member.isRequired)
            }
        }
    }

    /// What is rarely needed is for flags and the file.
    private static func isAsked(_ member: SignInSpec.Member, _ signIn: SignInSpec, _ auth: JSONObject) -> Bool {
        if member.name == "grant" { return false }
        if member.isRequired { return true }
        switch signIn.type {
        case "basic": return member.name == "password"
        case "oauth2":
            let isAssertion = auth["grant"]?.string == "jwt_bearer"
            return member.name == "client_secret" && !isAssertion
                || isAssertion && ["issuer", "subject", "key_id"].contains(member.name)
        default: return false
        }
    }

    private static func words(of grant: String) -> String {
        switch OAuthSettings.Grant(rawValue: grant) {
        case .authorizationCode?: "a person allows access in the browser"
        case .clientCredentials?: "the client signs in as itself"
        case .refreshToken?: "you have a refresh token"
        case .jwtBearer?: "it signs with a private key"
        case nil: ""
        }
    }

    private mutating func fill(_ name: String, _ title: String, standard: String, isOptional: Bool = false) throws {
        guard auth[name] == nil else { return }
        let about = title == name.replacing("_", with: " ") ? "" : " (\(title))"
        let text = try Question.ask("\(name)\(about)\(isOptional ? ", may be empty" : "")?", standard: standard)
        if !text.isEmpty { auth[name] = .string(text) }
    }

    /// The value is typed without echo; nothing typed leaves it out, or to a secret that is there.
    private mutating func fillSecret(_ member: SignInSpec.Member) throws {
        let secret = Self.secretName(connection, member.name)
        let value = try SecretInput.read("\(member.title)\(member.isRequired ? "" : " (may be empty)"), not shown")
        if value.isEmpty, !member.isRequired { return }
        auth[member.name] = ["secret": .string(secret)]
        if !value.isEmpty { secrets.append((secret, value)) }
    }

    /// `acme-test` and `client_secret` make `ACME_TEST_CLIENT_SECRET`.
    static func secretName(_ connection: String, _ member: String) -> String {
        let text = "\(connection)_\(member)".uppercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" }
        return (text.first?.isNumber == true ? "_" : "") + String(text)
    }
}
