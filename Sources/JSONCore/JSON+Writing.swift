// Writing `JSON` as text.

extension JSON {
    /// Without white space.
    public var compact: String {
        var writer = JSONWriter(capacity: 256)
        writer.compact(self)
        return String(decoding: writer.bytes.written, as: UTF8.self)
    }

    /// As `compact`, in UTF-8.
    public var compactBytes: [UInt8] {
        var writer = JSONWriter(capacity: 256)
        writer.compact(self)
        return Array(writer.bytes.written)
    }

    /// Appends the compact form: the fast path for rows and bodies.
    public func write(to bytes: inout [UInt8]) {
        var writer = JSONWriter(capacity: 256)
        writer.compact(self)
        bytes.append(contentsOf: writer.bytes.written)
    }

    /// Two spaces a level, members on lines of their own; ends without a newline.
    public var indented: String {
        var writer = JSONWriter(capacity: 256)
        writer.indented(self)
        return String(decoding: writer.bytes.written, as: UTF8.self)
    }

    /// RFC 8785 (JCS): members sorted by UTF-16, numbers as ECMAScript prints them where the double it takes them for still
    /// prints the same number, else as written.
    public var canonical: String {
        var writer = JSONWriter(capacity: 256)
        writer.canonical(self)
        return String(decoding: writer.bytes.written, as: UTF8.self)
    }
}
