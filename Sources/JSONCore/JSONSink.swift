// What the scanner tells whoever builds values from a text.

/// Takes the parts of one JSON text in the order of their ends. `range` is the bytes of the part, quotes included.
protocol JSONSink: ~Copyable {
    associatedtype Value
    /// An array or object starts.
    mutating func open()
    /// A null, truth value, number or string.
    mutating func scalar(_ value: consuming JSON, range: Range<Int>)
    /// The name of the next value. Equal names have equal hashes.
    mutating func name(_ name: consuming String, hash: UInt32, range: Range<Int>)
    /// The last `count` values are the elements of an array.
    mutating func endArray(count: Int, range: Range<Int>)
    /// The last `count` names and values are the members of an object.
    mutating func endObject(count: Int, range: Range<Int>)
    /// The one value that is left, once the whole text has been scanned.
    mutating func finish() -> Value
}
