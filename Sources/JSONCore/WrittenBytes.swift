// Bytes that texts and JSON are written to one after the other, in one block that is never copied.

/// Bytes of one writer; when it is done, any number may read them.
///
/// Unlike an array it takes a JSON text where it will stay, and a large block that grows moves its pages instead of its bytes.
///
/// `@unchecked Sendable`: it is handed on only when nothing is written to it any more.
public final class WrittenBytes: @unchecked Sendable {
    private var writer: JSONWriter

    /// - Parameter capacity: in bytes, for a start.
    public init(capacity: Int = 512) { writer = JSONWriter(capacity: capacity) }

    public var count: Int { writer.bytes.count }

    /// Appends the compact form of a value.
    public func append(_ json: JSON) { writer.compact(json) }

    /// Appends a text as it is, in UTF-8.
    public func append(_ text: String) { writer.bytes.append(text) }

    public func append(_ bytes: some Sequence<UInt8>) {
        for byte in bytes { writer.bytes.append(byte) }
    }

    /// - Parameter read: gets all bytes; they are valid until it returns.
    public func withUnsafeBytes<Result>(_ read: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try read(UnsafeRawBufferPointer(writer.bytes.written))
    }
}
