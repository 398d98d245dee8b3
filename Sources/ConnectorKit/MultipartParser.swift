// A body in parts, taken apart while it arrives (RFC 2046 §5.1).

import Glibc

/// Gives the parts of a body piece by piece; holds no more of it than the head of a part or a line that may be a boundary.
public struct MultipartParser: Sendable {
    /// What stands before a part.
    public struct Head: Sendable, Hashable {
        /// Without its angle brackets.
        public var contentID: String?
        public var contentType: String?
        /// In lower case; nil: the bytes are as they stand.
        public var transferEncoding: String?

        public init() {}
    }

    public enum Event {
        case begin(Head)
        /// The next bytes of the part, as they were sent.
        case bytes(ArraySlice<UInt8>)
        case end
    }

    /// Why a body can't be taken apart; ends a sentence that begins with "the answer".
    public struct Failure: Error, Equatable {
        public let reason: String
        public let isTooLarge: Bool

        init(_ reason: String, isTooLarge: Bool = false) { (self.reason, self.isTooLarge) = (reason, isTooLarge) }
    }

    /// Parts of one message, at most.
    public static let mostParts = 1_000
    private static let mostHeadBytes = 16 << 10
    /// Blanks behind a boundary.
    private static let mostPadding = 1_000

    private enum Place {
        /// Before the first boundary.
        case preamble
        case head, body, epilogue
    }

    /// A line break and the boundary.
    private let mark: [UInt8]
    private var place = Place.preamble
    private var parts = 0
    /// What came and was not yet given. Before the first boundary, and before a body, a line break that ends what went before.
    private var held: [UInt8] = [0x0A]
    /// Whether `held` begins with a line break that isn't the part's.
    private var isAtStart = true

    public init(boundary: String) { mark = Array("\n--\(boundary)".utf8) }

    /// Takes the next bytes.
    public mutating func append(_ bytes: [UInt8], _ give: (Event) throws -> Void) throws {
        if place == .epilogue { return }
        held += bytes
        while try step(give) {}
    }

    /// Says that there is no more.
    public func finish() throws(Failure) {
        let hasNone = place == .epilogue ? parts == 0 : place == .preamble && boundary() == nil
        if hasNone { throw Failure("is in parts, but there is none") }
        guard place == .epilogue else {
            throw Failure("is in parts, but the last one has no end: it was cut short")
        }
    }

    /// - Returns: whether there may be more to do with what is held.
    private mutating func step(_ give: (Event) throws -> Void) throws -> Bool {
        switch place {
        case .epilogue:
            held = []
            return false
        case .head: return try takeHead(give)
        case .preamble, .body:
            guard let boundary = boundary() else {
                // A boundary may have begun at the end, behind a carriage return.
                try takeContent(upTo: held.count - mark.count, give)
                return false
            }
            let end = endOfContent(before: boundary.lowerBound)
            guard let isLast = boundary.isLast else {
                try takeContent(upTo: end, give)
                return false
            }
            if place == .body {
                if end > begin { try give(.bytes(held[begin..<end])) }
                try give(.end)
            }
            held.removeSubrange(..<boundary.upperBound)
            place = isLast ? .epilogue : .head
            return true
        }
    }

    /// Where in `held` the part goes on.
    private var begin: Int { isAtStart ? 1 : 0 }

    /// Gives what certainly belongs to the part.
    private mutating func takeContent(upTo end: Int, _ give: (Event) throws -> Void) throws {
        guard end > begin else { return }
        if place == .body { try give(.bytes(held[begin..<end])) }
        held.removeSubrange(..<end)
        isAtStart = false
    }

    /// The line break before a boundary is the boundary's.
    private func endOfContent(before boundary: Int) -> Int {
        boundary > 0 && held[boundary - 1] == 0x0D ? boundary - 1 : boundary
    }

    private struct Boundary {
        let lowerBound: Int
        /// Behind its line.
        let upperBound: Int
        /// nil: that isn't known yet.
        let isLast: Bool?
    }

    /// The next line that is a boundary, or may become one.
    private func boundary() -> Boundary? {
        var from = 0
        while let start = held.place(of: mark, from: from) {
            var end = start + mark.count
            if held[end...].starts(with: [0x2D, 0x2D]) {
                return Boundary(lowerBound: start, upperBound: end + 2, isLast: true)
            }
            let isHalf = end == held.count - 1 && held[end] == 0x2D
            while end < held.count, [0x20, 0x09, 0x0D].contains(held[end]), end - start < Self.mostPadding { end += 1 }
            if end == held.count || isHalf { return Boundary(lowerBound: start, upperBound: end, isLast: nil) }
            if held[end] == 0x0A { return Boundary(lowerBound: start, upperBound: end + 1, isLast: false) }
            // The beginning of another text.
            from = start + 1
        }
        return nil
    }

    private mutating func takeHead(_ give: (Event) throws -> Void) throws -> Bool {
        var (start, head) = (0, Head())
        while let end = held.place(of: [0x0A], from: start) {
            var line = held[start..<end]
            if line.last == 0x0D { line.removeLast() }
            start = end + 1
            guard !line.isEmpty else {
                parts += 1
                guard parts <= Self.mostParts else {
                    throw Failure("has more than \(Self.mostParts) parts", isTooLarge: true)
                }
                try give(.begin(head))
                // The line break stays: a boundary may follow at once.
                held.removeSubrange(..<end)
                (place, isAtStart) = (.body, true)
                return true
            }
            // A line that begins with a blank goes on with the one before: none of those that count is that long.
            head.note(String(decoding: line, as: UTF8.self))
        }
        guard held.count <= Self.mostHeadBytes else { throw Failure("has a part with no end of its head") }
        return false
    }
}

extension MultipartParser.Head {
    fileprivate mutating func note(_ line: String) {
        let pair = line.split(separator: ":", maxSplits: 1)
        guard pair.count == 2, let name = pair.first else { return }
        let value = String(pair[1].drop { $0 == " " || $0 == "\t" })
        switch name.lowercased() {
        case "content-id":
            contentID = value.hasPrefix("<") && value.hasSuffix(">") ? String(value.dropFirst().dropLast()) : value
        case "content-type": contentType = value
        case "content-transfer-encoding": transferEncoding = value.lowercased()
        default: return
        }
    }
}

extension [UInt8] {
    /// Where `text` begins, from a place on; nil when it is not in it.
    public func place(of text: [UInt8], from start: Int = 0) -> Int? {
        guard let first = text.first else { return nil }
        return withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress else { return nil }
            var place = start
            while place <= bytes.count - text.count {
                guard let found = memchr(base + place, CInt(first), bytes.count - text.count - place + 1) else {
                    return nil
                }
                if memcmp(found, text, text.count) == 0 { return UnsafeRawPointer(found) - base }
                place = UnsafeRawPointer(found) - base + 1
            }
            return nil
        }
    }
}
