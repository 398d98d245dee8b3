// `json`.

import ConnectorKit
import JSONCore
import Testing

struct JSONConnectorTests {
    @Test func `reads and writes texts exactly`() async throws {
        let trial = try Trial()
        let parsed = try await trial.call("json.parse", ["text": #"{"b": 10.00, "a": [1, null]}"#])
        #expect(parsed["value"]?.compact == #"{"b":10.00,"a":[1,null]}"#)
        let value = parsed["value"] ?? .null
        #expect(try await trial.call("json.build", ["value": value])["text"] == #"{"b":10.00,"a":[1,null]}"#)
        #expect(
            try await trial.call("json.build", ["value": value, "layout": "canonical"])["text"]
                == #"{"a":[1,null],"b":10}"#)
        #expect(
            try await trial.call("json.build", ["value": ["a": 1], "layout": "indented"])["text"] == "{\n  \"a\": 1\n}")
    }

    @Test(
        arguments: [
            ("/lines/1/price", ["value": 20, "found": true] as JSON),
            ("", ["value": ["lines": [["price": 10], ["price": 20]]], "found": true]),
            ("/lines/2", ["value": nil, "found": false]), ("/none", ["value": nil, "found": false]),
        ] as [(String, JSON)])
    func `looks values up`(pointer: String, output: JSON) async throws {
        let value: JSON = ["lines": [["price": 10], ["price": 20]]]
        #expect(try await Trial().call("json.query", ["value": value, "pointer": .string(pointer)]) == output)
    }

    @Test(
        arguments: [
            ("json.parse", ["text": "{\"a\": }"], "this is not JSON:"),
            ("json.parse", ["text": "[[1]]", "depth": 1], "this is not JSON:"),
            ("json.parse", ["text": "1 2"], "this is not JSON:"),
            ("json.query", ["value": 1, "pointer": "a"], "\"pointer\" must be empty or start with /"),
            ("json.build", ["value": 1, "layout": "x"], "\"layout\" must be one of: compact, indented, canonical"),
        ] as [(String, JSON, String)])
    func `says what is wrong`(use: String, input: JSON, says: String) async throws {
        let error = try await Trial().failure(use, input)
        #expect(error.type == "bad_input")
        #expect(error.message.contains(says), "\(error.message)")
    }
}
