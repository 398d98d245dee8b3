// Broken connectors and fixtures made at random: reading gives diagnostics within the file, and never harm.

import JSONCore
import Testing

@testable import BuiltInConnectors

struct DeclarativeHostileTests {
    @Test(arguments: 0..<30)
    func `any damage to a connector gives diagnostics at places in the file`(seed: Int) {
        var numbers = SeededNumbers(state: UInt64(seed))
        let pieces = [
            "\"", "{", "}", "[", "]", "{{", "}}", "null", "1e999", "\\u0000", ",", ":", "ü", "input.", "#/objects/lead",
            "-1", "true",
        ]
        for _ in 0..<6 {
            var bytes = Array(Acme.source.utf8)
            for _ in 0..<Int.random(in: 1...3, using: &numbers) {
                let start = Int.random(in: 0..<bytes.count, using: &numbers)
                let end = min(bytes.count, start + Int.random(in: 0...12, using: &numbers))
                bytes.replaceSubrange(start..<end, with: Array((pieces.randomElement(using: &numbers) ?? "").utf8))
            }
            let (connector, diagnostics) = DeclarativeConnector.read(bytes, name: "acme", file: "f")
            if connector == nil { #expect(diagnostics.contains { $0.severity == .error }) }
            for found in diagnostics {
                #expect(found.range.lowerBound >= 0 && found.range.upperBound <= max(bytes.count, 1))
                #expect(!found.message.isEmpty)
            }
        }
    }

    @Test func `values of wrong kinds everywhere are mistakes, each at its place`() throws {
        let root = try JSON(parsing: Acme.source)
        let wrong: [JSON] = [.null, 5, "x", [], [:], true]
        for (key, _) in root.object?.entries ?? [] {
            for value in wrong {
                var changed = root.object ?? [:]
                changed[key] = value
                _ = DeclarativeConnector.read(JSON.object(changed).compactBytes, name: "acme", file: "f")
            }
        }
        let actions = root["actions"]?.object ?? [:]
        for (name, action) in actions.entries {
            for (key, _) in action.object?.entries ?? [] {
                for value in wrong {
                    var (changed, changedActions, changedAction) = (root.object ?? [:], actions, action.object ?? [:])
                    changedAction[key] = value
                    changedActions[name] = .object(changedAction)
                    changed["actions"] = .object(changedActions)
                    _ = DeclarativeConnector.read(JSON.object(changed).compactBytes, name: "acme", file: "f")
                }
            }
        }
    }

    @Test(arguments: [
        "", "5", "[]", "{}", #"{"action": 5, "output": 1}"#, #"{"action": "get", "exchanges": {}, "output": 1}"#,
        #"{"action": "get", "exchanges": [{}], "output": 1}"#,
        #"{"action": "get", "exchanges": [{"request": {"method": "GET", "url": "x"}, "response": {"status": 99}}], "output": 1}"#,
        #"{"action": "get", "exchanges": [{"request": {"method": "GET", "url": "x"}, "response": {"status": 200, "base64": "%"}}], "output": 1}"#,
        #"{"action": "get", "output": 1, "error": {}}"#, #"{"action": "get", "error": {"kind": "x"}}"#,
    ])
    func `broken fixtures are told as such`(text: String) async throws {
        let result = try await FixtureRun(Acme.connector()).run(Array(text.utf8), file: "f.json")
        #expect(!result.differences.isEmpty)
    }
}
