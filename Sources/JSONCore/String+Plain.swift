// Texts made from bytes that have been checked: without checking them again, and short ones without a call.

extension String {
    /// The bytes of `range`, which are well-formed UTF-8; `isASCII` may be said when all of them are below 0x80.
    @inline(__always)
    init(plain bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, isASCII: Bool = false) {
        let count = range.count
        if isASCII, count <= 15, range.lowerBound + 16 <= bytes.count, let base = bytes.baseAddress {
            let first = ByteWord.front(Swift.min(count, 8), of: ByteWord.load(base, range.lowerBound))
            let second = ByteWord.front(Swift.max(count - 8, 0), of: ByteWord.load(base, range.lowerBound + 8))
            self.init(first, second, count: count)
        } else {
            self.init(checked: UnsafeBufferPointer(rebasing: bytes[range]))
        }
    }

    /// All of `bytes`, which are well-formed UTF-8: the caller knows, as with parts of another text that are cut between
    /// characters.
    public init(checked bytes: UnsafeBufferPointer<UInt8>) {
        self.init(copying: UTF8Span(unchecked: Span(_unsafeElements: bytes)))
    }

    /// At most 15 bytes of ASCII, in the value itself: its last byte says that they are there, that they are ASCII, and how
    /// many (StringObject.swift of the standard library; StringInPlaceTests hold it against the library's own texts).
    @inline(__always)
    private init(_ first: UInt64, _ second: UInt64, count: Int) {
        let kind = UInt64(0xE0 | count) << 56
        self.init(inPlace: Bits(first: first, second: second | kind))
    }

    /// The text that `bits` are, which hold it themselves. It is put into memory and taken from there: one that is cast would
    /// be retained with a call that finds nothing to do.
    @inline(__always)
    init(inPlace bits: Bits) {
        self = withUnsafeTemporaryAllocation(of: String.self, capacity: 1) { place in
            guard let text = place.baseAddress else { return "" }
            UnsafeMutableRawPointer(text).storeBytes(of: bits, as: Bits.self)
            return text.move()
        }
    }
}
