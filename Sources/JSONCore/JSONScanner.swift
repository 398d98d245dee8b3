// The one reader of JSON text: RFC 8259 to the letter, without recursion, telling a sink what it finds.

/// Scans `bytes` from front to end and hands their parts to `Sink`. Strings are in JSONScanner+Strings, numbers in
/// JSONScanner+Numbers, the wording of mistakes in JSONScanner+Mistakes.
struct JSONScanner<Sink: JSONSink & ~Copyable>: ~Copyable {
    /// An array or object that isn't closed yet.
    struct Container {
        let start: Int
        let isObject: Bool
        /// The place in `names` that it was opened at.
        let place: Int
        /// The values that are complete.
        var count = 0
    }

    let bytes: UnsafeBufferPointer<UInt8>
    let limits: JSONLimits
    var position = 0
    var sink: Sink
    var open = ScratchStack<Container>(capacity: 16)
    var names: NameCache

    init(_ bytes: UnsafeBufferPointer<UInt8>, limits: JSONLimits, sink: consuming Sink) {
        self.bytes = bytes
        self.limits = limits
        self.sink = sink
        names = NameCache(bytes)
    }

    /// Reads the whole text.
    mutating func scan() throws(JSONError) -> Sink.Value {
        try checkStart()
        let deepest = min(limits.depth, JSONLimits.deepestNesting)
        scanning: while true {
            // Here a value starts.
            skipSpace()
            guard position < bytes.count else { throw endOfText() }
            let start = position
            let byte = bytes[position]
            switch byte {
            case UInt8(ascii: "\""):
                let text = try string()
                sink.scalar(.string(text), range: start..<position)
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                guard open.count < deepest else { throw tooDeep() }
                let isObject = byte == UInt8(ascii: "{")
                open.push(Container(start: start, isObject: isObject, place: names.place))
                sink.open()
                position += 1
                skipSpace()
                guard position < bytes.count else { throw endOfText() }
                if bytes[position] == (isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) {
                    closeContainer()
                } else {
                    if isObject {
                        names.enterObject()
                        try name()
                    }
                    continue scanning
                }
            case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
                let number = try number()
                sink.scalar(number, range: start..<position)
            case UInt8(ascii: "t"):
                try word("true")
                sink.scalar(.bool(true), range: start..<position)
            case UInt8(ascii: "f"):
                try word("false")
                sink.scalar(.bool(false), range: start..<position)
            case UInt8(ascii: "n"):
                try word("null")
                sink.scalar(.null, range: start..<position)
            default:
                throw notAValue()
            }
            // Here a value is complete; so may be the containers around it.
            while open.count > 0 {
                let around = open.top(1)
                around.pointee.count += 1
                skipSpace()
                guard position < bytes.count else { throw endOfText() }
                switch bytes[position] {
                case UInt8(ascii: ","):
                    position += 1
                    if around.pointee.isObject {
                        skipSpace()
                        try name()
                    }
                    continue scanning
                case UInt8(ascii: "}") where around.pointee.isObject: closeContainer()
                case UInt8(ascii: "]") where !around.pointee.isObject: closeContainer()
                default: throw neitherCommaNorEnd()
                }
            }
            skipSpace()
            guard position == bytes.count else { throw textAfterTheEnd() }
            return sink.finish()
        }
    }

    @inline(__always)
    mutating func skipSpace() {
        while position < bytes.count {
            let byte = bytes[position]
            guard byte <= 0x20, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return }
            position += 1
        }
    }

    /// Hands over the innermost container, whose end is at `position`.
    @inline(__always)
    private mutating func closeContainer() {
        position += 1
        let closed = open.pop()
        names.place = closed.place
        if closed.isObject {
            sink.endObject(count: closed.count, range: closed.start..<position)
        } else {
            sink.endArray(count: closed.count, range: closed.start..<position)
        }
    }

    /// The name of a member and the colon after it.
    @inline(__always)
    private mutating func name() throws(JSONError) {
        let start = position
        guard position < bytes.count else { throw endOfText() }
        guard bytes[position] == UInt8(ascii: "\"") else { throw notAName() }
        let (name, hash) = try nameText()
        sink.name(name, hash: hash, range: start..<position)
        if position < bytes.count, bytes[position] == UInt8(ascii: ":") {
            position += 1
            return
        }
        skipSpace()
        guard position < bytes.count else { throw endOfText() }
        guard bytes[position] == UInt8(ascii: ":") else { throw noColon() }
        position += 1
    }

    /// One of the three words of JSON.
    @inline(__always)
    private mutating func word(_ word: StaticString) throws(JSONError) {
        let count = word.utf8CodeUnitCount
        guard position + count <= bytes.count else { throw notAValue() }
        for index in 0..<count where bytes[position + index] != word.utf8Start[index] { throw notAValue() }
        if position + count < bytes.count, Self.continuesAWord(bytes[position + count]) { throw notAValue() }
        position += count
    }
}
