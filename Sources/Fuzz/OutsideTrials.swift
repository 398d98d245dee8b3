// Readers of what comes from outside and of what describes other systems: most are not public, so they are here in debug builds and
// under libFuzzer only, which see what is internal.

#if DEBUG || LIBFUZZER
    @testable import BuiltInConnectors
    @testable import ConnectorImport
    import ConnectorKit
    import Dispatch
    import JSONCore
    import Synchronization

    enum OutsideTrials {
        static let targets: [FuzzTarget] = [
            FuzzTarget(
                name: "manifest", seeds: [manifest],
                words: [
                    "\"request\":", "\"response\":", "\"pagination\":", "\"poll\":", "\"webhook\":", "\"auth\":", "{{ ",
                    " }}",
                    "oauth2", "hmac", "aws", "\"errors\":", "\"limits\":", "\"poll_until\":", "\"schema\":",
                    "\"$ref\":",
                ],
                take: { bytes in
                    let (connector, diagnostics) = DeclarativeConnector.read(
                        bytes, name: "fuzz", file: "connector.json", load: { _ in nil })
                    precondition(connector != nil || !diagnostics.isEmpty, "refused without a reason")
                    _ = connector?.fileDiagnostics
                }),
            FuzzTarget(
                name: "openapi", seeds: [openAPI, openAPIInYAML],
                words: [
                    "$ref: '#/", "allOf:", "oneOf:", "anyOf:", "discriminator:", "style: deepObject", "&a ", "*a",
                    "<<: *a", "? ",
                    "\"nullable\":", "\"swagger\": \"2.0\"", "\"in\": \"formData\"", "\"securitySchemes\":",
                    "additionalProperties:",
                ],
                take: { bytes in waiting { await imports(bytes) } }),
            FuzzTarget(
                name: "csv", seeds: ["a,b\r\n1,\"x \"\"y\"\"\"\n", "\u{FEFF}n;m\n;\n"],
                words: ["\"\"", "\r\n", ",\"", "\"\n"],
                take: { bytes in
                    for header in [CSVShape.Header.firstRow, .none, .names(["a", "b"])] {
                        var shape = CSVShape()
                        (shape.header, shape.fillsShortRows) = (header, bytes.count % 2 == 0)
                        let reading = try? CSVReading(bytes, CSVFormat(), shape)
                        while let rows = try? reading?.rows(7), !rows.isEmpty {}
                    }
                }),
            FuzzTarget(
                name: "mail", seeds: [mail],
                words: [
                    "Content-Type: multipart/mixed; boundary=", "Content-Transfer-Encoding: ", "quoted-printable",
                    "base64", "=?utf-8?Q?",
                    "?=", "\r\n\r\n", "--b", "filename*0*=utf-8''", "charset=", "message/rfc822",
                ],
                take: { bytes in
                    let message = MIMEMessage(bytes)
                    precondition(
                        message.attachments.allSatisfy { !$0.name.isEmpty && !$0.name.contains("/") },
                        "a name with a path")
                }),
            FuzzTarget(
                name: "multipart",
                seeds: [
                    "--b\r\nContent-Type: application/xop+xml; charset=UTF-8\r\nContent-ID: <r>\r\n\r\n<a/>\r\n--b\r\nContent-ID: <p>\r\n\r\nxyz\r\n--b--"
                ], words: ["--b", "\r\n\r\n", "Content-ID: <", "Content-Transfer-Encoding: base64", "--b--"],
                take: { bytes in
                    let answer = HTTPAnswer(
                        status: 200,
                        headers: [
                            (
                                "content-type",
                                "multipart/related; type=\"application/xop+xml\"; boundary=b; start=\"<r>\""
                            )
                        ],
                        body: bytes, url: "http://h/")
                    _ = try? MultipartMessage(answer)
                }),
            FuzzTarget(
                name: "addresses",
                seeds: ["https://api.example.org:8443/v1?a=b#c", "http://[::1]:80/", "http://127.0.0.1/"],
                words: ["https://", "http://", "@", "[::", "%2e%2e/", "\\", "/../", ":0"],
                take: { bytes in
                    let url = String(decoding: bytes, as: UTF8.self)
                    if let origin = HTTPOrigin(of: url) {
                        precondition(!origin.host.contains("@") && !origin.host.contains("/"), "a host that is none")
                    }
                    _ = try? Connection.join("https://api.example.org/v1", url)
                }),
            FuzzTarget(
                name: "signatures",
                seeds: [
                    "t=1492774577,v1=5257a8,v0=6f", "v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4= v1,x", "sha256=00",
                ],
                words: ["t=", ",v1=", "v1,", "sha256=", "v0=", " "],
                take: { bytes in
                    let value = String(decoding: bytes, as: UTF8.self)
                    let composed = ["hmac", "ecdsa", "ed25519"].compactMap { scheme in
                        try? WebhookSignature.readScheme([
                            "scheme": .string(scheme), "header": "x-signature", "key": "base64", "part": "v1",
                            "signed": "{method}{url}{timestamp}{body}", "timestamp_part": "t",
                        ])
                    }
                    for var signature in WebhookSignature.Scheme.allCases.map({ WebhookSignature($0) }) + composed {
                        (signature.header, signature.member) = ("x-signature", ["token"])
                        let names = [
                            "x-signature", "x-hub-signature-256", "stripe-signature", "x-slack-signature",
                            "x-shopify-hmac-sha256",
                            "webhook-signature", "authorization", "x-slack-request-timestamp", "webhook-id",
                            "webhook-timestamp",
                        ]
                        let delivery = WebhookDelivery(
                            headers: names.map { ($0, value) }, body: bytes, receivedAt: 1_492_774_577,
                            url: "https://galley.example/hooks/a")
                        let isTaken =
                            (try? signature.verify(delivery, secrets: ["whsec_c2VjcmV0IG9mIHRoZSBmdXp6ZXI="])) != nil
                        precondition(!isTaken, "a signature that nobody made is taken: \(signature.scheme)")
                    }
                }),
        ]

        private static func imports(_ bytes: [UInt8]) async {
            let rules = DocumentPlace.Rules(folder: "/docs", allowsRemote: false)
            let documents = try? await DocumentSet(.file("/docs/api.json"), rules: rules) { place in
                guard place == .file("/docs/api.json") else { throw ImportError("there are no others") }
                return bytes
            }
            guard let documents else { return }
            var options = OpenAPIImport.Options()
            (options.authKinds, options.name) = (ConnectionAuth.types, "fuzz")
            guard let imported = try? OpenAPIImport(documents, options) else { return }
            let files = Dictionary(imported.files.map { ($0.name, $0.bytes) }, uniquingKeysWith: { first, _ in first })
            // What comes of any document is right by our own rules.
            let (connector, diagnostics) = DeclarativeConnector.read(
                files["connector.json"] ?? [], name: "fuzz", file: "connector.json", load: { files[$0] })
            let mistakes = diagnostics + (connector?.fileDiagnostics ?? [])
            precondition(mistakes.isEmpty, "an import that check refuses: \(mistakes.map(\.message))")
        }

        /// Runs what is asynchronous to its end: libFuzzer's callback is not.
        static func waiting(_ body: @escaping @Sendable () async -> Void) {
            let done = DispatchSemaphore(value: 0)
            Task.detached {
                await body()
                done.signal()
            }
            done.wait()
        }

        private static let manifest = """
            {"galley": 1, "name": "fuzz", "title": "Fuzz", "connection": {"fields": {"token": {"type": "string", "secret": true}},
            "base": "https://api.example.org", "auth": {"type": "bearer", "token": "{{ connection.token }}"}}, "actions": {"list": {"effect":
            "read", "input": {"type": "object", "properties": {"q": {"type": "string"}}}, "request": {"method": "GET", "path": "/a/{{ input.q }}"},
            "output": {"type": "object"}}}}
            """

        private static let openAPI = """
            {"openapi": "3.0.3", "info": {"title": "T", "version": "1"}, "servers": [{"url": "https://h/{v}", "variables": {"v": {"default": "1"}}}],
            "paths": {"/p/{id}": {"parameters": [{"name": "id", "in": "path", "required": true, "schema": {"type": "string"}}], "post":
            {"requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/N"}}}}, "responses": {"200":
            {"description": "x", "content": {"application/json": {"schema": {"allOf": [{"$ref": "#/components/schemas/N"}]}}}}}}}},
            "components": {"schemas": {"N": {"type": "object", "properties": {"n": {"$ref": "#/components/schemas/N"}}}}}}
            """

        private static let openAPIInYAML = """
            swagger: '2.0'
            info: {title: T, version: 1}
            host: h
            paths:
              /a:
                get: &g
                  operationId: list
                  parameters: [{name: tags, in: query, type: array, items: {type: string}, collectionFormat: pipes}]
                  responses: {200: {description: x}}
            """

        private static let mail = """
            From: =?utf-8?Q?Zo=C3=AB?= <z@example.org>\r
            Subject: x\r
            Content-Type: multipart/mixed; boundary=b\r
            \r
            --b\r
            Content-Type: text/plain; charset=utf-8\r
            Content-Transfer-Encoding: quoted-printable\r
            \r
            a=20b=\r
            c\r
            --b\r
            Content-Type: application/pdf; name="../a.pdf"\r
            Content-Transfer-Encoding: base64\r
            \r
            AAAA\r
            --b--\r
            """
    }
#endif
