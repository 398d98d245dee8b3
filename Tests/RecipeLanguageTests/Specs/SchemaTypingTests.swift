// Typing values by a schema.

import JSONCore
import Testing

@testable import RecipeLanguage

struct SchemaTypingTests {
    private let order = Schema.object([
        .string("customer", required: true), .integer("priority"), .boolean("urgent"), .number("discount"),
        .member(
            "lines",
            .array(.object([.string("sku", required: true), .integer("qty", required: true), .number("price")])),
            required: true),
        .string("status", choices: ["open", "closed"]),
    ])

    private func typed(_ json: String, by schema: Schema) throws -> (value: JSON, messages: [String]) {
        let (value, mismatches) = schema.typed(try JSON(parsing: json))
        return (value, mismatches.map(\.message))
    }

    @Test func `what people expect is converted`() throws {
        let json =
            #"{"customer":5,"priority":" 2 ","urgent":"TRUE","discount":"10.50","lines":[{"sku":10.00,"qty":"3","price":1}]}"#
        let (value, messages) = try typed(json, by: order)
        #expect(messages == [])
        #expect(
            value.compact
                == #"{"customer":"5","priority":2,"urgent":true,"discount":10.50,"lines":[{"sku":"10.00","qty":3,"price":1}]}"#
        )
    }

    @Test(arguments: [
        (#"{"anyOf": [{"type": "string"}, {"type": "boolean"}]}"#, "true", "true"),
        (#"{"anyOf": [{"type": "string"}, {"type": "boolean"}]}"#, "7", #""7""#),
        (#"{"oneOf": [{"type": "boolean"}, {"type": "string"}]}"#, #""true""#, #""true""#),
        (#"{"oneOf": [{"type": "integer"}, {"type": "string"}]}"#, #""00712""#, #""00712""#),
        (
            #"{"oneOf": [{"type": "object", "properties": {"val": {"type": "string"}}}, {"type": "object", "required": ["val"], "properties": {"val": {"type": "integer"}}}]}"#,
            #"{"val":3}"#, #"{"val":3}"#
        ),
        (
            #"{"type": "object", "additionalProperties": {"anyOf": [{"type": "string"}, {"type": "number"}]}}"#,
            #"{"a":1.50}"#, #"{"a":1.50}"#
        ),
        (
            #"{"type": "object", "patternProperties": {"^x-": {"type": "integer"}}, "additionalProperties": false}"#,
            #"{"x-a":"1"}"#, #"{"x-a":1}"#
        ),
    ])
    func `of several types the one that a value has is taken`(schema: String, value: String, typed: String) throws {
        let schema = Schema.read(try JSON(parsing: schema)).schema
        let (found, mismatches) = schema.typed(try JSON(parsing: value))
        #expect(found.compact == typed && mismatches.isEmpty)
    }

    @Test func `everything that does not fit is named`() throws {
        let json =
            #"{"priority":"high","urgent":1,"lines":[{"sku":"a","qty":"abc","prize":2},{"qty":1.5}],"status":"opne","extra":1}"#
        let (_, messages) = try typed(json, by: order)
        #expect(
            messages == [
                #"/priority must be a whole number, not "high""#, "/urgent must be true or false, not 1",
                #"/lines/0/qty must be a whole number, not "abc""#,
                #"/lines/0/prize is not a field here; did you mean "price"?"#,
                "/lines/1/qty must be a whole number, not 1.5", "/lines/1/sku is required but missing",
                #"/status must be one of "open", "closed", not "opne"; did you mean "open"?"#,
                "/extra is not a field here; its fields are customer, priority, urgent, discount, lines and status",
                "/customer is required but missing",
            ])
    }

    @Test func `objects with many members are typed the same way`() throws {
        let schema = Schema.object((0..<20).map { .integer("n\($0)", required: $0 == 19) })
        let (value, messages) = try typed(#"{"n0":"1","n18":"2","n20":3}"#, by: schema)
        #expect(value == ["n0": 1, "n18": 2, "n20": 3])
        #expect(
            messages == [#"/n20 is not a field here; did you mean "n0"?"#, "/n19 is required but missing"])
    }

    @Test func `blank and null fields`() throws {
        let json = #"{"customer":null,"priority":"","discount":null,"status":null,"lines":[{"sku":"","qty":" "}]}"#
        let (value, messages) = try typed(json, by: order)
        #expect(
            messages == [#"/lines/0/qty must be a whole number, not " ""#, "/customer is required but missing"])
        #expect(value["priority"] == nil)
        #expect(value["discount"] == .null && value["status"] == .null)
        #expect(value["lines"]?[0]?["sku"] == "")
    }

    @Test(arguments: [
        ("5.0", "5"), ("5e2", "500"), ("-0", "0"), ("\"-7\"", "-7"), ("1.50e1", "15"),
        ("100000000000000000000", "100000000000000000000"),
        ("0.0", "0"), ("-3.000", "-3"),
    ])
    func `whole numbers in other clothes`(given: String, whole: String) throws {
        let (value, messages) = try typed(given, by: .integer)
        #expect(messages == [])
        #expect(value.compact == whole)
    }

    @Test(arguments: [
        "5.5", "1e-400", "1.00000000000000000001", "\"\"", "\"1,000\"", "\"0x10\"", "\"٣\"", "[1]", "{}", "true",
        "1e999999999999999999999",
    ])
    func `no whole numbers`(given: String) throws {
        #expect(try typed(given, by: .integer).messages.count == 1)
    }

    @Test(arguments: [
        (#"{"minimum":1,"maximum":10}"#, "0", "the value must be at least 1, not 0"),
        (#"{"minimum":1,"maximum":10}"#, "10.5", "the value must be at most 10, not 10.5"),
        (#"{"minLength":2}"#, "\"é\"", "the value must have at least 2 characters"),
        (#"{"maxLength":1}"#, "\"ab\"", "the value must have at most 1 character"),
        (#"{"minItems":1}"#, "[]", "the value must have at least 1 element"),
        (#"{"maxItems":1}"#, "[1,2]", "the value must have at most 1 element"),
        (#"{"const":"a"}"#, "\"b\"", #"the value must be "a", not "b""#),
        (#"{"type":["string","null"]}"#, "[]", "the value must be a text or null, not a list"),
        (
            #"{"type":["integer","number","boolean"]}"#, "\"x\"",
            "the value must be a number or true or false, not \"x\""
        ),
        (
            #"{"anyOf":[{"type":"integer"},{"type":"array"}]}"#, "{}",
            "the value must be a whole number or a list, not an object"
        ),
        (
            #"{"anyOf":[{"type":"integer"},{"type":"object","properties":{"a":{"type":"integer"}}}]}"#, #"{"a":"x"}"#,
            #"/a must be a whole number, not "x""#
        ),
        ("false", "1", "the value must be left out, not 1"),
        (#"{"additionalProperties":{"type":"integer"}}"#, #"{"a":1,"b":"x"}"#, #"/b must be a whole number, not "x""#),
        (#"{"type":"string"}"#, #""\#(String(repeating: "a", count: 60))""#, ""),
        (
            #"{"type":"integer"}"#, #""\#(String(repeating: "a", count: 60))""#,
            "the value must be a whole number, not \"\(String(repeating: "a", count: 40))…\""
        ),
    ])
    func `limits`(schema: String, value: String, message: String) throws {
        let (schema, problems) = Schema.read(try JSON(parsing: schema))
        #expect(problems == [])
        #expect(try typed(value, by: schema).messages.joined() == message)
    }

    @Test func `choices are found in other clothes`() throws {
        let schema = Schema.read(["enum": [5, "yes", true]]).schema
        #expect(try typed("\"5\"", by: schema).value == 5)
        #expect(try typed("5.0", by: schema).value == 5)
        #expect(try typed("\"true\"", by: schema).value == true)
        #expect(try typed("\"no\"", by: schema).messages == [#"the value must be one of 5, "yes", true, not "no""#])
    }

    @Test func `texts with pills fit anything at check time`() throws {
        let value: JSON = [
            "customer": "{{ a }}", "priority": "{{ b }}", "lines": "{{ c }}", "status": "{{ d }}", "x": 1,
        ]
        #expect(
            order.mismatches(inTemplate: value).map(\.message) == [
                "/x is not a field here; its fields are customer, priority, urgent, discount, lines and status"
            ])
    }

    @Test func `a huge value is typed fast and its mistakes are bounded`() throws {
        let lines = JSON.array(Array(repeating: ["sku": "a", "qty": "x"], count: 20_000))
        let (_, mismatches) = order.typed(["customer": "c", "lines": lines])
        #expect(mismatches.count == 100)
    }

    @Test(arguments: [
        (#"{"type":"string","pattern":"^[A-Z]{2}$"}"#, ["\"DE\""], ["\"DEU\"", "\"de\"", "\"DE\\n\"", "\"x\\nDE\""]),
        (#"{"type":"string","pattern":"[0-9]+"}"#, ["\"a1b\""], ["\"ab\""]),
        // In a class neither `[` nor `&&` is anything special; `[^]` is any letter.
        (#"{"type":"string","pattern":"^[[&&x]$"}"#, ["\"[\"", "\"&\""], ["\"y\""]),
        (#"{"type":"string","pattern":"^a[^]b$"}"#, ["\"a\\nb\""], ["\"ab\""]),
        (#"{"type":"string","pattern":"^a.b$"}"#, ["\"axb\""], ["\"a\\nb\""]),
        (#"{"type":"string","pattern":"^\\p{L}+\\u002d\\d$"}"#, ["\"é-1\""], ["\"1-1\"", "\"é-٣\""]),
        (#"{"allOf":[{"pattern":"^a"},{"pattern":"z$"}]}"#, ["\"abz\""], ["\"ab\"", "\"bz\""]),
        (#"{"type":"number","exclusiveMinimum":5,"exclusiveMaximum":7}"#, ["5.01", "6"], ["5", "7", "5.0"]),
        (#"{"type":"number","multipleOf":0.01}"#, ["19.99", "0", "-3"], ["19.999"]),
        (#"{"type":"array","uniqueItems":true}"#, ["[1,2]", "[]"], ["[1,2,1]", #"[{"a":1},{"a":1}]"#]),
        (#"{"type":"object","minProperties":1,"maxProperties":2}"#, [#"{"a":1}"#], ["{}", #"{"a":1,"b":2,"c":3}"#]),
        (#"{"anyOf":[{"pattern":"^a$"},{"type":"integer"}]}"#, ["\"a\"", "4"], ["\"b\""]),
    ])
    func `what a recipe's own schema says is held strictly`(schema: String, fit: [String], misfit: [String]) throws {
        let read = Schema.read(try JSON(parsing: schema))
        #expect(read.problems.isEmpty)
        for text in fit {
            #expect(read.schema.typed(try JSON(parsing: text), strictly: true).mismatches.map(\.message) == [])
        }
        for text in misfit {
            let value = try JSON(parsing: text)
            #expect(read.schema.typed(value, strictly: true).mismatches.count == 1, "\(text)")
            #expect(
                read.schema.typed(value).mismatches.isEmpty || schema.contains("anyOf"), "others judge for themselves")
            // What is written out says the same.
            #expect(!Schema.read(read.schema.json).schema.typed(value, strictly: true).mismatches.isEmpty)
        }
    }

    @Test func `what strictness finds is said in words`() throws {
        func message(_ schema: String, _ value: JSON) throws -> String? {
            Schema.read(try JSON(parsing: schema)).schema.typed(value, strictly: true).mismatches.first?.message
        }
        #expect(
            try message(#"{"properties":{"code":{"pattern":"^[A-Z]+$"}}}"#, ["code": "x"])
                == #"/code must match the pattern ^[A-Z]+$, not be "x""#)
        #expect(try message(#"{"exclusiveMinimum":5}"#, 5) == "the value must be more than 5, not 5")
        #expect(try message(#"{"multipleOf":5}"#, 7) == "the value must be a multiple of 5, not 7")
        #expect(try message(#"{"uniqueItems":true}"#, [1, 1]) == "the value must not have an element twice, as 1")
        #expect(try message(#"{"minProperties":1}"#, [:]) == "the value must have at least 1 field")
        let wrong = Schema.read(try JSON(parsing: #"{"pattern":"(","multipleOf":0}"#)).problems
        #expect(wrong.map(\.pointer.description) == ["/pattern", "/multipleOf"])
        // A pattern that would search for ever refuses the text instead.
        let runaway = "^(a+)+$"
        #expect(try message("{\"pattern\":\"\(runaway)\"}", .string(String(repeating: "a", count: 60) + "!")) != nil)
    }

    @Test(arguments: [
        (#"["prefix", "5", 6]"#, #"["prefix","5",6]"#, []), (#"[1, 2]"#, #"[1,2]"#, []),
        (#"["prefix", "5", {}]"#, nil, ["/2 must be \"prefix\", not an object"]),
    ])
    func `first elements of their own schemas are taken`(list: String, typed: String?, messages: [String]) throws {
        let schema = Schema.read(
            try JSON(
                parsing:
                    #"{"type": "array", "prefixItems": [{"const": "prefix"}, {"type": "string"}], "items": {"type": "number"}}"#
            )
        ).schema
        let (value, found) = try self.typed(list, by: schema)
        #expect(found == messages)
        if let typed { #expect(value.compact == typed) }
    }
}
