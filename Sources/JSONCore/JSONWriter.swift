// Writes JSON values as text: compact, indented or canonical.

/// One writing into bytes of its own.
struct JSONWriter: ~Copyable {
    var bytes: ByteBuffer

    init(capacity: Int) { bytes = ByteBuffer(capacity: capacity) }

    // MARK: Compact

    mutating func compact(_ value: JSON) {
        switch value {
        case .null: bytes.append("null")
        case .bool(true): bytes.append("true")
        case .bool(false): bytes.append("false")
        case .integer(let integer): bytes.append(decimal: integer)
        case .number(let number): bytes.append(number.text)
        case .string(let string): text(string)
        case .array(let elements):
            bytes.append(UInt8(ascii: "["))
            elements.withUnsafeBufferPointer { elements in
                for index in elements.indices {
                    if index > 0 { bytes.append(UInt8(ascii: ",")) }
                    compact(elements[index])
                }
            }
            bytes.append(UInt8(ascii: "]"))
        case .object(let object):
            bytes.append(UInt8(ascii: "{"))
            object.members?.withEntries { entries in
                for index in entries.indices {
                    if index > 0 { bytes.append(UInt8(ascii: ",")) }
                    text(entries[index].key)
                    bytes.append(UInt8(ascii: ":"))
                    compact(entries[index].value)
                }
            }
            bytes.append(UInt8(ascii: "}"))
        }
    }

    // MARK: Indented

    mutating func indented(_ value: JSON, level: Int = 0) {
        switch value {
        case .array(let elements) where !elements.isEmpty:
            bytes.append(UInt8(ascii: "["))
            for (index, element) in elements.enumerated() {
                newLine(level + 1, isFirst: index == 0)
                indented(element, level: level + 1)
            }
            newLine(level, isFirst: true)
            bytes.append(UInt8(ascii: "]"))
        case .object(let object) where !object.isEmpty:
            bytes.append(UInt8(ascii: "{"))
            for (index, entry) in object.entries.enumerated() {
                newLine(level + 1, isFirst: index == 0)
                text(entry.key)
                bytes.append(": ")
                indented(entry.value, level: level + 1)
            }
            newLine(level, isFirst: true)
            bytes.append(UInt8(ascii: "}"))
        default: compact(value)
        }
    }

    private mutating func newLine(_ level: Int, isFirst: Bool) {
        if !isFirst { bytes.append(UInt8(ascii: ",")) }
        bytes.append(UInt8(ascii: "\n"))
        for _ in 0..<level { bytes.append("  ") }
    }

    // MARK: Canonical

    mutating func canonical(_ value: JSON) {
        switch value {
        case .integer, .number: bytes.append(CanonicalNumber.text(of: value))
        case .array(let elements):
            bytes.append(UInt8(ascii: "["))
            for (index, element) in elements.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                canonical(element)
            }
            bytes.append(UInt8(ascii: "]"))
        case .object(let object):
            bytes.append(UInt8(ascii: "{"))
            let sorted = object.entries.sorted { $0.key.precedesInUTF16($1.key) }
            for (index, entry) in sorted.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                text(entry.key)
                bytes.append(UInt8(ascii: ":"))
                canonical(entry.value)
            }
            bytes.append(UInt8(ascii: "}"))
        default: compact(value)
        }
    }

    // MARK: Strings

    /// A string with its quotes; only `"`, `\` and control characters are escaped (RFC 8785 §3.2.2.2).
    @inline(__always)
    mutating func text(_ text: String) {
        if text.bits.isInPlace, writeInPlace(text.bits) { return }
        let isWritten: Void? = text.utf8.withContiguousStorageIfAvailable { write($0) }
        if isWritten == nil { Array(text.utf8).withUnsafeBufferPointer { write($0) } }
    }

    /// Writes a text that is held in the value itself, as two words; false, and nothing is written, when it needs an escape.
    @inline(__always)
    private mutating func writeInPlace(_ bits: String.Bits) -> Bool {
        let count = bits.inPlaceCount
        // The bytes after the text are zeroes, which look like something to escape: what counts is where the first is.
        let marks = ByteWord.escapes(bits.first)
        let plain = marks != 0 ? ByteWord.first(marks) : 8 + ByteWord.first(ByteWord.escapes(bits.second))
        guard plain >= count else { return false }
        let target = UnsafeMutableRawPointer(bytes.room(18))
        target.storeBytes(of: UInt8(ascii: "\""), as: UInt8.self)
        target.storeBytes(of: bits.first.littleEndian, toByteOffset: 1, as: UInt64.self)
        target.storeBytes(of: bits.second.littleEndian, toByteOffset: 9, as: UInt64.self)
        target.storeBytes(of: UInt8(ascii: "\""), toByteOffset: 1 + count, as: UInt8.self)
        bytes.advance(count + 2)
        return true
    }

    @inline(__always)
    private mutating func write(_ text: UnsafeBufferPointer<UInt8>) {
        let count = text.count
        let target = bytes.room(count + 2)
        target[0] = UInt8(ascii: "\"")
        guard let source = text.baseAddress else {
            target[1] = UInt8(ascii: "\"")
            return bytes.advance(2)
        }
        let plain = Self.copyPlain(source, 0, count, to: target + 1)
        guard plain == count else {
            bytes.advance(1 + plain)
            return writeEscaping(text, from: plain)
        }
        target[1 + count] = UInt8(ascii: "\"")
        bytes.advance(count + 2)
    }

    /// Copies bytes up to the first that needs an escape; returns its index.
    @inline(__always)
    private static func copyPlain(
        _ source: UnsafePointer<UInt8>, _ start: Int, _ count: Int, to target: UnsafeMutablePointer<UInt8>
    ) -> Int {
        var index = start
        while index + 8 <= count {
            let word = ByteWord.load(source, index)
            let marks = ByteWord.escapes(word)
            // All eight are written; those from an escape on are overwritten.
            UnsafeMutableRawPointer(target + (index - start)).storeBytes(of: word.littleEndian, as: UInt64.self)
            if marks != 0 { return index + ByteWord.first(marks) }
            index += 8
        }
        while index < count {
            let byte = source[index]
            if byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { return index }
            target[index - start] = byte
            index += 1
        }
        return index
    }

    /// Writes the rest of `text`, which has an escape at `start`, and the closing quote.
    @inline(never)
    private mutating func writeEscaping(_ text: UnsafeBufferPointer<UInt8>, from start: Int) {
        guard let source = text.baseAddress else { return }
        var index = start
        while index < text.count {
            escape(text[index])
            index += 1
            let end = Self.copyPlain(source, index, text.count, to: bytes.room(text.count - index))
            bytes.advance(end - index)
            index = end
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func escape(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""): bytes.append("\\\"")
        case UInt8(ascii: "\\"): bytes.append("\\\\")
        case 0x08: bytes.append("\\b")
        case 0x09: bytes.append("\\t")
        case 0x0A: bytes.append("\\n")
        case 0x0C: bytes.append("\\f")
        case 0x0D: bytes.append("\\r")
        default:
            bytes.append("\\u00")
            for digit in [byte >> 4, byte & 15] {
                bytes.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
            }
        }
    }
}
