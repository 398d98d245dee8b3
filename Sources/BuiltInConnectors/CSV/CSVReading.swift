// Rows out of a CSV text, one after the other, from memory or from a file in chunks of constant size.

import ConnectorKit
import JSONCore

/// How the rows are named and what is passed over.
struct CSVShape: Sendable {
    enum Header: Sendable {
        /// The first row names the columns.
        case firstRow
        /// There is none: rows are lists.
        case none
        /// The columns' names, for a text without a header.
        case names([String])
    }
    var header = Header.firstRow
    var skipsBlankLines = true
    /// Rows that are too short get null for what is missing; otherwise they are an error.
    var fillsShortRows = false
}

/// Where a later reading of the same text goes on.
struct CSVPosition: Sendable, Hashable {
    var byte = 0
    var line = 1
    var row = 0

    /// As recipes pass it along: `byte-line-row`.
    var text: String { "\(byte)-\(line)-\(row)" }

    init() {}

    init(byte: Int, line: Int, row: Int) { (self.byte, self.line, self.row) = (byte, line, row) }

    init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false).compactMap { Int($0) }
        guard parts.count == 3, parts.allSatisfy({ $0 >= 0 }) else { return nil }
        (byte, line, row) = (parts[0], parts[1], parts[2])
    }
}

/// The rows of one CSV text. Belongs to one thread.
final class CSVReading {
    /// The names of the columns; empty without a header.
    private(set) var columns: [String] = []
    /// Where the next row starts.
    private(set) var position = CSVPosition()
    /// What a row wider than this or a text other than UTF-8 is told.
    private let shape: CSVShape
    private var scanner: CSVScanner
    private let file: OpenedFile?
    /// Bytes that are here and not yet read: `buffer[start...]`.
    private var buffer: [UInt8]
    private var start = 0
    private var isLast: Bool
    private let chunkBytes: Int
    /// A record with more bytes is taken for a quote that is never closed.
    private let mostRecordBytes: Int

    /// Reads a text that is in memory.
    init(_ bytes: [UInt8], _ format: CSVFormat, _ shape: CSVShape) throws {
        (buffer, isLast, file, chunkBytes, mostRecordBytes) = (bytes, true, nil, 0, .max)
        (self.shape, scanner) = (shape, CSVScanner(format))
        try begin(at: nil)
    }

    /// Reads a file in chunks.
    /// - Parameter place: where an earlier reading ended; the header is read from the start of the file in any case.
    init(
        _ file: OpenedFile, _ format: CSVFormat, _ shape: CSVShape, from place: CSVPosition? = nil,
        chunkBytes: Int = 256 << 10, mostRecordBytes: Int = 16 << 20
    ) throws {
        (buffer, isLast, self.file, self.chunkBytes) = ([], false, file, max(chunkBytes, 4))
        self.mostRecordBytes = mostRecordBytes
        (self.shape, scanner) = (shape, CSVScanner(format))
        try begin(at: place)
    }

    /// Passes rows over without making values of them.
    func skip(_ count: Int) throws {
        guard count > 0 else { return }
        var left = count
        try forEachRecord { _, _, _ in
            left -= 1
            return left > 0 ? .takenMore : .takenLast
        }
    }

    /// The next rows, as objects by column or as lists.
    /// - Parameter mostBytes: stops after a row with which this much of the text is read.
    func rows(_ most: Int, mostBytes: Int = .max, flag: CancellationFlag? = nil) throws -> [JSON] {
        var rows: [JSON] = []
        guard most > 0 else { return rows }
        let firstByte = position.byte
        let names = columns
        try forEachRecord { scanner, bytes, line in
            if rows.count % 4096 == 4095 { try flag?.check() }
            rows.append(try Self.row(scanner, bytes, line, names: names, shape: shape))
            return rows.count < most && position.byte - firstByte < mostBytes ? .takenMore : .takenLast
        }
        return rows
    }

    /// Whether no row is left. A row with a mistake is one: who reads on is told of it.
    func isAtEnd() throws -> Bool {
        var more = false
        do {
            try forEachRecord { _, _, _ in
                more = true
                return .left
            }
        } catch is CSVMistake {
            return false
        }
        return !more
    }

    // MARK: - Start

    private func begin(at place: CSVPosition?) throws {
        if !isLast { try fill() }
        try passByteOrderMark()
        switch shape.header {
        case .none: break
        case .names(let names): columns = try Self.checked(names, line: nil)
        case .firstRow:
            var found: [String]?
            try forEachRecord { scanner, bytes, line in
                found = try scanner.fields.map { try scanner.text($0, in: bytes, line: line) }
                return .takenLast
            }
            columns = try Self.checked(found ?? [], line: 1)
            position.row = 0
        }
        if let place, place.byte > position.byte, let file {
            try file.seek(to: place.byte)
            (buffer, start, isLast, position) = ([], 0, false, place)
            scanner = CSVScanner(scanner.format, line: place.line)
        }
    }

