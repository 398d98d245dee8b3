// The stack that members under construction lie on, so that each object's are allocated once and in their final size.

/// Names and values that are complete, and above them the next, to which a name and a value are given one after the other.
/// An element of an array has no name. A container that is open has its value still to come.
struct MemberStack: ~Copyable {
    typealias Member = JSONObject.Entry

    private static var blank: Member { Member(key: "", value: .null) }

    private var base: UnsafeMutablePointer<Member>
    /// Of the names.
    private var hashes: UnsafeMutablePointer<UInt32>
    private var capacity: Int
    /// Without the next, which is always there.
    private var count = 0

    init(capacity: Int) {
        self.capacity = max(capacity, 2)
        base = .allocate(capacity: self.capacity)
        hashes = .allocate(capacity: self.capacity)
        base.initialize(to: Self.blank)
    }

    deinit {
        base.deinitialize(count: count + 1)
        base.deallocate()
        hashes.deallocate()
    }

    /// Gives the next one its name.
    @inline(__always)
    mutating func give(_ name: consuming String, _ hash: UInt32) {
        // What is overwritten, here and below, is an empty text or a null, which hold nothing that has to be released.
        UnsafeMutableRawPointer(base + count).assumingMemoryBound(to: String.self).initialize(to: name)
        hashes[count] = hash
    }

    /// Gives the next one its value.
    @inline(__always)
    mutating func give(_ value: consuming JSON) { Member.value(at: base + count).initialize(to: value) }

    /// Makes room for one more.
    @inline(__always)
    mutating func next() {
        count += 1
        if count == capacity { grow() }
        (base + count).initialize(to: Self.blank)
    }

    /// The topmost `number`, lowest first. Valid until the next change.
    @inline(__always)
    func top(_ number: Int) -> UnsafeMutablePointer<Member> {
        precondition(number <= count)
        return base + (count - number)
    }

    /// Takes the value of an element of an array away.
    @inline(__always)
    func takeValue(_ member: UnsafeMutablePointer<Member>) -> JSON { Member.value(at: member).move() }

    /// Forgets the topmost `number`, which the caller has taken.
    @inline(__always)
    mutating func forget(_ number: Int) {
        precondition(number <= count)
        count -= number
        (base + count).initialize(to: Self.blank)
    }

    /// Gives the topmost one, a container that was open, its value.
    @inline(__always)
    mutating func finish(_ value: consuming JSON) {
        precondition(count > 0)
        Member.value(at: base + (count - 1)).initialize(to: value)
    }

    /// Takes the one value that is left.
    mutating func takeRoot() -> JSON {
        precondition(count == 1)
        let root = Member.value(at: base).move()
        base.initialize(to: Self.blank)
        count = 0
        return root
    }

    /// Whether two of the topmost `number` names may be equal.
    @inline(__always)
    func hasEqualHashes(_ number: Int) -> Bool {
        precondition(number <= count)
        let last = hashes + (count - number)
        var seen: UInt64 = 0  // a bit for each hash: most are alone with theirs, and need no comparing
        for later in 0..<number {
            let hash = last[later]
            let bit: UInt64 = 1 << UInt64(hash & 63)
            if seen & bit != 0 { for earlier in 0..<later where last[earlier] == hash { return true } }
            seen |= bit
        }
        return false
    }

    @inline(never)
    private mutating func grow() {
        let wider = UnsafeMutablePointer<Member>.allocate(capacity: capacity * 2)
        wider.moveInitialize(from: base, count: count)
        base.deallocate()
        let more = UnsafeMutablePointer<UInt32>.allocate(capacity: capacity * 2)
        more.update(from: hashes, count: count)
        hashes.deallocate()
        (base, hashes, capacity) = (wider, more, capacity * 2)
    }
}
