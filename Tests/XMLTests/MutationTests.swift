// Documents with random damage: read or refused, never a crash, and what is read survives being written.

import JSONCore
import Testing
import XML

struct MutationTests {
    /// A small generator, so that a failure can be repeated from its seed.
    struct Xorshift: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return state
        }
    }

    static let seeds = [
        """
        <?xml version="1.0" encoding="UTF-8"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:x="u">\
        <s:Body><x:r a="1" x:b='2'>t &amp; u &#65;<!-- c --><?p i?><![CDATA[<d>]]> é</x:r></s:Body></s:Envelope>
        """,
        "<a><b c='d'/><b c=\"e\">f</b>\r\n\t<g xmlns='u'><h xmlns=''/></g></a>",
    ]

    static let scraps = [
        "<", ">", "&", "\"", "'", "<!--", "-->", "<![CDATA[", "]]>", "<?", "?>", "<!DOCTYPE a>", "&#", "&#x10FFFF;",
        "&lt;", "/>",
        "</", "=", "xmlns:", "xmlns=''", ":", "\u{0}", "\u{1}", "\u{FFFE}", "<a>", "</a>", " ", "-", "]",
        "encoding='UTF-16'",
    ].map { Array($0.utf8) }

    @Test(arguments: 1...8)
    func `damage never crashes and never changes meaning silently`(seed: Int) throws {
        var random = Xorshift(state: UInt64(seed) &* 0x9E37_79B9_7F4A_7C15)
        var read = 0
        for _ in 0..<1_500 {
            var bytes = Array(Self.seeds[Int.random(in: 0..<Self.seeds.count, using: &random)].utf8)
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let place = Int.random(in: 0..<max(1, bytes.count), using: &random)
                switch Int.random(in: 0..<5, using: &random) {
                case 0 where !bytes.isEmpty: bytes[place] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes.removeSubrange(place..<min(bytes.count, place + Int.random(in: 0...8, using: &random)))
                case 2 where !bytes.isEmpty:
                    bytes.insert(contentsOf: bytes[place..<min(bytes.count, place + 12)], at: place)
                default:
                    bytes.insert(
                        contentsOf: Self.scraps[Int.random(in: 0..<Self.scraps.count, using: &random)], at: place)
                }
            }
            let tree: XMLElement
            do throws(XMLError) { tree = try XMLElement.parse(bytes) } catch { continue }
            read += 1
            let written = try tree.write()
            #expect(try XMLElement.parse(written) == tree, "seed \(seed): \(String(decoding: bytes, as: UTF8.self))")
            try Self.holdLimits(of: tree, bytes)
            let hash = try #require(try tree.namedJSON(.formula).object)
            #expect(throws: Never.self) { try XMLElement.elements(of: hash) }
        }
        #expect(read > 50)
    }

    /// What the scan before the parse counts is what the tree then has: one less is refused, as much is not.
    private static func holdLimits(of tree: XMLElement, _ bytes: [UInt8]) throws {
        func measured(_ element: XMLElement) -> (depth: Int, attributes: Int) {
            var (depth, attributes) = (0, element.attributes.count + element.declarations.count)
            for child in element.elements.map(measured) {
                (depth, attributes) = (max(depth, child.depth), max(attributes, child.attributes))
            }
            return (depth + 1, attributes)
        }
        let (depth, attributes) = measured(tree)
        var limits = XMLLimits()
        (limits.depth, limits.attributes) = (depth, attributes)
        #expect(try XMLElement.parse(bytes, limits: limits) == tree)
        limits.depth -= 1
        #expect(throws: XMLError.self) { try XMLElement.parse(bytes, limits: limits) }
        (limits.depth, limits.attributes) = (depth, attributes - 1)
        if attributes > 0 { #expect(throws: XMLError.self) { try XMLElement.parse(bytes, limits: limits) } }
    }
}
