// Recipes that change look-up tables, with the built program: what everybody sees then, files, dry runs and tests.

import Foundation
import JSONCore
import Testing

struct TableStepTests {
    private static let customers = "name,country,employees\nAcme,DE,120\n\"Bolt, Inc\",FR,45\nCog,DE,7\n"

    private static let change = """
        { "galley": 1, "name": "Change", "trigger": { "id": "got", "use": "manual" },
          "steps": [
            { "id": "added", "use": "table.add", "input": { "table": "customers", "row": { "name": "{{ got.name }}", "employees": 900 } } },
            { "id": "moved", "use": "table.update", "input": { "table": "customers", "where": { "country": "FR" }, "set": { "country": "IT" } } },
            { "id": "gone", "use": "table.delete", "input": { "table": "customers", "where": { "country": "{{ got.country }}" } } },
            { "id": "large", "use": "table.search", "input": {
                "table": "customers", "where": [ { "employees": { "at_least": 100 } }, { "country": "IT" } ], "order": ["-employees"] } },
            { "return": { "id": "{{ added.id }}", "moved": "{{ moved.count }}", "gone": "{{ gone.count }}",
                "large": "{{ large.entries.map { |e| e.row.name } }}",
                "looked_up": "{{ lookup('customers', name: 'Bolt, Inc')['country'] }}" } } ] }
        """

    private func place() async throws -> CommandPlace {
        let place = try await CommandPlace(["change": Self.change])
        try place.write("Tables/customers.csv", Self.customers)
        return place
    }

