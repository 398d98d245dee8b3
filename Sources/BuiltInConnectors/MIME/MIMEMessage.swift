// Mails as they come from strangers (RFC 5322, RFC 2045–2049): read as far as they can be read, never refused.

/// A mail, decoded.
struct MIMEMessage: Sendable {
    /// A file that came with the mail.
    struct Attachment: Sendable {
        /// Without folders and control characters; never empty.
        var name: String
        /// Like `application/pdf`, in lower case.
        var type: String
        var bytes: [UInt8]
        /// How HTML of the mail names it, without the angle brackets.
        var contentID: String?
        /// Meant to be shown in the mail, like a picture.
        var isInline: Bool
    }

    private(set) var header: MIMEHeader
    private(set) var text: String?
    private(set) var html: String?
    private(set) var attachments: [Attachment] = []
    /// False when a limit left something out.
    private(set) var isComplete = true
    private let limits: MIMELimits
    private var parts = 0

    /// Reads a mail. Whatever the bytes are, this gives a mail.
    init(_ bytes: [UInt8], limits: MIMELimits = MIMELimits()) {
        self.limits = limits
        let (header, body) = MIMEHeader.split(bytes[...], limits)
        self.header = header
        if header.isCut { isComplete = false }
        add(header, body, depth: 0, isAlternative: false)
    }

    private mutating func add(_ header: MIMEHeader, _ body: ArraySlice<UInt8>, depth: Int, isAlternative: Bool) {
        parts += 1
        guard parts <= limits.parts else {
            isComplete = false
            return
        }
        let content = MIMEContent(header)
        if content.type.hasPrefix("multipart/"), let boundary = content.boundary {
            guard depth < limits.depth else {
                isComplete = false
                return
            }
            let pieces = MIMEParts.split(body, boundary: boundary, most: limits.parts)
            // A whole that has none of its parts is read as what it looks like: text.
            if !pieces.isEmpty {
                let isDigest = content.type == "multipart/digest"
                for piece in pieces {
                    let (inner, rest) = MIMEHeader.split(piece, limits, otherwise: isDigest ? "message/rfc822" : nil)
                    add(inner, rest, depth: depth + 1, isAlternative: content.type == "multipart/alternative")
                }
                return
            }
        }
        addLeaf(content, header, body, isAlternative: isAlternative)
    }

    private mutating func addLeaf(
        _ content: MIMEContent, _ header: MIMEHeader, _ body: ArraySlice<UInt8>, isAlternative: Bool
    ) {
        let bytes = MIMETransfer.decoded(body, header.first("content-transfer-encoding"))
        let isText = content.type == "text/plain" || content.type.hasPrefix("multipart/")
        guard !content.isAttachment, content.name == nil, isText || content.type == "text/html" else {
            attachments.append(
                Attachment(
                    name: content.fileName(number: attachments.count + 1), type: content.type, bytes: bytes,
                    contentID: header.first("content-id").map {
                        $0.trimmingCharacters { $0 == "<" || $0 == ">" || $0 == " " }
                    },
                    isInline: content.isInline || header.first("content-id") != nil && !content.isAttachment))
            return
        }
        let decoded = MIMECharset.text(bytes[...], content.charset).replacing("\r\n", with: "\n")
        if isText {
            text = joined(text, decoded, isAlternative)
        } else {
            html = joined(html, decoded, isAlternative)
        }
    }

    /// Of several texts of one mail all are given, of several that stand for each other the first.
    private mutating func joined(_ before: String?, _ next: String, _ isAlternative: Bool) -> String {
        guard let before else { return bounded(next) }
        return isAlternative || next.isEmpty ? before : bounded(before.isEmpty ? next : before + "\n" + next)
    }

    private mutating func bounded(_ text: String) -> String {
        guard text.utf8.count > limits.textBytes else { return text }
        isComplete = false
        return String(decoding: text.utf8.prefix(limits.textBytes), as: UTF8.self)
    }
}

/// The parts between the lines that a boundary makes (RFC 2046 §5.1.1).
enum MIMEParts {
    /// - Returns: nothing when there is no such line. What is before the first one and behind the last one is not given.
    static func split(_ body: ArraySlice<UInt8>, boundary: String, most: Int) -> [ArraySlice<UInt8>] {
        let mark = Array("--\(boundary)".utf8)
        var parts: [ArraySlice<UInt8>] = []
        var start: Int?
        var place = body.startIndex
        while place < body.endIndex, parts.count <= most {
            let end = body[place...].firstIndex(of: 0x0A) ?? body.endIndex
            if body[place...].starts(with: mark) {
                var rest = body[(place + mark.count)..<max(place + mark.count, end)]
                let isLast = rest.starts(with: [0x2D, 0x2D])
                if isLast { rest = rest.dropFirst(2) }
                // A longer boundary that begins alike is another one.
                if rest.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }) {
                    if let start { parts.append(body[start..<withoutBreak(body, start, place)]) }
                    start = min(end + 1, body.endIndex)
                    if isLast { return parts }
                }
            }
            place = end + 1
        }
        // The last line is missing: the mail was cut.
        if let start, start < body.endIndex { parts.append(body[start...]) }
        return parts
    }

    /// The line break before a boundary belongs to it.
    private static func withoutBreak(_ body: ArraySlice<UInt8>, _ start: Int, _ end: Int) -> Int {
        var end = end
        if end > start, body[end - 1] == 0x0A { end -= 1 }
        if end > start, body[end - 1] == 0x0D { end -= 1 }
        return end
    }
}
