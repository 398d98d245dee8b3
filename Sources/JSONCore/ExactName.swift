// Names compared by their bytes, as RFC 8259 §8.3 has it.

import Glibc

/// A name whose equality is that of its bytes: Swift's `String` takes "é" in one and in two code points for equal.
@usableFromInline
struct ExactName: Hashable {
    let text: String

    init(_ text: String) { self.text = text }

    @usableFromInline
    static func == (one: ExactName, other: ExactName) -> Bool { one.text.hasSameBytes(as: other.text) }

    @usableFromInline
    func hash(into hasher: inout Hasher) {
        let isHashed: Void? = text.utf8.withContiguousStorageIfAvailable {
            hasher.combine(bytes: UnsafeRawBufferPointer($0))
        }
        if isHashed == nil { for byte in text.utf8 { hasher.combine(byte) } }
    }
}

extension String {
    /// What a text is in memory: a short one is held in the value itself, a long one by its address, so that the same bits
    /// are the same text.
    @frozen @usableFromInline
    struct Bits: Equatable {
        @usableFromInline let first: UInt64
        @usableFromInline let second: UInt64

        /// Whether the text is in the value itself, as bit 61 says (StringObject.swift of the standard library): then other
        /// bits are another text.
        @inlinable var isInPlace: Bool { second & 1 << 61 != 0 }

        /// How many bytes a text has that is in the value itself: 0 to 15.
        var inPlaceCount: Int { Int(truncatingIfNeeded: second >> 56) & 0xF }
    }

    @inlinable
    var bits: Bits { unsafeBitCast(self, to: Bits.self) }

    /// Whether both consist of the same bytes of UTF-8.
    @inlinable
    public func hasSameBytes(as other: String) -> Bool {
        let (mine, theirs) = (bits, other.bits)
        if mine == theirs { return true }
        if mine.isInPlace && theirs.isInPlace { return false }
        let (one, other) = (utf8, other.utf8)
        guard one.count == other.count else { return false }
        let isSame = one.withContiguousStorageIfAvailable { one in
            other.withContiguousStorageIfAvailable { other in
                guard let left = one.baseAddress, let right = other.baseAddress else { return one.isEmpty }
                return memcmp(left, right, one.count) == 0
            }
        }
        return (isSame ?? nil) ?? one.elementsEqual(other)
    }
}
