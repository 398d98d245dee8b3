// Calls to the reference implementation of JAX-WS: document/literal and rpc/literal, headers, faults, types that stand for
// others, files beside the envelope in SOAP 1.2.

import ConnectorKit
import JSONCore
import RecipeLanguage
import Testing

@Suite(.foreignServer(.jaxws))
struct JaxwsServiceTests {
    private let order: JSON = [
        "@key": "k", "id": 9_007_199_254_740_993, "placed": "2026-11-27T08:30:00.000Z",
        "total": ["content!": .written("12.50"), "@currency": "EUR"], "paid": true, "state": "PAID",
        "tags": ["tag": ["a", "b & <c>"]], "lines": [["sku": "A", "quantity": 2], ["sku": "B", "quantity": 1]],
        "numbers": [1, 2], "group!": [["card": "4"], ["cash": .written("5.00")], ["card": "5"]],
        "buyer": ["@xsi:type": "person", "name": "Ann", "age": 36], "scan": "AQID", "note": "n",
        "parent": ["id": 1, "buyer": ["@xsi:type": "company", "name": "ACME & Söhne", "vat": "DE1"], "note": nil],
    ]

    @Test func `document/literal, bare: what is sent comes back`() async throws {
        let service = try await ForeignService("shop")
        let answers = try await service.compare([
            ForeignCall("echo", order), ForeignCall("list", ["count": 2]), ForeignCall("list", ["count": 0]),
            ForeignCall("find", ["kind": "company"]), ForeignCall("find", ["kind": "person"]),
            ForeignCall("find", ["kind": ""]), ForeignCall("tell", ["event": "x"]),
        ])
        #expect(answers[0] == ["value": order], "\(answers[0].compact)")
        #expect(answers[1]["value"]?["order"]?.array?.map { $0["id"] } == [0, 1], "\(answers[1].compact)")
        #expect(
            answers[3] == ["value": ["party": ["@xsi:type": "company", "name": "ACME & <Söhne>", "vat": "DE1"]]],
            "\(answers[3].compact)")
        #expect(answers[6] == ["value": [:]], "\(answers[6].compact)")
    }

    /// Not compared: zeep sends nothing for an item that is null, and calls the parts of a body with two as it likes.
    @Test func `null items, and a header that goes and comes as a part of the message`() async throws {
        let service = try await ForeignService("shop")
        let sparse: JSON = ["id": 1, "numbers": [1, nil, 3], "note": nil]
        #expect(try await service.output(ForeignCall("echo", sparse)) == sparse)
        let output = try await service.output(ForeignCall("session", ["ask": "x", "headers!": ["token": "abc"]]))
        #expect(output == ["who": "abc", "headers!": ["token": "abc!"]], "\(output.compact)")
    }

    @Test func `faults of the service and of its framework`() async throws {
        let service = try await ForeignService("shop")
        let answers = try await service.compare([
            ForeignCall("fail", ["how": "typed"]), ForeignCall("fail", ["how": "other"]),
        ])
        #expect(
            answers[0]["fault"]?["detail"] == ["OutOfStock": ["sku": "A", "left": 2, "others": ["B", "C"]]],
            "\(answers[0].compact)")
        #expect(answers[1]["fault"]?["string"] == "broken & <odd>", "\(answers[1].compact)")
    }

    @Test func `rpc/literal: parts that go, come, or both`() async throws {
        let service = try await ForeignService("sums")
        let answers = try await service.compare([
            ForeignCall("add", ["a": .written("1.50"), "b": 2, "count": 4]),
            ForeignCall("twice", ["line": ["sku": "A", "quantity": 4]]), ForeignCall("nothing"),
        ])
        #expect(
            answers[0] == ["value": ["sum": .written("3.50"), "words": "1.50+2", "count": 5]], "\(answers[0].compact)")
        #expect(answers[1] == ["value": ["line": ["sku": "A", "quantity": 8]]], "\(answers[1].compact)")
    }

    @Test func `files go and come beside the envelope, because the description's policy asks for it`() async throws {
        let service = try await ForeignService("files")
        let bytes = (0..<50_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        let sent = Base64Text.encode(bytes)
        let answers = try await service.compare([
            ForeignCall("reverse", ["file": .string(sent)]), ForeignCall("fail", ["why": "no <files>"]),
        ])
        let back: JSON = ["file": .string(Base64Text.encode(bytes.reversed())), "others": [.string(sent), "AQ=="]]
        #expect(answers[0] == ["value": back])
        #expect(answers[1]["fault"]?["code"] == "Receiver", "\(answers[1].compact)")
    }

    @Test func `files are sent while they are read and saved while they arrive`() async throws {
        let service = try await ForeignService("files")
        let bytes = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 7 ^ $0 >> 9) }
        try service.imported.workspace.write("in.bin", bytes)
        let output = try await service.output(
            ForeignCall("reverse", ["file": ["file": "in.bin"], "save_to!": "out.bin"]), in: service.imported.workspace)
        let names = (output["others"]?.array ?? []).compactMap { $0["file"]?.string }
        #expect(output["file"]?["size_bytes"] == 3_000_000 && names.count == 2, "\(output.compact)")
        let back = try #require(output["file"]?["file"]?.string)
        #expect(try service.imported.workspace.bytes(back) == bytes.reversed())
        #expect(try service.imported.workspace.bytes(names[0]) == bytes)
        #expect(try service.imported.workspace.bytes(names[1]) == [1])
    }

    /// Not compared: zeep has no attachments.
    @Test func `a service that wants WS-Addressing, and attachments, with references to them and without`() async throws
    {
        let service = try await ForeignService("letters")
        let workspace = service.imported.workspace
        let bytes = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 &* 11 ^ $0 >> 8) }
        try workspace.write("a.csv", bytes)
        let attachments: JSON = [
            ["file": "a.csv", "id": "one@x"], ["base64": "AQID", "id": "two@x", "content_type": "image/png"],
        ]
        let listed = try await service.output(
            ForeignCall("list", ["letter": "hi", "attachments!": attachments]), in: workspace)
        #expect(listed == ["said": "hi one@x 1000000 text/csv two@x 3 image/png"], "\(listed.compact)")
        let small = try await service.output(ForeignCall("turn", ["said": "x", "page": "AQID"]), in: workspace)
        #expect(small == ["said": "x application/octet-stream", "page": "AwIB"], "\(small.compact)")
        let saved = try await service.output(
            ForeignCall("turn", ["said": "x", "page": ["file": "a.csv"], "save_to!": "back.png"]), in: workspace)
        #expect(saved["said"] == "x text/csv" && saved["page"]?["file"] == "back.png", "\(saved.compact)")
        #expect(try workspace.bytes("back.png") == bytes.reversed())
    }
}
