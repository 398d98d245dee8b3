// Reads the text of a Mustache template into pieces, with the line and column of what is wrong.

import ConnectorKit

/// Reads one template.
struct MustacheReader {
    /// Sections in sections.
    static let deepest = 100

    private let bytes: [UInt8]
    /// For messages: `the template`, `the partial "footer"`.
    private let name: String
    private var tags: MustacheTags
    /// Where reading stands.
    private var place = 0
    /// The pieces so far of each open section, the whole template first.
    private var open: [(name: MustacheName?, inverted: Bool, at: Int, pieces: [MustachePiece])] = []

    /// - Throws: `bad_input` with line and column.
    static func read(_ bytes: [UInt8], name: String, tags: MustacheTags) throws -> [MustachePiece] {
        var reader = MustacheReader(bytes, name, tags)
        return try reader.pieces()
    }

    private init(_ bytes: [UInt8], _ name: String, _ tags: MustacheTags) {
        (self.bytes, self.name, self.tags) = (bytes, name, tags)
    }

    private mutating func pieces() throws -> [MustachePiece] {
        open = [(nil, false, 0, [])]
        while let start = find(tags.open, from: place) {
            try readTag(at: start, after: place)
        }
        add(text: place..<bytes.count)
        if let section = open.last, let name = section.name {
            throw wrong("the section \"\(name.text)\" is never closed", at: section.at)
        }
        return open[0].pieces
    }

    // MARK: - Tags

    private mutating func readTag(at start: Int, after textStart: Int) throws {
        var inner = start + tags.open.count
        let first = inner
        while inner < bytes.count, Self.isBlank(bytes[inner]) { inner += 1 }
        var sigil = inner < bytes.count ? bytes[inner] : 0
        // These two belong to the marks; the others may have a space before them.
        if inner > first, "{=".utf8.contains(sigil) { sigil = 0 }
        var close = tags.close
        if sigil == UInt8(ascii: "{") { close = [UInt8(ascii: "}")] + close }
        if sigil == UInt8(ascii: "=") { close = [UInt8(ascii: "=")] + close }
        let hasSigil = "{=#^/!&>".utf8.contains(sigil)
        let contentStart = hasSigil ? inner + 1 : inner
        guard let end = find(close, from: contentStart) else {
            throw wrong("this tag is never closed with \(String(decoding: close, as: UTF8.self))", at: start)
        }
        let content = trimmed(contentStart..<end)
        let after = end + close.count
        let standsAlone = hasSigil && sigil != UInt8(ascii: "{") && sigil != UInt8(ascii: "&")
        let line = standsAlone ? ownLine(start, after) : nil
        add(text: textStart..<(line?.lowerBound ?? start))
        place = line?.upperBound ?? after
        switch sigil {
        case UInt8(ascii: "!"): break
        case UInt8(ascii: "="):
            guard let changed = MustacheTags(content) else {
                throw wrong("new marks are written like {{=<% %>=}}", at: start)
            }
            tags = changed
        case UInt8(ascii: "#"), UInt8(ascii: "^"):
            guard open.count <= Self.deepest else {
                throw wrong("sections are nested deeper than \(Self.deepest)", at: start)
            }
            open.append((try tagName(content, at: start), sigil == UInt8(ascii: "^"), start, []))
        case UInt8(ascii: "/"): try endSection(content, at: start)
        case UInt8(ascii: ">"):
            guard !content.isEmpty else { throw wrong("this tag has no name in it", at: start) }
            let indent = line.map { Array(bytes[$0.lowerBound..<start]) } ?? []
            add(.partial(content, indent: indent))
        default: add(.value(try tagName(content, at: start), escaped: !hasSigil))
        }
    }

    private mutating func endSection(_ name: String, at start: Int) throws {
        guard let section = open.last, let opened = section.name else {
            throw wrong("the section \"\(name)\" is closed but not open here", at: start)
        }
        guard opened.text == name else {
            throw wrong("the section \"\(opened.text)\" is open here, but \"\(name)\" is closed", at: start)
        }
        open.removeLast()
        add(.section(opened, inverted: section.inverted, section.pieces))
    }

    private func tagName(_ text: String, at start: Int) throws -> MustacheName {
        guard let name = MustacheName(text) else {
            throw wrong(
                text.isEmpty
                    ? "this tag has no name in it" : "\"\(text.prefix(60))\" is no name like order or order.customer",
                at: start)
        }
        return name
    }

    // MARK: - Text

    private mutating func add(_ piece: MustachePiece) { open[open.count - 1].pieces.append(piece) }

    private mutating func add(text range: Range<Int>) {
        if !range.isEmpty { add(.text(Array(bytes[range]))) }
    }

    /// The whole line when nothing but the tag is on it: it leaves no line behind.
    private func ownLine(_ start: Int, _ end: Int) -> Range<Int>? {
        var first = start
        while first > 0, Self.isBlank(bytes[first - 1]) { first -= 1 }
        guard first == 0 || bytes[first - 1] == 0x0A else { return nil }
        var last = end
        while last < bytes.count, Self.isBlank(bytes[last]) { last += 1 }
        if last == bytes.count { return first..<last }
        if bytes[last] == 0x0A { return first..<last + 1 }
        if bytes[last] == 0x0D, last + 1 < bytes.count, bytes[last + 1] == 0x0A { return first..<last + 2 }
        return nil
    }

    private func find(_ mark: [UInt8], from start: Int) -> Int? {
        guard let first = mark.first else { return nil }
        var index = start
        while index + mark.count <= bytes.count {
            if bytes[index] == first, bytes[index..<index + mark.count].elementsEqual(mark) { return index }
            index += 1
        }
        return nil
    }

    private func trimmed(_ range: Range<Int>) -> String {
        let isSpace: (UInt8) -> Bool = { Self.isBlank($0) || Self.isLineEnd($0) }
        let content = bytes[range].drop(while: isSpace)
        return String(decoding: content.reversed().drop(while: isSpace).reversed(), as: UTF8.self)
    }

    static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
    static func isLineEnd(_ byte: UInt8) -> Bool { byte == 0x0A || byte == 0x0D }

    private func wrong(_ what: String, at index: Int) -> ConnectorError {
        let before = bytes[..<index]
        let line = before.reduce(1) { $1 == 0x0A ? $0 + 1 : $0 }
        let start = before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
        let column = String(decoding: bytes[start..<index], as: UTF8.self).unicodeScalars.count + 1
        return ConnectorError(type: "bad_input", "\(name), line \(line), column \(column): \(what)")
    }
}
