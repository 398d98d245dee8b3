// The members of a JSON object: in order, with one value a name.

/// An ordered dictionary of names to JSON values.
///
/// Small objects are searched from the front; above `JSONObject.indexedAbove` members an index keeps look-up constant.
/// Setting a name that is there keeps its place. Names are the same when their bytes are. Equality ignores the order of
/// members (RFC 8259 §4).
public struct JSONObject: @unchecked Sendable {  // `members` are only ever changed by their one owner
    /// Up to this many members a linear search is faster than hashing.
    static let indexedAbove = 32

    /// nil when there are none.
    @usableFromInline var members: JSONMembers?

    /// An object without members.
    public init() {}

    /// Members in the given order; of a repeated name the last value wins, in the first one's place.
    public init(_ pairs: some Sequence<(String, JSON)>) {
        for (key, value) in pairs { self[key] = value }
    }

    /// Takes `entries` as they are. The caller has made sure that no name is repeated.
    public init(uniqueEntries entries: [(key: String, value: JSON)]) {
        guard !entries.isEmpty else { return }
        let members = JSONMembers.make(capacity: entries.count)
        for (key, value) in entries { members.append(Entry(key: key, value: value)) }
        if entries.count > Self.indexedAbove { members.buildIndex() }
        self.members = members
    }

    /// Takes members among which names may be repeated: the last value wins, in the first one's place.
    init(possiblyRepeating members: JSONMembers) {
        members.buildIndex()
        if let index = members.index, index.count == members.count {
            self.members = members
        } else {
            members.withEntries { for entry in $0 { self[entry.key] = entry.value } }
        }
    }

    /// Takes members as they are, at most `indexedAbove`, of which no name is repeated.
    @inline(__always)
    init(unique members: JSONMembers) { self.members = members }

    /// How many members.
    public var count: Int { members?.count ?? 0 }
    /// Whether there are no members.
    public var isEmpty: Bool { count == 0 }
    /// The names in order.
    public var keys: [String] { entries.map(\.key) }
    /// The values in order.
    public var values: [JSON] { entries.map(\.value) }

    /// The place of `key` among the entries.
    public func position(of key: String) -> Int? {
        guard let members else { return nil }
        if let index = members.index { return index[ExactName(key)] }
        return members.withEntries { Self.position(of: key, in: $0) }
    }

    @inline(__always)
    private static func position(of key: String, in entries: UnsafeBufferPointer<Entry>) -> Int? {
        // A name is the first part of its entry: its bits are looked at in place, before any name is taken out.
        guard var entry = UnsafeRawPointer(entries.baseAddress) else { return nil }
        let (wanted, count) = (key.bits, entries.count)
        var place = 0
        while place < count {
            let bits = entry.load(as: String.Bits.self)
            if bits == wanted { return place }
            entry += MemoryLayout<Entry>.stride
            place += 1
        }
        return position(ofBytes: key, in: entries)
    }

    /// As `position`, for a name that is held elsewhere in memory than the one given.
    @inline(never)
    private static func position(ofBytes key: String, in entries: UnsafeBufferPointer<Entry>) -> Int? {
        let isInPlace = key.bits.isInPlace
        for place in 0..<entries.count {
            if isInPlace && entries[place].key.bits.isInPlace { continue }
            if entries[place].key.hasSameBytes(as: key) { return place }
        }
        return nil
    }

    /// The value of `key`; setting nil removes the member.
    public subscript(_ key: String) -> JSON? {
        get {
            guard let members, let place = position(of: key) else { return nil }
            return members.withEntries { $0[place].value }
        }
        set {
            switch (position(of: key), newValue) {
            case (let place?, let value?): owned(room: 0).replace(place, value)
            case (let place?, nil):
                let members = owned(room: 0)
                members.remove(place)
                if members.index != nil { members.buildIndex() }
            case (nil, let value?):
                let members = owned(room: 1)
                members.append(Entry(key: key, value: value))
                members.indexLast()
            case (nil, nil): break
            }
        }
    }

    /// The members, which nobody else has, with room for more.
    private mutating func owned(room: Int) -> JSONMembers {
        let isOwned = isKnownUniquelyReferenced(&members)
        guard let old = members else {
            let new = JSONMembers.make(capacity: Swift.max(room, 4))
            members = new
            return new
        }
        let needed = old.count + room
        let capacity = needed <= old.room ? old.room : Swift.max(needed, 2 * old.room)
        guard isOwned else {
            let new = old.copy(capacity: capacity)
            members = new
            return new
        }
        guard capacity > old.room else { return old }
        let new = old.moved(capacity: capacity)
        members = new
        return new
    }

    /// Where a run of names leads to, through objects in objects: the value after as many names as there are members for,
    /// and how many those are; nil when not even the first is there. Nothing on the way is copied.
    public func reach(_ names: [String]) -> (value: JSON, count: Int)? {
        names.withUnsafeBufferPointer { names in names.isEmpty ? nil : reach(names, 0) }
    }

    fileprivate func reach(_ names: UnsafeBufferPointer<String>, _ level: Int) -> (value: JSON, count: Int)? {
        guard let members, let place = position(of: names[level]) else { return nil }
        return members.withEntries { entries in
            if level + 1 < names.count, let found = entries[place].value.reach(names, level + 1) { return found }
            return (entries[place].value, level + 1)
        }
    }
}

extension JSON {
    fileprivate func reach(_ names: UnsafeBufferPointer<String>, _ level: Int) -> (value: JSON, count: Int)? {
        if case .object(let object) = self { object.reach(names, level) } else { nil }
    }
}

extension JSONObject: Hashable {
    public static func == (one: JSONObject, other: JSONObject) -> Bool {
        one.members === other.members
            || one.count == other.count && one.entries.allSatisfy { other[$0.key] == $0.value }
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

extension JSONObject: CustomStringConvertible {
    /// The compact form, as in messages of tests.
    public var description: String { JSON.object(self).compact }
}
