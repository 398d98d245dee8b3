// Webhook signatures against the vendors' published examples and OpenSSL-made ones; whatever is doubtful is refused.

import ConnectorKit
import JSONCore
import Testing

struct WebhookSignatureTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let verify: String
        let secret: String
        let body: String
        let headers: [String: String]
        var time: Int64 = 1_700_000_000

        var testDescription: String { name }
        var scheme: WebhookSignature {
            get throws { try WebhookSignature.read(try #require(JSON(parsing: Array(verify.utf8)).object)).0 }
        }
        func delivery(_ headers: [(name: String, value: String)]? = nil, body: String? = nil, at: Int64? = nil)
            -> WebhookDelivery
        {
            WebhookDelivery(
                headers: headers ?? self.headers.map { ($0.key, $0.value) }, body: Array((body ?? self.body).utf8),
                receivedAt: at ?? time)
        }
    }

    @Test(arguments: ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"])
    func `what is signed as Standard Webhooks say is taken by who checks it so`(secret: String) throws {
        // The example of the specification's own test suite (standard-webhooks/standard-webhooks).
        let (body, id, seconds) = (
            Array(#"{"test": 2432232314}"#.utf8), "msg_p5jXN8AQM9LWM0D4loKWxJek", Int64(1_614_265_330)
        )
        let signature = WebhookSignature.standardSignature(of: body, id: id, seconds: seconds, secret: secret)
        #expect(signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
        let delivery = WebhookDelivery(
            headers: [("webhook-id", id), ("webhook-timestamp", "\(seconds)"), ("webhook-signature", signature)],
            body: body, receivedAt: seconds)
        #expect(try WebhookSignature(.standard).verify(delivery, secrets: [secret]) == id)
    }

    static let cases = [
        Case(
            name: "hmac, SHA-1 in hex", verify: #"{"scheme":"hmac","secret":"S","header":"X-Sig","algorithm":"sha1"}"#,
            secret: "k", body: #"{"a":1}"#, headers: ["x-sig": "7b4ab6898ab862077e9caf504b39982f2bc41453"]),
        Case(
            name: "hmac, SHA-512 in base64 behind a prefix",
            verify:
                #"{"scheme":"hmac","secret":"S","header":"X-Sig","algorithm":"sha512","encoding":"base64","prefix":"v1="}"#,
            secret: "k", body: #"{"a":1}"#,
            headers: [
                "x-sig":
                    "v1=9SdCJoZVW2Uoouf37IKy9UUrADA7sob4dOB1uneJdKbYGt//UjZC/HO2lg91m5KjutE4vhEL9ZIj55/RtcaCXQ=="
            ]),
        Case(
            name: "basic", verify: #"{"scheme":"basic","secret":"S","username":"Aladdin"}"#, secret: "open sesame",
            body: "{}", headers: ["authorization": "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="]),
        Case(
            name: "github", verify: #"{"scheme":"github","secret":"S"}"#, secret: "It's a Secret to Everybody",
            body: "Hello, World!",
            headers: [
                "x-hub-signature-256": "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
            ]),
        Case(
            name: "slack", verify: #"{"scheme":"slack","secret":"S"}"#, secret: "8f742231b10e8888abcd99yyyzzz85a5",
            body:
                "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c",
            headers: [
                "x-slack-signature": "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503",
                "x-slack-request-timestamp": "1531420618",
            ], time: 1_531_420_600),
        Case(
            name: "stripe", verify: #"{"scheme":"stripe","secret":"S"}"#, secret: "whsec_x", body: #"{"a":1}"#,
            headers: [
                "stripe-signature":
                    "t=1700000000,v0=00,v1=00,v1=b3438763ab46d9634b9844c8722818eaf523f803db1327484c6067462a5fd6d1"
            ]),
        Case(
            name: "shopify", verify: #"{"scheme":"shopify","secret":"S"}"#, secret: "hush", body: #"{"a":1}"#,
            headers: ["x-shopify-hmac-sha256": "3+Yq/TpwjqJ7IXuMq8EfED7b+y0XbokqOKLUdagDxMI="]),
        Case(
            name: "standard", verify: #"{"scheme":"standard","secret":"S"}"#,
            secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", body: #"{"test": 2432232314}"#,
            headers: [
                "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek", "webhook-timestamp": "1614265330",
                "webhook-signature": "v2,x v1,AAAA v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
            ], time: 1_614_265_330),
        Case(
            name: "token", verify: #"{"scheme":"token","secret":"S","header":"X-Gitlab-Token"}"#, secret: "t0ken",
            body: "{}", headers: ["x-gitlab-token": "t0ken"]),
    ]

    @Test(arguments: cases)
    func `a right signature is taken, also while the secret is being changed`(example: Case) throws {
        try example.scheme.verify(example.delivery(), secrets: [example.secret])
        try example.scheme.verify(example.delivery(), secrets: ["older", example.secret])
    }

    @Test(arguments: cases)
    func `anything else is refused`(example: Case) throws {
        let scheme = try example.scheme
        func isRefused(_ delivery: WebhookDelivery, _ secrets: [String]? = nil) -> Bool {
            do {
                try scheme.verify(delivery, secrets: secrets ?? [example.secret])
                return false
            } catch { return true }
        }
        if ![.token, .basic].contains(scheme.scheme) { #expect(isRefused(example.delivery(body: example.body + " "))) }
        #expect(isRefused(example.delivery(), ["wrong"]))
        #expect(isRefused(example.delivery(), []))
        #expect(isRefused(example.delivery(), [""]))
        #expect(isRefused(example.delivery([])))
        let headers = example.headers.map { (name: $0.key, value: $0.value) }
        #expect(isRefused(example.delivery(headers + headers)), "given twice")
        for name in example.headers.keys {
            for value in ["", "v1", "v1,", "v1=", "sha256=", "v0=zz", "t=,v1=", "é", "a.b"] {
                #expect(isRefused(example.delivery(headers.filter { $0.name != name } + [(name, value)])))
            }
        }
        if [.slack, .stripe, .standard].contains(scheme.scheme) {
            #expect(isRefused(example.delivery(at: example.time + 400)), "a replay")
            #expect(isRefused(example.delivery(at: example.time - 400)), "a clock that is wrong")
        }
    }

    @Test(arguments: [
        ("{}", #""verify" needs a "scheme""#),
        (#"{"scheme":"githib","secret":"S"}"#, #""scheme" of "verify" can't be "githib"; did you mean "github"?"#),
        (#"{"scheme":"github"}"#, #""verify" needs "secret": the name of the secret, not the secret itself"#),
        (
            #"{"scheme":"github","secret":"S","header":"X"}"#,
            #""verify" with the scheme "github" has no "header"; it takes: scheme, secret"#
        ),
        (
            #"{"scheme":"hmac","secret":"S"}"#,
            #""verify" with the scheme "hmac" needs "header": the header's name"#
        ),
        (#"{"scheme":1,"secret":"S"}"#, #""scheme" of "verify" must be a text"#),
    ])
    func `a verify that can't be read says why`(verify: String, message: String) throws {
        let object = try #require(JSON(parsing: Array(verify.utf8)).object)
        #expect {
            try WebhookSignature.read(object)
        } throws: { "\($0)" == message }
    }

    @Test(arguments: [
        (#"{"value":[{"clientState":"s3cret"},{"clientState":"s3cret"}]}"#, true),
        (#"{"value":{"clientState":"s3cret"}}"#, true),
        (#"{"value":[{"clientState":"s3cret"},{"clientState":"other"}]}"#, false),
        (#"{"value":[{"clientState":"s3cret"},{}]}"#, false), (#"{"value":[]}"#, false),
        (#"{"clientState":"s3cret"}"#, false),
        (#"{"value":[{"clientState":["s3cret"]}]}"#, false), ("[]", false), ("", false), ("no JSON", false),
    ]) func `a secret in the body has to be right in every element`(body: String, isRight: Bool) throws {
        let (scheme, _) = try WebhookSignature.read(["scheme": "member", "secret": "S", "member": "value.clientState"])
        let delivery = WebhookDelivery(headers: [], body: Array(body.utf8), receivedAt: 0)
        let verdict = Result { () throws(WebhookSignature.Refusal) in
            _ = try scheme.verify(delivery, secrets: ["s3cret"])
        }
        #expect((try? verdict.get()) != nil ? isRight : !isRight)
    }
}
