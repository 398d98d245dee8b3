// XML as people read it: one element a line, indented. For showing only; what is sent is never touched.

/// Indents the text of a document, or of its beginning where it was cut off. Every tag stays as it is written.
///
/// An element that holds text keeps all that is in it, as does one that says `xml:space="preserve"`: a blank counts there.
public enum MarkupIndentation {
    /// Deeper elements are indented no further.
    private static let deepest = 40

    /// - Returns: nil for a text that is no XML, or that has an end tag where none belongs.
    public static func indented(_ text: String) -> String? {
        let bytes = Array(text.utf8)
        guard let tokens = tokens(bytes) else { return nil }
        var (lines, depth, place): ([[UInt8]], Int, Int) = ([], 0, 0)
        while place < tokens.count {
            let token = tokens[place]
            if token.kind == .end { depth -= 1 }
            var last = place
            if token.kind == .start, token.isKept { last = token.partner ?? tokens.count - 1 }
            if token.kind == .text, isBlank(bytes[token.range]) {
                place += 1
                continue
            }
            let indent = [UInt8](repeating: UInt8(ascii: " "), count: 2 * min(depth, deepest))
            lines.append(indent + bytes[token.range.lowerBound..<tokens[last].range.upperBound])
            if token.kind == .start, !token.isKept { depth += 1 }
            place = last + 1
        }
        return String(decoding: Array(lines.joined(separator: [UInt8(ascii: "\n")])), as: UTF8.self)
    }

    private struct Token {
        enum Kind { case start, end, empty, text, other }

        let kind: Kind
        let range: Range<Int>
        /// Where its end tag is; nil for one that is cut off before it.
        var partner: Int?
        /// Of a start tag: whether what the element holds stays as it is.
        var isKept = false
        var holdsElements = false
    }

    private static func tokens(_ bytes: [UInt8]) -> [Token]? {
        guard let first = bytes.firstIndex(where: { !isBlank($0) }), bytes[first] == UInt8(ascii: "<") else {
            return nil
        }
        var (tokens, open, place): ([Token], [Int], Int) = ([], [], first)
        while place < bytes.count {
            guard let (kind, range) = token(bytes, from: place) else { return nil }
            place = range.upperBound
            switch kind {
            case .end:
                guard let start = open.popLast(), name(bytes, tokens[start].range) == name(bytes, range) else {
                    return nil
                }
                tokens[start].partner = tokens.count
                if !tokens[start].holdsElements { tokens[start].isKept = true }
            case .text:
                // Text outside of the document's element is none of it.
                if !isBlank(bytes[range]) || isCharacterData(bytes, range), let parent = open.last {
                    tokens[parent].isKept = true
                }
            case .start, .empty, .other:
                if kind != .other, let parent = open.last { tokens[parent].holdsElements = true }
            }
            tokens.append(Token(kind: kind, range: range))
            if kind == .start {
                if keepsSpace(bytes[range]) { tokens[tokens.count - 1].isKept = true }
                open.append(tokens.count - 1)
            }
        }
        return tokens.contains { $0.kind == .start || $0.kind == .empty } ? tokens : nil
    }

    private static func token(_ bytes: [UInt8], from start: Int) -> (Token.Kind, Range<Int>)? {
        guard bytes[start] == UInt8(ascii: "<") else {
            return (.text, start..<(bytes[start...].firstIndex(of: UInt8(ascii: "<")) ?? bytes.count))
        }
        func through(_ end: String) -> Range<Int> {
            let end = Array(end.utf8)
            var place = start
            while place + end.count <= bytes.count {
                if bytes[place] == end[0], bytes[place..<place + end.count].elementsEqual(end) {
                    return start..<place + end.count
                }
                place += 1
            }
            return start..<bytes.count
        }
        let rest = bytes[start...]
        if rest.starts(with: "<!--".utf8) { return (.other, through("-->")) }
        if rest.starts(with: "<![CDATA[".utf8) { return (.text, through("]]>")) }
        if rest.starts(with: "<?".utf8) { return (.other, through("?>")) }
        // A document type may hold anything.
        if rest.starts(with: "<!".utf8) { return nil }
        let isEnd = rest.starts(with: "</".utf8)
        var (place, quote): (Int, UInt8?) = (start + 1, nil)
        while place < bytes.count {
            let byte = bytes[place]
            if let open = quote {
                if byte == open { quote = nil }
            } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
                quote = byte
            } else if byte == UInt8(ascii: ">") {
                let isEmpty = bytes[place - 1] == UInt8(ascii: "/")
                return (isEnd ? .end : isEmpty ? .empty : .start, start..<place + 1)
            } else if byte == UInt8(ascii: "<") {
                return nil
            }
            place += 1
        }
        return (.other, start..<bytes.count)
    }

    private static func name(_ bytes: [UInt8], _ tag: Range<Int>) -> ArraySlice<UInt8> {
        let start = bytes[tag.lowerBound + 1] == UInt8(ascii: "/") ? tag.lowerBound + 2 : tag.lowerBound + 1
        return bytes[start..<tag.upperBound].prefix {
            !isBlank($0) && $0 != UInt8(ascii: ">") && $0 != UInt8(ascii: "/")
        }
    }

    private static func isCharacterData(_ bytes: [UInt8], _ range: Range<Int>) -> Bool {
        bytes[range.lowerBound] == UInt8(ascii: "<")
    }

    private static func keepsSpace(_ tag: ArraySlice<UInt8>) -> Bool {
        let text = String(decoding: tag, as: UTF8.self)
        return text.contains("xml:space=\"preserve\"") || text.contains("xml:space='preserve'")
    }

    private static func isBlank(_ bytes: ArraySlice<UInt8>) -> Bool { bytes.allSatisfy(isBlank) }

    private static func isBlank(_ byte: UInt8) -> Bool { [0x20, 0x09, 0x0A, 0x0D].contains(byte) }
}
