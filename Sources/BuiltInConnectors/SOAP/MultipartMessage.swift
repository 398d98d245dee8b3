// Messages with attachments: a SOAP envelope and parts beside it in one multipart body (MTOM/XOP, SOAP with Attachments).

import ConnectorKit
import RecipeLanguage
import XML

/// An answer in parts (RFC 2387, XOP 1.0, SwA).
struct MultipartMessage {
    struct Part {
        let contentID: String?
        let contentType: String?
        let bytes: [UInt8]
    }

    /// Parts of one message, at most.
    static let mostParts = 1_000

    /// The envelope.
    let root: [UInt8]
    let rootCharset: String?
    let attachments: [Part]

    init(_ answer: HTTPAnswer) throws(XMLError) {
        let type = answer.header("content-type") ?? ""
        guard let boundary = ContentTypeHeader.parameter("boundary", of: type) else {
            throw XMLError(.malformed, "the answer is in parts, but its Content-Type names no boundary")
        }
        let parts = try Self.parts(answer.body, boundary: boundary)
        let start = ContentTypeHeader.parameter("start", of: type).map(Self.bare)
        let place = parts.firstIndex { start != nil && $0.contentID == start } ?? 0
        guard parts.indices.contains(place) else {
            throw XMLError(.malformed, "the answer is in parts, but there is none")
        }
        root = parts[place].bytes
        rootCharset = parts[place].contentType.flatMap { ContentTypeHeader.parameter("charset", of: $0) }
        attachments = parts.enumerated().filter { $0.offset != place }.map(\.element)
    }

    /// The envelope with the attachments' bytes, as base64, where it refers to them.
    func putting(into element: XMLElement) -> XMLElement {
        guard !attachments.isEmpty else { return element }
        var made = element
        made.children = element.children.map { node in
            guard case .element(let child) = node else { return node }
            if child.name == "Include", child.namespace == Self.xop, let href = child.attribute("href"),
                let part = attachment(href)
            {
                return .text(Base64Text.encode(part.bytes))
            }
            return .element(putting(into: child))
        }
        // SwA: the element refers to the part itself.
        if let href = element.attribute("href"), href.hasPrefix("cid:"), let part = attachment(href) {
            made.attributes.removeAll { $0.name == "href" }
            made.children = [.text(Base64Text.encode(part.bytes))]
        }
        return made
    }

    static let xop = "http://www.w3.org/2004/08/xop/include"

    private func attachment(_ href: String) -> Part? {
        guard href.hasPrefix("cid:") else { return nil }
        let id = String(href.dropFirst(4))
        return attachments.first { $0.contentID == id } ?? attachments.first { $0.contentID == Self.decoded(id) }
    }

