// Texts compared by their bytes, in every way a text can be held.

import Foundation
import JSONCore
import Testing

struct ExactNameTests {
    /// A copy that is held out of line, whatever its length.
    private static func outOfLine(_ text: String) -> String {
        var copy = ""
        copy.reserveCapacity(100)
        copy += text
        return copy
    }

    static let texts = [
        "", "a", "b", "ab", "å", "a\u{30A}", "fifteen bytes!!", "sixteen bytes!!!", "fifteen bytes!?", "id", "di",
        String(repeating: "x", count: 40), String(repeating: "x", count: 39) + "y", "\u{0}", "\u{0}\u{0}", "🙂", "日本語",
    ]

    @Test func `texts are the same when their bytes are, however they are held`() {
        for one in Self.texts {
            for other in Self.texts {
                let isSame = Array(one.utf8) == Array(other.utf8)
                for (left, right) in [
                    (one, other), (Self.outOfLine(one), other), (one, Self.outOfLine(other)),
                    (Self.outOfLine(one), Self.outOfLine(other)), (String(Substring("-" + one).dropFirst()), other),
                    (String(NSString(string: one)), other),
                ] {
                    #expect(left.hasSameBytes(as: right) == isSame, "\(one) and \(other)")
                }
            }
        }
    }
}
