// `csv.read`, `csv.write` and `csv.append` on real files.

@testable import BuiltInConnectors
import ConnectorKit
import JSONCore
import Testing

struct CSVFileTests {
    @Test func `goes through a file in batches, each from where the last one ended`() async throws {
        let trial = try Trial()
        try trial.workspace.write("in/people.csv", "name,note\n" + (0..<25).map { "p\($0),\"a\nb\"\n\n" }.joined())
        var (names, from, batches) = ([JSON](), JSON.null, 0)
        while true {
            let batch = try await trial.call("csv.read", ["file": "in/people.csv", "limit": 10, "from": from])
            #expect(batch["columns"] == ["name", "note"])
            #expect(batch["first_row"]?.integer == names.count)
            names += batch["rows"]?.array?.compactMap { $0["name"] } ?? []
            batches += 1
            from = batch["next"] ?? .null
            guard batch["more"] == true else { break }
        }
        #expect(batches == 3)
        #expect(names == (0..<25).map { .string("p\($0)") })
    }

    @Test(arguments: [4, 5, 7, 16, 64])
    func `gives the same rows whatever the chunks are`(chunk: Int) throws {
        let workspace = try TemporaryWorkspace()
        let text = "\u{FEFF}a,b\r\n\"x\"\"y\",ü\r\n\r\n\"long, long\r\nvalue of two lines\",\r\n\"\",\"\"\"\"\r\nlast,🎉"
        try workspace.write("t.csv", text)
        let whole = try CSVReading(Array(text.utf8), CSVFormat(), CSVShape())
        let chunked = try CSVReading(OpenedFile("t.csv", in: workspace), CSVFormat(), CSVShape(), chunkBytes: chunk)
        let rows = try chunked.rows(100)
        #expect(rows == (try whole.rows(100)))
        #expect(rows.count == 4)
        #expect(chunked.position == whole.position)
        #expect(chunked.position.byte == text.utf8.count)
    }

    @Test func `a mistake is told when its row is read, not before`() async throws {
        let trial = try Trial()
        try trial.workspace.write("t.csv", "a,b\n1,2\n3\n")
        let batch = try await trial.call("csv.read", ["file": "t.csv", "limit": 1])
        #expect(batch["rows"] == [["a": "1", "b": "2"]])
        #expect(batch["more"] == true)
        let error = try await trial.failure("csv.read", ["file": "t.csv", "from": batch["next"] ?? .null])
        #expect(error.message.contains("in line 3"), "\(error.message)")
    }

    @Test func `resumes at every row with the right line in errors`() throws {
        let workspace = try TemporaryWorkspace()
        try workspace.write("t.csv", "a,b\n1,\"x\ny\"\n2,z\n3\n")
        let first = try CSVReading(OpenedFile("t.csv", in: workspace), CSVFormat(), CSVShape())
        _ = try first.rows(2)
        let place = try #require(CSVPosition(first.position.text))
        let second = try CSVReading(OpenedFile("t.csv", in: workspace), CSVFormat(), CSVShape(), from: place)
        let mistake = #expect(throws: CSVMistake.self) { try second.rows(1) }
        #expect(mistake?.line == 5)
    }

    @Test func `appends in the order of the file's columns, on a line of its own`() async throws {
        let trial = try Trial()
        let new = try await trial.call("csv.append", ["file": "out.csv", "rows": [["a": 1, "b": 2]]])
        #expect(new["count"] == 1)
        _ = try await trial.call("csv.append", ["file": "out.csv", "rows": [["b": 4, "a": 3], ["a": 5]]])
        #expect(try trial.workspace.text("out.csv") == "a,b\r\n1,2\r\n3,4\r\n5,\r\n")
        try trial.workspace.write("open.csv", "a,b\n1,2")
        _ = try await trial.call("csv.append", ["file": "open.csv", "rows": [["a": 3]], "line_end": "lf"])
        #expect(try trial.workspace.text("open.csv") == "a,b\n1,2\n3,\n")
        let error = try await trial.failure("csv.append", ["file": "out.csv", "rows": [["c": 1]]])
        #expect(error.type == "conflict")
        #expect(error.message == "the file has no column \"c\"; it has: a, b")
        #expect(try trial.workspace.text("out.csv").hasSuffix("5,\r\n"))
    }

    @Test func `writes a whole file and reads it back`() async throws {
        let trial = try Trial()
        let rows: JSON = [["name": "Ada, Countess", "born": "1815"], ["name": "\"Al\"", "born": ""]]
        let written = try await trial.call("csv.write", ["file": "deep/er/out.csv", "rows": rows])
        #expect(written["count"] == 2)
        #expect(try await trial.call("csv.read", ["file": "deep/er/out.csv"])["rows"] == rows)
        #expect(try trial.workspace.names(in: "deep/er") == ["out.csv"])
    }

    @Test(
        arguments: [
            (["file": "none.csv"], "not_found", "there is no \"none.csv\" in the workspace"),
            (["file": "../x.csv"], "file", "leads out of the workspace"),
            (["file": "t.csv", "from": "x"], "bad_input", "\"from\" must be \"next\" of an earlier answer"),
            (["file": "t.csv", "from": "999-2-1"], "conflict", "is shorter than when \"from\" was made"),
            (["file": "utf16.csv"], "bad_input", "this is UTF-16"),
            (["file": "latin1.csv"], "bad_input", "in line 2: this is not UTF-8 text"),
            (["file": "cut.csv"], "bad_input", "in line 3: this is not UTF-8 text"),
            (["file": "t.csv", "limit": 0], "bad_input", "\"limit\" must be a whole number from 1 to 100000"),
            (["file": "folder"], "file", "is no file"),
        ] as [(JSON, String, String)])
    func `says what is wrong with a file`(input: JSON, type: String, says: String) async throws {
        let trial = try Trial()
        try trial.workspace.write("t.csv", "a\n1\n")
        try trial.workspace.write("utf16.csv", [0xFF, 0xFE, 0x61, 0x00])
        try trial.workspace.write("latin1.csv", [0x61, 0x0A, 0xFC, 0x0A])
        // Three bytes of a character of four: what a repair puts in their place is as long.
        try trial.workspace.write("cut.csv", [0x61, 0x0A, 0x62, 0x0A, 0xF0, 0x9F, 0x98, 0x0A])
        try trial.workspace.write("folder/x", "")
        let error = try await trial.failure("csv.read", input)
        #expect(error.type == type)
        #expect(error.message.contains(says), "\(error.message)")
    }
}
