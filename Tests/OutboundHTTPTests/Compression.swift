// Compressed bodies for tests.

import CZlib

enum Compression {
    static func gzip(_ text: String) -> [UInt8] { gzip(Array(text.utf8)) }
    static func gzip(_ bytes: [UInt8]) -> [UInt8] { compress(bytes, windowBits: 15 + 16) }
    static func deflate(_ text: String, windowBits: Int32) -> [UInt8] {
        compress(Array(text.utf8), windowBits: windowBits)
    }

    private static func compress(_ bytes: [UInt8], windowBits: Int32) -> [UInt8] {
        var input = bytes
        var stream = z_stream()
        guard
            deflateInit2_(
                &stream, 9, Z_DEFLATED, windowBits, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
                Int32(MemoryLayout<z_stream>.size)) == Z_OK
        else { return [] }
        defer { deflateEnd(&stream) }
        let room = Int(deflateBound(&stream, UInt(bytes.count))) + 64
        return [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
            input.withUnsafeMutableBufferPointer { input in
                stream.next_in = input.baseAddress
                stream.avail_in = UInt32(input.count)
                stream.next_out = buffer.baseAddress
                stream.avail_out = UInt32(room)
                _ = CZlib.deflate(&stream, Z_FINISH)
            }
            count = room - Int(stream.avail_out)
        }
    }
}
