// The elements of a list value.

import JSONCore

/// The elements of a list, whether it came as JSON or was made by a formula.
public struct ValueList: Sendable, RandomAccessCollection {
    enum Storage: Sendable {
        case json([JSON])
        case values([Value])
    }

    let storage: Storage

    init(_ values: [Value]) { storage = .values(values) }
    init(json: [JSON]) { storage = .json(json) }

    public var startIndex: Int { 0 }
    public var endIndex: Int {
        switch storage {
        case .json(let values): values.count
        case .values(let values): values.count
        }
    }

    public subscript(_ index: Int) -> Value {
        switch storage {
        case .json(let values): Value(values[index])
        case .values(let values): values[index]
        }
    }

    /// Goes through the elements without touching the list itself each time.
    public struct Iterator: IteratorProtocol {
        private var json: IndexingIterator<[JSON]>
        private var values: IndexingIterator<[Value]>

        fileprivate init(_ storage: Storage) {
            switch storage {
            case .json(let list): (json, values) = (list.makeIterator(), [].makeIterator())
            case .values(let list): (json, values) = ([].makeIterator(), list.makeIterator())
            }
        }

        public mutating func next() -> Value? {
            if let value = json.next() { return Value(value) }
            return values.next()
        }
    }

    public func makeIterator() -> Iterator { Iterator(storage) }

    /// Does `body` with each element, without an iterator in between.
    @inline(__always)
    func each(_ body: (Value) throws -> Void) rethrows {
        switch storage {
        case .json(let values): for value in values { try body(Value(value)) }
        case .values(let values): for value in values { try body(value) }
        }
    }

    /// As an array of values; copies when it came as JSON.
    var values: [Value] {
        switch storage {
        case .json(let values): values.map { Value($0) }
        case .values(let values): values
        }
    }

    /// As a list value again, without copying.
    var value: Value {
        switch storage {
        case .json(let values): .jsonList(values)
        case .values(let values): .list(values)
        }
    }

    /// The elements from `start`, at most `count`, in the storage they have.
    func slice(_ start: Int, _ count: Int) -> Value {
        switch storage {
        case .json(let values): .jsonList(Array(values[start..<(start + count)]))
        case .values(let values): .list(Array(values[start..<(start + count)]))
        }
    }
}
