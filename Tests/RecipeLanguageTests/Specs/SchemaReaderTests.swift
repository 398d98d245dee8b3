// Reading JSON Schema.

import JSONCore
import Testing

@testable import RecipeLanguage

struct SchemaReaderTests {
    private func read(_ text: String) throws -> (schema: Schema, problems: [SchemaProblem]) {
        Schema.read(try JSON(parsing: text))
    }

    @Test func `all keywords are read`() throws {
        let (schema, problems) = try read(
            #"""
            {"type":"object","title":"T","description":"D","required":["a","z"],"additionalProperties":false,
             "properties":{"a":{"type":["string","null"],"format":"email","minLength":1,"maxLength":9,"pattern":"x","default":"d"},
               "n":{"type":"number","minimum":0.5,"maximum":10},"l":{"type":"array","items":{"const":3},"minItems":1,"maxItems":2},
               "e":{"enum":["x",1,null]},"o":{"additionalProperties":{"type":"boolean"}},"q":{"anyOf":[{"type":"string"},{"type":"integer"}]}}}
            """#)
        #expect(problems == [])
        #expect(schema.properties.map(\.name) == ["a", "n", "l", "e", "o", "q", "z"])
        #expect(schema.properties.map(\.required) == [true, false, false, false, false, false, true])
        #expect(!schema.isOpen && schema.title == "T" && schema.summary == "D")
        let email = try #require(schema.property("a")?.schema)
        #expect(email.kinds == [.string, .null] && email.format == "email" && email.defaultValue == "d")
        #expect((email.minLength, email.maxLength, email.pattern) == (1, 9, "x"))
        #expect(schema.property("n")?.schema.minimum == JSON(number: "0.5"))
        #expect(schema.property("l")?.schema.items?.value.choices == [3])
        #expect(schema.property("e")?.schema.choices == ["x", 1, nil])
        #expect(schema.property("o")?.schema.additional?.value == .boolean)
        #expect(schema.property("q")?.schema.alternatives == [.string, .integer])
    }

    @Test(arguments: [
        #"{"type":"object","properties":{"a":{"type":"string"},"b":{"type":"array","items":{"type":"integer"}}},"required":["a"]}"#,
        #"{"enum":["a",1],"title":"t","default":"a"}"#, #"{"anyOf":[{"type":"string","minLength":2},{"type":"null"}]}"#,
        #"{"type":["string","null"],"format":"date","pattern":"^x"}"#, "{}", "false",
        #"{"type":"object","additionalProperties":{"type":"number","minimum":1,"maximum":2.5}}"#,
    ])
    func `what is read is written again`(text: String) throws {
        let (schema, problems) = try read(text)
        #expect(problems == [])
        #expect(Schema.read(schema.json).schema == schema)
        #expect(schema.json == (try JSON(parsing: text)))
    }

    @Test func `references are followed, also into a larger file`() throws {
        let root = try JSON(
            parsing: #"{"objects":{"lead":{"type":"object","properties":{"a~b/c":{"type":"integer"}}}}}"#)
        let (schema, problems) = Schema.read(
            ["$ref": "#/objects/lead/properties/a~0b~1c", "title": "Mine"], root: root)
        #expect(problems == [])
        #expect(schema.kinds == [.integer] && schema.title == "Mine")
        #expect(Schema.read(["$ref": "#/%24defs/x", "$defs": ["x": ["type": "string"]]]).schema == .string)
    }

    @Test func `a schema inside itself ends`() throws {
        let (schema, problems) = try read(
            ##"{"$ref":"#/$defs/c","$defs":{"c":{"type":"object","properties":{"text":{"type":"string"},"replies":{"type":"array","items":{"$ref":"#/$defs/c"}}}}}}"##
        )
        #expect(problems == [])
        #expect(schema.property("replies")?.schema.items?.value == .any)
        #expect(try read(##"{"$ref":"#"}"##).schema == .any)
    }

    @Test func `references that multiply are cut`() throws {
        var definitions: JSONObject = ["d40": ["type": "string"]]
        for level in 0..<40 {
            let next: JSON = ["$ref": .string("#/$defs/d\(level + 1)")]
            definitions["d\(level)"] = ["type": "object", "properties": ["a": next, "b": next]]
        }
        let (_, problems) = Schema.read(["$ref": "#/$defs/d0", "$defs": .object(definitions)])
        #expect(Set(problems.map(\.message)) == ["this schema is too large or too deep to be read"])
    }

    @Test func `allOf asks for all`() throws {
        let (schema, problems) = try read(
            #"""
            {"allOf":[{"type":"object","properties":{"a":{"type":"number","minimum":1}},"required":["a"]},
              {"properties":{"a":{"type":"integer","minimum":5,"maximum":9},"b":{"enum":[1,2]}},"additionalProperties":false}],
              "properties":{"b":{"enum":[2,3]}}}
            """#)
        #expect(problems == [])
        #expect(schema.properties.map(\.name) == ["b", "a"])
        let a = try #require(schema.property("a"))
        #expect(a.required && a.schema.kinds == [.integer] && a.schema.minimum == 5 && a.schema.maximum == 9)
        #expect(schema.property("b")?.schema.choices == [2])
        #expect(!schema.isOpen)
    }

    @Test(
        arguments: [
            (
                #"{"type":"strin"}"#, "/type",
                #"no type is called "strin"; there are string, integer, number, boolean, array, object, null"#,
                "did you mean \"string\"?"
            ),
            (
                #"{"type":5}"#, "/type",
                "no type is called 5; there are string, integer, number, boolean, array, object, null", nil
            ),
            (
                #"{"properties":[1]}"#, "/properties", "\"properties\" is an object from names to schemas, not a list",
                nil
            ),
            (#"{"properties":{"a":"string"}}"#, "/properties/a", "a schema is an object, not \"string\"", nil),
            (#"{"items":[{}]}"#, "/items", "a schema is an object, not a list", nil),
            (#"{"required":"a"}"#, "/required", "\"required\" is a list, not \"a\"", nil),
            (#"{"minLength":-1}"#, "/minLength", "\"minLength\" is a whole number from 0, not -1", nil),
            (#"{"minimum":"1"}"#, "/minimum", "\"minimum\" is a number, not \"1\"", nil),
            (#"{"title":1}"#, "/title", "\"title\" is a text, not 1", nil),
            (##"{"$ref":"#/nothing"}"##, "/$ref", "nothing in this file is at \"#/nothing\"", nil),
            (
                ##"{"$ref":"https://example.com/x"}"##, "/$ref",
                "a reference has the form \"#/…\" and points into the same file", nil
            ),
            (#"{"allOf":[{"enum":1}]}"#, "/allOf/0/enum", "\"enum\" is a list, not 1", nil),
            ("[]", "", "a schema is an object, not a list", nil),
        ] as [(String, String, String, String?)])
    func `mistakes are named`(text: String, pointer: String, message: String, suggestion: String?) throws {
        let problem = try #require(try read(text).problems.first)
        #expect(problem.pointer.description == pointer)
        #expect(problem.message == message)
        #expect(problem.suggestion == suggestion)
    }
}
