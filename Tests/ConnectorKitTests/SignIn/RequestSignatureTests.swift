// Requests signed with a shared key.

import Crypto
import Foundation
import JSONCore
import RecipeLanguage
import Testing

@testable import ConnectorKit

struct RequestSignatureTests {
    private static func signed(
        _ scheme: JSONObject, _ credentials: JSONObject = ["key": "k3y", "key_id": "me"], at milliseconds: Int64 = 0
    ) async throws -> HTTPRequest {
        var request = HTTPRequest(
            "POST", "https://api.example:8443/v1/a%20b?x=1&y=2", headers: [("Content-Type", "application/json")],
            body: Array("{\"a\":1}".utf8), isRepeatable: false)
        let connection = Connection(
            name: "sys", connector: "http", settings: ["site": "north"], credentials: credentials)
        try await RequestSignature(
            connection: connection, scheme: scheme, formulas: FormulaEnvironment(nowNanoseconds: 0, seed: "1")
        ).add(to: &request, at: SigningMoment(milliseconds: milliseconds, nonce: RandomText.characters(22)))
        return request
    }

    private static func hex(_ text: String) -> String {
        HMAC<SHA256>.authenticationCode(for: Data(text.utf8), using: SymmetricKey(data: Data("k3y".utf8)))
            .map { String(format: "%02x", $0) }.joined()
    }

    @Test(arguments: [
        (
            "{{ request.method }}\n{{ request.path }}\n{{ request.query }}\n{{ request.body }}",
            "POST\n/v1/a%20b\nx=1&y=2\n{\"a\":1}"
        ),
        (
            "{{ timestamp }}.{{ timestamp_ms }}.{{ date }}.{{ iso_date }}",
            "1440938160.1440938160250.Sun, 30 Aug 2015 12:36:00 GMT.2015-08-30T12:36:00Z"
        ),
        ("{{ key_id }}{{ settings.site.upcase }}{{ request.host }}", "meNORTHapi.example:8443"),
        (
            "{{ request.headers['content-type'] }} {{ request.body_sha256 }}",
            "application/json 015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862"
        ),
        ("constant", "constant"),
    ]) func `signs the text that the template makes`(template: String, text: String) async throws {
        let request = try await Self.signed(["sign": .string(template)], at: 1_440_938_160_250)
        #expect(request.header("x-signature") == Self.hex(text))
    }

    @Test func `headers are set before, and are part of what is signed`() async throws {
        let request = try await Self.signed(
            [
                "sign": "{{ request.headers['x-time'] }}|{{ nonce }}", "header": "Authorization", "prefix": "Sys ",
                "headers": ["X-Time": "{{ timestamp }}", "X-Nonce": "{{ nonce }}", "X-Key": "{{ key_id }}"],
            ], at: 5_000)
        #expect(request.header("x-time") == "5" && request.header("x-key") == "me")
        let nonce = try #require(request.header("x-nonce"))
        #expect(nonce.count == 22)
        #expect(request.header("authorization") == "Sys " + Self.hex("5|" + nonce))
    }

    /// RFC 4231 §4.3, and RFC 2202 §3 for SHA-1.
    @Test(arguments: [
        ("sha256", "hex", "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
        ("sha1", "hex", "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"),
        ("sha256", "base64", "W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM="),
        ("sha256", "base64url", "W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM"),
    ]) func `the codes are those of the standards`(algorithm: String, encoding: String, code: String) async throws {
        let request = try await Self.signed(
            [
                "sign": "what do ya want for nothing?", "algorithm": .string(algorithm), "encoding": .string(encoding),
                "query": "sig",
            ], ["key": "Jefe"])
        #expect(request.url.hasSuffix("&sig=" + PercentEncoding.component(code)))
    }

    @Test(arguments: [("base64", "azN5"), ("hex", "6b3379"), ("text", "k3y")])
    func `a key may be encoded`(encoding: String, key: String) async throws {
        let request = try await Self.signed(["sign": "a", "key_encoding": .string(encoding)], ["key": .string(key)])
        #expect(request.header("x-signature") == Self.hex("a"))
    }

    static let wrong: [(JSONObject, JSONObject, String)] = [
        (["sign": "a"], [:], "\"auth\" has no \"key\""), ([:], ["key": "a"], "\"auth\" has no \"sign\""),
        (["sign": "{{ bod }}"], ["key": "a"], "\"sign\" names \"bod\""),
        (["sign": "{{ request. }}"], ["key": "a"], "\"sign\" is not a formula"),
        (["sign": "a", "algorithm": "md5"], ["key": "a"], "\"algorithm\" must be one of sha256"),
        (["sign": "a", "key_encoding": "hex"], ["key": "xyz"], "\"key\" is not in the encoding"),
        (["sign": "a", "headers": ["X-A": "a\nb"]], ["key": "xyz"], "control character"),
    ]

    @Test(arguments: wrong)
    func `what is wrong is said`(scheme: JSONObject, credentials: JSONObject, says: String) async throws {
        let error = await #expect(throws: ConnectorError.self) { _ = try await Self.signed(scheme, credentials) }
        #expect(error?.type == "auth")
        #expect(error?.message.contains(says) == true, "\(error?.message ?? "")")
    }
}
