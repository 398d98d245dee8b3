// The members of an object made by a formula: in order, keys of any kind.

import JSONCore

/// An ordered dictionary whose keys are values: `{1 => 'a'}` and what `group_by` or `tally` give.
///
/// Setting a key that is there keeps its place. Keys are the same when Ruby's `eql?` says so (`1` and `1.0` differ).
public struct ValueTable: Sendable {
    private final class Content: Sendable {
        let entries: [(key: Value, value: Value)]
        let index: [KeyIdentity: Int]?
        init(_ entries: [(key: Value, value: Value)], _ index: [KeyIdentity: Int]?) {
            (self.entries, self.index) = (entries, index)
        }
    }

    private let content: Content

    /// The keys and values in order.
    public var entries: [(key: Value, value: Value)] { content.entries }
    /// How many members.
    public var count: Int { content.entries.count }

    /// The value of `key`, nil when there is none.
    public subscript(_ key: Value) -> Value? {
        if let index = content.index { return index[KeyIdentity(key)].map { content.entries[$0].value } }
        return content.entries.first { $0.key.isSameKey(as: key) }?.value
    }

    /// Collects members before they become a table.
    public struct Builder {
        private(set) var entries: [(key: Value, value: Value)] = []
        private var index: [KeyIdentity: Int] = [:]
        private var isIndexed = false

        public init() {}

        /// How many members so far.
        public var count: Int { entries.count }

        /// The value of `key`; setting nil does nothing.
        public subscript(_ key: Value) -> Value? {
            get { position(key).map { entries[$0].value } }
            set {
                guard let newValue else { return }
                if let place = position(key) {
                    entries[place].value = newValue
                } else {
                    entries.append((key, newValue))
                    if isIndexed {
                        index[KeyIdentity(key)] = entries.count - 1
                    } else if entries.count > 12 {
                        isIndexed = true
                        for (place, entry) in entries.enumerated() { index[KeyIdentity(entry.key)] = place }
                    }
                }
            }
        }

        /// Appends to the list that is the value of `key` (a new one when there is none).
        mutating func append(_ element: Value, to key: Value) {
            guard let place = position(key) else {
                self[key] = .list([element])
                return
            }
            _ = entries[place].value.append(element)
        }

        private func position(_ key: Value) -> Int? {
            if isIndexed { return index[KeyIdentity(key)] }
            return entries.firstIndex { $0.key.isSameKey(as: key) }
        }

        /// The finished table.
        public var table: ValueTable { ValueTable(entries: entries, index: isIndexed ? index : nil) }
        /// The finished table as a value.
        var value: Value { .table(table) }
    }

    private init(entries: [(key: Value, value: Value)], index: [KeyIdentity: Int]?) {
        content = Content(entries, index)
    }

    /// A table of pairs whose keys are known to differ.
    init(uniqueEntries: [(key: Value, value: Value)]) {
        guard uniqueEntries.count > 12 else {
            content = Content(uniqueEntries, nil)
            return
        }
        var builder = Builder()
        for entry in uniqueEntries { builder[entry.key] = entry.value }
        self = builder.table
    }
}

/// The members of an object, whether it came as JSON or was made by a formula.
public struct ValueMembers: Sendable {
    enum Storage: Sendable {
        case json(JSONObject)
        case table(ValueTable)
    }

    let storage: Storage
    init(_ object: JSONObject) { storage = .json(object) }
    init(_ table: ValueTable) { storage = .table(table) }

    /// How many members.
    public var count: Int {
        switch storage {
        case .json(let object): object.count
        case .table(let table): table.count
        }
    }

    /// The value of a text key.
    public subscript(_ key: String) -> Value? {
        switch storage {
        case .json(let object): object[key].map { Value($0) }
        case .table(let table): table[.string(key)]
        }
    }

    /// The value of any key.
    public subscript(_ key: Value) -> Value? {
        switch storage {
        case .json(let object):
            if case .string(let name) = key { object[name].map { Value($0) } } else { nil }
        case .table(let table): table[key]
        }
    }

    /// The keys and values in order.
    public var entries: [(key: Value, value: Value)] {
        switch storage {
        case .json(let object): object.entries.map { (.string($0.key), Value($0.value)) }
        case .table(let table): table.entries
        }
    }

    /// As an object value again, without copying.
    var value: Value {
        switch storage {
        case .json(let object): .jsonObject(object)
        case .table(let table): .table(table)
        }
    }
}
