// Requests signed with a shared key (HMAC, RFC 2104), over a text that a template makes of the request.

import Crypto
import JSONCore
import RecipeLanguage

/// What `auth` of type `hmac` says.
///
/// `{"type": "hmac", "sign": "{{ request.method }}\n{{ request.path }}\n{{ timestamp }}\n{{ request.body }}", "header":
/// "X-Signature"}`, with `algorithm`, `encoding`, `prefix`, `query` in place of `header`, `headers` that are set before, and
/// `key_encoding`. The connection holds `key`, and `key_id` where templates name it.
struct RequestSignature {
    /// Members that say how.
    static let schemeMembers = [
        "sign", "algorithm", "encoding", "key_encoding", "header", "query", "prefix", "headers",
    ]
    /// What its templates may name.
    static let names = [
        "request", "timestamp", "timestamp_ms", "date", "iso_date", "nonce", "key_id", "settings",
    ]
    static let algorithms = ["sha256", "sha1", "sha384", "sha512"]
    static let encodings = ["hex", "base64", "base64url"]
    static let keyEncodings = ["text", "base64", "hex"]

    let connection: Connection
    let scheme: JSONObject
    let formulas: FormulaEnvironment

    /// Sets the headers, makes the text, signs it and adds the signature.
    func add(to request: inout HTTPRequest, at moment: SigningMoment) async throws {
        let key = try key()
        for (name, value) in member("headers")?.object ?? [:] {
            guard let template = value.string else { throw wrong("\"headers\" must be texts") }
            let text = try await text(template, "\"\(name)\" in \"headers\"", request, moment)
            guard text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
                throw wrong("the header \(name) would hold a control character")
            }
            request.setHeader(name, text)
        }
        guard let template = member("sign")?.string else {
            throw wrong("\"auth\" has no \"sign\": the text to be signed")
        }
        let signed = Array(try await text(template, "\"sign\"", request, moment).utf8)
        let encoded = try encoded(try code(of: signed, key))
        let value = (member("prefix")?.string ?? "") + encoded
        if let name = member("query")?.string {
            request.addQuery([(name, value)])
        } else {
            request.setHeader(member("header")?.string ?? "X-Signature", value)
        }
    }

    private func member(_ name: String) -> JSON? {
        let found = scheme[name] ?? connection.credentials[name]
        return found?.isNull == true ? nil : found
    }

    private func wrong(_ what: String) -> ConnectorError {
        ConnectorError(type: "auth", "the connection \"\(connection.name)\" can't sign in: \(what)")
    }

    private func word(_ name: String, among words: [String]) throws(ConnectorError) -> String {
        guard let word = member(name)?.string else { return words[0] }
        guard words.contains(word) else { throw wrong("\"\(name)\" must be one of \(words.joined(separator: ", "))") }
        return word
    }

    private func key() throws(ConnectorError) -> SymmetricKey {
        guard let text = connection.credentials["key"]?.string, !text.isEmpty else {
            throw wrong("\"auth\" has no \"key\"")
        }
        let bytes: [UInt8]?
        switch try word("key_encoding", among: Self.keyEncodings) {
        case "base64": bytes = Base64Text.decode(text)
        case "hex": bytes = Self.bytes(hexadecimal: text)
        default: bytes = Array(text.utf8)
        }
        guard let bytes, !bytes.isEmpty else {
            throw wrong("\"key\" is not in the encoding that \"key_encoding\" says")
        }
        return SymmetricKey(data: bytes)
    }

    private static func bytes(hexadecimal text: String) -> [UInt8]? {
        let digits = text.utf8.map { Character(UnicodeScalar($0)).hexDigitValue }
        guard digits.count % 2 == 0, !digits.contains(nil) else { return nil }
        return stride(from: 0, to: digits.count, by: 2).map { UInt8((digits[$0] ?? 0) << 4 | (digits[$0 + 1] ?? 0)) }
    }

    private func code(of text: [UInt8], _ key: SymmetricKey) throws(ConnectorError) -> [UInt8] {
        switch try word("algorithm", among: Self.algorithms) {
        case "sha1": Array(HMAC<Insecure.SHA1>.authenticationCode(for: text, using: key))
        case "sha384": Array(HMAC<SHA384>.authenticationCode(for: text, using: key))
        case "sha512": Array(HMAC<SHA512>.authenticationCode(for: text, using: key))
        default: Array(HMAC<SHA256>.authenticationCode(for: text, using: key))
        }
    }

    private func encoded(_ code: [UInt8]) throws(ConnectorError) -> String {
        switch try word("encoding", among: Self.encodings) {
        case "base64": Base64Text.encode(code)
        case "base64url": Base64Text.encodeForURL(code)
        default: AWSSignature.hex(code)
        }
    }

    private func text(
        _ template: String, _ what: String, _ request: HTTPRequest, _ moment: SigningMoment
    ) async throws -> String {
        guard template.contains("{{") else { return template }
        let parsed: Template
        do { parsed = try Template(parsing: template) } catch {
            throw wrong("\(what) is not a formula: \(error.message)")
        }
        let uses = parsed.formulas.flatMap { $0.formula.names }
        if let unknown = uses.first(where: { !Self.names.contains($0.name) && !Self.words.contains($0.name) }) {
            throw wrong("\(what) names \"\(unknown.name)\"; here are \(Self.names.joined(separator: ", "))")
        }
        let seesBody = uses.contains { $0.name == "request" && ($0.path.first ?? "body") == "body" }
        guard !seesBody || request.upload == nil else {
            throw wrong("the body is a file, which \(what) can't hold; sign request.body_sha256 in its place")
        }
        let hashes = uses.contains { $0.name == "request" && ["body_sha256", nil].contains($0.path.first) }
        let hash = hashes ? AWSSignature.hex(try await request.bodyHash()) : ""
        let time = BasicTime(seconds: moment.milliseconds / 1_000)
        let values: [JSON] = [
            .object(Self.members(of: request, hash: hash)), .integer(Int(moment.milliseconds / 1_000)),
            .integer(Int(moment.milliseconds)),
            .string(time.header), .string(time.extended), .string(moment.nonce),
            connection.credentials["key_id"] ?? .null, .object(connection.settings),
        ]
        do {
            return try parsed.bound { Self.names.firstIndex(of: $0) }
                .text(values.map { Value($0) }, Evaluation(formulas, address: "auth"))
        } catch {
            throw wrong("\(what) can't be made: \(error.message)")
        }
    }

    /// Words that formulas understand by themselves.
    private static let words: Set<String> = ["nil", "null", "true", "false", "now", "today", "uuid"]

    /// `request` in templates.
    private static func members(of request: HTTPRequest, hash: String) -> JSONObject {
        let bare = request.url.prefix { $0 != "#" }
        let rest = bare.firstRange(of: "://").map { bare[$0.upperBound...] } ?? bare
        let target = rest[(rest.firstIndex { $0 == "/" || $0 == "?" } ?? rest.endIndex)...]
        let path = target.prefix { $0 != "?" }
        var headers = JSONObject()
        for header in request.headers { headers[header.name.lowercased()] = .string(header.value) }
        return [
            "method": .string(request.method), "url": .string(String(bare)),
            "host": .string(HTTPOrigin(of: request.url)?.authority ?? ""),
            "path": .string(path.isEmpty ? "/" : String(path)),
            "query": .string(String(target.drop { $0 != "?" }.dropFirst())),
            "body": .string(String(decoding: request.body, as: UTF8.self)), "body_sha256": .string(hash),
            "headers": .object(headers),
        ]
    }
}
