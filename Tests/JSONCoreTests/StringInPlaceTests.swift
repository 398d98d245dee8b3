// Texts that the reader makes itself, held against those of the standard library.
import Testing

@testable import JSONCore

@Suite struct StringInPlaceTests {
    @Test("a text made in place is the library's text of the same bytes, in every way", arguments: 0...24)
    func sameAsTheLibrary(count: Int) {
        for first: UInt8 in [0x00, 0x20, 0x41, 0x7F] {
            let part = (0..<count).map { UInt8((Int(first) + $0 * 7) % 128) }
            for (before, after) in [(0, 0), (0, 40), (3, 15), (3, 16), (9, 1)] {
                let bytes = [UInt8](repeating: 0xFF, count: before) + part + [UInt8](repeating: 0xFF, count: after)
                let made = bytes.withUnsafeBufferPointer {
                    String(plain: $0, before..<before + count, isASCII: true)
                }
                let library = String(decoding: part, as: UTF8.self)
                #expect(made == library && made.hasSameBytes(as: library) && made.hashValue == library.hashValue)
                #expect(Array(made.utf8) == part && made.utf8.count == count && made.count == library.count)
                #expect(made.isEmpty == library.isEmpty && Array(made.utf16) == Array(library.utf16))
                if count <= 15 { #expect(made.bits == library.bits) }
                #expect(made + "é" == library + "é" && made.uppercased() == library.uppercased())
            }
        }
    }

    @Test("a text past ASCII and one with escapes are the library's too")
    func pastASCII() throws {
        let long = String(repeating: "ü", count: 30)
        for text in ["é", "東京", "👩‍👩‍👧", "a\u{301}", long, "tab\there", "\u{0}"] {
            let read = try JSON(parsing: JSON.string(text).compactBytes)
            #expect(read.string?.hasSameBytes(as: text) == true && read.string == text)
            #expect(read.string?.hashValue == text.hashValue && read.string?.count == text.count)
        }
    }

    @Test("names that come in another order, end alike or are cut by the end of the text are still themselves")
    func expectedNames() throws {
        var records: [JSON] = []
        for number in 0..<400 {
            let names = [
                "id", "idx", "id_of_something_long", "id_of_something_lone", "", "é", "a\"b", "x\(number % 3)",
            ]
            let turned = names.indices.map { names[($0 * 3 + number) % names.count] }
            records.append(.object(JSONObject(turned.enumerated().map { ($1, .integer($0 + number)) })))
        }
        let text = JSON.array(records).compactBytes
        #expect(text.count > 4096)
        #expect(try JSON(parsing: text) == .array(records))
        let keys = try #require(try JSON(parsing: text).array).map { $0.object?.keys ?? [] }
        #expect(keys == records.map { $0.object?.keys ?? [] })
        #expect(throws: JSONError.self) { try JSON(parsing: Array(text.prefix(text.count - 12))) }
    }

    @Test("names are sorted as UTF-16 sorts them, on both sides of the surrogates")
    func order() {
        let parts = ["", "a", "b", "\u{7F}", "\u{80}", "\u{7FF}", "\u{800}", "\u{D7FF}", "\u{E000}", "\u{FFFF}", "😀"]
        let names = parts.flatMap { one in parts.map { one + $0 } } + parts.map { $0 + "\u{10FFFF}" }
        for one in names {
            for other in names {
                let isBefore = one.utf16.lexicographicallyPrecedes(other.utf16)
                #expect(one.precedesInUTF16(other) == isBefore, "\(one) \(other)")
            }
        }
    }
}
