// galley test: recipe tests that pass, that fail with a difference, and the branches that none takes.

import JSONCore
import Testing

struct RecipeTestTests {
    private static let recipe = """
        {
          "galley": 1,
          "trigger": { "id": "order", "use": "manual" },
          "steps": [
            { "id": "size", "if": "order.amount >= 100",
              "then": [ { "id": "large", "use": "logger.log", "input": { "message": "large {{ order.amount }}" } } ],
              "else": [ { "id": "small", "use": "file.write", "input": { "path": "out.txt", "text": "small" } } ] },
            { "return": { "said": "{{ large&.message }}", "on": "{{ today }}" } }
          ]
        }
        """

    private func place(_ tests: [String: String]) async throws -> CommandPlace {
        let place = try await CommandPlace(["order": Self.recipe])
        for (name, text) in tests { try place.write("Recipes/order/tests/\(name).json", text) }
        return place
    }

    @Test func `a test that holds passes, and branches that no test takes are named`() async throws {
        let place = try await place([
            "large": #"""
            {"name": "A large one", "event": {"amount": 250}, "now": "2026-03-02T09:00:00Z",
             "expect": {"result": {"said": "large 250", "on": "2026-03-02"}, "not_run": ["small"]}}
            """#
        ])
        let tested = try await place.galley("test").expect(0)
        #expect(tested.messages.contains("1 passed, 0 failed") && tested.messages.contains("✓ A large one"))
        #expect(tested.messages.contains("never taken in a test"))
        #expect(tested.messages.contains("size: "), "\(tested)")
    }

    @Test func `a test that does not hold shows what was expected and what was found`() async throws {
        let place = try await place([
            "large": #"{"event": {"amount": 250}, "expect": {"result": {"said": "small"}, "not_run": ["large"]}}"#
        ])
        let tested = try await place.galley("test", "order").expect(1)
        #expect(tested.messages.contains("0 passed, 1 failed"))
        #expect(tested.messages.contains("result/said"), "\(tested)")
        #expect(tested.messages.contains(#"expected  "small""#) && tested.messages.contains(#"found     "large 250""#))
        #expect(tested.messages.contains("not_run: large ran"))
        let data = try await place.galley("test", "--json").expect(1).json
        #expect(data.array?.first?["differences"]?.array?.count == 2)
    }

    @Test func `a step with an outside effect needs a mock, and is never called`() async throws {
        let place = try await place(["small": #"{"event": {"amount": 1}, "expect": {"state": "succeeded"}}"#])
        let refused = try await place.galley("test").expect(1)
        #expect(refused.messages.contains("no mock for small"), "\(refused)")
        #expect(throws: (any Error).self) { try place.text("out.txt") }
        try place.write(
            "Recipes/order/tests/small.json",
            #"{"event": {"amount": 1}, "mocks": {"small": {"output": {}}}, "expect": {"state": "succeeded"}}"#)
        try await place.galley("test").expect(0)
        #expect(throws: (any Error).self) { try place.text("out.txt") }
    }

    @Test func `a test file with a wrong key says which was meant`() async throws {
        let place = try await place(["wrong": #"{"evnt": {}, "expect": {"state": "failed"}}"#])
        let tested = try await place.galley("test").expect(65)
        #expect(tested.messages.contains("evnt") && tested.messages.contains("event"))
    }

    @Test(arguments: [
        (#"{"expect": {"not_run": ["smal"]}}"#, #"not_run: the recipe has no step smal; did you mean "small"?"#),
        (#"{"expect": {"inputs": {"lrge": {}}}}"#, "inputs: the recipe has no step lrge"),
        (#"{"expect": {"outputs": {"size[0]/lrge": {}}}}"#, "outputs: the recipe has no step lrge"),
        (#"{"mocks": {"smal": {"output": 1}}, "expect": {"state": "failed"}}"#, "mocks: the recipe has no step smal"),
        (#"{"expect": {"not_run": "small"}}"#, #""not_run" must be a list"#),
        (#"{"expect": {"inputs": []}}"#, #""inputs" must be an object"#),
        (#"{"expect": "succeeded"}"#, #""expect" must be an object"#),
        (#"{"expect": {"state": "success"}}"#, #""state" must be one of queued, running"#),
        (#"{"expect": {"error": 5}}"#, #""error" must be a text"#),
        (#"{"now": 5, "expect": {"state": "failed"}}"#, #""now" must be a text"#),
    ])
    func `steps that the recipe does not have, and parts of another kind, are mistakes`(
        test: String, says: String
    ) async throws {
        let place = try await place(["odd": test])
        let tested = try await place.galley("test").expect(65)
        #expect(tested.messages.contains(says), "\(tested)")
    }

    @Test func `a recipe with mistakes keeps no other from its tests`() async throws {
        let test = #"{"event": {"amount": 250}, "expect": {"state": "succeeded"}}"#
        let place = try await CommandPlace([
            "broken": #"{"galley": 1, "trigger": {"use": "manual"}, "steps": [{"waite": "1s"}]}"#,
            "order": Self.recipe, "untested": #"{"galley": 1}"#,
        ])
        for id in ["broken", "order"] { try place.write("Recipes/\(id)/tests/a.json", test) }
        let tested = try await place.galley("test").expect(65)
        #expect(tested.messages.contains("1 passed, 0 failed, 1 with mistakes in the file"), "\(tested)")
        #expect(tested.messages.contains("Recipes/broken/recipe.json:1:"), "\(tested)")
        #expect(!tested.messages.contains("Recipes/untested/"), "\(tested)")
    }

    @Test func `files with mistakes are all named, and the others run`() async throws {
        let large = #"{"event": {"amount": 250}, "expect": {"state": "succeeded"}}"#
        let place = try await place(["a": "{", "b": large, "c": #"{"expect": {}}"#, "d": large])
        let tested = try await place.galley("test").expect(65)
        #expect(tested.messages.contains("tests/a.json") && tested.messages.contains("tests/c.json"), "\(tested)")
        #expect(tested.messages.contains("2 passed, 0 failed, 2 with mistakes in the file"))
        let results = try await place.galley("test", "--json").expect(65).json
        #expect(results.array?.map { $0["error"] == nil } == [false, true, false, true])
    }
}
