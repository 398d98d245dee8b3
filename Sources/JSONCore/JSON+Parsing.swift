// Reading payloads into `JSON`.

extension JSON {
    /// Reads one payload: strict RFC 8259, UTF-8 validated, the last of duplicate names wins, in the first one's place.
    ///
    /// Bytes that lie together (arrays, slices, `Data`, buffers) are read where they are; others are copied first.
    public init(parsing bytes: some Sequence<UInt8>, limits: JSONLimits = JSONLimits()) throws(JSONError) {
        let parsed = bytes.withContiguousStorageIfAvailable { bytes in
            Result { () throws(JSONError) in try JSON(scanning: bytes, limits) }
        }
        if let parsed {
            self = try parsed.get()
        } else {
            // One byte past the limit is enough to be refused, however long the sequence is.
            self = try JSON(
                parsing: Array(bytes.prefix(limits.bytes < .max ? max(limits.bytes, 0) + 1 : .max)), limits: limits)
        }
    }

    /// As above, without looking for the bytes first.
    public init(parsing bytes: [UInt8], limits: JSONLimits = JSONLimits()) throws(JSONError) {
        self = try bytes.withUnsafeBufferPointer { (bytes) throws(JSONError) in try JSON(scanning: bytes, limits) }
    }

    /// As above; the buffer must stay as it is meanwhile.
    public init(parsing bytes: UnsafeRawBufferPointer, limits: JSONLimits = JSONLimits()) throws(JSONError) {
        self = try bytes.withMemoryRebound(to: UInt8.self) { (bytes) throws(JSONError) in
            try JSON(scanning: bytes, limits)
        }
    }

    /// Reads a text.
    public init(parsing text: String, limits: JSONLimits = JSONLimits()) throws(JSONError) {
        self = try JSON(parsing: text.utf8, limits: limits)
    }

    private init(scanning bytes: UnsafeBufferPointer<UInt8>, _ limits: JSONLimits) throws(JSONError) {
        var scanner = JSONScanner(bytes, limits: limits, sink: PayloadSink(bytes: bytes.count))
        self = try scanner.scan()
    }
}
