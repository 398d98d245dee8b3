// Calls to PHP's SoapServer: every style, both versions of SOAP, headers, faults, signing in.

import ConnectorKit
import JSONCore
import Testing

@Suite(.foreignServer(.php))
struct PHPServiceTests {
    private let order: JSON = [
        "@state": "new", "id": 9_007_199_254_740_993, "placed": "2026-11-27T08:30:00Z", "due": "2026-12-24",
        "total": .written("12.50"), "weight": .written("1.5"), "paid": true, "colour": "light blue",
        "scan": "AQID", "mark": "0AFF", "sizes": [1, 2], "limit": "many",
        "address": ["street": "Am <Tor> 1 & 2", "city": "Zürich", "country": "CH"],
        "lines": [
            [
                "@number": 1, "sku": "A", "quantity": 2,
                "price": ["@currency": "EUR", "content!": .written("10.00")],
            ],
            ["@number": 2, "sku": "B", "quantity": 1],
        ],
        "iban": "DE1", "parent": ["id": 1, "comment": "c"],
    ]

    @Test(arguments: ["Wrapped11", "Wrapped12"])
    func `document/literal, wrapped: what is sent comes back, with headers both ways`(port: String) async throws {
        let service = try await ForeignService("document", port: port)
        let session: JSON = ["Session": ["token": "abc", "hop": 3]]
        let answers = try await service.compare([
            ForeignCall("PlaceOrder", ["order": order]),
            ForeignCall("PlaceOrder", ["order": ["id": 1], "headers!": session]),
            ForeignCall("WhoAmI"), ForeignCall("Notify", ["event": "x"]),
        ])
        #expect(answers[0] == ["value": ["order": order]], "\(answers[0].compact)")
        #expect(
            answers[1] == [
                "value": ["order": ["id": 1], "headers!": ["Session": ["token": "abc!", "hop": 4]]]
            ], "\(answers[1].compact)")
        #expect(answers[3] == ["value": [:]])
    }

    @Test(arguments: ["Wrapped11", "Wrapped12"])
    func `faults have code, reason, actor and a typed detail`(port: String) async throws {
        let service = try await ForeignService("document", port: port)
        let answers = try await service.compare(
            ["typed", "plain", "coded"].map { ForeignCall("Fail", ["how": .string($0)]) })
        let detail: JSON = ["OutOfStock": ["sku": "A <1>", "left": 0, "since": "2026-11-01"]]
        #expect(answers[0]["fault"]?["detail"] == detail, "\(answers[0].compact)")
        #expect(answers[1]["fault"]?["string"] == "it's \"broken\" & gone")
    }

    @Test func `document/literal, bare: a text, a text with attributes and a type are messages`() async throws {
        let service = try await ForeignService("bare", port: "Bare11")
        let price: JSON = ["content!": .written("5.10"), "@currency": "EUR", "@exact": true]
        let answers = try await service.compare([
            ForeignCall("Ping", ["Ping": "abc & <d>"]), ForeignCall("Echo", order),
            ForeignCall("Round", ["Price": price]),
        ])
        #expect(answers[0] == ["value": ["Pong": ">d< & cba"]], "\(answers[0].compact)")
        #expect(answers[1] == ["value": order], "\(answers[1].compact)")
    }

    @Test(arguments: ["Literal11", "Literal12"])
    func `rpc/literal: parts by their names`(port: String) async throws {
        let service = try await ForeignService("literal", port: port)
        let plain: JSON = ["name": "x", "counts": [1, 2], "line": ["sku": "A", "quantity": 1, "note": "n"]]
        let answers = try await service.compare([
            ForeignCall("EchoPlain", ["plain": plain, "flag": true]),
            ForeignCall("EchoPlain", ["plain": ["name": "broken"], "flag": true]),
            ForeignCall("Nothing"),
        ])
        // Not compared: in SOAP 1.2 PHP names the part that is the result, which zeep takes for a mistake.
        let sum = try await service.answer(ForeignCall("Add", ["a": 1, "b": 2]))
        #expect(sum == ["value": ["sum": 3]], "\(sum.compact)")
        #expect(answers[0] == ["value": ["plain": plain, "flag": false]], "\(answers[0].compact)")
        #expect(answers[1]["fault"]?["detail"] == ["Broken": ["part": 7]], "\(answers[1].compact)")
    }

    private let encodedOrder: JSON = [
        "id": 1, "placed": "2026-11-27T08:30:00Z", "paid": false, "rate": .written("1.5"), "scan": "AQID",
        "lines": [["sku": "A", "quantity": 1, "note": "n", "price": .written("2.50")]],
        "words": ["a", "b & c"], "first": ["sku": "B", "quantity": 2, "note": "m"],
    ]

    @Test func `rpc/encoded: structures, arrays and types in the message`() async throws {
        let service = try await ForeignService("encoded", port: "Encoded11")
        let answers = try await service.compare([
            ForeignCall("EchoOrder", ["order": encodedOrder]), ForeignCall("Add", ["a": 1, "b": 2]),
            ForeignCall("Nothing"),
        ])
        #expect(answers[0] == ["value": ["return": encodedOrder]], "\(answers[0].compact)")
    }

    /// Not compared: zeep can't write arrays of arrays, leaves values that others refer to empty where they are not elements
    /// of the Body, and sends the encoding of SOAP 1.1 in SOAP 1.2.
    @Test(arguments: ["Encoded11", "Encoded12"])
    func `rpc/encoded: what zeep can't`(port: String) async throws {
        let service = try await ForeignService("encoded", port: port)
        #expect(
            try await service.answer(ForeignCall("EchoOrder", ["order": encodedOrder]))
                == ["value": ["return": encodedOrder]])
        let grid: JSON = [[1, 2], [3], []]
        #expect(
            try await service.answer(ForeignCall("EchoGrid", ["grid": grid])) == ["value": ["return": grid]])
        let line: JSON = ["sku": "A", "quantity": 1, "note": "n"]
        #expect(
            try await service.answer(ForeignCall("Twice", ["line": line]))
                == ["value": ["first": line, "second": line, "all": [line, line]]])
        let none: JSON = ["sku": "A", "quantity": 1, "note": nil]
        #expect(
            try await service.answer(ForeignCall("Twice", ["line": none]))
                == ["value": ["first": none, "second": none, "all": [none, none]]])
        let special: JSON = ["@xsi:type": "Special", "sku": "S", "quantity": 1, "note": nil, "until": "2026-12-31"]
        #expect(
            try await service.answer(ForeignCall("Anything", ["value": "special"])) == ["value": ["return": special]])
        for value: JSON in ["text", 5, true, ["a", "b"]] {
            let answer = try await service.answer(ForeignCall("Anything", ["value": value]))
            #expect(answer == ["value": ["return": value]], "\(answer.compact)")
        }
    }

    private static let password = "s3cret & more"

    @Test(arguments: ["text", "digest"])
    func `a user name signs in by WS-Security`(kind: String) async throws {
        var auth: JSONObject = [
            "type": "ws_security", "username": "ann", "password": .string(Self.password),
            "password_type": .string(kind),
        ]
        let service = try await ForeignService("document", port: "Wrapped11", calling: "secured", auth: auth)
        let answers = try await service.compare([ForeignCall("WhoAmI")])
        #expect(answers == [["value": ["user": "ann", "visits": 1]]], "\(answers)")
        auth["password"] = "wrong"
        let stranger = try await ForeignService("document", port: "Wrapped12", calling: "secured", auth: auth)
        let refused = try await stranger.answer(ForeignCall("WhoAmI"))
        #expect(refused["fault"]?["string"] == "the user name or its password is wrong", "\(refused.compact)")
    }

    @Test func `a user name signs in over HTTP`() async throws {
        var auth: JSONObject = ["type": "basic", "username": "ann", "password": .string(Self.password)]
        let service = try await ForeignService("document", port: "Wrapped11", calling: "basic", auth: auth)
        try await service.compare([ForeignCall("WhoAmI")])
        auth["password"] = "wrong"
        let stranger = try await ForeignService("document", port: "Wrapped11", calling: "basic", auth: auth)
        let refused = try await stranger.answer(ForeignCall("WhoAmI"))
        #expect(refused["error"]?.string?.contains("401") == true, "\(refused.compact)")
    }

    @Test(arguments: [false, true])
    func `the calls of a job are one session where the service keeps one`(isSession: Bool) async throws {
        let service = try await ForeignService("document", port: "Wrapped11") { connector in
            var soap = connector["soap"]?.object ?? [:]
            soap["session"] = .bool(isSession)
            connector["soap"] = .object(soap)
        }
        let visits = try await service.outputs(ForeignCall("WhoAmI"), times: 3).map { $0["visits"] }
        #expect(visits == (isSession ? [1, 2, 3] : [1, 1, 1]))
    }

    @Test func `a server that breaks down says so`() async throws {
        let service = try await ForeignService("document", port: "Wrapped11")
        let answer = try await service.answer(ForeignCall("Fail", ["how": "other"]))
        #expect(answer["error"]?.string?.contains("500") == true, "\(answer.compact)")
    }
}
