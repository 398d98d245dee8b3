// A body in parts as people are shown it: its first part, and of the others what they are.

/// What is known of a message in parts without the bytes of its attachments.
public struct MessageParts: Sendable {
    public struct Attachment: Sendable, Hashable {
        public let contentID: String?
        public let contentType: String?
        public let sizeBytes: Int

        public init(contentID: String?, contentType: String?, sizeBytes: Int) {
            (self.contentID, self.contentType, self.sizeBytes) = (contentID, contentType, sizeBytes)
        }
    }

    /// Of SOAP the envelope.
    public var root: [UInt8]
    /// In their order, without the root.
    public var attachments: [Attachment]

    public init(root: [UInt8], attachments: [Attachment]) { (self.root, self.attachments) = (root, attachments) }

    /// nil unless it is `multipart/related` and can be taken apart as far as it goes.
    public init?(_ body: [UInt8], contentType: String?) {
        guard let contentType, contentType.prefix(17).lowercased() == "multipart/related",
            let boundary = ContentTypeHeader.parameter("boundary", of: contentType)
        else { return nil }
        var parts: [(head: MultipartParser.Head, bytes: [UInt8], sizeBytes: Int)] = []
        var parser = MultipartParser(boundary: boundary)
        let start = ContentTypeHeader.identifier("start", of: contentType)
        try? parser.append(body) { event in
            switch event {
            case .begin(let head): parts.append((head, [], 0))
            case .bytes(let bytes):
                let last = parts.count - 1
                parts[last].sizeBytes += bytes.count
                // Only the root is shown, which is the first part or the one that is named.
                if last == 0 || parts[last].head.contentID == start { parts[last].bytes += bytes }
            case .end: break
            }
        }
        guard !parts.isEmpty else { return nil }
        let place = parts.firstIndex { start != nil && $0.head.contentID == start } ?? 0
        root = parts.remove(at: place).bytes
        attachments = parts.map {
            Attachment(contentID: $0.head.contentID, contentType: $0.head.contentType, sizeBytes: $0.sizeBytes)
        }
    }
}
