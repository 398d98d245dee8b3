// The scan before the parse: counts what is expensive or dangerous in libxml2, and refuses it unseen.

import Glibc

/// Walks over the markup of a UTF-8 document once, without building anything.
///
/// It needn't tell whether the document is well-formed: where it can't follow, libxml2 stops with an error too, since
/// everything odd (`<` in a tag, a quote that isn't closed, `<!` of an unknown kind) is fatal there.
struct MarkupScan {
    private let bytes: UnsafeBufferPointer<UInt8>
    private let limits: XMLLimits
    private var place = 0
    private var nodes = 0
    private var attributes = 0
    /// Namespace declarations of each open element.
    private var declared: [Int32] = []
    private var declaredInAll = 0

    /// - Throws: `tooLarge` beyond a limit, `forbidden` for a DOCTYPE, `malformed` for a NUL.
    /// - Returns: how many elements, texts, comments and instructions there are at most.
    static func check(_ bytes: UnsafeBufferPointer<UInt8>, _ limits: XMLLimits) throws(XMLError) -> Int {
        var scan = MarkupScan(bytes: bytes, limits: limits)
        try scan.run()
        return scan.nodes - scan.attributes
    }

    private init(bytes: UnsafeBufferPointer<UInt8>, limits: XMLLimits) {
        (self.bytes, self.limits) = (bytes, limits)
        declared.reserveCapacity(32)
    }

    private mutating func run() throws(XMLError) {
        if let zero = find(0, from: 0) {
            throw XMLError(.malformed, "there is a NUL character, which XML does not allow", line: line(at: zero))
        }
        while let tag = find(UInt8(ascii: "<"), from: place) {
            if tag > place { try count(1) }
            guard tag + 1 < bytes.count else { return }
            switch bytes[tag + 1] {
            case UInt8(ascii: "/"):
                if let left = declared.popLast() { declaredInAll -= Int(left) }
                guard let end = find(UInt8(ascii: ">"), from: tag) else { return }
                place = end + 1
            case UInt8(ascii: "?"):
                guard skip(past: "?>", from: tag + 2) else { return }
                try count(1)
            case UInt8(ascii: "!"):
                guard try skipDeclaration(at: tag) else { return }
            default:
                place = tag + 1
                guard try startTag() else { return }
            }
        }
    }

    /// Passes a comment or a CDATA section; false when the rest needs no scan.
    private mutating func skipDeclaration(at tag: Int) throws(XMLError) -> Bool {
        if has("<!--", at: tag) {
            try count(1)
            return skip(past: "-->", from: tag + 4)
        }
        if has("<![CDATA[", at: tag) {
            try count(1)
            return skip(past: "]]>", from: tag + 9)
        }
        let word = bytes[tag..<min(tag + 9, bytes.count)].map { $0 & 0xDF }
        if word.elementsEqual("<!DOCTYPE".utf8.map { $0 & 0xDF }) {
            throw XMLError(
                .forbidden,
                "the document has a DOCTYPE, which is refused because it can pull in files and blow up in size",
                line: line(at: tag))
        }
        return false
    }

    /// Passes a start tag, counting its attributes; false when it has no end.
    private mutating func startTag() throws(XMLError) -> Bool {
        let start = place
        var (quote, attributes, spaces, word) = (UInt8(0), 0, Int32(0), start)
        var at = start
        while at < bytes.count {
            let byte = bytes[at]
            if quote != 0 {
                guard let end = find(quote, from: at) else { return false }
                (quote, at) = (0, end + 1)
                word = at
                continue
            }
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "'"): quote = byte
            case UInt8(ascii: "="):
                attributes += 1
                if has("xmlns", at: word) { spaces += 1 }
                if attributes > limits.attributes {
                    throw beyond("an element with more than \(limits.attributes) attributes", "xml_attributes", at)
                }
            case 0x20, 0x09, 0x0A, 0x0D:
                // `name = "v"`: the word is the last run of characters before the equals sign.
                if at + 1 < bytes.count, !isBlank(bytes[at + 1]), bytes[at + 1] != UInt8(ascii: "=") { word = at + 1 }
            case UInt8(ascii: ">"):
                place = at + 1
                self.attributes += attributes
                try count(1 + attributes)
                try open(spaces, isClosed: bytes[at - 1] == UInt8(ascii: "/"), at: at)
                return true
            default: break
            }
            at += 1
        }
        return false
    }

    private mutating func open(_ spaces: Int32, isClosed: Bool, at: Int) throws(XMLError) {
        if declared.count >= limits.depth {
            throw beyond("elements nested deeper than \(limits.depth)", "xml_depth", at)
        }
        if declaredInAll + Int(spaces) > limits.namespaces {
            throw beyond(
                "more than \(limits.namespaces) namespace declarations in force at once", "xml_namespaces", at)
        }
        guard !isClosed else { return }
        declared.append(spaces)
        declaredInAll += Int(spaces)
    }

    private mutating func count(_ more: Int) throws(XMLError) {
        nodes += more
        if nodes > limits.nodes {
            throw beyond("more than \(limits.nodes) elements, texts and attributes", "xml_nodes", place)
        }
    }

    private func beyond(_ what: String, _ limit: String, _ at: Int) -> XMLError {
        XMLError(.tooLarge, "the document has \(what) (limit \(limit))", line: line(at: at))
    }

    private func find(_ byte: UInt8, from: Int) -> Int? {
        guard from < bytes.count, let base = bytes.baseAddress,
            let hit = memchr(base + from, Int32(byte), bytes.count - from)
        else { return nil }
        return UnsafeRawPointer(hit) - UnsafeRawPointer(base)
    }

    private func has(_ text: StaticString, at: Int) -> Bool {
        guard at + text.utf8CodeUnitCount <= bytes.count, let base = bytes.baseAddress else { return false }
        return memcmp(base + at, text.utf8Start, text.utf8CodeUnitCount) == 0
    }

    /// Moves past the next `end` (which ends in `>`); false when there is none.
    private mutating func skip(past end: StaticString, from: Int) -> Bool {
        var at = from
        while let hit = find(end.utf8Start[0], from: at) {
            if has(end, at: hit) {
                place = hit + end.utf8CodeUnitCount
                return true
            }
            at = hit + 1
        }
        return false
    }

    private func line(at offset: Int) -> Int { 1 + bytes[..<offset].reduce(0) { $0 + ($1 == 0x0A ? 1 : 0) } }
}
