// The lines of a file for messages: works on any bytes, also those that are not JSON or not UTF-8.

/// A file's bytes with the start of each line.
public struct SourceText: Sendable {
    public let bytes: [UInt8]
    /// The offset of each line's first byte.
    private let lineStarts: [Int]

    public init(_ bytes: [UInt8]) {
        self.bytes = bytes
        var starts = [0]
        bytes.withUnsafeBufferPointer { buffer in
            for place in buffer.indices where buffer[place] == UInt8(ascii: "\n") { starts.append(place + 1) }
        }
        lineStarts = starts
    }

    /// Line and column, both from 1; the column counts Unicode scalars. An offset beyond the end is taken as the end.
    public func lineAndColumn(at offset: Int) -> (line: Int, column: Int) {
        let offset = max(0, min(offset, bytes.count))
        let line = lineIndex(at: offset)
        // Bytes 10xxxxxx continue a scalar that has been counted.
        let column = bytes[lineStarts[line]..<offset].reduce(into: 1) { if $1 & 0xC0 != 0x80 { $0 += 1 } }
        return (line + 1, column)
    }

    /// The text of a line, from 1, without its end; bytes that are no UTF-8 show as U+FFFD.
    public func line(_ number: Int) -> String {
        guard lineStarts.indices.contains(number - 1) else { return "" }
        let start = lineStarts[number - 1]
        var end = number < lineStarts.count ? lineStarts[number] - 1 : bytes.count
        if end > start, bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }
        return String(decoding: bytes[start..<end], as: UTF8.self)
    }

    /// The bytes of the line around `offset`, at most `reach` to each side: enough to show it, however long the line is.
    func surroundings(of offset: Int, reach: Int) -> (
        text: String, before: String, isCutInFront: Bool, isCutBehind: Bool
    ) {
        let offset = max(0, min(offset, bytes.count))
        let index = lineIndex(at: offset)
        var end = index + 1 < lineStarts.count ? lineStarts[index + 1] - 1 : bytes.count
        if end > lineStarts[index], bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }
        var (from, to) = (max(lineStarts[index], offset - reach), min(end, offset + reach))
        to = max(to, from)
        while from > lineStarts[index], bytes[from] & 0xC0 == 0x80 { from -= 1 }
        while to < end, bytes[to] & 0xC0 == 0x80 { to += 1 }
        return (
            String(decoding: bytes[from..<to], as: UTF8.self),
            String(decoding: bytes[from..<min(max(offset, from), to)], as: UTF8.self), from > lineStarts[index],
            to < end
        )
    }

    private func lineIndex(at offset: Int) -> Int {
        var (low, high) = (0, lineStarts.count - 1)
        while low < high {
            let middle = (low + high + 1) / 2
            if lineStarts[middle] <= offset { low = middle } else { high = middle - 1 }
        }
        return low
    }
}
