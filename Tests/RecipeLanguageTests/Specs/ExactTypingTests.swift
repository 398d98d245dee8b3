// Typing what a program sends as JSON: held to its types as they stand.

import JSONCore
import Testing

@testable import RecipeLanguage

struct ExactTypingTests {
    private let order = Schema.object([
        .string("sku"), .integer("qty"), .number("price"), .boolean("urgent"), .string("size", choices: ["S", "5"]),
    ])

    @Test(arguments: [
        (#"{"sku":"5","qty":5,"price":1.5,"urgent":true,"size":"5"}"#, ""), (#"{"qty":5.0}"#, ""),
        (#"{"price":2,"sku":""}"#, ""), (#"{"sku":null}"#, ""), (#"{"qty":"2"}"#, "/qty"),
        (#"{"sku":false}"#, "/sku"), (#"{"sku":5}"#, "/sku"), (#"{"urgent":"true"}"#, "/urgent"),
        (#"{"qty":""}"#, "/qty"), (#"{"price":"1.5"}"#, "/price"), (#"{"size":5}"#, "/size"), (#"{"qty":5.5}"#, "/qty"),
    ])
    func `a value of another type is no value of this one`(json: String, wrong: String) throws {
        let mismatches = order.typed(try JSON(parsing: json), strictly: true, converting: false).mismatches
        #expect(mismatches.map(\.pointer.description) == (wrong.isEmpty ? [] : [wrong]))
    }

    @Test func `a whole number written with a fraction comes out as one`() throws {
        let typed = order.typed(try JSON(parsing: #"{"qty":5.0}"#), strictly: true, converting: false).value
        #expect(typed == ["qty": 5])
    }

    @Test func `the parts of alternatives are held to it too`() throws {
        let schema = Schema.read(try JSON(parsing: #"{"anyOf": [{"type": "integer"}, {"type": "null"}]}"#)).schema
        #expect(schema.typed("5", strictly: true, converting: false).mismatches.count == 1)
        #expect(schema.typed("5", strictly: true).value == 5)
    }
}
