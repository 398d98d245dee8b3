// WS-Security: a user name and a time in the SOAP header (OASIS Web Services Security 1.1, UsernameToken Profile).

import ConnectorKit
import Glibc
import JSONCore
import RecipeLanguage
import XML

/// The `Security` header of one request.
///
/// A connection's `auth` is `{"type": "ws_security", "username": …, "password": …}` with, as the service wants them,
/// `"password_type": "digest"` (else `text`), `"timestamp": true` and `"ttl"` in seconds (300 when left out).
struct SecurityHeader {
    static let authType = "ws_security"

    private static let wsse =
        "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
    private static let wsu =
        "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"
    private static let profile =
        "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0#"
    private static let base64 =
        "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0#Base64Binary"

    private let username: String
    private let password: String
    private let isDigest: Bool
    /// Seconds until the message expires; nil for no timestamp.
    private let lifetime: Int?
    private let moment: SigningMoment

    /// Whether this connection signs in this way, and not over HTTP.
    static func isUsed(_ connection: Connection, scheme: JSONObject) -> Bool {
        (connection.credentials["type"] ?? scheme["type"])?.string == authType
    }

    /// nil when the connection signs in another way or not at all.
    /// - Parameter moment: of sending, not of the job.
    init?(_ connection: Connection?, scheme: JSONObject, at moment: SigningMoment) throws(ConnectorError) {
        guard let connection, Self.isUsed(connection, scheme: scheme) else { return nil }
        func text(_ member: String) -> String? { (connection.credentials[member] ?? scheme[member])?.string }
        guard let username = text("username"), !username.isEmpty, let password = text("password") else {
            throw ConnectorError(
                type: "auth",
                "the connection \"\(connection.name)\" can't sign in: \"auth\" needs \"username\" and \"password\"")
        }
        let kind = text("password_type") ?? "text"
        guard kind == "text" || kind == "digest" else {
            throw ConnectorError(
                type: "auth",
                "the connection \"\(connection.name)\" can't sign in: \"password_type\" must be \"text\" or \"digest\"")
        }
        (self.username, self.password, isDigest) = (username, password, kind == "digest")
        let wantsTime = (connection.credentials["timestamp"] ?? scheme["timestamp"]) == true
        let ttl = (connection.credentials["ttl"] ?? scheme["ttl"])?.integer ?? 300
        lifetime = wantsTime ? min(max(ttl, 1), 86_400) : nil
        self.moment = moment
    }

    func element(_ version: SOAPVersion) -> XMLElement {
        func named(_ name: String, _ text: String, _ attributes: [XMLAttribute] = []) -> XMLNode {
            .element(
                XMLElement(
                    name, namespace: Self.wsse, prefix: "wsse", attributes: attributes,
                    children: text.isEmpty ? [] : [.text(text)]))
        }
        func utility(_ name: String, _ text: String) -> XMLNode {
            .element(XMLElement(name, namespace: Self.wsu, prefix: "wsu", text: text))
        }
        var children: [XMLNode] = []
        if let lifetime {
            children.append(
                .element(
                    XMLElement(
                        "Timestamp", namespace: Self.wsu, prefix: "wsu",
                        children: [
                            utility("Created", SystemTime.text(moment.milliseconds)),
                            utility("Expires", SystemTime.text(moment.milliseconds + Int64(lifetime) * 1_000)),
                        ])))
        }
        var token = [named("Username", username)]
        if isDigest {
            let (nonce, time) = (Array(moment.nonce.utf8), SystemTime.text(moment.milliseconds))
            let digest = UsernameToken.digest(nonce: nonce, created: time, password: password)
            token += [
                named("Password", digest, [XMLAttribute("Type", Self.profile + "PasswordDigest")]),
                named("Nonce", Base64Text.encode(nonce), [XMLAttribute("EncodingType", Self.base64)]),
                utility("Created", time),
            ]
        } else {
            token.append(named("Password", password, [XMLAttribute("Type", Self.profile + "PasswordText")]))
        }
        children.append(.element(XMLElement("UsernameToken", namespace: Self.wsse, prefix: "wsse", children: token)))
        return XMLElement(
            "Security", namespace: Self.wsse, prefix: "wsse",
            attributes: [XMLAttribute("mustUnderstand", "1", namespace: version.namespace, prefix: "soap")],
            children: children)
    }
}

/// Times in headers, in UTC.
enum SystemTime {
    /// `2026-11-27T08:30:00.250Z`
    static func text(_ milliseconds: Int64) -> String {
        var (seconds, parts) = (time_t(milliseconds / 1_000), tm())
        gmtime_r(&seconds, &parts)
        func digits(_ number: Int32, _ count: Int = 2) -> String {
            let text = String(number)
            return String(repeating: "0", count: max(0, count - text.count)) + text
        }
        return "\(digits(parts.tm_year + 1900, 4))-\(digits(parts.tm_mon + 1))-\(digits(parts.tm_mday))"
            + "T\(digits(parts.tm_hour)):\(digits(parts.tm_min)):\(digits(parts.tm_sec))"
            + ".\(digits(Int32(milliseconds % 1_000), 3))Z"
    }
}

/// WS-Addressing 1.0: what the message is for and where it goes.
enum AddressingHeaders {
    static let namespace = "http://www.w3.org/2005/08/addressing"

    /// - Parameter key: stable for the call, so that a repeat carries the same message id.
    static func elements(action: String, to url: String, key: String) -> [XMLElement] {
        func header(_ name: String, _ text: String) -> XMLElement {
            XMLElement(name, namespace: namespace, prefix: "wsa", text: text)
        }
        var reply = XMLElement("ReplyTo", namespace: namespace, prefix: "wsa")
        reply.children = [.element(header("Address", namespace + "/anonymous"))]
        return [header("Action", action), header("MessageID", "urn:galley:\(key)"), header("To", url), reply]
    }
}
