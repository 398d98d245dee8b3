// Cuts the bytes of an SMTP connection into lines.

import NIOCore

/// Lines end with CR LF and with nothing else, in data as in commands: a bare LF never ends a mail (smuggling).
struct MailReader {
    enum Line: Equatable {
        /// Without its CR LF.
        case line([UInt8])
        /// Longer than `longestLine`; its bytes are gone.
        case tooLong
    }

    /// RFC 5321 asks for 1,000 at least; some mailers write longer ones.
    static let longestLine = 1 << 16

    private var buffer = ByteBuffer()
    private var searched = 0
    private var isSkipping = false

    mutating func append(_ bytes: ByteBuffer) {
        buffer.writeImmutableBuffer(bytes)
        if buffer.readerIndex > 1 << 20 { buffer.discardReadBytes() }
    }

    /// The next whole line; nil until more bytes arrive.
    mutating func next() -> Line? {
        let view = buffer.readableBytesView
        var place = view.startIndex + searched
        while let feed = view[place...].firstIndex(of: 0x0A) {
            guard feed > view.startIndex, view[feed - 1] == 0x0D else {
                place = feed + 1
                continue
            }
            let length = feed - 1 - view.startIndex
            let line = buffer.readBytes(length: length) ?? []
            buffer.moveReaderIndex(forwardBy: 2)
            searched = 0
            guard !isSkipping, length <= Self.longestLine else {
                isSkipping = false
                return .tooLong
            }
            return .line(line)
        }
        if buffer.readableBytes > Self.longestLine + 2 {
            // Keep the last byte: it may be the CR of the line's end.
            isSkipping = true
            buffer.moveReaderIndex(forwardBy: buffer.readableBytes - 1)
        }
        searched = max(0, buffer.readableBytes - 1)
        return nil
    }
}
