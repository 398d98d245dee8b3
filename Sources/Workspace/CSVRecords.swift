// Reads CSV as RFC 4180 has it, record by record, strict about quotes.

/// A mistake in a CSV and the bytes it is about.
struct CSVMistake: Error {
    let message: String
    let range: Range<Int>
}

/// The records of a CSV with `,` and `"`; lines end with CRLF or LF; a byte order mark is skipped.
struct CSVRecords {
    private let bytes: [UInt8]
    private var place: Int
    /// The bytes of the record that `next` gave last.
    private(set) var lastRecord = 0..<0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        place = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    }

    /// The first record of a file of which only the beginning is at hand.
    /// - Throws: `CSVMistake`, also when the record doesn't end within `bytes`.
    static func header(of bytes: [UInt8]) throws -> [String] {
        var records = CSVRecords(bytes)
        let header = try records.next() ?? []
        guard bytes.count < 65536 || records.place < bytes.count else {
            throw CSVMistake(message: "the first line is too long", range: 0..<bytes.count)
        }
        return header
    }

    /// The next record's fields; nil at the end.
    mutating func next() throws -> [String]? {
        guard place < bytes.count else { return nil }
        let start = place
        var fields: [String] = []
        while true {
            fields.append(try place < bytes.count && bytes[place] == UInt8(ascii: "\"") ? quotedField() : plainField())
            guard place < bytes.count else { break }
            if bytes[place] == UInt8(ascii: ",") {
                place += 1
                continue
            }
            place += bytes[place] == UInt8(ascii: "\r") ? 2 : 1
            break
        }
        lastRecord = start..<min(place, bytes.count)
        return fields
    }

    private mutating func plainField() throws -> String {
        let start = place
        while place < bytes.count {
            let byte = bytes[place]
            if byte == UInt8(ascii: ",") || byte == UInt8(ascii: "\n") || isLineEnd(place) { break }
            if byte == UInt8(ascii: "\"") {
                throw CSVMistake(
                    message: "a quote stands inside a field that doesn't start with one; "
                        + "put the field in quotes and write each quote in it twice",
                    range: place..<place + 1)
            }
            place += 1
        }
        return try text(bytes[start..<place], from: start)
    }

    private mutating func quotedField() throws -> String {
        let start = place
        place += 1
        var content: [UInt8] = []
        while true {
            guard place < bytes.count else {
                throw CSVMistake(message: "the quote that opens here is never closed", range: start..<start + 1)
            }
            let byte = bytes[place]
            place += 1
            guard byte == UInt8(ascii: "\"") else {
                content.append(byte)
                continue
            }
            guard place < bytes.count, bytes[place] == UInt8(ascii: "\"") else { break }
            content.append(byte)
            place += 1
        }
        guard
            place >= bytes.count || bytes[place] == UInt8(ascii: ",") || bytes[place] == UInt8(ascii: "\n")
                || isLineEnd(place)
        else {
            throw CSVMistake(
                message: "after the closing quote there must be a comma or the end of the line",
                range: place..<place + 1)
        }
        return try text(content[...], from: start)
    }

    private func isLineEnd(_ place: Int) -> Bool {
        bytes[place] == UInt8(ascii: "\r") && place + 1 < bytes.count && bytes[place + 1] == UInt8(ascii: "\n")
    }

    private func text(_ content: ArraySlice<UInt8>, from start: Int) throws -> String {
        guard let text = String(validating: content, as: UTF8.self) else {
            throw CSVMistake(message: "this field is not UTF-8 text; save the file as UTF-8", range: start..<start + 1)
        }
        return text
    }
}
