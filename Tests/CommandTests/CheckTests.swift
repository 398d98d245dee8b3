// galley check, fmt and schema.

import Foundation
import JSONCore
import Testing

struct CheckTests {
    @Test func `a recipe that is too large is one mistake among the others`() async throws {
        let typo = #"{"galley": 1, "trigger": {"use": "manul"}, "steps": [{"wait": "1s"}]}"#
        let place = try await CommandPlace(["typo": typo])
        try place.write("Recipes/large/recipe.json", String(repeating: " ", count: 17 << 20))
        let checked = try await place.galley("check").expect(65)
        let says = "Recipes/large/recipe.json:1:1: error: this recipe has more than 10485760 bytes"
        #expect(checked.messages.contains(says), "\(checked)")
        #expect(checked.messages.contains("Recipes/typo/recipe.json:1:"))
        try await place.galley("recipes", "list").expect(0)
    }

    private static let broken = """
        {
          "galley": 1,
          "name": "Broken",
          "trigger": { "id": "event", "use": "manual" },
          "steps": [
            { "id": "said", "use": "logger.lgo", "input": { "message": "hi" } },
            { "retrun": "{{ nobody.name }}" },
            { "set": { "total": "{{ 1 + }}" } }
          ]
        }
        """

    @Test func `a recipe that lies where none is read is a warning that says where it belongs`() async throws {
        let place = try await CommandPlace(["hello": TrialRecipes.hello])
        try place.write("Recipes/orders.json", Self.broken)
        let checked = try await place.galley("check").expect(0)
        #expect(checked.messages.contains("Recipes/orders.json"))
        #expect(checked.messages.contains("move it to Recipes/orders/recipe.json"))
    }

    @Test func `a recipe that can't be read is one mistake among all others`() async throws {
        let place = try await CommandPlace(["broken": Self.broken, "hello": TrialRecipes.hello, "huge": "{}"])
        let huge = place.folder.path + "/Recipes/huge/recipe.json"
        #expect(truncate(huge, 100_000_000) == 0)
        let checked = try await place.galley("check").expect(65)
        #expect(checked.messages.contains("huge/recipe.json:1:1: error: this recipe has more than 10485760 bytes"))
        #expect(checked.messages.contains(#"did you mean "log"?"#) && checked.messages.contains("4 errors"))
        let list = try await place.galley("recipes", "list").expect(0).data
        #expect(list.contains("1 mistake: galley check huge") && list.contains("hello"))
        try await place.galley("schedules", "list").expect(0)
        try await place.galley("triggers", "list").expect(0)
    }

    @Test func `every mistake is shown at once, with its place, the line and what was probably meant`() async throws {
        let place = try await CommandPlace(["broken": Self.broken, "hello": TrialRecipes.hello])
        let checked = try await place.galley("check").expect(65)
        let errors = checked.messages.split(separator: "\n").filter { $0.contains(": error: ") }
        #expect(errors.count == 3, "\(checked)")
        for (error, start) in zip(errors, ["6:", "7:", "8:"]) {
            #expect(error.contains("Recipes/broken/recipe.json:\(start)"), "\(error)")
            let place = error.split(separator: ":").prefix(3).map(String.init)
            #expect(place.count == 3 && Int(place[1]) != nil && Int(place[2]) != nil, "\(error)")
        }
        #expect(checked.messages.contains(#"did you mean "log"?"#))
        #expect(checked.messages.contains(#"did you mean "return"?"#))
        #expect(checked.messages.contains("^"))
        #expect(checked.data.isEmpty)
        let one = try await place.galley("check", "hello").expect(0)
        #expect(one.messages.contains("1 recipe: nothing wrong"))
        let data = try await place.galley("check", "--json").expect(65).json
        #expect(data.array?.count == 3)
        #expect(data.array?.allSatisfy { $0["line"]?.integer != nil && $0["code"]?.string != nil } == true)
    }

    @Test func `two recipes with one address are told, each with the other`() async throws {
        func api(_ method: String, _ path: String) -> String {
            #"{"galley": 1, "trigger": {"use": "api.request", "input": {"method": "\#(method)", "path": "\#(path)"}}, "steps": [{"return": 1}]}"#
        }
        let place = try await CommandPlace([
            "one": api("GET", "/orders/{id}"), "two": api("GET", "orders/{number}"),
            "three": api("PUT", "/orders/{id}"),
            "four": api("GET", "/orders/new"),
        ])
        let found = try await place.galley("check", "--json").expect(65).json.array ?? []
        #expect(found.map { $0["code"] } == ["same_address", "same_address"])
        #expect(found.first?["message"] == "one and two both answer GET /apis/orders/{}")
        #expect(found.map { $0["pointer"] } == ["/trigger/input/path", "/trigger/input/path"])
        try await place.galley("check", "three", "four").expect(0)
        try await place.galley("run", "two", "--input", "{}").expect(0)
    }

