// Tables: CSV and JSON files, looked up by column.

import JSONCore
import RecipeLanguage
import Testing

@testable import Workspace

struct TableTests {
    static let territories = "country,region,owner\r\nde,emea,\"Ada \"\"A\"\" L.\"\r\nfr,emea,\"Bo,\nB.\"\r\nus,na,\r\n"

    @Test func `rows are found by one column or several, the first one wins`() throws {
        try withWorkspace(["Tables/territories.csv": Self.territories]) { (workspace) throws in
            let tables = workspace.tables
            #expect(
                try tables.firstRow(of: "territories", where: [("country", "de")])
                    == ["country": "de", "region": "emea", "owner": "Ada \"A\" L."])
            #expect(try tables.firstRow(of: "territories", where: [("region", "emea")])?["country"] == "de")
            #expect(
                try tables.firstRow(of: "territories", where: [("region", "emea"), ("country", "fr")])?["owner"]
                    == "Bo,\nB.")
            #expect(
                try tables.firstRow(of: "territories", where: [("country", "fr"), ("region", "emea")])?["owner"]
                    == "Bo,\nB.")
            #expect(try tables.firstRow(of: "territories", where: [("country", "us")])?["owner"] == "")
            #expect(try tables.firstRow(of: "territories", where: [("country", "DE")]) == nil)
            #expect(try tables.firstRow(of: "territories", where: [("country", "de"), ("region", "na")]) == nil)
            #expect(try tables.rows(of: "territories", where: [("region", "emea")], limit: 9).count == 2)
            #expect(try tables.rows(of: "territories", where: [("region", "emea")], limit: 1).count == 1)
            #expect(
                try tables.rows(of: "territories", where: [], limit: 9).map { $0["country"] } == ["de", "fr", "us"])
            #expect(try tables.rows(of: "territories", where: [], limit: -1).isEmpty)
            #expect(workspace.tableColumns() == ["territories": ["country", "region", "owner"]])
        }
    }

    @Test func `numbers of a JSON table are equal by value, texts are not numbers`() throws {
        let text = #"[{"size": 5, "name": "five"}, {"size": "5", "name": "text"}, {"size": 0.10, "extra": null}]"#
        try withWorkspace(["Tables/sizes.json": text]) { (workspace) throws in
            let tables = workspace.tables
            for number in ["5", "5.0", "0.5e1", "50E-1"] {
                let value = try #require(JSON(number: number))
                #expect(try tables.firstRow(of: "sizes", where: [("size", value)])?["name"] == "five")
            }
            #expect(try tables.firstRow(of: "sizes", where: [("size", "5")])?["name"] == "text")
            let tenth = try #require(JSON(number: "0.1"))
            #expect(
                try tables.firstRow(of: "sizes", where: [("size", tenth)])
                    == ["size": JSON(number: "0.10") ?? .null, "name": nil, "extra": nil])
        }
    }

    @Test func `a changed table is read again`() throws {
        try withWorkspace(["Tables/t.csv": "a,b\n1,2\n"]) { (workspace) throws in
            #expect(try workspace.tables.firstRow(of: "t", where: [("a", "1")])?["b"] == "2")
            try write("a,b\n1,changed\n", to: workspace.root + "/Tables/t.csv")
            #expect(try workspace.tables.firstRow(of: "t", where: [("a", "1")])?["b"] == "changed")
        }
    }

    @Test func `unknown tables and columns are answered with the nearest`() throws {
        try withWorkspace(["Tables/territories.csv": Self.territories]) { (workspace) throws in
            let table = try workspaceError { _ = try workspace.tables.firstRow(of: "teritories", where: []) }
            #expect(table?.message.contains("did you mean \"territories\"?") == true)
            let column = try workspaceError {
                _ = try workspace.tables.firstRow(of: "territories", where: [("contry", "de")])
            }
            #expect(column?.message.contains("did you mean \"country\"?") == true)
        }
    }

    @Test(arguments: [
        ("", "empty", 0), ("\n1\n", "empty", 0), ("a,b\n1\n", "2 columns", 4), ("a,b\n1,2,3\n", "3 fields", 4),
        ("a,a\n", "twice", 0), ("a,,b\n", "no name", 0), ("a,b\n1,\"2\n", "never closed", 6),
        ("a,b\n1,2\"3\n", "quote stands", 7),
        ("a,b\n1,\"2\"3\n", "after the closing quote", 9),
    ])
    func `a mistake in a CSV is placed`(text: String, says: String, offset: Int) throws {
        try withWorkspace(["Tables/t.csv": text]) { (workspace) throws in
            let error = try #require(try workspaceError { _ = try workspace.tables.firstRow(of: "t", where: []) })
            let diagnostic = try #require(error.diagnostics.first)
            #expect(error.kind == .invalid && diagnostic.message.contains(says), "\(diagnostic.message)")
            #expect(diagnostic.range.lowerBound == offset && diagnostic.file == "Tables/t.csv")
        }
    }

    @Test(arguments: ["{}", "[1]", "[", #"[{"a": 1, "a": 2}]"#])
    func `a JSON table must be a list of objects`(text: String) throws {
        try withWorkspace(["Tables/t.json": text]) { (workspace) throws in
            #expect(try workspaceError { _ = try workspace.tables.firstRow(of: "t", where: []) }?.kind == .invalid)
        }
    }

    @Test func `bytes that are not UTF-8 are a mistake with a place`() throws {
        var records = CSVRecords(Array("a\n".utf8) + [0xE4])
        #expect(try records.next() == ["a"])
        #expect(throws: CSVMistake.self) { try records.next() }
    }

    @Test(arguments: [
        ("a,b\nc,d", [["a", "b"], ["c", "d"]]), ("a\r\nb\r\n", [["a"], ["b"]]), ("\u{FEFF}a,b\n", [["a", "b"]]),
        ("\"a\"\"b\",\"c\r\nd\",\"\"", [["a\"b", "c\r\nd", ""]]), ("a,\n,b\n", [["a", ""], ["", "b"]]),
        ("\n\n", [[""], [""]]),
        ("a\rb,c", [["a\rb", "c"]]), ("", []),
    ])
    func `CSV is read as RFC 4180 has it`(text: String, records: [[String]]) throws {
        var reader = CSVRecords(Array(text.utf8))
        var found: [[String]] = []
        while let record = try reader.next() { found.append(record) }
        #expect(found == records)
    }

    @Test func `a look-up in a large table doesn't read it through`() throws {
        let rows = (0..<50_000).map { "k\($0),v\($0)" }.joined(separator: "\n")
        try withWorkspace(["Tables/big.csv": "key,value\n" + rows]) { (workspace) throws in
            _ = try workspace.tables.firstRow(of: "big", where: [("key", "k1")])
            let start = ContinuousClock.now
            for number in 0..<2000 {
                #expect(
                    try workspace.tables.firstRow(of: "big", where: [("key", .string("k\(number * 20)"))])?["value"]
                        == .string("v\(number * 20)"))
            }
            // Through 50,000 rows each time this would take minutes.
            #expect(ContinuousClock.now - start < .seconds(120))
        }
    }
}
