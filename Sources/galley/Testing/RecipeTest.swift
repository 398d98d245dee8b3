// One recipe test: the event, the mocks, and what is expected of the run.

import Engine
import JSONCore
import JobHistory
import RecipeLanguage

/// A file of `Recipes/ID/tests/`.
struct RecipeTest {
    let file: String
    let name: String
    let event: JSON
    let mocks: [String: StepMock]
    /// Milliseconds since 1970: `now` of the run.
    let now: Int64?
    let expect: JSONObject

    private static let keys = ["name", "note", "event", "mocks", "now", "expect"]
    static let expectations = ["state", "result", "error", "inputs", "outputs", "not_run", "variables"]

    /// - Parameter steps: the names of the recipe's steps, which a test names alone or by address (`lines[3]/charge`).
    /// - Throws: `OwnerFailure` that says what is wrong with the file.
    init(_ path: String, steps: [String]) throws {
        file = Self.name(of: path)
        let json = try JSONInput.read(path, what: "the test")
        guard let object = json.object else { throw Self.wrong(path, "it must be an object") }
        try Self.check(object.keys, Self.keys, path)
        for key in ["name", "note", "now"] {
            if let value = object[key], value.string == nil { throw Self.wrong(path, "\"\(key)\" must be a text") }
        }
        if let given = object["expect"], given.object == nil {
            throw Self.wrong(path, "\"expect\" must be an object, like {\"state\": \"succeeded\"}")
        }
        guard let expect = object["expect"]?.object, !expect.isEmpty else {
            throw Self.wrong(
                path, "\"expect\" is missing: say what the run should come to, like {\"state\": \"succeeded\"}")
        }
        try Self.check(expect.keys, Self.expectations, path)
        let states = JobState.allCases.map(\.description)
        if let state = expect["state"], !states.contains(state.string ?? "") {
            throw Self.wrong(path, "\"state\" must be one of \(states.joined(separator: ", "))")
        }
        if let error = expect["error"], error.string == nil {
            throw Self.wrong(path, "\"error\" must be a text: a part of the error's message")
        }
        name = object["name"]?.string ?? file
        event = object["event"] ?? [:]
        let mocked = try Self.members(of: object, "mocks", path)
        var named = mocked.keys.map { ("mocks", $0) }
        for part in ["inputs", "outputs"] { named += try Self.members(of: expect, part, path).keys.map { (part, $0) } }
        named += try Self.names(in: expect, "not_run", path).map { ("not_run", $0) }
        for (part, name) in named {
            if let mistake = MockFile.mistake(in: name, steps: steps) { throw Self.wrong(path, "\(part): \(mistake)") }
        }
        mocks = try MockFile.mocks(mocked, in: path)
        self.expect = expect
        if let text = object["now"]?.string {
            guard let instant = Value.string(text).instantNanoseconds(timeZone: "UTC") else {
                throw Self.wrong(path, "\"now\" must be a time like 2026-03-02T09:00:00Z")
            }
            now = instant / 1_000_000
        } else {
            now = nil
        }
    }

    /// The last part of a path.
    static func name(of path: String) -> String { String(path.split(separator: "/").last ?? "") }

    private static func check(_ names: [String], _ known: [String], _ path: String) throws {
        for name in names where !known.contains(name) {
            let near = Suggestion.didYouMean(name, among: known).map { "; \($0)" } ?? ""
            throw wrong(path, "it has no key \"\(name)\"\(near)")
        }
    }

    private static func members(of object: JSONObject, _ key: String, _ path: String) throws -> JSONObject {
        guard let value = object[key] else { return [:] }
        guard let members = value.object else {
            throw wrong(path, "\"\(key)\" must be an object with the names of steps")
        }
        return members
    }

    private static func names(in object: JSONObject, _ key: String, _ path: String) throws -> [String] {
        guard let value = object[key] else { return [] }
        let names = value.array?.compactMap(\.string) ?? []
        guard names.count == value.array?.count else {
            throw wrong(path, "\"\(key)\" must be a list of names of steps, like [\"charge\"]")
        }
        return names
    }

    private static func wrong(_ path: String, _ sentence: String) -> OwnerFailure {
        OwnerFailure(kind: "refused", "\(path): \(sentence)")
    }
}
