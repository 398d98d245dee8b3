// Bodies in parts, taken apart in pieces of every size.

import Testing

@testable import ConnectorKit

struct MultipartParserTests {
    /// The parts of a text that arrives in pieces of `size` bytes.
    private func parts(
        _ text: String, size: Int, boundary: String = "b"
    ) throws -> [(head: MultipartParser.Head, text: String)] {
        var parser = MultipartParser(boundary: boundary)
        var parts: [(head: MultipartParser.Head, bytes: [UInt8], isWhole: Bool)] = []
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            try parser.append(Array(rest.prefix(size))) { event in
                switch event {
                case .begin(let head): parts.append((head, [], false))
                case .bytes(let bytes):
                    #expect(!bytes.isEmpty)
                    parts[parts.count - 1].bytes += bytes
                case .end: parts[parts.count - 1].isWhole = true
                }
            }
            rest = rest.dropFirst(size)
        }
        try parser.finish()
        #expect(!parts.contains { !$0.isWhole })
        return parts.map { ($0.head, String(decoding: $0.bytes, as: UTF8.self)) }
    }

    @Test(
        arguments: [
            ("--b\r\n\r\none\r\n--b\r\n\r\ntwo\r\n--b--\r\n", ["one", "two"]),
            ("--b\n\none\n--b\n\ntwo\n--b--", ["one", "two"]),
            ("before\r\n--b\r\nX: y\r\n\r\n\r\n--b \t\r\n\r\n\r\n\r\n--b--after\r\n--b\r\n\r\nnot this", ["", "\r\n"]),
            ("--b\r\n\r\n--b--", [""]), ("--b\r\n\r\n\r\r\n\r\n--b--", ["\r\r\n"]),
            // Others than the boundary that begin like it.
            ("--b\r\n\r\n--bc\r\n\r\n--b-\r\n-\r\n--b c\r\n--b--", ["--bc\r\n\r\n--b-\r\n-\r\n--b c"]),
            ("--b\r\n\r\nx--b\r\n\r\n --b\r\n--b--", ["x--b\r\n\r\n --b"]),
        ])
    func `parts are what stands between boundaries`(text: String, found: [String]) throws {
        for size in [1, 2, 3, 5, 7, 1000] {
            #expect(try parts(text, size: size).map(\.text) == found, "in pieces of \(size)")
        }
    }

    @Test func `heads are read whatever their capitals`() throws {
        let text =
            "--b\r\ncontent-id: <a@b>\r\nCONTENT-TYPE:text/xml; charset=\"x\"\r\nContent-Transfer-Encoding: Base64\r\n"
            + "Nothing\r\n\r\nx\r\n--b\r\nContent-ID: bare\r\n\r\n\r\n--b--"
        let found = try parts(text, size: 3)
        var first = MultipartParser.Head()
        (first.contentID, first.contentType, first.transferEncoding) = ("a@b", "text/xml; charset=\"x\"", "base64")
        #expect(found.first?.head == first && found.last?.head.contentID == "bare")
    }

    @Test(
        arguments: [
            ("", "there is none"), ("nothing", "there is none"), ("--b--", "there is none"), ("--b", "cut short"),
            ("--b\r\n\r\none", "cut short"), ("--b\r\n\r\none\r\n--b\r\n", "cut short"),
            ("--b\r\n\r\none\r\n--b-", "cut short"),
            ("--b\r\nX: " + String(repeating: "y", count: 17_000), "no end of its head"),
            (String(repeating: "--b\r\n\r\n\r\n", count: 1_001), "more than 1000 parts"),
        ])
    func `what is not whole is no message`(text: String, says: String) {
        for size in [1, 100_000] {
            do {
                let found = try parts(text, size: size)
                Issue.record("\(found.count) parts")
            } catch let failure as MultipartParser.Failure {
                #expect(failure.reason.contains(says), "\(failure.reason)")
            } catch { Issue.record(error) }
        }
    }

    @Test func `for people the root is shown, and of the others what they are`() throws {
        let text =
            "--b\r\nContent-ID: <f>\r\nContent-Type: image/png\r\n\r\n12345\r\n--b\r\nContent-ID: <r>\r\n\r\n<a/>\r\n--b--"
        let shown = try #require(
            MessageParts(Array(text.utf8), contentType: "Multipart/Related; boundary=b; start=\"<r>\""))
        #expect(shown.root == Array("<a/>".utf8))
        #expect(shown.attachments == [.init(contentID: "f", contentType: "image/png", sizeBytes: 5)])
        #expect(MessageParts(Array(text.utf8), contentType: "text/xml; boundary=b") == nil)
    }
}
