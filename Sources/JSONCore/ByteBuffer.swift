// The growing bytes that a text is written to.

import Glibc
import Synchronization

/// Bytes that grow by doubling. A plain array would check for sharing at each byte.
struct ByteBuffer: ~Copyable {
    private var base: UnsafeMutablePointer<UInt8>
    private var capacity: Int
    private(set) var count = 0

    init(capacity: Int) {
        self.capacity = max(capacity, 32)
        base = Self.allocate(nil, self.capacity)
    }

    deinit { Self.giveBack(base, capacity) }

    /// `realloc`, which moves pages of large blocks instead of copying them.
    private static func allocate(_ old: UnsafeMutablePointer<UInt8>?, _ size: Int) -> UnsafeMutablePointer<UInt8> {
        guard let block = realloc(old, size) else { fatalError("there is no memory for \(size) bytes") }
        return block.assumingMemoryBound(to: UInt8.self)
    }

    /// What has been written; valid until the next change.
    var written: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: base, count: count) }

    /// Where the next byte goes, with room for `number` of them.
    @inline(__always)
    mutating func room(_ number: Int) -> UnsafeMutablePointer<UInt8> {
        if capacity - count < number { grow(number) }
        return base + count
    }

    /// Counts `number` bytes, at most those of the last `room`, as written.
    @inline(__always)
    mutating func advance(_ number: Int) {
        precondition(number <= capacity - count)
        count += number
    }

    @inline(never)
    private mutating func grow(_ number: Int) {
        let needed = count + number
        if needed >= Self.large, capacity < Self.large, let spare = Self.takeSpare() {
            spare.base.update(from: base, count: count)
            free(base)
            (base, capacity) = spare
            if needed <= capacity { return }
        }
        capacity = max(capacity * 2, needed)
        base = Self.allocate(base, capacity)
    }

    // MARK: The spare block

    /// From so many bytes on a block is kept for the next who needs one: fresh pages cost more time than what is written to
    /// them.
    private static let large = 64 << 10
    /// Larger blocks aren't kept.
    private static let largestKept = 8 << 20
    /// The address of a block that nobody uses; 0 when there is none. Its first word is its size.
    private static let spare = Atomic<UInt>(0)

    private static func takeSpare() -> (base: UnsafeMutablePointer<UInt8>, capacity: Int)? {
        guard let block = UnsafeMutableRawPointer(bitPattern: spare.exchange(0, ordering: .acquiring)) else {
            return nil
        }
        return (block.assumingMemoryBound(to: UInt8.self), block.load(as: Int.self))
    }

    private static func giveBack(_ base: UnsafeMutablePointer<UInt8>, _ capacity: Int) {
        guard (large...largestKept).contains(capacity) else { return free(base) }
        UnsafeMutableRawPointer(base).storeBytes(of: capacity, as: Int.self)
        let before = spare.exchange(UInt(bitPattern: base), ordering: .acquiringAndReleasing)
        free(UnsafeMutableRawPointer(bitPattern: before))
    }

    @inline(__always)
    mutating func append(_ byte: UInt8) {
        room(1).initialize(to: byte)
        count += 1
    }

    @inline(__always)
    mutating func append(_ text: StaticString) {
        let length = text.utf8CodeUnitCount
        room(length).update(from: text.utf8Start, count: length)
        count += length
    }

    @inline(__always)
    mutating func append(_ more: UnsafeBufferPointer<UInt8>) {
        guard let source = more.baseAddress else { return }
        room(more.count).update(from: source, count: more.count)
        count += more.count
    }

    /// Appends text as it is.
    @inline(__always)
    mutating func append(_ text: String) {
        let length = text.utf8.count
        let target = UnsafeMutableBufferPointer(start: room(length), count: length)
        _ = target.initialize(fromContentsOf: text.utf8)
        count += length
    }

    /// Appends an integer's decimal digits.
    @inline(__always)
    mutating func append(decimal integer: Int) {
        let target = room(20)
        var magnitude = integer.magnitude
        var digits = 1
        var bound: UInt = 10
        while magnitude >= bound, digits < 19 {
            digits += 1
            bound &*= 10
        }
        let sign = integer < 0 ? 1 : 0
        if sign == 1 { target[0] = UInt8(ascii: "-") }
        var index = sign + digits
        repeat {
            index -= 1
            let (rest, digit) = magnitude.quotientAndRemainder(dividingBy: 10)
            target[index] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: digit)
            magnitude = rest
        } while index > sign
        count += sign + digits
    }
}
