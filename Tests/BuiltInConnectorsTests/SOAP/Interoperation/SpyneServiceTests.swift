// Calls to Python's spyne: document/literal in both versions of SOAP, types that are derived, headers, faults. It checks
// what it is sent by its own schema.

import ConnectorKit
import JSONCore
import Testing

@Suite(.foreignServer(.spyne))
struct SpyneServiceTests {
    private let order: JSON = [
        "id": .written("18446744073709551615"), "placed": "2026-11-27T08:30:00Z",
        "due": "2026-12-24", "at": "08:30:00", "lead": "P1DT2H", "total": .written("12.50"),
        "weight": .written("1.5"), "paid": true, "colour": "light blue", "scan": "AQID",
        "site": "http://x.example/?a=b&c",
        "key": "12345678-1234-1234-1234-123456789abc", "tags": ["string": ["a", "b"]],
        "lines": [
            [
                "sku": "A", "quantity": 2,
                "price": ["@currency": "EUR", "content!": .written("10.00")],
            ]
        ],
        "buyer": ["@xsi:type": "Company", "name": "<ACME> & Söhne", "vat": "DE12"],
        "parts": ["Line": [["sku": "B", "quantity": 1]]], "parent": ["id": 1],
    ]

    @Test(arguments: ["orders11", "orders12"])
    func `types of every kind come back as they were sent`(path: String) async throws {
        let service = try await ForeignService(path)
        let session: JSON = ["Session": ["token": "abc", "hop": 3]]
        let answers = try await service.compare([
            ForeignCall("echo", ["order": order, "headers!": session]),
            ForeignCall("session", ["unused": "x", "headers!": session]),
        ])
        // spyne writes times of day and durations in forms of its own.
        #expect(AnswerComparison.differences(answers[0], ["value": ["echoResult": order]]) == [])
        #expect(
            answers[1] == [
                "value": [
                    "sessionResult": ["token": "abc", "hop": 3],
                    "headers!": ["Session": ["token": "abc!", "hop": 4]],
                ]
            ], "\(answers[1].compact)")
    }

    @Test(arguments: ["shop11", "shop12"])
    func `operations of every form`(path: String) async throws {
        let service = try await ForeignService(path)
        let money: JSON = ["content!": .written("5.00"), "@currency": "EUR"]
        let answers = try await service.compare([
            ForeignCall("find", ["ids": ["integer": [1, 2]], "prefix": "p"]),
            ForeignCall("find", ["prefix": "p"]),
            ForeignCall("add", ["a": .written("12.50"), "b": 1]),
            ForeignCall("add", ["a": 1]),
            ForeignCall("party", ["kind": "company"]), ForeignCall("party", ["kind": "person"]),
            ForeignCall("party", ["kind": "other"]), ForeignCall("party"),
            ForeignCall("kind", ["party": ["@xsi:type": "Person", "name": "y", "born": "1990-01-01"]]),
            ForeignCall("kind", ["party": ["name": "y"]]),
            ForeignCall("nothing"), ForeignCall("bare", ["bare": money]),
            ForeignCall("amounts", ["amounts": ["Money": [money, money]]]),
            ForeignCall("many", ["words": ["a", "b"], "numbers": [1, 3]]),
        ])
        #expect(answers[0]["value"]?["findResult"]?["Order"]?.array?.count == 2, "\(answers[0].compact)")
        #expect(
            answers[4] == [
                "value": [
                    "partyResult": ["@xsi:type": "Company", "name": "ACME <& Söhne>", "vat": "DE12"]
                ]
            ], "\(answers[4].compact)")
        #expect(answers[13] == ["value": ["manyResult0": ["b", "a"], "manyResult1": 4]], "\(answers[13].compact)")
    }

    @Test(arguments: ["shop11", "shop12"])
    func `faults of the service and of its framework`(path: String) async throws {
        let service = try await ForeignService(path)
        let answers = try await service.compare([
            ForeignCall("fail", ["sku": "A", "left": 3]), ForeignCall("fail", ["sku": "A"]),
        ])
        #expect(answers[0]["fault"]?["string"] == "none of A", "\(answers[0].compact)")
    }

    /// Not compared: zeep sends nothing for an item that is null.
    @Test func `items that are null stay in their places`() async throws {
        let service = try await ForeignService("orders11")
        let order: JSON = ["tags": ["string": ["a", nil, "b"]]]
        let call = ForeignCall("echo", ["order": order, "headers!": ["Session": ["token": "abc"]]])
        #expect(try await service.output(call)["echoResult"] == order)
    }

    /// Not compared: zeep gives what it can't type as an element of lxml.
    @Test func `XML that no schema describes comes back`() async throws {
        let service = try await ForeignService("shop11")
        let value: JSON = ["a": ["@b": "1", "content!": "x"]]
        let answer = try await service.answer(ForeignCall("anything", ["xml": value]))
        #expect(answer["value"]?["anythingResult"] == value, "\(answer.compact)")
    }
}