    @Test func `a secret that webhooks are checked with and that is not set is a warning`() async throws {
        let hook =
            #"{"galley": 1, "trigger": {"use": "webhook.received", "input": {"path": "in", "verify": {"scheme": "github", "secret": "HOOK_KEY"}}}, "steps": [{"return": 1}]}"#
        let place = try await CommandPlace(["hook": hook])
        let unset = try await place.galley("check").expect(0)
        #expect(unset.messages.contains("warning: the secret \"HOOK_KEY\" is not set, so every delivery is refused"))
        #expect(unset.messages.contains("galley secrets set HOOK_KEY"))
        let (server, _) = try await ServeTests.serve(place)
        #expect(server.messages.contains("the secret \"HOOK_KEY\" is not set"))
        server.send(SIGTERM)
        try await server.end().expect(0)
        let set = try await place.galley("check", environment: ["HOOK_KEY": "s3cret"]).expect(0)
        #expect(set.messages.contains("nothing wrong"))
    }

    @Test(arguments: [
        (#""respond": {"status": 302}"#, "out_of_range"), (#""respond": {"body": 1}"#, "unknown_field"),
        (#""respond": {"text": "a", "json": 1}"#, "two_bodies"),
        (#""respond": {"headers": {"X-A": {}}}"#, "wrong_type"),
    ])
    func `a webhook's fixed answer is checked`(setting: String, code: String) async throws {
        let hook =
            #"{"galley": 1, "trigger": {"use": "webhook.received", "input": {"path": "in", \#(setting)}}, "steps": [{"return": 1}]}"#
        let place = try await CommandPlace(["hook": hook])
        let found = try await place.galley("check", "--json").expect(65).json.array ?? []
        #expect(found.map { $0["code"] } == [.string(code)])
    }

    @Test func `a run of a broken recipe shows the mistakes and makes no job`() async throws {
        let place = try await CommandPlace(["broken": Self.broken])
        let ran = try await place.galley("run", "broken").expect(65)
        #expect(ran.messages.contains("recipe.json:6:") && ran.messages.contains(": error: "))
        #expect(!FileManager.default.fileExists(atPath: place.folder.path + "/.galley/history.db"))
    }

    @Test func `fmt settles at once, and --check changes nothing`() async throws {
        let place = try await CommandPlace(["hello": TrialRecipes.hello])
        let squeezed = try JSON(parsing: Array(TrialRecipes.hello.utf8)).compact
        try place.write("Recipes/hello/recipe.json", squeezed)
        try await place.galley("fmt", "--check").expect(1)
        #expect(try place.text("Recipes/hello/recipe.json") == squeezed)
        try await place.galley("fmt").expect(0)
        let formatted = try place.text("Recipes/hello/recipe.json")
        #expect(formatted != squeezed)
        let (before, after) = try (JSON(parsing: Array(squeezed.utf8)), JSON(parsing: Array(formatted.utf8)))
        #expect(before.canonical == after.canonical)
        try await place.galley("fmt", "--check").expect(0)
        try await place.galley("fmt").expect(0)
        #expect(try place.text("Recipes/hello/recipe.json") == formatted)
        try place.write("Recipes/hello/recipe.json", "{ \"galley\": 1, ")
        try await place.galley("fmt").expect(65)
        #expect(try place.text("Recipes/hello/recipe.json") == "{ \"galley\": 1, ")
    }

    @Test func `schema is a JSON Schema that knows the connectors`() async throws {
        let schema = try await CommandPlace().galley("schema").expect(0)
        #expect(try schema.json["$schema"]?.string == "https://json-schema.org/draft/2020-12/schema")
        #expect(schema.data.contains("\"logger.log\"") && schema.messages.isEmpty)
    }

    @Test(
        arguments: [
            (#"1 + 0.2"#, 0, "1.2\n"), (#"name.upcase"#, 0, "\"ADA\"\n"), (#"name.upcse"#, 65, ""),
            (#"nobody"#, 65, ""),
            (#"1 +"#, 65, ""),
        ] as [(String, Int32, String)])
    func `formula eval prints a value, or where the mistake is`(formula: String, code: Int32, printed: String)
        async throws
    {
        let place = try CommandPlace(empty: ())
        let ended = try await place.galley("formula", "eval", formula, "--vars", #"{"name": "Ada"}"#).expect(code)
        #expect(ended.data == printed)
        #expect(code == 0 || ended.messages.contains("^"))
    }

    @Test func `a file in the way is named in a sentence`() async throws {
        let place = try CommandPlace(empty: ())
        try place.write("Tables", "no folder")
        let ended = try await place.galley("init").expect(74)
        #expect(ended.messages.contains("Tables can't be read or written: "), "\(ended)")
        #expect(!ended.messages.contains("Domain"), "\(ended)")
    }

    @Test func `one mistake is one`() async throws {
        let place = try await CommandPlace(["broken": "{"])
        let list = try await place.galley("recipes", "list").expect(0)
        #expect(list.data.contains("1 mistake: galley check broken"), "\(list)")
    }
}
