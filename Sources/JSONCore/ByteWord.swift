// Eight bytes looked at together: which of them end a plain run of text. Shared by the scanner and the writer.

enum ByteWord {
    private static let ones: UInt64 = 0x0101_0101_0101_0101
    private static let highs: UInt64 = 0x8080_8080_8080_8080

    /// A word whose lowest set bit belongs to the first byte that is `"`, `\` or below 0x20; 0 when there is none.
    /// Bits above the lowest one may be wrong, so only the first match counts.
    @inline(__always)
    static func escapes(_ word: UInt64) -> UInt64 {
        let quote = word ^ (ones &* 0x22)
        let slash = word ^ (ones &* 0x5C)
        let zeroes = ((quote &- ones) & ~quote) | ((slash &- ones) & ~slash) | ((word &- ones &* 0x20) & ~word)
        return zeroes & highs
    }

    /// As `escapes`, and bytes of 0x80 and above count too.
    @inline(__always)
    static func escapesOrNonASCII(_ word: UInt64) -> UInt64 { escapes(word) | (word & highs) }

    /// The index, 0 to 7, of the first byte marked in `marks`; 8 when none is.
    @inline(__always)
    static func first(_ marks: UInt64) -> Int { marks.trailingZeroBitCount >> 3 }

    /// The first `count` bytes, 0 to 8, of `word`, and zeroes.
    @inline(__always)
    static func front(_ count: Int, of word: UInt64) -> UInt64 { word & ~(~0 << UInt64(8 * count)) }

    /// The eight bytes at `offset`, the first in the lowest bits.
    @inline(__always)
    static func load(_ base: UnsafeRawPointer, _ offset: Int) -> UInt64 {
        UInt64(littleEndian: base.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }
}
