// Conditions on rows, sorted pages of them, and the text of a table's file.

import JSONCore
import Testing

@testable import RecipeLanguage

struct TableFilterTests {
    private static let texts = TableShape(name: "customers", columns: ["name", "country", "size"], isText: true)
    private static let rows: [[JSON]] = [
        ["Acme", "DE", "120"], ["Bolt", "FR", "45"], ["cog", "de", "7"], ["Dyn", "", "n/a"], ["Acme", "US", "7.0"],
    ]

    private static func names(_ filter: String, _ shape: TableShape = texts, _ rows: [[JSON]] = rows) throws -> String {
        let test = try shape.rows(where: TableFilter(try JSON(parsing: filter)))
        return rows.filter(test.holds).map { $0[0].string ?? $0[0].compact }.joined(separator: " ")
    }

    @Test(arguments: [
        (#"{}"#, "Acme Bolt cog Dyn Acme"), (#"{"country": "DE"}"#, "Acme"),
        (#"{"name": "Acme", "country": "US"}"#, "Acme"), (#"{"size": 7}"#, "cog"), (#"{"size": 7.0}"#, "Acme"),
        (#"{"country": {"equals": "DE", "ignore_case": true}}"#, "Acme cog"),
        (#"{"country": {"not": "DE"}}"#, "Bolt cog Dyn Acme"), (#"{"country": {"in": ["FR", "US"]}}"#, "Bolt Acme"),
        (#"{"country": {"in": []}}"#, ""), (#"{"name": {"contains": "o"}}"#, "Bolt cog"),
        (#"{"name": {"starts_with": "a", "ignore_case": true}}"#, "Acme Acme"),
        (#"{"name": {"ends_with": "t"}}"#, "Bolt"),
        (#"{"size": {"greater": 7}}"#, "Acme Bolt"), (#"{"size": {"at_least": "7"}}"#, "Acme Bolt cog Acme"),
        (#"{"size": {"less": 45, "at_least": 7}}"#, "cog Acme"), (#"{"size": {"at_most": 45.0}}"#, "Bolt cog Acme"),
        (#"{"name": {"greater": "Bolt"}}"#, "cog Dyn"), (#"{"country": {"present": false}}"#, "Dyn"),
        (#"{"country": {"present": true}}"#, "Acme Bolt cog Acme"), (#"{"country": ""}"#, "Dyn"),
        (#"{"country": null}"#, ""), (#"{"size": {"greater": null}}"#, ""), (#"{"name": {"contains": null}}"#, ""),
        (#"[{"name": "Bolt"}, {"country": "US", "name": "Acme"}]"#, "Bolt Acme"),
    ])
    func `conditions on a table of texts`(filter: String, found: String) throws {
        #expect(try Self.names(filter) == found)
    }

    @Test(arguments: [
        (#"{"n": 5}"#, "[1] [2]"), (#"{"n": "5"}"#, "[3]"), (#"{"n": null}"#, "[5]"),
        (#"{"n": {"at_least": 5}}"#, "[1] [2] [3] [6]"),
        (#"{"n": {"equals": {"a": 1}}}"#, "[4]"), (#"{"n": {"present": false}}"#, "[5]"),
        (#"{"n": {"not": 5}}"#, "[3] [4] [5] [6]"),
    ])
    func `conditions on typed cells: numbers by value, texts are no numbers unless compared`(
        filter: String, found: String
    ) throws {
        let shape = TableShape(name: "t", columns: ["id", "n"], isText: false)
        let rows: [[JSON]] = [
            [[1], 5], [[2], try #require(JSON(number: "5.0"))], [[3], "5"], [[4], ["a": 1]], [[5], .null],
            [[6], 1_000],
        ]
        #expect(try Self.names(filter, shape, rows) == found)
    }

    @Test(arguments: [
        (#"{"contry": "DE"}"#, "the table \"customers\" has no column \"contry\"; did you mean \"country\"?"),
        (#"{"country": {"is": "DE"}}"#, "\"where\" knows no condition \"is\"; did you mean \"in\"?"),
        (#"{"country": {"in": "DE"}}"#, "the condition \"in\" on \"country\" must be a list, but it is a text"),
        (#"{"country": {"present": 1}}"#, "\"present\" on \"country\" must be true or false, but it is a number"),
        (#"{"country": {}}"#, "\"where\" says nothing about \"country\": give a value or a condition"),
        (#"[]"#, "\"where\" must not be an empty list"),
        (#"[{}]"#, "each element of \"where\" must be an object of conditions, but one is not"),
        (#""DE""#, "\"where\" must be an object or a list of objects, but it is a text"),
    ])
    func `what is wrong is said`(filter: String, sentence: String) throws {
        let mistake = #expect(throws: TableMistake.self) { try Self.names(filter) }
        #expect(mistake?.description == sentence)
    }

    @Test func `rows are sorted and paged, and no more of them are held than that takes`() throws {
        var query = TableQuery()
        (query.order, query.limit, query.offset) = (TableQuery.order(["-size", "name"]), 3, 1)
        var search = try TableSearch(query, in: Self.texts)
        for number in 0..<5_000 {
            search.take(
                TableEntry(id: number + 1, cells: [.string("n\(number % 10)"), "x", .string("\(number % 500)")]))
        }
        let found = search.found()
        // The largest size is 499; its rows are 500, 1000, …, all called n9.
        #expect(found.total == 5_000 && found.entries.map(\.id) == [1_000, 1_500, 2_000])
        #expect(throws: TableMistake.self) {
            query.order = TableQuery.order(["nmae"])
            _ = try TableSearch(query, in: Self.texts)
        }
    }

    @Test func `cells sort as people mean them`() {
        let cells: [JSON] = ["b", "10", 9, true, "", .null, "a", false, [1]]
        let sorted = cells.map { ($0, TableSortKey($0)) }.sorted { $0.1.compare($1.1) < 0 }.map(\.0.compact)
        #expect(sorted.prefix(2).sorted() == ["\"\"", "null"])
        #expect(sorted.dropFirst(2) == ["false", "true", "9", "\"10\"", "\"a\"", "\"b\"", "[1]"])
    }

    @Test func `equal cells have one key for the index`() throws {
        let five = try #require(JSON(number: "0.5e1"))
        #expect(TableCell.indexKey(5) == TableCell.indexKey(five) && TableCell.isEqual(5, five))
        #expect(TableCell.indexKey("5") != TableCell.indexKey(5) && !TableCell.isEqual(5, "5"))
        #expect(TableCell.indexKey("a") == 592_560_934_169_411_116, "the same in every process and release")
    }

    @Test func `a table as the text of a file`() {
        let shape = TableShape(name: "t", columns: ["a", "b,c"], isText: false)
        let rows: [[JSON]] = [["x \"y\"", .null], [5, [1, true]], ["two\nlines", ""]]
        func text(_ format: TableFormat) -> String {
            format.head(shape.columns)
                + rows.enumerated().map { format.row($1, shape, isFirst: $0 == 0) }.joined() + format.tail
        }
        #expect(text(.csv) == "a,\"b,c\"\n\"x \"\"y\"\"\",\n5,\"[1,true]\"\n\"two\nlines\",\n")
        #expect(
            text(.json)
                == #"[\#n  {"a":"x \"y\"","b,c":null},\#n  {"a":5,"b,c":[1,true]},\#n  {"a":"two\nlines","b,c":""}\#n]\#n"#
        )
        #expect(TableFormat.csv.head(["only"]) + TableFormat.csv.row([""], shape, isFirst: true) == "only\n\"\"\n")
    }
}