    /// `%40` is `@` in a `cid:` address (RFC 2392).
    private static func decoded(_ text: String) -> String {
        var (bytes, rest): ([UInt8], Substring.UTF8View) = ([], text[...].utf8)
        while let byte = rest.first {
            if byte == UInt8(ascii: "%"),
                let value = UInt8(String(decoding: rest.dropFirst().prefix(2), as: UTF8.self), radix: 16)
            {
                bytes.append(value)
                rest = rest.dropFirst(3)
            } else {
                bytes.append(byte)
                rest = rest.dropFirst()
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func bare(_ id: String) -> String {
        id.hasPrefix("<") && id.hasSuffix(">") ? String(id.dropFirst().dropLast()) : id
    }

    private static func parts(_ body: [UInt8], boundary: String) throws(XMLError) -> [Part] {
        let mark = Array("--\(boundary)".utf8)
        var (parts, starts): ([Part], [Int]) = ([], [])
        var place = 0
        while let found = find(mark, in: body, from: place) {
            if found == 0 || body[found - 1] == 0x0A { starts.append(found) }
            place = found + mark.count
            guard starts.count <= mostParts + 1 else {
                throw XMLError(.tooLarge, "the answer has more than \(mostParts) parts")
            }
        }
        if let last = starts.last, !body[(last + mark.count)...].starts(with: Array("--".utf8)) {
            throw XMLError(.malformed, "the answer is in parts, but the last one has no end: it was cut short")
        }
        for (start, end) in zip(starts, starts.dropFirst()) {
            var head = start + mark.count
            while head < end, body[head] != 0x0A { head += 1 }
            guard let part = part(body, from: head + 1, to: end) else {
                throw XMLError(.malformed, "a part of the answer has no end of its head")
            }
            parts.append(part)
        }
        return parts
    }

    private static func part(_ body: [UInt8], from start: Int, to end: Int) -> Part? {
        var (place, contentID, contentType): (Int, String?, String?) = (start, nil, nil)
        var encoding = "binary"
        while place < end {
            var stop = place
            while stop < end, body[stop] != 0x0A { stop += 1 }
            guard stop < end else { return nil }
            let line = String(decoding: body[place..<stop], as: UTF8.self).filter { $0 != "\r" && $0 != "\r\n" }
            place = stop + 1
            if line.isEmpty { break }
            let pair = line.split(separator: ":", maxSplits: 1)
            guard pair.count == 2 else { continue }
            let value = String(pair[1].drop { $0 == " " || $0 == "\t" })
            switch pair[0].lowercased() {
            case "content-id": contentID = bare(value)
            case "content-type": contentType = value
            case "content-transfer-encoding": encoding = value.lowercased()
            default: continue
            }
        }
        guard place <= end else { return nil }
        // The line break before the boundary is the boundary's.
        var last = end
        if last > place, body[last - 1] == 0x0A { last -= 1 }
        if last > place, body[last - 1] == 0x0D { last -= 1 }
        var bytes = Array(body[place..<last])
        if encoding == "base64" { bytes = Base64Text.decode(String(decoding: bytes, as: UTF8.self)) ?? bytes }
        return Part(contentID: contentID, contentType: contentType, bytes: bytes)
    }

    private static func find(_ mark: [UInt8], in bytes: [UInt8], from start: Int) -> Int? {
        guard bytes.count >= mark.count, let first = mark.first else { return nil }
        var place = start
        let end = bytes.count - mark.count
        while place <= end {
            guard let found = bytes[place...end].firstIndex(of: first) else { return nil }
            if bytes[found..<(found + mark.count)].elementsEqual(mark) { return found }
            place = found + 1
        }
        return nil
    }
}

extension MultipartMessage {
    /// A request in parts: the envelope first, then what it refers to. The same parts make the same bytes.
    static func body(
        envelope: [UInt8], version: SOAPVersion, action: String?, isXOP: Bool, attachments: [Part]
    ) -> (bytes: [UInt8], contentType: String) {
        let boundary = Self.boundary(besides: [envelope] + attachments.map(\.bytes))
        let inner = version == .v11 ? "text/xml" : "application/soap+xml"
        let rootType = isXOP ? "application/xop+xml" : inner
        var bytes: [UInt8] = []
        func add(_ text: String) { bytes += Array(text.utf8) }
        add("--\(boundary)\r\nContent-Type: \(rootType); charset=UTF-8")
        if isXOP { add("; type=\"\(inner)\"") }
        add("\r\nContent-Transfer-Encoding: 8bit\r\nContent-ID: <envelope@galley>\r\n\r\n")
        bytes += envelope
        for part in attachments {
            add("\r\n--\(boundary)\r\nContent-Type: \(part.contentType ?? "application/octet-stream")\r\n")
            add("Content-Transfer-Encoding: binary\r\nContent-ID: <\(part.contentID ?? "")>\r\n\r\n")
            bytes += part.bytes
        }
        add("\r\n--\(boundary)--\r\n")
        var type = "multipart/related; type=\"\(rootType)\"; start=\"<envelope@galley>\"; boundary=\"\(boundary)\""
        if isXOP { type += "; start-info=\"\(inner)\"" }
        if version == .v12, let action { type += "; action=\"\(action)\"" }
        return (bytes, type)
    }

    /// A boundary that none of the parts has in it: what a recipe attaches can't end a part early.
    private static func boundary(besides parts: [[UInt8]]) -> String {
        var number = 1
        while true {
            let boundary = "galley-part-\(number)"
            let mark = Array("--\(boundary)".utf8)
            if !parts.contains(where: { find(mark, in: $0, from: 0) != nil }) { return boundary }
            number += 1
        }
    }
}
