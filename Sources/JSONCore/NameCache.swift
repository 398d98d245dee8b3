// Names of members seen before in a text: records repeat theirs, so that each is made into a `String` once.

/// A direct-mapped table from a name's bytes to its `String`. Entries point into the text, which stays in place meanwhile.
/// Records repeat the order of their names too: for each name the table remembers which came after it in the same object, and
/// which came first in the object under it, so that the next one is mostly found without looking for its end.
struct NameCache: ~Copyable {
    private static let slots = 512
    private struct Slot {
        var start = 0
        var count = -1
        var name = ""
        /// Of the name.
        var bits = "".bits
        var hash: UInt32 = 0
        /// The slot of the name that came next in the same object.
        var next: UInt16 = 0
        /// The slot of the name that came first in the object, or in an object of the list, that this is the name of.
        var first: UInt16 = 0
    }

    private let bytes: UnsafeBufferPointer<UInt8>
    /// nil for small texts, which would not win back the cost of the table.
    private let table: UnsafeMutablePointer<Slot>?
    /// The slot of the name that was read last in the innermost object, or around it when that has none yet.
    var place = 0
    private var isFirst = false

    init(_ bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
        if bytes.count >= 4096 {
            let table = UnsafeMutablePointer<Slot>.allocate(capacity: Self.slots)
            table.initialize(repeating: Slot(), count: Self.slots)
            self.table = table
        } else {
            table = nil
        }
    }

    deinit {
        table?.deinitialize(count: Self.slots)
        table?.deallocate()
    }

    /// The next name is the first of an object.
    @inline(__always)
    mutating func enterObject() { isFirst = true }

    /// The name that starts at `start` when it is the one that came here before: with its end, where its closing quote is.
    @inline(__always)
    mutating func expected(at start: Int) -> (name: String, hash: UInt32, end: Int)? {
        guard let table else { return nil }
        let before = table + place
        let next = Int(isFirst ? before.pointee.first : before.pointee.next)
        let slot = table + next
        let end = start &+ slot.pointee.count
        guard end >= start, end < bytes.count, bytes[end] == UInt8(ascii: "\""),
            same(slot.pointee.start, start, slot.pointee.count)
        else { return nil }
        place = next
        isFirst = false
        let bits = slot.pointee.bits
        return (bits.isInPlace ? String(inPlace: bits) : slot.pointee.name, slot.pointee.hash, end)
    }

    /// The name written plainly, without escapes, in `range`, whose UTF-8 has been checked.
    @inline(never)
    mutating func name(_ range: Range<Int>, isASCII: Bool) -> (String, hash: UInt32) {
        let hash = Self.hash(UnsafeBufferPointer(rebasing: bytes[range]))
        guard let table else { return (String(plain: bytes, range, isASCII: isASCII), hash) }
        var found = Int(hash % UInt32(Self.slots))
        // Where another name is already, the slot beside it may be free.
        if table[found].count >= 0, !isName(table[found], range) { found ^= 1 }
        if isFirst { table[place].first = UInt16(found) } else { table[place].next = UInt16(found) }
        (place, isFirst) = (found, false)
        if isName(table[found], range) { return (table[found].name, hash) }
        let name = String(plain: bytes, range, isASCII: isASCII)
        let (next, first) = (table[found].next, table[found].first)
        table[found] = Slot(
            start: range.lowerBound, count: range.count, name: name, bits: name.bits, hash: hash, next: next,
            first: first)
        return (name, hash)
    }

    @inline(__always)
    private func isName(_ slot: Slot, _ range: Range<Int>) -> Bool {
        slot.count == range.count && same(slot.start, range.lowerBound, range.count)
    }

    /// Whether the `count` bytes at `earlier` and at `later` are the same.
    @inline(__always)
    private func same(_ earlier: Int, _ later: Int, _ count: Int) -> Bool {
        guard let base = bytes.baseAddress, later + 8 <= bytes.count else { return sameByByte(earlier, later, count) }
        let difference = ByteWord.load(base, earlier) ^ ByteWord.load(base, later)
        if count < 8 { return ByteWord.front(count, of: difference) == 0 }
        if difference != 0 { return false }
        var index = 8
        while index + 8 <= count {
            if ByteWord.load(base, earlier + index) != ByteWord.load(base, later + index) { return false }
            index += 8
        }
        return ByteWord.load(base, earlier + count - 8) == ByteWord.load(base, later + count - 8)
    }

    /// As `same`, for the last bytes of the text, where no eight are left to be loaded.
    @inline(never)
    private func sameByByte(_ earlier: Int, _ later: Int, _ count: Int) -> Bool {
        bytes[earlier..<earlier + count].elementsEqual(bytes[later..<later + count])
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