    private func passByteOrderMark() throws {
        if buffer.starts(with: [0xEF, 0xBB, 0xBF]) {
            (start, position.byte) = (3, 3)
        } else if buffer.starts(with: [0xFF, 0xFE]) || buffer.starts(with: [0xFE, 0xFF]) {
            throw CSVMistake(line: 1, message: "this is UTF-16; save the file as \"CSV UTF-8\", or convert it first")
        }
    }

    /// Names for the columns: a column without one gets its number, and no two may be the same.
    private static func checked(_ names: [String], line: Int?) throws -> [String] {
        var seen: [String: Int] = [:]
        var named: [String] = []
        for (place, name) in names.enumerated() {
            let name = name.isEmpty ? "column_\(place + 1)" : name
            if let earlier = seen.updateValue(place, forKey: name) {
                let sentence = "columns \(earlier + 1) and \(place + 1) have the same name, \"\(name)\""
                guard let line else { throw ConnectorError(type: "bad_input", "in \"header\" \(sentence)") }
                throw CSVMistake(line: line, message: sentence)
            }
            named.append(name)
        }
        return named
    }

    // MARK: - Records

    /// What became of a record.
    private enum Taking {
        /// It is read, and the next one is wanted, or is not.
        case takenMore, takenLast
        /// It stays for the next call.
        case left
    }

    /// Goes through the records from where the reading stands; blank lines are passed over where they should be.
    /// - Parameter take: given the record's fields, its bytes and its line.
    private func forEachRecord(
        _ take: (borrowing CSVScanner, UnsafeBufferPointer<UInt8>, Int) throws -> Taking
    ) throws {
        while true {
            let needsMore = try buffer.withUnsafeBufferPointer { bytes in
                while start < bytes.count {
                    let line = scanner.line
                    guard let next = try scanner.record(in: bytes, from: start, isLast: isLast) else {
                        scanner.goBack(toLine: line)
                        return true
                    }
                    var goesOn = true
                    if !(shape.skipsBlankLines && scanner.isBlank) {
                        switch try take(scanner, bytes, line) {
                        case .takenMore: break
                        case .takenLast: goesOn = false
                        case .left:
                            scanner.goBack(toLine: line)
                            return false
                        }
                        position.row += 1
                    }
                    position.byte += next - start
                    position.line = scanner.line
                    start = next
                    guard goesOn else { return false }
                }
                return !isLast
            }
            guard needsMore else { return }
            try fill()
        }
    }

    /// Moves what is left to the front and reads another chunk behind it.
    private func fill() throws {
        guard let file else {
            isLast = true
            return
        }
        let left = buffer.count - start
        guard left <= mostRecordBytes else {
            throw CSVMistake(
                line: scanner.line, message: "the row that starts here has more than \(mostRecordBytes) bytes")
        }
        buffer.removeSubrange(0..<start)
        start = 0
        // A record larger than a chunk doubles the room, so that it is not gone through once per chunk.
        let room = max(chunkBytes, left)
        buffer.append(contentsOf: repeatElement(0, count: room))
        let count = try buffer.withUnsafeMutableBytes { all in
            try file.read(into: UnsafeMutableRawBufferPointer(rebasing: all[left...]))
        }
        buffer.removeLast(room - count)
        if count == 0 { isLast = true }
    }

    private static func row(
        _ scanner: borrowing CSVScanner, _ bytes: UnsafeBufferPointer<UInt8>, _ line: Int, names: [String],
        shape: CSVShape
    ) throws -> JSON {
        let count = scanner.fields.count
        if case .none = shape.header {
            var list: [JSON] = []
            list.reserveCapacity(count)
            for field in scanner.fields { list.append(.string(try scanner.text(field, in: bytes, line: line))) }
            return .array(list)
        }
        guard count == names.count || (count < names.count && shape.fillsShortRows) else {
            throw CSVMistake(
                line: line,
                message: "this row has \(count) \(count == 1 ? "value" : "values") for \(names.count) columns")
        }
        var entries: [(key: String, value: JSON)] = []
        entries.reserveCapacity(names.count)
        for (place, name) in names.enumerated() {
            guard place < count else {
                entries.append((name, .null))
                continue
            }
            entries.append((name, .string(try scanner.text(scanner.fields[place], in: bytes, line: line))))
        }
        return .object(JSONObject(uniqueEntries: entries))
    }
}
