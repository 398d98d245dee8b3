// Lines of a file or of standard input, read in pieces.

import Engine
import Foundation

/// Lines of a file or of standard input, read in pieces.
struct LineReader {
    struct Line: Sendable {
        /// From 1; blank ones count.
        let number: Int
        let bytes: [UInt8]
    }

    private let handle: FileHandle
    private var rest: [UInt8] = []
    /// Where in `rest` the next line begins.
    private var start = 0
    private var number = 0
    private var isAtEnd = false

    /// - Parameter option: which one named the file, for messages.
    init(_ path: String, option: String = "--lines") throws {
        if path == "-" {
            handle = .standardInput
        } else if let file = FileHandle(forReadingAtPath: path) {
            handle = file
        } else {
            throw OwnerFailure(kind: "refused", "\(option): there is no file \(path) that can be read")
        }
    }

    /// The next line that is not blank; nil at the end.
    mutating func next() -> Line? {
        while let bytes = nextBytes() {
            number += 1
            let isMarked = number == 1 && bytes.starts(with: JSONInput.byteOrderMark)
            let bytes = isMarked ? bytes.dropFirst(JSONInput.byteOrderMark.count) : bytes
            if bytes.contains(where: { $0 != 0x20 && $0 != 0x0D && $0 != 0x09 }) {
                return Line(number: number, bytes: Array(bytes))
            }
        }
        return nil
    }

    private mutating func nextBytes() -> ArraySlice<UInt8>? {
        var searched = start
        while true {
            if let end = Self.lineEnd(in: rest, from: searched) {
                defer { start = end + 1 }
                return rest[start..<end]
            }
            if isAtEnd {
                defer { start = rest.count }
                return start < rest.count ? rest[start...] : nil
            }
            rest.removeSubrange(0..<start)
            (start, searched) = (0, rest.count)
            let chunk = handle.readData(ofLength: 256 << 10)
            isAtEnd = chunk.isEmpty
            rest += chunk
        }
    }

    private static func lineEnd(in bytes: [UInt8], from place: Int) -> Int? {
        bytes.withUnsafeBytes { all in
            guard let first = all.baseAddress, place < all.count,
                let found = memchr(first + place, 0x0A, all.count - place)
            else { return nil }
            return UnsafeRawPointer(found) - first
        }
    }
}
