// Connectors whose connections sign their requests.

import ConnectorKit
import JSONCore
import Testing

@testable import BuiltInConnectors

struct SignedRequestTests {
    private static func connector(_ auth: String) -> (DeclarativeConnector?, [String]) {
        let source = """
            { "galley_connector": 1, "name": "sys", "title": "System",
              "connection": {
                "settings": { "type": "object", "properties": { "region": { "type": "string" } } },
                "auth": \(auth), "base_url": "https://a.example/v1" },
              "actions": { "put": { "title": "Put", "request": { "method": "PUT", "path": "/x", "json": "{{ input }}" },
                "input": { "type": "object", "properties": { "a": { "type": "integer" } } } } } }
            """
        let (connector, diagnostics) = DeclarativeConnector.read(
            Array(source.utf8), name: "sys", file: "connector.json")
        return (connector, diagnostics.map { "\($0.code) \($0.pointer)" })
    }

    private static func request(_ auth: String, _ credentials: JSONObject) async throws -> HTTPRequest {
        let (connector, mistakes) = connector(auth)
        #expect(mistakes.isEmpty)
        let client = StubClient { _, _ in .json([:]) }
        var trial = try Trial()
        trial.http = client
        trial.connection = Connection(
            name: "sys", connector: "sys", settings: ["region": "eu-north-1"], credentials: credentials)
        _ = try await #require(connector).execute("put", ["a": 1], in: trial.context)
        return try #require(client.requests.first)
    }

    @Test func `a shared key signs what the connector says`() async throws {
        let request = try await Self.request(
            #"{ "type": "hmac", "sign": "{{ request.method }} {{ request.path }} {{ request.body }} {{ settings.region }}", "header": "X-Sig" }"#,
            ["key": "k3y"])
        // HMAC-SHA256 of `PUT /v1/x {"a":1} eu-north-1` under `k3y`, by openssl dgst.
        #expect(request.header("x-sig") == "e11e8477ad56cd18464ad4238da62e63bd7c42aa9213b2dc677cfdb42243db1a")
    }

    @Test func `a signature for AWS has the region of the connection's settings`() async throws {
        let request = try await Self.request(
            #"{ "type": "aws_sigv4", "service": "execute-api", "region": "{{ settings.region }}" }"#,
            ["access_key_id": "AKID", "secret_access_key": "secret"])
        let header = request.header("authorization") ?? ""
        #expect(header.contains("/eu-north-1/execute-api/aws4_request, SignedHeaders=content-type;host;x-amz-date"))
    }

    @Test func `mutual TLS needs a certificate of the connection`() async {
        let error = await #expect(throws: ConnectorError.self) {
            _ = try await Self.request(#"{ "type": "mutual_tls" }"#, [:])
        }
        #expect(error?.message.contains("\"network\" has no \"client_certificate\"") == true)
    }

    @Test(arguments: [
        (#"{ "type": "hmac" }"#, "missing_key /connection/auth"),
        (#"{ "type": "hmac", "sign": "{{ requets.body }}" }"#, "unknown_name /connection/auth/sign"),
        (#"{ "type": "hmac", "sign": "a", "encoding": "base32" }"#, "not_a_choice /connection/auth/encoding"),
        (#"{ "type": "hmac", "sign": "a", "header": "X", "query": "y" }"#, "two_places /connection/auth/query"),
        (#"{ "type": "hmac", "sign": "a", "key": "abc" }"#, "secret_in_connector /connection/auth/key"),
        (#"{ "type": "aws_sigv4" }"#, "missing_key /connection/auth"),
        (#"{ "type": "aws_sigv4", "service": "s3", "regoin": "eu" }"#, "unknown_key /connection/auth/regoin"),
        (#"{ "type": "mutual_tls", "cert": "a" }"#, "unknown_key /connection/auth/cert"),
    ])
    func `mistakes are placed`(auth: String, mistake: String) {
        let (connector, mistakes) = Self.connector(auth)
        #expect(connector == nil)
        #expect(mistakes == [mistake])
    }
}
