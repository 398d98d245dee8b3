// Calls to Axis 1.4: rpc/encoded, whose answers hold every value once and refer to it (multiRef).

import ConnectorKit
import JSONCore
import Testing

@Suite(.foreignServer(.axis))
struct AxisServiceTests {
    private let line: JSON = [
        "sku": "A & <b>", "quantity": 2, "price": .written("1.50"), "since": "2026-11-27T08:30:00.000Z", "scan": "AQID",
        "parts": nil,
    ]

    @Test func `values, arrays and tables are put together from where they stand`() async throws {
        let service = try await ForeignService("axis/services/Shop")
        let answers = try await service.compare([
            ForeignCall("echo", ["line": line]), ForeignCall("twice", ["line": line]),
            ForeignCall("numbers", ["given": [1, 2, 3]]), ForeignCall("words", ["given": ["a", "b"]]),
            ForeignCall("join", ["a": "x", "b": true, "c": .written("1.5"), "d": 5]), ForeignCall("table"),
        ])
        #expect(answers[0] == ["value": ["echoReturn": line]], "\(answers[0].compact)")
        #expect(answers[1] == ["value": ["twiceReturn": [line, line]]], "\(answers[1].compact)")
        #expect(answers[2] == ["value": ["numbersReturn": [1, 2, 3]]], "\(answers[2].compact)")
        let entries = answers[5]["value"]?["tableReturn"]?["item"]?.array ?? []
        #expect(entries.first { $0["key"] == "one" }?["value"] == 1, "\(answers[5].compact)")
        #expect(entries.first { $0["key"] == "words" }?["value"] == ["a", "b"], "\(answers[5].compact)")
    }

    /// Not compared: zeep takes arrays inside values for something else, and can't send null in an array.
    @Test func `arrays in values in arrays, and nothing`() async throws {
        let service = try await ForeignService("axis/services/Shop")
        var whole = line.object ?? [:]
        whole["parts"] = [line, nil, line]
        let output = try await service.output(ForeignCall("twice", ["line": .object(whole)]))
        #expect(output == ["twiceReturn": [.object(whole), .object(whole)]], "\(output.compact)")
        let words = try await service.output(ForeignCall("words", ["given": ["a", nil, ""]]))
        #expect(words == ["wordsReturn": ["a", nil, ""]], "\(words.compact)")
    }

    @Test func `faults of the service and of its framework`() async throws {
        let service = try await ForeignService("axis/services/Shop")
        let answers = try await service.compare([ForeignCall("refuse", ["sku": "A"]), ForeignCall("breakDown")])
        #expect(answers[0]["fault"]?["detail"]?["Refused"] == ["left": 3, "sku": "A"], "\(answers[0].compact)")
        #expect(answers[1]["fault"]?["string"] == "it's <broken>", "\(answers[1].compact)")
    }
}
