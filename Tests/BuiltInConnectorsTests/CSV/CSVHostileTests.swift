// CSV texts made at random: reading never fails in another way than it should, whatever the chunks.

import JSONCore
import Testing

@testable import BuiltInConnectors

/// The same numbers for the same seed.
struct SeededNumbers: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state ^ (state >> 29)
    }
}

struct CSVHostileTests {
    private enum Result: Equatable {
        case rows([JSON])
        case mistake(Int)
    }

    private func result(_ reading: () throws -> CSVReading) throws -> Result {
        do { return .rows(try reading().rows(.max)) } catch let mistake as CSVMistake { return .mistake(mistake.line) }
    }

    @Test(arguments: 0..<40)
    func `chunks make no difference to any text`(seed: Int) throws {
        var numbers = SeededNumbers(state: UInt64(seed))
        let workspace = try TemporaryWorkspace()
        var shape = CSVShape()
        if seed % 2 == 0 { shape.header = .none }
        for _ in 0..<10 {
            let pieces = ["a", "\"", "\"\"", ",", "\n", "\r\n", "\r", "ü", "🎉", " ", "x,y", "\"q\",", "\u{FEFF}"]
            let text = (0..<Int.random(in: 0...24, using: &numbers)).map { _ in
                pieces.randomElement(using: &numbers) ?? ""
            }.joined()
            var bytes = Array(text.utf8)
            if seed % 5 == 4, !bytes.isEmpty {
                bytes[Int.random(in: 0..<bytes.count, using: &numbers)] = UInt8.random(in: 0...255, using: &numbers)
            }
            try workspace.write("t.csv", bytes)
            let whole = try result { try CSVReading(bytes, CSVFormat(), shape) }
            for chunk in [4, 5, 9] {
                let chunked = try result {
                    try CSVReading(OpenedFile("t.csv", in: workspace), CSVFormat(), shape, chunkBytes: chunk)
                }
                #expect(whole == chunked, "\(bytes) in chunks of \(chunk)")
            }
        }
    }

    @Test(arguments: 0..<20)
    func `what is written reads back`(seed: Int) throws {
        var numbers = SeededNumbers(state: UInt64(seed) &+ 99)
        let pieces = ["a", "\"", ",", "\n", "\r\n", "\r", "ü", " ", ";", "'", "="]
        let rows: [JSON] = (0..<8).map { _ in
            .array(
                (0..<3).map { _ in
                    .string(
                        (0..<Int.random(in: 0...5, using: &numbers)).map { _ in
                            pieces.randomElement(using: &numbers) ?? ""
                        }.joined())
                })
        }
        for format in [CSVFormat(), CSVFormat(delimiter: UInt8(ascii: ";"), quote: UInt8(ascii: "'"))] {
            var writing = CSVWriting(format)
            for (place, row) in rows.enumerated() { try writing.row(row, number: place + 1, columns: []) }
            var shape = CSVShape()
            shape.header = .none
            #expect(try CSVReading(writing.bytes, format, shape).rows(.max) == rows)
        }
    }

    @Test func `a quote that is never closed ends at a limit and not with the memory`() throws {
        let workspace = try TemporaryWorkspace()
        try workspace.write("t.csv", Array("a\nb\n\"".utf8) + [UInt8](repeating: 0x78, count: 100_000))
        let reading = try CSVReading(
            OpenedFile("t.csv", in: workspace), CSVFormat(), CSVShape(), chunkBytes: 1_000, mostRecordBytes: 50_000)
        #expect(try reading.rows(1) == [["a": "b"]])
        #expect(try !reading.isAtEnd())
        let mistake = #expect(throws: CSVMistake.self) { try reading.rows(1) }
        #expect(mistake?.line == 3)
        #expect(mistake?.message == "the row that starts here has more than 50000 bytes")
    }
}
