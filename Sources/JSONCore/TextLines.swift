// Where the lines of a text are, for messages with places.

/// The lines of a text in UTF-8: a line ends with LF, CR LF or CR.
public struct TextLines: Sendable {
    /// The byte each line starts at.
    private let starts: [Int]
    private let bytes: [UInt8]

    public init(_ bytes: some Sequence<UInt8>) {
        self.bytes = Array(bytes)
        var starts = [0]
        self.bytes.withUnsafeBufferPointer { bytes in
            for index in 0..<bytes.count where bytes[index] <= 0x0D {
                let byte = bytes[index]
                let isEnd = byte == 0x0A || byte == 0x0D && !(index + 1 < bytes.count && bytes[index + 1] == 0x0A)
                if isEnd { starts.append(index + 1) }
            }
        }
        self.starts = starts
    }

    /// How many lines; a text that ends with a line end has an empty last one.
    public var count: Int { starts.count }

    /// Line and column of a byte, both from 1; the column counts Unicode scalars. Places past the end are those of the end.
    public func lineAndColumn(at offset: Int) -> (line: Int, column: Int) {
        let offset = min(max(offset, 0), bytes.count)
        var (low, high) = (0, starts.count)
        while high - low > 1 {
            let middle = (low + high) / 2
            if starts[middle] <= offset { low = middle } else { high = middle }
        }
        let column = bytes[starts[low]..<offset].count { $0 & 0xC0 != 0x80 }
        return (low + 1, column + 1)
    }

    /// The text of a line, from 1, without its end; empty when there is no such line.
    public func line(_ number: Int) -> String {
        guard (1...starts.count).contains(number) else { return "" }
        let start = starts[number - 1]
        var end = number < starts.count ? starts[number] : bytes.count
        while end > start, bytes[end - 1] == 0x0A || bytes[end - 1] == 0x0D { end -= 1 }
        return String(decoding: bytes[start..<end], as: UTF8.self)
    }
}
