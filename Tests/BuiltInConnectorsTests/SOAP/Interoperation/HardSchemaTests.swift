// What schemas can say and few services do: each message is checked by PHP's DOM against the schema, and comes back.

import ConnectorKit
import JSONCore
import Testing

@Suite(.foreignServer(.php))
struct HardSchemaTests {
    /// Messages that zeep can carry too.
    private static let shared: [(operation: String, message: JSON)] = [
        (
            "Shapes",
            [
                "main": ["@xsi:type": "Ring", "radius": 2, "inner": ["radius": 1]],
                "shape": [
                    ["@xsi:type": "Circle", "name": "c", "radius": .written("1.5")],
                    ["@xsi:type": "Square", "@side": .written("2.50"), "@id": "x1"],
                ],
            ]
        ),
        ("Payment", ["card": "4", "expires": "2027-05", "street": "s", "city": "c", "note": "n"]),
        ("Edits", ["group!": [["add": 1], ["remove": "a"], ["add": 2]]]),
        ("Pairs", ["group!": [["key": "a", "value": 1], ["key": "b"]]]),
        ("Tree", ["root": ["label": "r", "child": [["label": "c", "child": [["label": "d"]]], ["label": "e"]]]]),
        (
            "Labels",
            [
                "@plain": 1, "inner": "i",
                "label": [
                    [
                        "content!": "x", "@plain": 2, "@full": true, "@weight": .written("1.50"), "@lang": "de",
                    ], ["content!": ""],
                ],
            ]
        ),
        (
            "Lists",
            [
                "wrapped": ["string": ["a", "b"]], "bare": [1, 2], "list": [.written("1.5"), 2],
                "priced": ["content!": .written("5.00"), "@why": "w"],
            ]
        ),
        (
            "Values",
            [
                "moment": "2026-11-27T08:30:00.500000+01:00", "local": "2026-11-27T08:30:00", "day": "2026-11-27",
                "clock": "08:30:00", "span": "P1Y2M3DT4H5M6S", "month": "2026-11", "year": "2026",
                "big": .written("123456789012345678901234"), "exact": .written("0.10"), "small": -128,
                "wide": .written("18446744073709551615"), "rate": .written("1.5"), "on": false, "bytes": "AQID",
                "hex": "0aFF", "text": " a\n b\t", "tight": "x", "link": "http://a.example/?b&c", "size": 10,
                "either": "never", "fixed": "always", "usual": 7,
            ]
        ),
        ("Mixed", ["narrow": ["a": "x"], "wide": [["a": "1"], ["b": "2", "@gone": "g"]], "label": 5]),
    ]

    /// Not carried by zeep: it knows no substitution groups, gives null items of complex types no place, writes lists of
    /// names as texts, misses a choice that follows another, calls a second element of one name `a__1`, and gives what no schema describes as lxml's elements.
    private static let ours: [(operation: String, message: JSON)] = [
        ("Shelf", ["number": 1, "book": ["title": "T", "isbn": "1-2"]]),
        ("Shelf", ["number": 1, "magazine": ["title": "M"]]),
        (
            "Library",
            [
                "group!": [
                    ["book": ["title": "T", "isbn": "1"]], ["magazine": ["title": "M"]],
                    ["book": ["title": "U", "isbn": "2"]],
                ]
            ]
        ),
        ("Shapes", ["shape": [nil, ["@xsi:type": "Ring", "radius": 2, "inner": ["radius": 1]], nil]]),
        ("Payment", ["iban": "DE1", "phone": "1"]), ("Twice", ["a": [1, 3], "b": 2]),
        (
            "Open",
            [
                "first": "f",
                "any!": [
                    ["label": ["text": "t", "@lang": "de"], "@xmlns": "urn:galley:hard:other"],
                    ["x": "1", "@xmlns": "urn:x"],
                ],
            ]
        ),
        ("Whatever", ["value": "text"]), ("Whatever", ["value": 5]), ("Whatever", ["value": true]),
        ("Whatever", ["value": ["@xsi:type": "Circle", "radius": 5]]),
        ("Whatever", ["value": ["a": ["b": "1"]]]),
        ("Lists", ["wrapped": ["string": [nil, "a", nil, ""]], "bare": [1, nil, 3]]),
        ("Lists", ["words": ["a", "b"], "wrapped": nil, "list": nil, "priced": nil, "empty": [:]]),
        (
            "Mixed",
            ["label": 5, "label_2": ["text": "t", "@lang": "de"]]
        ),
        ("Labels", ["label": [["content!": "x"]], "label_2": ["text": "t", "@lang": "de"]]),
    ]

    @Test(arguments: ["Echo11", "Echo12"])
    func `messages come back as they were sent, and as zeep has them`(port: String) async throws {
        let service = try await ForeignService("hard", port: port)
        let answers = try await service.compare(Self.shared.map { ForeignCall($0.operation, $0.message) })
        for (answer, (operation, message)) in zip(answers, Self.shared) {
            #expect(answer == ["value": message], "\(operation): \(answer.compact)")
        }
    }

    @Test func `messages that zeep can't carry come back as they were sent`() async throws {
        let service = try await ForeignService("hard", port: "Echo11")
        for (operation, message) in Self.ours {
            let answer = try await service.answer(ForeignCall(operation, message))
            #expect(answer == ["value": message], "\(operation): \(answer.compact)")
        }
    }

    @Test(arguments: ["UTF-16", "ISO-8859-1", "windows-1252", "UTF-8"])
    func `answers in other encodings are read`(encoding: String) async throws {
        let service = try await ForeignService("hard", port: "Echo12", calling: "hard?encoding=\(encoding)")
        let message: JSON = ["root": ["label": "Zürich & Übersee ß"]]
        try await service.compare([ForeignCall("Tree", message)])
        #expect(try await service.output(ForeignCall("Tree", message)) == message)
    }

    @Test func `a fault with codes in codes has them all, in English where there is a choice, and a typed detail`()
        async throws
    {
        let service = try await ForeignService("hard", port: "Echo12", calling: "hard?fault=1")
        let answer = try await service.answer(ForeignCall("Tree", ["root": ["label": "x"]]))
        #expect(
            answer["fault"] == [
                "code": "Sender", "string": "too much", "actor": "urn:node", "subcodes": ["Refused", "TooMuch"],
                "detail": [
                    "Refused": [
                        "why": ["@xsi:type": "Narrow", "a": "x"], "limit": .written("10.50"),
                    ]
                ],
            ], "\(answer.compact)")
    }
}
