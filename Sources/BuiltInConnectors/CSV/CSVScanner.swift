// RFC 4180, byte by byte: where the records and fields of a CSV text begin and end. Makes no strings.

import ConnectorKit
import Glibc

/// The bytes that CSV texts are made with.
struct CSVFormat: Sendable {
    var delimiter = UInt8(ascii: ",")
    var quote = UInt8(ascii: "\"")
}

/// A CSV text that breaks the rules, with the line it does so on.
struct CSVMistake: Error {
    let line: Int
    let message: String

    var error: ConnectorError {
        ConnectorError(
            type: "bad_input", "the CSV text is wrong in line \(line): \(message)", details: ["line": .integer(line)])
    }
}

/// Splits bytes into records. Lines end with CRLF, LF or CR.
struct CSVScanner {
    /// One value of a record: its bytes without the quotes.
    struct Field {
        var start: Int
        var end: Int
        /// It stood in quotes, so it is not a blank line even when empty.
        var isQuoted: Bool
        /// Quotes in it are doubled.
        var hasDoubledQuotes: Bool
    }

    let format: CSVFormat
    /// The line that the next record starts on, from 1.
    private(set) var line: Int
    /// The fields of the record read last.
    private(set) var fields: [Field] = []

    private static let lineFeed = UInt8(ascii: "\n")
    private static let carriageReturn = UInt8(ascii: "\r")

    init(_ format: CSVFormat, line: Int = 1) { (self.format, self.line) = (format, line) }

    /// Whether the record read last is a line with nothing in it.
    var isBlank: Bool { fields.count == 1 && fields[0].start == fields[0].end && !fields[0].isQuoted }

    /// The record read last will be read again; it starts on `line`.
    mutating func goBack(toLine line: Int) { self.line = line }

    /// Reads the record that starts at `start`, into `fields`.
    /// - Parameter isLast: whether nothing follows after `bytes`.
    /// - Returns: where the next record starts; nil when the bytes end inside the record and more may follow.
    mutating func record(in bytes: UnsafeBufferPointer<UInt8>, from start: Int, isLast: Bool) throws(CSVMistake) -> Int?
    {
        let (delimiter, quote, end) = (format.delimiter, format.quote, bytes.count)
        fields.removeAll(keepingCapacity: true)
        var place = start
        var linesWithin = 0
        while true {
            let fieldStart = place
            if place < end, bytes[place] == quote {
                guard let after = try quoted(bytes, from: place, linesWithin: &linesWithin, isLast: isLast) else {
                    return nil
                }
                place = after
            } else {
                while place < end {
                    let byte = bytes[place]
                    if byte == delimiter || byte == Self.lineFeed || byte == Self.carriageReturn { break }
                    if byte == quote {
                        throw CSVMistake(
                            line: line + linesWithin,
                            message:
                                "a quote stands in the middle of value \(fields.count + 1), which does not start with one"
                        )
                    }
                    place += 1
                }
                fields.append(Field(start: fieldStart, end: place, isQuoted: false, hasDoubledQuotes: false))
            }
            guard place < end else {
                guard isLast else { return nil }
                line += linesWithin
                return place
            }
            switch bytes[place] {
            case delimiter: place += 1
            case Self.lineFeed:
                line += linesWithin + 1
                return place + 1
            case Self.carriageReturn:
                // The LF of a CRLF may be the first byte of what is not here yet.
                if place + 1 == end && !isLast { return nil }
                line += linesWithin + 1
                return place + 1 < end && bytes[place + 1] == Self.lineFeed ? place + 2 : place + 1
            default:
                throw CSVMistake(
                    line: line + linesWithin,
                    message: "something follows the closing quote of value \(fields.count); only a separator may")
            }
        }
    }

    /// Reads the quoted field at `start`.
    /// - Returns: the place after its closing quote; nil when it isn't here yet.
    private mutating func quoted(
        _ bytes: UnsafeBufferPointer<UInt8>, from start: Int, linesWithin: inout Int, isLast: Bool
    ) throws(CSVMistake) -> Int? {
        let (quote, end) = (format.quote, bytes.count)
        let openedOn = line + linesWithin
        var place = start + 1
        var hasDoubled = false
        while place < end {
            let byte = bytes[place]
            if byte == quote {
                guard place + 1 < end else {
                    // The next byte decides whether this one closes or is half of a doubled quote.
                    guard isLast else { return nil }
                    fields.append(Field(start: start + 1, end: place, isQuoted: true, hasDoubledQuotes: hasDoubled))
                    return place + 1
                }
                guard bytes[place + 1] == quote else {
                    fields.append(Field(start: start + 1, end: place, isQuoted: true, hasDoubledQuotes: hasDoubled))
                    return place + 1
                }
                hasDoubled = true
                place += 2
                continue
            }
            if byte == Self.lineFeed {
                linesWithin += 1
            } else if byte == Self.carriageReturn, place + 1 < end, bytes[place + 1] != Self.lineFeed {
                linesWithin += 1
            }
            place += 1
        }
        guard isLast else { return nil }
        throw CSVMistake(line: openedOn, message: "the quote that opens value \(fields.count + 1) is never closed")
    }

    /// The text of a field of the record read last.
    func text(_ field: Field, in bytes: UnsafeBufferPointer<UInt8>, line recordLine: Int) throws(CSVMistake) -> String {
        if field.start == field.end { return "" }
        let slice = UnsafeBufferPointer(rebasing: bytes[field.start..<field.end])
        let text: String?
        if !field.hasDoubledQuotes {
            text = Self.text(slice)
        } else {
            var plain: [UInt8] = []
            plain.reserveCapacity(slice.count)
            var place = 0
            while place < slice.count {
                plain.append(slice[place])
                place += slice[place] == format.quote ? 2 : 1
            }
            text = plain.withUnsafeBufferPointer { Self.text($0) }
        }
        guard let text else {
            throw CSVMistake(
                line: recordLine,
                message: "this is not UTF-8 text; save the file as \"CSV UTF-8\", or convert it first")
        }
        return text
    }

    /// The text that bytes are; nil when they are not UTF-8.
    ///
    /// `String(validating:as:)` is generic over the encoding and takes twice as long for a field. Decoding repairs what is
    /// wrong, and what was repaired has other bytes.
    private static func text(_ bytes: UnsafeBufferPointer<UInt8>) -> String? {
        let text = String(decoding: bytes, as: UTF8.self)
        let isSame = text.utf8.withContiguousStorageIfAvailable { decoded in
            guard decoded.count == bytes.count, let one = decoded.baseAddress, let other = bytes.baseAddress else {
                return decoded.count == bytes.count
            }
            return memcmp(one, other, bytes.count) == 0
        }
        return isSame ?? text.utf8.elementsEqual(bytes) ? text : nil
    }
}
