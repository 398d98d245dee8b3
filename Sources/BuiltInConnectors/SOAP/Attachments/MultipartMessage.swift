// An answer with attachments: a SOAP envelope and parts beside it in one multipart body (MTOM/XOP, SOAP with Attachments).

import ConnectorKit
import JSONCore
import RecipeLanguage
import XML

/// An answer in parts (RFC 2387, XOP 1.0, SwA).
struct MultipartMessage: Sendable {
    /// What travels beside the envelope.
    struct Attachment: Sendable {
        enum Content: Sendable {
            case bytes([UInt8])
            /// By the text that stands for the file; see `AttachmentSaving`.
            case file(mark: String)
        }

        let contentID: String?
        let contentType: String?
        let content: Content

        /// What stands in a message in its place.
        var text: String {
            switch content {
            case .bytes(let bytes): Base64Text.encode(bytes)
            case .file(let mark): mark
            }
        }

        /// As one of a list of those that the message doesn't refer to.
        /// - Parameter saving: has the file.
        func json(_ saving: AttachmentSaving?) -> JSON {
            var object = JSONObject()
            object["id"] = contentID.map { .string($0) }
            if case .file(let mark) = content, let file = saving?.file(mark).object {
                for (key, value) in file { object[key] = value }
                return .object(object)
            }
            object["content_type"] = contentType.map { .string($0) }
            object["base64"] = .string(text)
            return .object(object)
        }
    }

    /// The envelope.
    let root: [UInt8]
    let rootCharset: String?
    let attachments: [Attachment]

    init(root: [UInt8], rootType: String?, attachments: [Attachment]) {
        (self.root, self.attachments) = (root, attachments)
        rootCharset = rootType.flatMap { ContentTypeHeader.parameter("charset", of: $0) }
    }

    /// An answer in memory.
    init(_ answer: HTTPAnswer) throws(XMLError) {
        let type = answer.header("content-type") ?? ""
        var parser = try Self.parser(type)
        var parts: [(head: MultipartParser.Head, bytes: [UInt8])] = []
        var decoder = TransferDecoder(nil)
        do {
            try parser.append(answer.body) { event in
                let last = parts.count - 1
                switch event {
                case .begin(let head):
                    parts.append((head, []))
                    decoder = TransferDecoder(head.transferEncoding)
                case .bytes(let bytes): parts[last].bytes += try decoder.decode(bytes)
                case .end: parts[last].bytes += try decoder.finish()
                }
            }
            try parser.finish()
        } catch { throw Self.error(error) }
        let start = ContentTypeHeader.identifier("start", of: type)
        let root = parts.remove(at: parts.firstIndex { start != nil && $0.head.contentID == start } ?? 0)
        self.init(
            root: root.bytes, rootType: root.head.contentType,
            attachments: parts.map {
                Attachment(
                    contentID: $0.head.contentID, contentType: $0.head.contentType, content: .bytes($0.bytes))
            })
    }

    static func parser(_ contentType: String) throws(XMLError) -> MultipartParser {
        guard let boundary = ContentTypeHeader.parameter("boundary", of: contentType) else {
            throw XMLError(.malformed, "the answer is in parts, but its Content-Type names no boundary")
        }
        return MultipartParser(boundary: boundary)
    }

    /// What is wrong with the parts.
    static func error(_ error: any Error) -> XMLError {
        switch error {
        case let error as XMLError: error
        case let failure as MultipartParser.Failure:
            XMLError(failure.isTooLarge ? .tooLarge : .malformed, "the answer \(failure.reason)")
        default: XMLError(.malformed, "the answer is in parts that can't be read")
        }
    }

    /// The envelope with what is attached, as base64, where it refers to it, and the attachments that it doesn't refer to.
    /// - Throws: for an `xop:Include` of what isn't there, and for references that make the message much larger than it came.
    func putting(into element: XMLElement) throws(XMLError) -> (element: XMLElement, others: [Attachment]) {
        var placing = AttachmentPlacing(attachments)
        let made = try placing.putting(into: element)
        return (made, attachments.enumerated().filter { !placing.used.contains($0.offset) }.map(\.element))
    }
}
