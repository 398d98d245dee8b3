// `csv.parse` and `csv.build`: RFC 4180 to the letter.

import ConnectorKit
import JSONCore
import Testing

struct CSVParseTests {
    @Test(
        arguments: [
            ("a,b\r\n1,2\r\n", [["a": "1", "b": "2"]] as JSON),
            ("a,b\n1,2", [["a": "1", "b": "2"]]),
            ("a,b\r1,2\r3,4", [["a": "1", "b": "2"], ["a": "3", "b": "4"]]),
            ("\u{FEFF}a,b\n1,2\n", [["a": "1", "b": "2"]]),
            ("a,b\n\"x,\"\"y\"\"\",\"two\r\nlines\"\n", [["a": "x,\"y\"", "b": "two\r\nlines"]]),
            ("a,b\n,\n\"\",x\n", [["a": "", "b": ""], ["a": "", "b": "x"]]),
            ("a,b\n\n1,2\n\r\n\n3,4\n\n", [["a": "1", "b": "2"], ["a": "3", "b": "4"]]),
            ("a\n\"\"\n", [["a": ""]]),
            ("a, b\n 1, 2\n", [["a": " 1", " b": " 2"]]),
            ("naïve,日本\nü,🎉\n", [["naïve": "ü", "日本": "🎉"]]),
            ("a,,a2,\n1,2,3,4\n", [["a": "1", "column_2": "2", "a2": "3", "column_4": "4"]]),
            ("a,b\n", []), (text: "", rows: []), (text: "\n\n", rows: []),
        ] as [(String, JSON)])
    func `reads what RFC 4180 allows`(text: String, rows: JSON) async throws {
        let output = try await Trial().call("csv.parse", ["text": .string(text)])
        #expect(output["rows"] == rows)
        #expect(output["count"]?.integer == rows.array?.count)
        #expect(output["more"] == false)
    }

    @Test(
        arguments: [
            ("a,b\n1,x\"y\n", 2, "a quote stands in the middle of value 2"),
            ("a,b\n1,\"x\"y\n", 2, "something follows the closing quote of value 2"),
            ("a,b\n1,\"x\ny\n3,4\n", 2, "the quote that opens value 2 is never closed"),
            ("a,b\n\"1\n2\",3\n4\n", 4, "this row has 1 value for 2 columns"),
            ("a,b\n1,2,3\n", 2, "this row has 3 values for 2 columns"),
            ("a,a\n1,2\n", 1, "columns 1 and 2 have the same name, \"a\""),
        ] as [(String, Int, String)])
    func `refuses the rest with the line`(text: String, line: Int, says: String) async throws {
        let error = try await Trial().failure("csv.parse", ["text": .string(text)])
        #expect(error.type == "bad_input")
        #expect(error.message.hasPrefix("the CSV text is wrong in line \(line): \(says)"), "\(error.message)")
        #expect(error.details?["line"]?.integer == line)
    }

    @Test func `takes other separators and quotes, headers from the recipe, and lists`() async throws {
        let trial = try Trial()
        let semicolons: JSON = ["text": "a;b\n'x;y';2\n", "delimiter": ";", "quote": "'"]
        #expect(try await trial.call("csv.parse", semicolons)["rows"] == [["a": "x;y", "b": "2"]])
        let tabs: JSON = ["text": "1\t2\n", "delimiter": "tab", "header": ["x", "y"]]
        #expect(try await trial.call("csv.parse", tabs)["rows"] == [["x": "1", "y": "2"]])
        let lists = try await trial.call("csv.parse", ["text": "1,2\n3\n", "header": false])
        #expect(lists["rows"] == [["1", "2"], ["3"]])
        #expect(lists["columns"] == [])
        let filled: JSON = ["text": "a,b\n1\n", "fill": true]
        #expect(try await trial.call("csv.parse", filled)["rows"] == [["a": "1", "b": nil]])
        let blanks: JSON = ["text": "a\nx\n\ny\n", "skip_blank": false]
        #expect(try await trial.call("csv.parse", blanks)["rows"] == [["a": "x"], ["a": ""], ["a": "y"]])
    }

    @Test(
        arguments: [
            (["text": "a", "delimiter": "::"], "\"delimiter\" must be one character"),
            (["text": "a", "delimiter": "\n"], "\"delimiter\" must be one character"),
            (["text": "a", "delimiter": ";", "quote": ";"], "can't be the same character"),
            (["text": "a", "header": ["x", "x"]], "in \"header\" columns 1 and 2 have the same name"),
            ([:], "\"text\" is missing"),
        ] as [(JSON, String)])
    func `refuses settings that make no sense`(input: JSON, says: String) async throws {
        let error = try await Trial().failure("csv.parse", input)
        #expect(error.message.contains(says), "\(error.message)")
    }

    @Test func `gives pages by offset and limit`() async throws {
        let text = "n\n" + (0..<10).map { "\($0)\n" }.joined()
        let page = try await Trial().call("csv.parse", ["text": .string(text), "offset": 3, "limit": 2])
        #expect(page["rows"] == [["n": "3"], ["n": "4"]])
        #expect(page["more"] == true)
        let last = try await Trial().call("csv.parse", ["text": .string(text), "offset": 8, "limit": 2])
        #expect(last["more"] == false)
    }

    @Test(
        arguments: [
            (["rows": [["a": 1, "b": "x"]]], "a,b\r\n1,x\r\n"),
            (
                ["rows": [["a": "x,y", "b": "say \"hi\""], ["a": "two\nlines", "c": nil]]],
                "a,b,c\r\n\"x,y\",\"say \"\"hi\"\"\",\r\n\"two\nlines\",,\r\n"
            ),
            (["rows": [["a": 1, "b": 2]], "columns": ["b"], "line_end": "lf"], "b\n2\n"),
            (["rows": [["a": true]], "quote_all": true], "\"a\"\r\n\"true\"\r\n"),
            (["rows": [["a": ""]]], "a\r\n\"\"\r\n"),
            (["rows": [[1, 2], [3, 4]], "header": false], "1,2\r\n3,4\r\n"),
            (["rows": [[1, 2]], "columns": ["x", "y"], "delimiter": ";"], "x;y\r\n1;2\r\n"),
            (["rows": [["a": "=1+1", "b": "-5"]], "guard_formulas": true], "a,b\r\n'=1+1,-5\r\n"),
            (["rows": [], "columns": ["a"]], "a\r\n"), (["rows": []], ""),
        ] as [(JSON, String)])
    func `builds texts that read back`(input: JSON, text: String) async throws {
        #expect(try await Trial().call("csv.build", input)["text"] == .string(text))
    }

    @Test func `keeps numbers as written`() async throws {
        let amount = try JSON(parsing: #"{"rows":[{"a":10.00}]}"#)
        #expect(try await Trial().call("csv.build", amount)["text"] == "a\r\n10.00\r\n")
    }

    @Test(
        arguments: [
            (["rows": [["a": [1]]]], "row 1 has a list in column \"a\""),
            (["rows": [[1, 2]]], "rows that are lists have no names for the header"),
            (["rows": ["x"], "header": false], "row 1 is a text"),
            (["rows": [[1, 2]], "columns": ["x"]], "row 1 has 2 values for 1 columns"),
        ] as [(JSON, String)])
    func `says which row can't be written`(input: JSON, says: String) async throws {
        let error = try await Trial().failure("csv.build", input)
        #expect(error.message.contains(says), "\(error.message)")
    }
}
