// Encodings of bodies and headers.

import ConnectorKit
import Foundation
import RecipeLanguage
import Testing

@testable import BuiltInConnectors

struct MailBodyTests {
    @Test(arguments: [
        ("a=b", "a=3Db"), ("trailing ", "trailing=20"), ("tab\t", "tab=09"), ("ü", "=C3=BC"), ("a b", "a b"), ("", ""),
        (String(repeating: "x", count: 76), String(repeating: "x", count: 76)),
        (String(repeating: "x", count: 77), String(repeating: "x", count: 75) + "=\r\nxx"),
    ])
    func `quotes what is not printable`(text: String, encoded: String) {
        #expect(String(decoding: MailPart.quotedPrintable(Array(text.utf8)[...]), as: UTF8.self) == encoded)
    }

    @Test(arguments: ["plain", "Grüße, Jürgen", "日本語", "🎉🎉", "x\u{0}y", "a\r\nb\rc\nd"])
    func `texts can be read back in their encoding`(text: String) throws {
        let part = MailPart.text(text, subtype: "plain")
        let body = String(decoding: part.body, as: UTF8.self)
        let decoded: String
        if part.head.contains("base64") {
            decoded = String(decoding: try #require(Base64Text.decode(body)), as: UTF8.self)
        } else if part.head.contains("quoted-printable") {
            decoded = try #require(
                body.replacing("=\r\n", with: "").replacing("%", with: "%25").replacing("=", with: "%")
                    .removingPercentEncoding)
        } else {
            decoded = body
        }
        #expect(decoded == text.replacing("\r\n", with: "\n").replacing("\r", with: "\n").replacing("\n", with: "\r\n"))
        #expect(part.body.allSatisfy { $0 < 0x80 })
    }

    @Test func `encoded words are short and split no character`() {
        let text = String(repeating: "ü🎉x", count: 40)
        let words = MailHeader.encodedWords(text)
        #expect(words.allSatisfy { $0.utf8.count <= 75 })
        let bytes = words.flatMap { Base64Text.decode(String($0.dropFirst(10).dropLast(2))) ?? [] }
        #expect(String(decoding: bytes, as: UTF8.self) == text)
        #expect(
            words.allSatisfy {
                String(validating: Base64Text.decode(String($0.dropFirst(10).dropLast(2))) ?? [0xFF], as: UTF8.self)
                    != nil
            })
    }

    @Test(arguments: [
        ("Hello", "Subject: Hello\r\n"), ("a =?x?= b", "Subject: =?UTF-8?B?YSA9P3g/PSBi?=\r\n"),
        ("two  spaces", "Subject: two  spaces\r\n"), ("", "Subject: \r\n"),
    ])
    func `subjects stay as they are where they can`(subject: String, line: String) {
        #expect(MailHeader.text("Subject", subject) == line)
    }

    @Test func `long subjects are folded between words`() {
        let subject = (1...30).map { "word\($0)" }.joined(separator: " ")
        let header = MailHeader.text("Subject", subject)
        #expect(header.replacing("\r\n", with: "") == "Subject: " + subject)
        #expect(header.split(separator: "\r\n").allSatisfy { $0.utf8.count <= 78 })
    }

    @Test func `a boundary never occurs in a part`() throws {
        let hostile = "=_galley_m0_\(KeyDigest.text(of: "k"))"
        var message = MailMessage(from: try MailAddress("a@b", member: "from"), key: "k", dateMilliseconds: 0)
        (message.text, message.attachments) = (hostile, [.init(name: "x", type: "a/b", bytes: [1])])
        let mail = String(decoding: try message.bytes(), as: UTF8.self)
        #expect(mail.contains("boundary=\"=_galley_m1_"))
    }
}
