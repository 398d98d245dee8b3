// Documents read one element at a time.

import Foundation
import Testing
import XML

struct XMLStreamTests {
    /// A file that is there for the length of a test.
    private func withFile(_ text: String, _ body: (String) throws -> Void) throws {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent(
            "galley-stream-\(UUID().uuidString).xml")
        try Data(text.utf8).write(to: url)
        defer { try? FileManager.default.removeItem(at: url) }
        try body(url.path)
    }

    private func failure(_ text: String, limits: XMLLimits = XMLLimits()) throws -> XMLError? {
        var found: XMLError?
        try withFile(text) { path in
            do {
                let stream = try XMLStream(path: path, limits: limits)
                while try stream.next("order") != nil {}
            } catch let error as XMLError { found = error }
        }
        return found
    }

    @Test func `elements of one name come one after the other, at any depth`() throws {
        let text =
            "<?xml version=\"1.0\"?><!-- list --><o:orders xmlns:o=\"urn:o\"><o:order id=\"1\"><o:order id=\"inner\"/></o:order>"
            + "<x><o:order id=\"2\">two</o:order></x><order id=\"3\"/></o:orders>"
        try withFile(text) { path in
            let stream = try XMLStream(path: path)
            var ids: [String?] = []
            while let order = try stream.next("order", namespace: "urn:o") { ids.append(order.attribute("id")) }
            #expect(ids == ["1", "2"])
        }
    }

    @Test func `a large file takes the memory of one element`() throws {
        let row = "<order><sku>A-1</sku><text>\(String(repeating: "x", count: 900))</text></order>\n"
        try withFile("<orders>" + String(repeating: row, count: 20_000) + "</orders>") { path in
            let stream = try XMLStream(path: path)
            var count = 0
            while let order = try stream.next("order") {
                count += 1
                if count == 1 { #expect(order.first("sku")?.text == "A-1") }
            }
            #expect(count == 20_000)
        }
    }

    @Test func `what is hostile or broken is refused`() throws {
        #expect(try failure("<!DOCTYPE a [<!ENTITY x \"y\">]><a/>")?.kind == .forbidden)
        #expect(try failure("<orders><order></orders>")?.kind == .malformed)
        #expect(try failure("<orders><order>")?.kind == .malformed)
        let wide = "<orders><order " + (0..<9_000).map { "a\($0)=\"\"" }.joined(separator: " ") + "/></orders>"
        #expect(try failure(wide)?.kind == .tooLarge)
        let deep = String(repeating: "<a>", count: 300) + String(repeating: "</a>", count: 300)
        #expect(try failure(deep) != nil)
        var limits = XMLLimits()
        limits.nodes = 100
        let many = "<orders><order>" + String(repeating: "<a/>", count: 200) + "</order></orders>"
        #expect(try failure(many, limits: limits)?.kind == .tooLarge)
    }
}
