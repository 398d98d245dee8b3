// The stack that values under construction lie on, so that each array is allocated once and in its final size.

/// A growing stack whose topmost elements move, without being copied, to where they belong.
struct ScratchStack<Element>: ~Copyable {
    private var base: UnsafeMutablePointer<Element>
    private var capacity: Int
    private(set) var count = 0

    init(capacity: Int) {
        self.capacity = max(capacity, 1)
        base = .allocate(capacity: self.capacity)
    }

    deinit {
        base.deinitialize(count: count)
        base.deallocate()
    }

    @inline(__always)
    mutating func push(_ element: consuming Element) {
        if count == capacity { grow() }
        (base + count).initialize(to: element)
        count += 1
    }

    @inline(never)
    private mutating func grow() {
        let wider = UnsafeMutablePointer<Element>.allocate(capacity: capacity * 2)
        wider.moveInitialize(from: base, count: count)
        base.deallocate()
        (base, capacity) = (wider, capacity * 2)
    }

    /// The topmost `number` elements, lowest first. Valid until the next change.
    @inline(__always)
    func top(_ number: Int) -> UnsafeMutablePointer<Element> {
        precondition(number <= count)
        return base + (count - number)
    }

    /// Forgets the topmost `number` elements, which the caller has moved out through `top`.
    @inline(__always)
    mutating func forget(_ number: Int) {
        precondition(number <= count)
        count -= number
    }

    /// Removes the topmost `number` elements and returns them, lowest first.
    @inline(__always)
    mutating func popArray(_ number: Int) -> [Element] {
        let source = top(number)
        var array = [Element]()
        array.reserveCapacity(number)
        for index in 0..<number { array.append((source + index).move()) }
        count -= number
        return array
    }

    /// Removes the topmost element.
    @inline(__always)
    mutating func pop() -> Element {
        precondition(count > 0)
        count -= 1
        return (base + count).move()
    }
}
