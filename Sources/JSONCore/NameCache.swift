// Names of members seen before in a text: records repeat theirs, so that each is made into a `String` once.

/// A direct-mapped table from a name's bytes to its `String`. Entries point into the text, which stays in place meanwhile.
struct NameCache: ~Copyable {
    private static let slots = 512
    private struct Slot {
        var start: Int
        var count: Int
        var name: String
    }

    private let bytes: UnsafeBufferPointer<UInt8>
    /// nil for small texts, which would not win back the cost of the table.
    private let table: UnsafeMutablePointer<Slot>?

    init(_ bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
        if bytes.count >= 4096 {
            let table = UnsafeMutablePointer<Slot>.allocate(capacity: Self.slots)
            table.initialize(repeating: Slot(start: 0, count: -1, name: ""), count: Self.slots)
            self.table = table
        } else {
            table = nil
        }
    }

    deinit {
        table?.deinitialize(count: Self.slots)
        table?.deallocate()
    }

    /// The name written plainly, without escapes, in `range`, whose UTF-8 has been checked.
    @inline(__always)
    func name(_ range: Range<Int>, hash: UInt32) -> String {
        guard let table, let base = bytes.baseAddress else { return String(plain: bytes, range) }
        let slot = table + Int(hash % UInt32(Self.slots))
        if slot.pointee.count == range.count,
            Self.same(base + slot.pointee.start, base + range.lowerBound, range.count)
        {
            return slot.pointee.name
        }
        let name = String(plain: bytes, range)
        slot.pointee = Slot(start: range.lowerBound, count: range.count, name: name)
        return name
    }

    @inline(__always)
    private static func same(_ one: UnsafePointer<UInt8>, _ other: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        let (left, right) = (UnsafeRawPointer(one), UnsafeRawPointer(other))
        guard count >= 8 else {
            for index in 0..<count where one[index] != other[index] { return false }
            return true
        }
        var index = 0
        while index + 8 <= count {
            if ByteWord.load(left, index) != ByteWord.load(right, index) { return false }
            index += 8
        }
        return ByteWord.load(left, count - 8) == ByteWord.load(right, count - 8)
    }

    /// A hash of the name's length and its first and last eight bytes: cheap, and only ever a hint.
    @inline(__always)
    static func hash(_ name: UnsafeBufferPointer<UInt8>) -> UInt32 {
        let count = name.count
        var (head, tail): (UInt64, UInt64) = (0, 0)
        if count >= 8, let base = name.baseAddress {
            head = ByteWord.load(base, 0)
            tail = ByteWord.load(base, count - 8)
        } else {
            for byte in name { head = head << 8 | UInt64(byte) }
        }
        let mixed = (head &+ UInt64(truncatingIfNeeded: count)) &* 0x9E37_79B9_7F4A_7C15 ^ tail
        let folded = mixed.multipliedFullWidth(by: 0xD6E8_FEB8_6659_FD93)
        return UInt32(truncatingIfNeeded: (folded.high ^ folded.low) >> 16)
    }
}

extension String {
    /// The bytes of `range`, which are well-formed UTF-8.
    @inline(__always)
    init(plain bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) {
        self = String(decoding: UnsafeBufferPointer(rebasing: bytes[range]), as: UTF8.self)
    }
}
