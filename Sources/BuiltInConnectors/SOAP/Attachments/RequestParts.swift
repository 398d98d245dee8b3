// A request in parts: the envelope first, then what it refers to (MTOM/XOP, SOAP with Attachments).

import ConnectorKit
import JSONCore
import RecipeLanguage
import XML

/// The envelope and the attachments of one request.
struct RequestParts {
    /// What travels beside the envelope.
    struct Attachment {
        let contentID: String
        let contentType: String?
        let content: StreamedBody.Piece
    }

    static let rootID = "envelope@galley"

    let envelope: StreamedBody
    var attachments: [Attachment] = []

    /// - Parameters:
    ///   - envelope: as it is written, with texts in the places of files.
    ///   - places: the files whose content stands in the envelope.
    init(
        envelope: [UInt8], places: [(text: String, file: BinaryParts.File)] = [], files: any WorkspaceFiles
    ) throws {
        var (body, rest) = (StreamedBody(), envelope)
        // The places are in the order of the values, which needn't be that of the text.
        let found = places.compactMap { place in
            envelope.place(of: Array(place.text.utf8)).map { (start: $0, place: place) }
        }
        var start = 0
        for (place, (text, file)) in found.sorted(by: { $0.start < $1.start }) {
            body.add(.bytes(Array(envelope[start..<place])))
            body.add(.base64(try UploadedFile(file.name, in: files)))
            start = place + text.utf8.count
        }
        if start > 0 { rest = Array(envelope[start...]) }
        body.add(.bytes(rest))
        self.envelope = body
    }

    /// Adds a value that the envelope refers to.
    mutating func add(_ id: String, _ content: BinaryParts.Content, files: any WorkspaceFiles) throws {
        switch content {
        case .base64(let text):
            attachments.append(
                Attachment(contentID: id, contentType: nil, content: .bytes(Base64Text.decode(text) ?? [])))
        case .file(let file): attachments.append(try Self.attachment(id, file, files: files))
        }
    }

    static func attachment(
        _ id: String, _ file: BinaryParts.File, files: any WorkspaceFiles
    ) throws -> Attachment {
        Attachment(
            contentID: id, contentType: try contentType(file.contentType) ?? MediaType.of(name: file.name),
            content: .file(try UploadedFile(file.name, in: files)))
    }

    /// A type that an input gives, held against the rules for headers.
    static func contentType(_ text: String?) throws(ConnectorError) -> String? {
        guard let text, !text.isEmpty else { return nil }
        guard text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) else {
            throw ConnectorError(type: "bad_input", "\"content_type\" has a character that is not allowed")
        }
        return text
    }

    /// Puts the envelope into a request, in parts where there are some.
    /// - Parameters:
    ///   - isXOP: whether the envelope refers to parts as XOP does.
    ///   - isInParts: also without attachments.
    ///   - key: the same for all attempts of a step.
    func add(
        to request: inout HTTPRequest, version: SOAPVersion, action: String?, isXOP: Bool, isInParts: Bool, key: String
    ) {
        let root = envelope.pieces.reduce(into: [UInt8]()) { if case .bytes(let bytes) = $1 { $0 += bytes } }
        guard isInParts || !attachments.isEmpty else {
            return envelope.add(to: &request, shown: MessageParts(root: root, attachments: []))
        }
        let boundary = boundary(root, key)
        let inner = version == .v11 ? "text/xml" : "application/soap+xml"
        let rootType = isXOP ? "application/xop+xml" : inner
        var body = StreamedBody()
        body.add(
            "--\(boundary)\r\nContent-Type: \(rootType); charset=UTF-8" + (isXOP ? "; type=\"\(inner)\"" : "")
                + "\r\nContent-Transfer-Encoding: 8bit\r\nContent-ID: <\(Self.rootID)>\r\n\r\n")
        for piece in envelope.pieces { body.add(piece) }
        for part in attachments {
            body.add(
                "\r\n--\(boundary)\r\nContent-Type: \(part.contentType ?? "application/octet-stream")\r\n"
                    + "Content-Transfer-Encoding: binary\r\nContent-ID: <\(part.contentID)>\r\n\r\n")
            body.add(part.content)
        }
        body.add("\r\n--\(boundary)--\r\n")
        let shown = attachments.map {
            MessageParts.Attachment(
                contentID: $0.contentID, contentType: $0.contentType, sizeBytes: $0.content.sizeBytes)
        }
        body.add(to: &request, shown: MessageParts(root: root, attachments: shown))
        var type = "multipart/related; type=\"\(rootType)\"; start=\"<\(Self.rootID)>\"; boundary=\"\(boundary)\""
        if isXOP { type += "; start-info=\"\(inner)\"" }
        if version == .v12, let action { type += "; action=\"\(action)\"" }
        request.setHeader("Content-Type", type)
        request.setHeader("Accept", "multipart/related, text/xml, application/soap+xml")
    }

    /// A boundary that none of the parts has in it: what a recipe attaches can't end a part early. Files aren't read for that:
    /// the key of a step is known to nobody who wrote them.
    private func boundary(_ root: [UInt8], _ key: String) -> String {
        var stem = "galley-part"
        if attachments.contains(where: { if case .bytes = $0.content { false } else { true } }) {
            let letters = key.utf8.filter {
                (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0)
            }
            stem += "-" + String(decoding: letters.suffix(40), as: UTF8.self)
            if letters.isEmpty { stem += "\(UInt64.random(in: 0 ... .max))-\(UInt64.random(in: 0 ... .max))" }
        }
        let parts = [root] + attachments.compactMap { if case .bytes(let bytes) = $0.content { bytes } else { nil } }
        var number = 1
        while true {
            let boundary = "\(stem)-\(number)"
            let mark = Array("--\(boundary)".utf8)
            if !parts.contains(where: { $0.place(of: mark) != nil }) { return boundary }
            number += 1
        }
    }
}
