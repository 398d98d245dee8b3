// Decodes gzip and deflate bodies under limits, strict about their end.

import CZlib
import ConnectorKit
import NIOCore

/// Why a body can't be decoded.
enum InflationError: Error, Hashable {
    case damaged
    case truncated
    case trailingBytes
    /// More than `limit` bytes.
    case tooLarge(limit: Int)
    /// Grows to more than `ratio` times its size.
    case bomb(ratio: Int)
}

/// One body under decoding. Used on one event loop.
struct Inflater: ~Copyable {
    enum Coding: Hashable { case gzip, deflate }

    /// Below this many decoded bytes the ratio doesn't matter.
    private static let ratioCountsFrom = 1 << 20

    private let coding: Coding
    private let limit: Int
    private let ratio: Int
    private var stream: UnsafeMutablePointer<z_stream>?
    private var takenIn = 0
    private var givenOut = 0
    /// At the end of a gzip member; another one may follow.
    private var isAtEnd = false
    private var bytesSinceEnd = false

    init(_ coding: Coding, limit: Int, ratio: Int) {
        (self.coding, self.limit, self.ratio) = (coding, limit, ratio)
    }

    deinit {
        if let stream {
            inflateEnd(stream)
            stream.deallocate()
        }
    }

    /// Decodes the next bytes onto `output`.
    mutating func inflate(_ input: UnsafeRawBufferPointer, onto output: inout [UInt8]) throws(InflationError) {
        guard !input.isEmpty else { return }
        takenIn += input.count
        if isAtEnd {
            // gzip allows members one after the other (RFC 1952 §2.2); nothing else may follow.
            guard coding == .gzip, let stream, input[0] == 0x1F, inflateReset(stream) == Z_OK else {
                throw .trailingBytes
            }
            isAtEnd = false
        }
        let stream = try start(firstByte: input[0], second: input.count > 1 ? input[1] : nil)
        // zlib reads through this pointer and doesn't write.
        stream.pointee.next_in = UnsafeMutablePointer(
            mutating: input.baseAddress?.assumingMemoryBound(to: UInt8.self))
        stream.pointee.avail_in = UInt32(clamping: input.count)
        while true {
            let before = output.count
            let room = min(64 << 10, max(1, limit - givenOut + 1))
            var code: Int32 = Z_OK
            output.append(
                contentsOf: [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
                    stream.pointee.next_out = buffer.baseAddress
                    stream.pointee.avail_out = UInt32(room)
                    code = CZlib.inflate(stream, Z_NO_FLUSH)
                    count = room - Int(stream.pointee.avail_out)
                })
            givenOut += output.count - before
            guard givenOut <= limit else { throw .tooLarge(limit: limit) }
            guard givenOut <= Self.ratioCountsFrom || givenOut / ratio <= takenIn else { throw .bomb(ratio: ratio) }
            switch code {
            case Z_OK:
                if stream.pointee.avail_in == 0, stream.pointee.avail_out > 0 { return }
            case Z_BUF_ERROR: return  // no more input, nothing left to put out
            case Z_STREAM_END:
                guard stream.pointee.avail_in > 0 else {
                    isAtEnd = true
                    return
                }
                guard coding == .gzip, stream.pointee.next_in.pointee == 0x1F, inflateReset(stream) == Z_OK else {
                    throw .trailingBytes
                }
            default: throw .damaged
            }
        }
    }

    /// To be called when the body has ended.
    /// - Throws: `truncated` unless the coded data ended too. A body without any bytes counts as empty.
    func finish() throws(InflationError) {
        guard takenIn == 0 || isAtEnd else { throw .truncated }
    }

    private mutating func start(firstByte: UInt8, second: UInt8?) throws(InflationError) -> UnsafeMutablePointer<
        z_stream
    > {
        if let stream { return stream }
        // "deflate" means zlib's format (RFC 9110 §8.4.1.2), but some servers send it without its header.
        let hasHeader =
            firstByte & 0x0F == 8 && second.map { (Int(firstByte) << 8 | Int($0)) % 31 == 0 } ?? (firstByte == 0x78)
        let windowBits: Int32 = coding == .gzip ? 15 + 16 : hasHeader ? 15 : -15
        let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
        stream.initialize(to: z_stream())
        guard galley_inflate_init(stream, windowBits) == Z_OK else {
            stream.deallocate()
            throw .damaged
        }
        self.stream = stream
        return stream
    }
}
