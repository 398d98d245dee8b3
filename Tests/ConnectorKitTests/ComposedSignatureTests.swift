// Signatures over composed texts, with keys of other kinds: the vendors' own examples and OpenSSL-made ones.

import ConnectorKit
import JSONCore
import Testing

struct ComposedSignatureTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let verify: String
        let secret: String
        var body = #"{"a":1}"#
        let headers: [String: String]
        var time: Int64 = 1_700_000_000
        var url: String? = "https://galley.example/hooks/a?x=1"

        func check(
            _ headers: [String: String]? = nil, body: String? = nil, method: String = "POST", url: String?? = nil,
            at: Int64? = nil, secret: String? = nil
        ) throws {
            let (scheme, _) = try WebhookSignature.read(try #require(JSON(parsing: Array(verify.utf8)).object))
            let delivery = WebhookDelivery(
                headers: (headers ?? self.headers).map { ($0.key, $0.value) }, body: Array((body ?? self.body).utf8),
                receivedAt: at ?? time, method: method, url: url ?? self.url)
            try scheme.verify(delivery, secrets: ["older", secret ?? self.secret])
        }
    }

    static let cases = [
        Case(
            testDescription: "method, address, body and a time in milliseconds",
            verify:
                #"{"scheme":"hmac","secret":"S","header":"X-Sig","encoding":"base64","signed":"{method}{url}{body}{timestamp}","timestamp":"X-Time"}"#,
            secret: "client-secret",
            headers: ["x-sig": "yl0LcST1ZysX3E3ABL3S8MoRiOfLx8fr6yiDEjEVnsM=", "x-time": "1700000000123"]),
        Case(
            testDescription: "address and the sorted fields of a form (the example of twilio.com/docs/usage/security)",
            verify:
                #"{"scheme":"hmac","secret":"S","header":"X-Twilio-Signature","algorithm":"sha1","encoding":"base64","signed":"{url}{form}"}"#,
            secret: "12345",
            body: "To=%2B18005551212&CallSid=CA1234567890ABCDE&From=%2B12349013030&Digits=1234&Caller=%2B12349013030",
            headers: [
                "x-twilio-signature": "0/KCTR6DLpKmkAf8muzZqo1nDgQ=",
                "content-type": "application/x-www-form-urlencoded; charset=utf-8",
            ], url: "https://mycompany.com/myapp.php?foo=1&bar=2"),
        Case(
            testDescription: "a body and its time behind it",
            verify:
                #"{"scheme":"hmac","secret":"S","header":"X-Sig","signed":"{body}{timestamp}","timestamp":"X-Time"}"#,
            secret: "k",
            headers: [
                "x-sig": "863b3ca22f830ea9a313aa1f225e62edf8b5f12937b1ed0de39156638a94b26a", "x-time": "1700000000",
            ]),
        Case(
            testDescription: "a time as a text (developer.zendesk.com, an example of another order)",
            verify:
                #"{"scheme":"hmac","secret":"S","header":"X-Sig","encoding":"base64","signed":"{body}{timestamp}","timestamp":"X-Time"}"#,
            secret: "HRkRd4BeOAoUkfZr-mhauJT64rvBASlJRoIyPsd3zeA=", body: #"{"say": "hello"}"#,
            headers: ["x-sig": "tRDSF7URY8BLCDlaBcQ7FHu051Zk+aAB0NKMP53teMw=", "x-time": "2021-07-25T10:00:00Z"],
            time: 1_627_207_200),
        Case(
            testDescription: "signatures and time in the parts of one header",
            verify:
                #"{"scheme":"hmac","secret":"S","header":"X-Sig","part":"s","signed":"{timestamp}.{body}","timestamp_part":"t"}"#,
            secret: "k",
            headers: [
                "x-sig": "t=1700000000, s=00,s=1b6ad1bc9bf48c52ce01939866d5877c6cc4e87ddad27e16673cb8c4964394a3"
            ]),
        Case(
            testDescription: "a key in base64",
            verify: #"{"scheme":"hmac","secret":"S","header":"X-Mac","prefix":"hmac-sha256=","key":"base64"}"#,
            secret: "AAECAwQFBgcICQ==",
            headers: ["x-mac": "hmac-sha256=7146d0fbc4cfbd90c56d067fb86beee1553bfaecb2a87610e265d27202ddbd98"]),
        Case(
            testDescription: "a key in hex, over a header and the body",
            verify: #"{"scheme":"hmac","secret":"S","header":"X-Mac","key":"hex","signed":"{header.X-Id}:{body}"}"#,
            secret: "00FF10",
            headers: ["x-mac": "9f01fa95548291d88f86ddeca2d5e68200e6ef18f609c90ca72cf33ce0e65a0c", "x-id": "id7"]),
        Case(
            testDescription: "ECDSA (the example of SendGrid's own libraries)",
            verify:
                #"{"scheme":"ecdsa","secret":"S","header":"X-Sig","encoding":"base64","signed":"{timestamp}{body}","timestamp":"X-Time"}"#,
            secret:
                "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE83T4O/n84iotIvIW4mdBgQ/7dAfSmpqIM8kF9mN1flpVKS3GRqe62gw+2fNNRaINXvVpiglSI8eNEc6wEA3F+g==",
            body:
                #"[{"email":"hello@world.com","event":"dropped","reason":"Bounced Address","sg_event_id":"ZHJvcC0xMDk5NDkxOS1MUnpYbF9OSFN0T0doUTRrb2ZTbV9BLTA","sg_message_id":"LRzXl_NHStOGhQ4kofSm_A.filterdrecv-p3mdw1-756b745b58-kmzbl-18-5F5FC76C-9.0","smtp-id":"<LRzXl_NHStOGhQ4kofSm_A@ismtpd0039p1iad1.sendgrid.net>","timestamp":1600112492}]"#
                + "\r\n",
            headers: [
                "x-sig":
                    "MEUCIGHQVtGj+Y3LkG9fLcxf3qfI10QysgDWmMOVmxG0u6ZUAiEAyBiXDWzM+uOe5W0JuG+luQAbPIqHh89M15TluLtEZtM=",
                "x-time": "1600112502",
            ], time: 1_600_112_510),
        Case(
            testDescription: "ECDSA with a key in PEM",
            verify:
                #"{"scheme":"ecdsa","secret":"S","header":"X-Sig","encoding":"base64","signed":"{timestamp}{body}","timestamp":"X-Time"}"#,
            secret: """
                -----BEGIN PUBLIC KEY-----
                MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE1JlFbC9nPa/csdPy6L/P+ZwbSiKJ
                zPx3mRyVfnMocc71Vf9Y2jBTZ/MSzz+0+SfP6fxvX4eRo2tGxZoFUZaZeA==
                -----END PUBLIC KEY-----
                """,
            headers: [
                "x-sig":
                    "MEUCIQDBmCssq3/J7X6EjecL+qSPBefP0SD7mu9meknNt6PjvAIgfMesE2/dmGLMv9BeZVnoztdqPI7sj1bnRDlaDqKT33c=",
                "x-time": "1700000000",
            ]),
        Case(
            testDescription: "Ed25519 with a key in hex",
            verify:
                #"{"scheme":"ed25519","secret":"S","header":"X-Sig","key":"hex","signed":"{timestamp}{body}","timestamp":"X-Time"}"#,
            secret: "93aa4a42aed13d28ec127be43591748e424ac1e570834b533a8c29f77ff3353e",
            headers: [
                "x-sig":
                    "216536f11f53a50f6ee5bd848bfb252f1a28989a06ccd5ade14b426069f4d0c4a4db46f4cacfda3c1289478b66585d2dd2521380b6138553ca9e3e00b246aa0f",
                "x-time": "1700000000",
            ]),
    ]

    @Test(arguments: cases)
    func `a right signature is taken, and with any part changed it is refused`(example: Case) throws {
        try example.check()
        let changed = example.body.replacing("1", with: "2").replacing("hello", with: "hullo")
        #expect(throws: WebhookSignature.Refusal.self) { try example.check(body: changed) }
        #expect(throws: WebhookSignature.Refusal.self) { try example.check(secret: "AAAA") }
        #expect(throws: WebhookSignature.Refusal.self) { try example.check(secret: "no key") }
        for name in example.headers.keys {
            var headers = example.headers
            headers[name] = nil
            #expect(throws: WebhookSignature.Refusal.self, "without \(name)") { try example.check(headers) }
            for value in ["", "0", "t=1700000000", "t=1700000000,s=", "MEUC", "text/plain"] {
                headers[name] = value
                #expect(throws: WebhookSignature.Refusal.self, "\(name): \(value)") { try example.check(headers) }
            }
        }
        if example.verify.contains("{timestamp}") {
            for seconds: Int64 in [-400, 400] {
                #expect(throws: WebhookSignature.Refusal.self, "a replay") {
                    try example.check(at: example.time + seconds)
                }
            }
        }
        if example.verify.contains("{url}") {
            #expect(throws: WebhookSignature.Refusal.self) { try example.check(url: "https://galley.example/hooks/b") }
            #expect(throws: WebhookSignature.Refusal.self) { try example.check(url: .some(nil)) }
        }
        if example.verify.contains("{method}") {
            #expect(throws: WebhookSignature.Refusal.self) { try example.check(method: "PUT") }
        }
    }

    @Test(arguments: [
        (#""signed":"{timestamp}.{body}""#, #"{timestamp} in "signed" needs "timestamp""#),
        (#""timestamp":"X-Time""#, #"unless "signed" has {timestamp}"#),
        (#""signed":"{timestamp}","timestamp":"X-Time""#, "needs {body} or {form}"),
        (#""signed":"{bodi}""#, #"can't have {bodi}; did you mean "body"?"#),
        (#""signed":"{body}{what}""#, "there are: {body}, {form}"),
        (#""signed":"{body""#, "has a { without its }"),
        (#""signed":"{timestamp}{body}","timestamp":"X","timestamp_part":"t""#, "has either"),
        (#""key":"base32""#, #""key" of "verify" can't be "base32""#),
        (#""url":"https://x""#, #"has no "url""#),
    ])
    func `a signed text that would leave something open is a mistake`(members: String, message: String) throws {
        let verify = #"{"scheme":"hmac","secret":"S","header":"X-Sig",\#(members)}"#
        let object = try #require(JSON(parsing: Array(verify.utf8)).object)
        #expect {
            try WebhookSignature.read(object)
        } throws: { "\($0)".contains(message) }
    }
}
