// Which texts are names in XML: every ASCII character in both places, and others beside them.

import Testing

@testable import XML

struct NameTests {
    private static let starts = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz")
    private static let others = Set("0123456789-.")

    @Test func `a name begins with a letter or _, and goes on with digits, - and . too`() {
        for value in UInt8(0)..<0x80 {
            let character = Character(Unicode.Scalar(value))
            let isStart = Self.starts.contains(character)
            #expect(XMLName.isName(String(character)) == isStart, "\(value)")
            for text in ["a\(character)", "a\(character)b", "é\(character)", "a\(character)é"] {
                #expect(XMLName.isName(text) == (isStart || Self.others.contains(character)), "\(value) \(text)")
            }
        }
    }

    @Test(arguments: [("", false), ("é", true), ("·a", false), ("a·", true), ("名前", true), ("×", false), ("a÷", false)])
    func `letters of other scripts are names too`(text: String, isName: Bool) {
        #expect(XMLName.isName(text) == isName)
    }

    @Test func `elements called alike share their name, and names that only look alike stay apart`() throws {
        let one = XMLElement("note", namespace: "urn:a", prefix: "p")
        #expect(one.label === XMLElement("note", namespace: "urn:a", prefix: "p").label)
        let (composed, decomposed) = ("\u{E9}t\u{E9}", "e\u{301}te\u{301}")
        // The same length in bytes, and equal to Swift: U+F900 is U+8C48 to Unicode.
        let (han, compatible) = ("\u{8C48}", "\u{F900}")
        for name in [composed, decomposed, han, compatible, composed, han] {
            #expect(Array(try XMLElement(name).string().utf8) == Array("<\(name)/>".utf8))
        }
        for (namespace, prefix) in [("urn:a", nil), ("urn:b", "p"), ("urn:a", "q"), (nil, nil)] as [(String?, String?)]
        {
            let other = XMLElement("note", namespace: namespace, prefix: prefix)
            #expect(other.namespace == namespace && other.prefix == prefix && other.name == "note")
        }
        #expect(XMLElement("note", namespace: "", prefix: "").namespace == nil)
    }
}
