// A body made of bytes and of files, one after the other: of the files no more than a piece is in memory.

import ConnectorKit
import RecipeLanguage

/// Read from any offset, so that a request can be sent again.
struct StreamedBody: Sendable {
    enum Piece: Sendable {
        case bytes([UInt8])
        case file(UploadedFile)
        /// The file's content in base64.
        case base64(UploadedFile)

        var sizeBytes: Int {
            switch self {
            case .bytes(let bytes): bytes.count
            case .file(let file): file.sizeBytes
            case .base64(let file): (file.sizeBytes + 2) / 3 * 4
            }
        }
    }

    /// Bytes of a file that become one piece of base64.
    private static let groupedBytes = 3 << 16

    private(set) var pieces: [Piece] = []
    private(set) var sizeBytes = 0

    mutating func add(_ piece: Piece) {
        pieces.append(piece)
        sizeBytes += piece.sizeBytes
    }

    mutating func add(_ text: String) { add(.bytes(Array(text.utf8))) }

    /// All of it, when none of it is a file.
    var bytes: [UInt8]? {
        var all: [UInt8] = []
        all.reserveCapacity(sizeBytes)
        for piece in pieces {
            guard case .bytes(let bytes) = piece else { return nil }
            all += bytes
        }
        return all
    }

    /// Puts it into a request.
    /// - Parameter shown: what of it people are shown.
    func add(to request: inout HTTPRequest, shown: MessageParts) {
        if let bytes {
            request.body = bytes
            return
        }
        request.body = []
        request.upload = HTTPUpload(sizeBytes: sizeBytes, shown: shown) { offset in
            try await BlockingWork.run { _ in try read(from: offset) }
        }
    }

    /// The next bytes from an offset on, none at the end.
    func read(from offset: Int) throws -> [UInt8] {
        var start = offset
        for piece in pieces {
            guard start >= piece.sizeBytes else { return try Self.read(piece, from: start) }
            start -= piece.sizeBytes
        }
        return []
    }

    private static func read(_ piece: Piece, from start: Int) throws -> [UInt8] {
        switch piece {
        case .bytes(let bytes): return Array(bytes[start...])
        case .file(let file): return try file.bytes(from: start)
        case .base64(let file):
            let group = start / 4
            let bytes = try file.bytes(from: group * 3, most: groupedBytes)
            // Of a file that became shorter the rest is missing, and so it shall be of the body.
            let isWhole = bytes.count == groupedBytes || group * 3 + bytes.count == file.sizeBytes
            guard isWhole else { return [] }
            return Array(Base64Text.encode(bytes).utf8.dropFirst(start - group * 4))
        }
    }
}
