// Where the members of a JSON object are kept: one block of memory, the names and values in order.

extension JSONObject {
    /// A name and its value.
    @frozen @usableFromInline
    struct Entry {
        @usableFromInline let key: String
        @usableFromInline var value: JSON

        @inlinable
        init(key: String, value: JSON) { (self.key, self.value) = (key, value) }

        /// The value of an entry in memory, which may still have to be initialized: its last part.
        @inline(__always)
        static func value(at entry: UnsafeMutablePointer<Entry>) -> UnsafeMutablePointer<JSON> {
            let place = UnsafeMutableRawPointer(entry) + MemoryLayout<Entry>.size - MemoryLayout<JSON>.size
            return place.assumingMemoryBound(to: JSON.self)
        }
    }
}

/// An array would do as well, but makes and frees each name and value through calls that don't know what they are.
@usableFromInline
final class JSONMembers: ManagedBuffer<JSONMembers.Header, JSONObject.Entry> {
    @frozen @usableFromInline
    struct Header {
        @usableFromInline var count: Int
        @usableFromInline let capacity: Int
        /// The place of each name, in objects of more than `JSONObject.indexedAbove` members.
        @usableFromInline var index: [ExactName: Int]?
    }

    /// Without members yet.
    @inline(__always)
    static func make(capacity: Int) -> JSONMembers {
        let made = create(minimumCapacity: capacity) { _ in Header(count: 0, capacity: capacity, index: nil) }
        return unsafeDowncast(made, to: JSONMembers.self)
    }

    deinit {
        withUnsafeMutablePointers { header, entries in
            for place in 0..<header.pointee.count { Self.free(entries + place) }
        }
    }

    /// Ends the life of a name and a value. Most hold nothing but themselves, which is seen without a call.
    @inline(__always)
    private static func free(_ entry: UnsafeMutablePointer<JSONObject.Entry>) {
        if !UnsafeRawPointer(entry).load(as: String.Bits.self).isInPlace {
            UnsafeMutableRawPointer(entry).assumingMemoryBound(to: String.self).deinitialize(count: 1)
        }
        let value = JSONObject.Entry.value(at: entry)
        switch value.pointee {
        case .null, .bool, .integer: break
        case .string, .number:
            // Both are a text.
            if !UnsafeRawPointer(value).load(as: String.Bits.self).isInPlace { value.deinitialize(count: 1) }
        case .array, .object: value.deinitialize(count: 1)
        }
    }

    /// How many there are. Read through a pointer, as everything here: a property of a class is guarded at run time.
    @inlinable @inline(__always)
    var count: Int { withUnsafeMutablePointerToHeader { $0.pointee.count } }

    @inline(__always)
    var room: Int { withUnsafeMutablePointerToHeader { $0.pointee.capacity } }

    @inline(__always)
    var index: [ExactName: Int]? {
        get { withUnsafeMutablePointerToHeader { $0.pointee.index } }
        set { withUnsafeMutablePointerToHeader { $0.pointee.index = newValue } }
    }

    /// The members; valid until the next change.
    @inlinable @inline(__always)
    func withEntries<Result, Failure: Error>(
        _ body: (UnsafeBufferPointer<JSONObject.Entry>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try withUnsafeMutablePointers { (header, entries) throws(Failure) in
            try body(UnsafeBufferPointer(start: entries, count: header.pointee.count))
        }
    }

    /// Appends one; there is room.
    @inline(__always)
    func append(_ entry: JSONObject.Entry) {
        withUnsafeMutablePointers { header, entries in
            precondition(header.pointee.count < header.pointee.capacity)
            (entries + header.pointee.count).initialize(to: entry)
            header.pointee.count += 1
        }
    }

    /// Appends `number` entries, which leave where they are; there is room.
    @inline(__always)
    func take(_ others: UnsafeMutablePointer<JSONObject.Entry>, _ number: Int) {
        withUnsafeMutablePointers { header, entries in
            precondition(number <= header.pointee.capacity - header.pointee.count)
            (entries + header.pointee.count).moveInitialize(from: others, count: number)
            header.pointee.count += number
        }
    }

    func replace(_ place: Int, _ value: JSON) {
        withUnsafeMutablePointers { header, entries in
            precondition(place < header.pointee.count)
            entries[place].value = value
        }
    }

    func remove(_ place: Int) {
        withUnsafeMutablePointers { header, entries in
            precondition(place < header.pointee.count)
            (entries + place).deinitialize(count: 1)
            (entries + place).moveInitialize(from: entries + place + 1, count: header.pointee.count - place - 1)
            header.pointee.count -= 1
        }
    }

    /// The same members in a block of its own.
    func copy(capacity: Int) -> JSONMembers {
        let copy = Self.make(capacity: capacity)
        withEntries { for entry in $0 { copy.append(entry) } }
        copy.index = index
        return copy
    }

    /// The same members in a larger block; none are left in this one.
    func moved(capacity: Int) -> JSONMembers {
        let wider = Self.make(capacity: capacity)
        withUnsafeMutablePointers { header, entries in
            wider.take(entries, header.pointee.count)
            header.pointee.count = 0
        }
        (wider.index, index) = (index, nil)
        return wider
    }

    /// Takes the last member into the index, which is made when there are enough members.
    func indexLast() {
        withUnsafeMutablePointers { header, entries in
            let place = header.pointee.count - 1
            header.pointee.index?[ExactName(entries[place].key)] = place
        }
        if index == nil { buildIndex() }
    }

    func buildIndex() {
        guard count > JSONObject.indexedAbove else {
            index = nil
            return
        }
        index = withEntries { entries in
            Dictionary(entries.enumerated().map { (ExactName($1.key), $0) }, uniquingKeysWith: { first, _ in first })
        }
    }
}
