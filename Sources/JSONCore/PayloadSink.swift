// Builds plain values from the scanner's parts: the path of every payload.

/// Of repeated names the last value wins, in the first one's place.
struct PayloadSink: JSONSink, ~Copyable {
    private var values: ScratchStack<JSON>
    private var names: ScratchStack<String>
    private var hashes: ScratchStack<UInt32>

    init(bytes: Int) {
        let room = bytes < 4096 ? 16 : 256
        values = ScratchStack(capacity: room)
        names = ScratchStack(capacity: room)
        hashes = ScratchStack(capacity: room)
    }

    @inline(__always)
    mutating func scalar(_ value: consuming JSON, range: Range<Int>) { values.push(value) }

    @inline(__always)
    mutating func name(_ name: consuming String, hash: UInt32, range: Range<Int>) {
        names.push(name)
        hashes.push(hash)
    }

    mutating func endArray(count: Int, range: Range<Int>) {
        values.push(.array(count == 0 ? [] : values.popArray(count)))
    }

    mutating func endObject(count: Int, range: Range<Int>) {
        guard count > 0 else { return values.push(.object(JSONObject())) }
        let mayRepeat = count > JSONObject.indexedAbove || hasEqualHashes(count)
        let (keys, members) = (names.top(count), values.top(count))
        var entries = [(key: String, value: JSON)]()
        entries.reserveCapacity(count)
        for number in 0..<count {
            entries.append((key: (keys + number).move(), value: (members + number).move()))
        }
        names.forget(count)
        values.forget(count)
        hashes.forget(count)
        let object = mayRepeat ? JSONObject(possiblyRepeating: entries) : JSONObject(uniqueEntries: entries)
        values.push(.object(object))
    }

    /// Whether two of the topmost `count` names may be equal.
    @inline(__always)
    private func hasEqualHashes(_ count: Int) -> Bool {
        let last = hashes.top(count)
        var seen: UInt64 = 0  // a bit for each hash: most are alone with theirs, and need no comparing
        for later in 0..<count {
            let hash = last[later]
            let bit: UInt64 = 1 << UInt64(hash & 63)
            if seen & bit != 0 { for earlier in 0..<later where last[earlier] == hash { return true } }
            seen |= bit
        }
        return false
    }

    mutating func finish() -> JSON { values.pop() }
}
