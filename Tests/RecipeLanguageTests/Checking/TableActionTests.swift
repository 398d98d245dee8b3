// Actions on tables: what checking finds in the names of tables, columns and conditions.

import JSONCore
import Testing

@testable import RecipeLanguage

struct TableActionTests {
    private static let catalog: Catalog = {
        var catalog = Catalog()
        let use = TableUse(rows: ["set"], columns: ["order"], conditions: ["where"])
        catalog.connectors["rows"] = ConnectorSpec(
            name: "rows", title: "Rows",
            actions: [
                OperationSpec(
                    name: "update", title: "Update", effect: .keyed,
                    input: .object([.string("table", required: true), .any("where"), .any("set"), .any("order")]),
                    tables: use)
            ])
        catalog.tables = ["territories": ["country", "owner"]]
        return catalog
    }()

    @Test(arguments: [
        (
            #"{"table": "territories", "where": {"country": "DE"}, "set": {"owner": "Ada"}, "order": ["-owner", "country"]}"#,
            []
        ),
        (
            #"{"table": "teritories", "where": {"x": 1}}"#,
            [#"unknown_table /steps/0/input/table did you mean "territories"?"#]
        ),
        (
            #"{"table": "territories", "where": {"contry": "DE"}}"#,
            [#"unknown_column /steps/0/input/where/contry did you mean "country"?"#]
        ),
        (
            #"{"table": "territories", "where": [{"country": "DE"}, {"ownr": {"contians": "a"}}]}"#,
            [
                #"unknown_column /steps/0/input/where/1/ownr did you mean "owner"?"#,
                #"unknown_condition /steps/0/input/where/1/ownr/contians did you mean "contains"?"#,
            ]
        ),
        (
            #"{"table": "territories", "set": {"zzz": 1}, "order": "-ownr"}"#,
            [
                #"unknown_column /steps/0/input/set/zzz it has country and owner"#,
                #"unknown_column /steps/0/input/order did you mean "owner"?"#,
            ]
        ),
        (#"{"table": "{{ got.table }}", "where": {"contry": "DE"}}"#, []),
        (#"{"table": "territories", "order": ["{{ got.column }}"]}"#, []),
    ])
    func `names are held against the workspace`(input: String, found: [String]) throws {
        let text = #"""
            { "galley": 1, "trigger": { "id": "got", "use": "manual" },
              "steps": [ { "id": "a", "use": "rows.update", "input": \#(input) } ] }
            """#
        let checked = Recipe.check(Array(text.utf8), id: "r", file: "r.json", catalog: Self.catalog)
        let mistakes = checked.diagnostics.map { "\($0.code) \($0.pointer) \($0.suggestion ?? "")" }
        #expect(mistakes == found)
    }
}
