// The members of a JSON object: in order, with one value a name.

/// An ordered dictionary of names to JSON values.
///
/// Small objects are searched from the front; above `JSONObject.indexedAbove` members an index keeps look-up constant.
/// Setting a name that is there keeps its place. Names are the same when their bytes are. Equality ignores the order of
/// members (RFC 8259 §4).
public struct JSONObject: Sendable {
    /// Up to this many members a linear search is faster than hashing.
    static let indexedAbove = 32

    /// The names and values in order.
    public private(set) var entries: [(key: String, value: JSON)] = []
    private var index: [ExactName: Int]?

    /// An object without members.
    public init() {}

    /// Members in the given order; of a repeated name the last value wins, in the first one's place.
    public init(_ pairs: some Sequence<(String, JSON)>) {
        for (key, value) in pairs { self[key] = value }
    }

    /// Takes `entries` as they are. The caller has made sure that no name is repeated.
    public init(uniqueEntries: [(key: String, value: JSON)]) {
        entries = uniqueEntries
        if entries.count > Self.indexedAbove { buildIndex() }
    }

    /// Takes entries among which names may be repeated: the last value wins, in the first one's place.
    init(possiblyRepeating pairs: [(key: String, value: JSON)]) {
        if pairs.count > Self.indexedAbove {
            let index = Dictionary(
                pairs.enumerated().map { (ExactName($1.key), $0) }, uniquingKeysWith: { first, _ in first })
            if index.count == pairs.count {
                (entries, self.index) = (pairs, index)
                return
            }
        }
        for (key, value) in pairs { self[key] = value }
    }

    /// How many members.
    public var count: Int { entries.count }
    /// Whether there are no members.
    public var isEmpty: Bool { entries.isEmpty }
    /// The names in order.
    public var keys: [String] { entries.map(\.key) }
    /// The values in order.
    public var values: [JSON] { entries.map(\.value) }

    /// The place of `key` among the entries.
    public func position(of key: String) -> Int? {
        if let index { return index[ExactName(key)] }
        return entries.withUnsafeBufferPointer { Self.position(of: key, in: $0) }
    }

    @inline(__always)
    private static func position(
        of key: String, in entries: UnsafeBufferPointer<(key: String, value: JSON)>
    ) -> Int? {
        // A name is the first part of its entry: its bits are looked at in place, before any name is taken out.
        guard var entry = UnsafeRawPointer(entries.baseAddress) else { return nil }
        let (wanted, count) = (key.bits, entries.count)
        var place = 0
        while place < count {
            let bits = entry.load(as: String.Bits.self)
            if bits == wanted { return place }
            entry += MemoryLayout<(key: String, value: JSON)>.stride
            place += 1
        }
        return position(ofBytes: key, in: entries)
    }

    /// As `position`, for a name that is held elsewhere in memory than the one given.
    @inline(never)
    private static func position(
        ofBytes key: String, in entries: UnsafeBufferPointer<(key: String, value: JSON)>
    ) -> Int? {
        let isInPlace = key.bits.isInPlace
        for place in 0..<entries.count {
            if isInPlace && entries[place].key.bits.isInPlace { continue }
            if entries[place].key.hasSameBytes(as: key) { return place }
        }
        return nil
    }

    /// The value of `key`; setting nil removes the member.
    public subscript(_ key: String) -> JSON? {
        get { position(of: key).map { entries[$0].value } }
        set {
            switch (position(of: key), newValue) {
            case (let place?, let value?): entries[place].value = value
            case (let place?, nil):
                entries.remove(at: place)
                if index != nil { buildIndex() }
            case (nil, let value?):
                entries.append((key, value))
                if index != nil {
                    index?[ExactName(key)] = entries.count - 1
                } else if entries.count > Self.indexedAbove {
                    buildIndex()
                }
            case (nil, nil): break
            }
        }
    }

    /// Where a run of names leads to, through objects in objects: the value after as many names as there are members for,
    /// and how many those are; nil when not even the first is there. Nothing on the way is copied.
    public func reach(_ names: [String]) -> (value: JSON, count: Int)? {
        names.withUnsafeBufferPointer { names in names.isEmpty ? nil : reach(names, 0) }
    }

    fileprivate func reach(_ names: UnsafeBufferPointer<String>, _ level: Int) -> (value: JSON, count: Int)? {
        guard let place = position(of: names[level]) else { return nil }
        return entries.withUnsafeBufferPointer { entries in
            if level + 1 < names.count, let found = entries[place].value.reach(names, level + 1) { return found }
            return (entries[place].value, level + 1)
        }
    }

    private mutating func buildIndex() {
        guard entries.count > Self.indexedAbove else {
            index = nil
            return
        }
        index = Dictionary(
            entries.enumerated().map { (ExactName($1.key), $0) }, uniquingKeysWith: { first, _ in first })
    }
}

extension JSON {
    fileprivate func reach(_ names: UnsafeBufferPointer<String>, _ level: Int) -> (value: JSON, count: Int)? {
        if case .object(let object) = self { object.reach(names, level) } else { nil }
    }
}

extension JSONObject: Hashable {
    public static func == (one: JSONObject, other: JSONObject) -> Bool {
        one.count == other.count && one.entries.allSatisfy { other[$0.key] == $0.value }
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(count)
        var mixed = 0  // order does not count, so the members' hashes are added up
        for entry in entries {
            var one = Hasher()
            one.combine(ExactName(entry.key))
            one.combine(entry.value)
            mixed &+= one.finalize()
        }
        hasher.combine(mixed)
    }
}

extension JSONObject: Sequence, ExpressibleByDictionaryLiteral {
    public init(dictionaryLiteral elements: (String, JSON)...) { self.init(elements) }
    public func makeIterator() -> IndexingIterator<[(key: String, value: JSON)]> { entries.makeIterator() }
}
