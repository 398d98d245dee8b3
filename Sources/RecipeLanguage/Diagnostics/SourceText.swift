// The lines of a file for messages: works on any bytes, also those that are not JSON or not UTF-8.

/// A file's bytes with the start of each line. A line ends with LF, CR LF or CR.
///
/// Places are found in constant time however long a line is: files of one line are common, and so are many mistakes.
public struct SourceText: Sendable {
    public let bytes: [UInt8]
    /// The offset of each line's first byte.
    private let lineStarts: [Int]
    /// How many scalars start before each multiple of `stride` bytes.
    private let scalarsBefore: [Int]
    private static let stride = 1_024

    public init(_ bytes: [UInt8]) {
        self.bytes = bytes
        var (starts, counts, count) = ([0], [Int](), 0)
        bytes.withUnsafeBufferPointer { buffer in
            for place in buffer.indices {
                if place % Self.stride == 0 { counts.append(count) }
                let byte = buffer[place]
                if byte & 0xC0 != 0x80 { count += 1 }
                let isEnd = byte == 0x0A || byte == 0x0D && !(place + 1 < buffer.count && buffer[place + 1] == 0x0A)
                if isEnd { starts.append(place + 1) }
            }
        }
        (lineStarts, scalarsBefore) = (starts, counts)
    }

    /// Line and column, both from 1; the column counts Unicode scalars. An offset beyond the end is taken as the end.
    public func lineAndColumn(at offset: Int) -> (line: Int, column: Int) {
        let offset = max(0, min(offset, bytes.count))
        let line = lineIndex(at: offset)
        return (line + 1, scalars(before: offset) - scalars(before: lineStarts[line]) + 1)
    }

    private func scalars(before offset: Int) -> Int {
        guard !scalarsBefore.isEmpty else { return 0 }
        let block = min(offset / Self.stride, scalarsBefore.count - 1)
        // Bytes 10xxxxxx continue a scalar that has been counted.
        return bytes[block * Self.stride..<offset].reduce(into: scalarsBefore[block]) {
            if $1 & 0xC0 != 0x80 { $0 += 1 }
        }
    }

    /// The text of a line, from 1, without its end; bytes that are no UTF-8 show as U+FFFD.
    public func line(_ number: Int) -> String {
        guard lineStarts.indices.contains(number - 1) else { return "" }
        return String(decoding: bytes[lineStarts[number - 1]..<end(ofLine: number - 1)], as: UTF8.self)
    }

    private func end(ofLine index: Int) -> Int {
        let start = lineStarts[index]
        var end = index + 1 < lineStarts.count ? lineStarts[index + 1] : bytes.count
        while end > start, bytes[end - 1] == 0x0A || bytes[end - 1] == 0x0D { end -= 1 }
        return end
    }

    /// The bytes of the line around `offset`, at most `reach` to each side: enough to show it, however long the line is.
    func surroundings(of offset: Int, reach: Int) -> (
        text: String, before: String, isCutInFront: Bool, isCutBehind: Bool
    ) {
        let offset = max(0, min(offset, bytes.count))
        let index = lineIndex(at: offset)
        let end = end(ofLine: index)
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
