// Which members `auth` of a connection takes for each way to sign in.

import JSONCore
import RecipeLanguage

extension SignInSpec {
    /// - Parameter scheme: a connector's `auth`; empty for a connection that says everything itself.
    /// - Parameter grant: of OAuth 2.0, as the connection chose it; nil: the connector's first.
    public init(_ type: String, scheme: JSONObject = [:], grant chosen: String? = nil) {
        var members: [Member] = []
        var grants: [String] = []
        switch type {
        case "basic":
            members = [
                Member("username", "user name"), Member("password", "password", isSecret: true, isRequired: false),
            ]
        case "bearer": members = [Member("token", "token", isSecret: true)]
        case "api_key": members = [Member("key", "API key", isSecret: true)]
        case "api_keys":
            members = (scheme["keys"]?.array ?? []).compactMap { key in
                key["member"]?.string.map {
                    Member($0, key["title"]?.string ?? key["name"]?.string ?? $0, isSecret: true)
                }
            }
        case "oauth2":
            grants = scheme["grant"].map { $0.array?.compactMap(\.string) ?? [$0.string ?? ""] } ?? []
            members = Self.oauthMembers(
                grant: chosen ?? grants.first ?? "", clientAuth: scheme["client_auth"]?.string,
                isShared: scheme["algorithm"]?.string?.hasPrefix("HS") ?? false, choices: grants)
        case "soap_header":
            members = (scheme["keys"]?.array ?? []).compactMap { key in
                key["member"]?.string.map {
                    Member($0, key["title"]?.string ?? $0, isSecret: key["secret"] != false)
                }
            }
        case "ws_security":
            members = [Member("username", "user name"), Member("password", "password", isSecret: true)]
            members += ["password_type", "timestamp", "ttl"].filter { scheme[$0] == nil }.map {
                Member($0, $0, isRequired: false)
            }
        case "hmac":
            members = [Member("key", "key", isSecret: true), Member("key_id", "id of the key", isRequired: false)]
        case "aws_sigv4":
            members = [
                Member("access_key_id", "access key id"),
                Member("secret_access_key", "secret access key", isSecret: true),
                Member("session_token", "session token", isSecret: true, isRequired: false),
            ]
            members += AWSSignature.schemeMembers.filter { scheme[$0] == nil }.map { Member($0, $0) }
        default: break
        }
        self.init(type: type, members: members, grants: grants, hint: scheme["description"]?.string)
    }

    private static func oauthMembers(
        grant: String, clientAuth: String?, isShared: Bool, choices: [String]
    ) -> [Member] {
        let isAssertion = grant == "jwt_bearer"
        let signs = isAssertion || clientAuth == "private_key_jwt"
        let needsSecret =
            clientAuth == "basic" || clientAuth == "body" || signs && isShared
            || grant == "client_credentials" && !signs && clientAuth != "none"
        return [
            Member("grant", "how it gets its tokens", isRequired: choices.isEmpty),
            Member("client_id", "client id", isRequired: !isAssertion || needsSecret),
            Member("client_secret", "client secret", isSecret: true, isRequired: needsSecret),
            Member("private_key", "private key in PEM", isSecret: true, isRequired: signs && !isShared),
            Member("key_id", "key id (kid)", isRequired: false),
            Member("issuer", "issuer of the assertion (iss); the client id when left out", isRequired: false),
            Member("subject", "whom the assertion is about (sub)", isRequired: false),
            Member("refresh_token", "refresh token", isSecret: true, isRequired: grant == "refresh_token"),
            Member("scopes", "scopes, in place of the connector's", isRequired: false),
        ]
    }

    /// The words that a signature by a shared key is described with.
    public static var signatureChoices: (algorithms: [String], encodings: [String], keyEncodings: [String]) {
        (RequestSignature.algorithms, RequestSignature.encodings, RequestSignature.keyEncodings)
    }

    /// Members that say how a connection signs in, of which a connector fixes those that it has.
    public static func schemeMembers(_ type: String) -> [String] {
        switch type {
        case "api_key": ["in", "name", "prefix"]
        case "api_keys": ["keys"]
        case "oauth2": OAuthSettings.schemeMembers
        case "hmac": RequestSignature.schemeMembers
        case "aws_sigv4": AWSSignature.schemeMembers
        default: []
        }
    }
}
