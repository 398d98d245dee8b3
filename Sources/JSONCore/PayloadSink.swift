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
        let entries = [(key: String, value: JSON)](unsafeUninitializedCapacity: count) { target, filled in
            if let place = target.baseAddress {
                for number in 0..<count {
                    (place + number).initialize(to: (key: (keys + number).move(), value: (members + number).move()))
                }
            }
            filled = count
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
        for later in 1..<max(count, 1) {
            let hash = last[later]
            for earlier in 0..<later where last[earlier] == hash { return true }
        }
        return false
    }

    mutating func finish() -> JSON { values.pop() }
}
