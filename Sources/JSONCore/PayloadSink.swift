// Builds plain values from the scanner's parts: the path of every payload.

/// Of repeated names the last value wins, in the first one's place.
struct PayloadSink: JSONSink, ~Copyable {
    private var members: MemberStack

    init(bytes: Int) { members = MemberStack(capacity: bytes < 4096 ? 16 : 256) }

    /// Its name is there, and its value comes when it ends.
    @inline(__always)
    mutating func open() { members.next() }

    @inline(__always)
    mutating func scalar(_ value: consuming JSON, range: Range<Int>) {
        members.give(value)
        members.next()
    }

    @inline(__always)
    mutating func name(_ name: consuming String, hash: UInt32, range: Range<Int>) { members.give(name, hash) }

    mutating func endArray(count: Int, range: Range<Int>) {
        let source = members.top(count)
        var elements = [JSON]()
        if count > 0 {
            elements.reserveCapacity(count)
            for index in 0..<count { elements.append(members.takeValue(source + index)) }
        }
        members.forget(count)
        members.finish(.array(elements))
    }

    mutating func endObject(count: Int, range: Range<Int>) {
        guard count > 0 else { return members.finish(.object(JSONObject())) }
        let mayRepeat = count > JSONObject.indexedAbove || members.hasEqualHashes(count)
        let taken = JSONMembers.make(capacity: count)
        taken.take(members.top(count), count)
        members.forget(count)
        let object = mayRepeat ? JSONObject(possiblyRepeating: taken) : JSONObject(unique: taken)
        members.finish(.object(object))
    }

    mutating func finish() -> JSON { members.takeRoot() }
}
