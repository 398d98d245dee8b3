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
}
