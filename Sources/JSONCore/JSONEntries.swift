// The members of a JSON object as a collection of names and values.

extension JSONObject {
    /// The names and values in order.
    @inlinable
    public var entries: Entries { Entries(members: members) }

    /// Names and values, in order, from 0 on.
    @frozen
    public struct Entries: RandomAccessCollection {
        @usableFromInline let members: JSONMembers?

        @inlinable
        init(members: JSONMembers?) { self.members = members }

        @inlinable public var startIndex: Int { 0 }
        @inlinable public var endIndex: Int { members?.count ?? 0 }

        @inlinable
        public subscript(place: Int) -> (key: String, value: JSON) {
            guard let members else { preconditionFailure("there is no member \(place)") }
            return members.withEntries { entries in
                precondition(entries.indices.contains(place), "there is no such member")
                return (entries[place].key, entries[place].value)
            }
        }
    }
}

extension JSONObject.Entries: ExpressibleByArrayLiteral {
    /// Members none of whose names is repeated.
    public init(arrayLiteral elements: (key: String, value: JSON)...) {
        self = JSONObject(uniqueEntries: elements).entries
    }
}

extension JSONObject: Sequence, ExpressibleByDictionaryLiteral {
    public init(dictionaryLiteral elements: (String, JSON)...) { self.init(elements) }
    public func makeIterator() -> IndexingIterator<Entries> { entries.makeIterator() }
}