    @Test func `what a recipe has changed is seen by look-ups, commands and the checker, and written back as a file`()
        async throws
    {
        let place = try await place()
        let result = try await place.galley("run", "change", "--input", #"{"name": "Dyn"}"#).expect(0).json
        // A country that is nil is no country: nothing is deleted.
        let large: JSON = ["Dyn", "Acme", "Bolt, Inc"]
        #expect(result["id"] == 4 && result["moved"] == 1 && result["gone"] == 0)
        #expect(result["large"] == large && result["looked_up"] == "IT")
        let rows = "name,country,employees\nAcme,DE,120\n\"Bolt, Inc\",IT,45\nCog,DE,7\nDyn,,900\n"
        #expect(try await place.galley("tables", "export", "customers").expect(0).data == rows)
        #expect(try await place.galley("tables", "show", "customers", "--json").expect(0).lines.count == 4)
        #expect(try place.text("Tables/customers.csv") == Self.customers)
        let formula = try await place.galley("formula", "eval", "lookup('customers', name: 'Dyn')['employees']").expect(
            0)
        #expect(formula.data.contains("900"))
        try await place.galley("tables", "save", "customers").expect(0)
        #expect(try place.text("Tables/customers.csv") == rows)
        let listed = try await place.galley("tables", "list", "--json").expect(0).json
        #expect(listed[0]?["rows_from"] == "recipes" && listed[0]?["file_edited"] == false)
        // The table is there although its file is gone; the checker knows its columns.
        try FileManager.default.removeItem(at: place.folder.appendingPathComponent("Tables/customers.csv"))
        try await place.galley("check").expect(0)
        try await place.galley("run", "change", "--input", #"{"name": "Eon", "country": "DE"}"#).expect(0)
        #expect(try await place.galley("tables", "show", "customers", "--json").expect(0).lines.count == 3)
        #expect(
            try await place.galley("tables", "reset", "customers").expect(65).messages.contains("has no file any more"))
    }

    @Test func `an edited file is not in use and is told of, until somebody decides`() async throws {
        let place = try await place()
        try await place.galley("tables", "reset", "customers").expect(65)
        try await place.galley("tables", "save", "customers").expect(65)
        try await place.galley("tables", "save", "custmers").expect(66)
        try await place.galley("run", "change", "--input", #"{"name": "Dyn"}"#).expect(0)
        try place.write("Tables/customers.csv", "name,country,employees\nNew,DE,1\n")
        let checked = try await place.galley("check").expect(0)
        #expect(checked.messages.contains("[table_file_edited]"), "\(checked)")
        let listed = try await place.galley("tables", "list").expect(0)
        #expect(
            listed.data.contains("recipes, file edited") && listed.messages.contains("galley tables reset customers"))
        #expect(try await place.galley("tables", "save", "customers").expect(65).messages.contains("--force"))
        #expect(try await place.galley("tables", "show", "customers").expect(0).data.contains("Dyn"))
        try await place.galley("tables", "reset", "customers").expect(0)
        #expect(try await place.galley("tables", "export", "customers").expect(0).data.contains("New,DE,1"))
        #expect(try await !place.galley("check").expect(0).messages.contains("table_file_edited"))
    }

    @Test func `dry runs, runs with mocks and tests of recipes change nothing`() async throws {
        let place = try await place()
        let dry = try await place.galley("run", "change", "--dry-run", "--input", #"{"name": "Dyn"}"#).expect(0)
        #expect(dry.messages.contains("not called (dry run)"))
        try place.write("mocks.json", #"{"added": {"output": {"id": 9, "count": 1, "ids": [9]}}}"#)
        let mocked = try await place.galley("run", "change", "--mock", "mocks.json", "--input", "{}").expect(0)
        #expect(try mocked.json["id"] == 9 && mocked.json["looked_up"] == "FR")
        try place.write(
            "Recipes/change/tests/one.json",
            #"{"name": "one", "event": {"name": "Dyn"}, "mocks": {"added": {"output": {"id": 1}}}, "expect": {"error": "no mock for moved"}}"#
        )
        try await place.galley("test", "change").expect(0)
        #expect(try await place.galley("tables", "list", "--json").expect(0).json[0]?["rows_from"] == "file")
        // A dry run sees what real runs have changed.
        try await place.galley("run", "change", "--input", #"{"name": "Dyn"}"#).expect(0)
        let after = try await place.galley("run", "change", "--dry-run", "--input", "{}").expect(0)
        #expect(try after.json["looked_up"] == "IT")
        #expect(try await place.galley("tables", "show", "customers", "--json").expect(0).lines.count == 4)
    }

    @Test func `what comes from outside is a value to look for, never a condition`() async throws {
        let place = try await place()
        try place.write(
            "Recipes/forget/recipe.json",
            """
            { "galley": 1, "name": "Forget", "trigger": { "id": "got", "use": "manual" }, "steps": [
              { "id": "one", "use": "table.delete", "input": { "table": "customers", "where": { "name": "{{ got.name }}" } } },
              { "id": "two", "use": "table.delete", "input": { "table": "customers",
                "where": [ { "name": { "in": ["{{ got.name }}"] } }, { "name": "{{ got.name }}", "country": "DE" } ] } },
              { "return": "{{ one.count + two.count }}" } ] }
            """)
        for name in [#"{"present": true}"#, #"{"not": "x"}"#, #"["Acme", "Cog"]"#, "null", "\"\""] {
            let ended = try await place.galley("run", "forget", "--input", "{\"name\": \(name)}").expect(0)
            #expect(try ended.json == 0, "\(name)")
        }
        #expect(try await place.galley("run", "forget", "--input", #"{"name": "Acme"}"#).expect(0).json == 1)
    }

    @Test func `tables and columns that there are not are told before anything runs, and in a run`() async throws {
        let place = try await place()
        try place.write(
            "Recipes/wrong/recipe.json",
            """
            { "galley": 1, "name": "Wrong", "trigger": { "id": "got", "use": "manual" }, "steps": [
              { "id": "a", "use": "table.add", "input": { "table": "custmers", "row": { "x": 1 } } },
              { "id": "b", "use": "table.search", "input": { "table": "customers", "where": { "contry": { "greter": 1 } } } },
              { "id": "c", "use": "lookup.find", "input": { "table": "customers", "where": { "nme": "x" } } } ] }
            """)
        let checked = try await place.galley("check", "Recipes/wrong").expect(65).messages
        for part in [
            "no table \"custmers\"", "did you mean \"customers\"?", "no column \"contry\"", "did you mean \"country\"?",
            "no condition \"greter\"", "did you mean \"greater\"?", "no column \"nme\"", "did you mean \"name\"?",
        ] {
            #expect(checked.contains(part), "\(part) in \(checked)")
        }
        try place.write(
            "Recipes/late/recipe.json",
            """
            { "galley": 1, "name": "Late", "trigger": { "id": "got", "use": "manual" }, "steps": [
              { "id": "a", "use": "table.update", "input": { "table": "{{ got.table }}", "all": true, "set": "{{ got.set }}" } } ] }
            """)
        for (input, words) in [
            (
                #"{"table": "custmers", "set": {"name": "x"}}"#,
                "there is no table \"custmers\": did you mean \"customers\"?"
            ),
            (#"{"table": "customers", "set": {"nme": "x"}}"#, "has no column \"nme\"; did you mean \"name\"?"),
        ] {
            let failed = try await place.galley("run", "late", "--input", input).expect(1)
            #expect(failed.messages.contains(words), "\(failed)")
        }
    }
}
