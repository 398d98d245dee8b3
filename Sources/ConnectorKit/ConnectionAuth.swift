// Puts a connection's credentials into a request: basic, bearer and API key.

import JSONCore
import RecipeLanguage

/// How a connection signs in. `auth` of the connection's file holds `type` and the values; a declarative connector gives
/// `type`, `in` and `name` in its own `connection.auth`, and the connection only the values.
///
/// - `{"type": "basic", "username": …, "password": …}`
/// - `{"type": "bearer", "token": …}`
/// - `{"type": "api_key", "in": "header", "name": "X-Api-Key", "key": …}`; `in` is `header` (default), `query` or `cookie`
/// - `{"type": "api_keys", "keys": [{"member": "app_key", "in": …, "name": …}, …], "app_key": …, …}`: all of them at once
/// - `{"type": "oauth2", …}`: `OAuthSettings`; such requests go through `ActionContext.send`, which asks for the token
/// - `{"type": "hmac", …}`: `RequestSignature`; `{"type": "aws_sigv4", …}`: `AWSSignature`
/// - `{"type": "mutual_tls"}`: by the client certificate of the connection's `network`
/// - `{"type": "none"}`, or no `auth` at all
public enum ConnectionAuth {
    /// What this version signs in with.
    public static let types = [
        "none", "basic", "bearer", "api_key", "api_keys", "oauth2", "hmac", "aws_sigv4", "mutual_tls",
    ]

    /// The type that holds; empty when there are credentials of no type.
    public static func type(_ connection: Connection, scheme: JSONObject) -> String {
        (scheme["type"] ?? connection.credentials["type"])?.string ?? (connection.credentials.isEmpty ? "none" : "")
    }

    /// The name in the query under which this connection's key travels; nil when it has none there.
    public static func queryName(_ connection: Connection) -> String? {
        guard connection.credentials["type"]?.string == "api_key", connection.credentials["in"]?.string == "query"
        else {
            return nil
        }
        return connection.credentials["name"]?.string
    }

    /// Adds the credentials to the request. The caller makes sure that the request goes to the connection's own system.
    /// - Parameter scheme: the connector's `connection.auth`; its members win over the connection's.
    /// - Throws: `ConnectorError` of type `auth` naming the connection and the member that is missing or wrong.
    public static func authorize(
        _ request: inout HTTPRequest, with connection: Connection, scheme: JSONObject = [:]
    ) throws(ConnectorError) {
        let credentials = connection.credentials
        func wrong(_ what: String) -> ConnectorError {
            ConnectorError(type: "auth", "the connection \"\(connection.name)\" can't sign in: \(what)")
        }
        func text(_ member: String) -> String? {
            switch scheme[member] ?? credentials[member] {
            case .string(let text)?: text
            case .integer(let number)?: String(number)
            default: nil
            }
        }
        func required(_ member: String) throws(ConnectorError) -> String {
            guard let text = text(member), !text.isEmpty else { throw wrong("\"auth\" has no \"\(member)\"") }
            guard text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
                throw wrong("\"\(member)\" in \"auth\" has a control character or a line break in it")
            }
            return text
        }
        switch type(connection, scheme: scheme) {
        case "none": return
        case "basic":
            let name = try required("username")
            guard !name.contains(":") else { throw wrong("\"username\" can't have a \":\" in it") }
            // An empty password is common where the key is the user's name.
            let password = text("password").flatMap { $0.isEmpty ? nil : $0 } == nil ? "" : try required("password")
            request.setHeader("Authorization", "Basic " + Base64Text.encode(Array("\(name):\(password)".utf8)))
        case "bearer": request.setHeader("Authorization", "Bearer " + (try required("token")))
        case "api_key":
            let name = try required("name")
            let key = try required("key")
            guard request.addKey(key, name: name, in: text("in"), prefix: text("prefix")) else {
                throw wrong("\"in\" of \"auth\" must be \"header\", \"query\" or \"cookie\"")
            }
        case "api_keys":
            for key in (scheme["keys"] ?? credentials["keys"])?.array ?? [] {
                guard let name = key["name"]?.string, let member = key["member"]?.string else {
                    throw wrong("a key in \"keys\" needs \"name\" and \"member\"")
                }
                let value = try required(member)
                guard request.addKey(value, name: name, in: key["in"]?.string, prefix: key["prefix"]?.string) else {
                    throw wrong("\"in\" of a key must be \"header\", \"query\" or \"cookie\"")
                }
            }
        case "mutual_tls":
            guard connection.network.clientCertificate != nil else {
                throw wrong("\"network\" has no \"client_certificate\", by which it signs in")
            }
        case let kind where ["oauth2", "hmac", "aws_sigv4"].contains(kind):
            throw wrong("its connector can't sign in with \"\(kind)\"")
        case "": throw wrong("\"auth\" has no \"type\"; it can be \(types.joined(separator: ", "))")
        case let other:
            throw wrong("\"auth\" has the unknown type \"\(other)\"; it can be \(types.joined(separator: ", "))")
        }
    }
}

extension HTTPRequest {
    /// Sets a header, instead of any of the same name.
    public mutating func setHeader(_ name: String, _ value: String) {
        let lower = name.lowercased()
        headers.removeAll { $0.name.lowercased() == lower }
        headers.append((name, value))
    }

    /// The first value of a header.
    public func header(_ name: String) -> String? {
        let lower = name.lowercased()
        return headers.first { $0.name.lowercased() == lower }?.value
    }

    /// Adds a key where it belongs; false when there is no such place.
    fileprivate mutating func addKey(_ key: String, name: String, in place: String?, prefix: String?) -> Bool {
        switch place ?? "header" {
        case "header": setHeader(name, (prefix ?? "") + key)
        case "query": addQuery([(name, key)])
        case "cookie":
            let cookie = PercentEncoding.component(name) + "=" + PercentEncoding.component(key)
            setHeader("Cookie", header("cookie").map { "\($0); \(cookie)" } ?? cookie)
        default: return false
        }
        return true
    }

    /// Appends to the URL's query, encoded; a fragment stays behind it.
    public mutating func addQuery(_ pairs: [(name: String, value: String)]) {
        addQuery(encoded: pairs.map { PercentEncoding.query([$0]) })
    }

    /// As above, of pairs that are encoded already.
    public mutating func addQuery(encoded pairs: [String]) {
        guard !pairs.isEmpty else { return }
        let fragment = url.firstIndex(of: "#").map { String(url[$0...]) } ?? ""
        var base = String(url.prefix { $0 != "#" })
        base += base.contains("?") ? (base.hasSuffix("?") || base.hasSuffix("&") ? "" : "&") : "?"
        url = base + pairs.joined(separator: "&") + fragment
    }
}
