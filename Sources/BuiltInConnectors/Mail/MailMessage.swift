// One mail as the bytes that are sent (RFC 5322, RFC 2045). Pure: the same input gives the same bytes.

import ConnectorKit
import RecipeLanguage

/// A mail before it is written.
struct MailMessage: Sendable {
    struct Attachment: Sendable {
        let name: String
        let type: String
        let bytes: [UInt8]
    }
    var from: MailAddress
    var to: [MailAddress] = []
    var cc: [MailAddress] = []
    /// Only in the envelope.
    var bcc: [MailAddress] = []
    var replyTo: [MailAddress] = []
    var subject = ""
    var text: String?
    var html: String?
    var attachments: [Attachment] = []
    /// Names the mail: the same key gives the same Message-ID, by which a mail that was sent twice is recognised.
    var key: String
    /// Milliseconds since 1970.
    var dateMilliseconds: Int

    /// Everyone who gets it, each once.
    var recipients: [String] {
        var seen: Set<String> = []
        return (to + cc + bcc).map(\.address).filter { seen.insert($0.lowercased()).inserted }
    }

    /// With its angle brackets.
    var messageID: String { "<galley.\(KeyDigest.text(of: key))@\(from.domain)>" }

    /// The mail with CRLF line ends; dots at the start of lines are not yet doubled.
    func bytes() throws(ConnectorError) -> [UInt8] {
        guard !subject.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) else {
            throw ConnectorError(type: "bad_input", "\"subject\" has a line break or a control character in it")
        }
        let body = body()
        var head = "Date: \(InstantText.mail(Int64(dateMilliseconds)))\r\n"
        head += MailHeader.addresses("From", [from])
        if !replyTo.isEmpty { head += MailHeader.addresses("Reply-To", replyTo) }
        // Without any visible recipient the field names the group that RFC 5322 has for it.
        head += to.isEmpty && cc.isEmpty ? "To: undisclosed-recipients:;\r\n" : ""
        if !to.isEmpty { head += MailHeader.addresses("To", to) }
        if !cc.isEmpty { head += MailHeader.addresses("Cc", cc) }
        head += MailHeader.text("Subject", subject)
        head += "Message-ID: \(messageID)\r\nAuto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n"
        return Array(head.utf8) + Array(body.head.utf8) + [0x0D, 0x0A] + body.body + [0x0D, 0x0A]
    }

    private func body() -> MailPart {
        var parts: [MailPart] = []
        if let text { parts.append(.text(text, subtype: "plain")) }
        if let html { parts.append(.text(html, subtype: "html")) }
        if parts.isEmpty { parts.append(.text("", subtype: "plain")) }
        var body = parts.count == 1 ? parts[0] : .multipart("alternative", parts, boundary: boundary("a", parts))
        if !attachments.isEmpty {
            let files = attachments.map { MailPart.attachment($0.bytes, name: $0.name, type: $0.type) }
            body = .multipart("mixed", [body] + files, boundary: boundary("m", [body]))
        }
        return body
    }

    /// A boundary that none of the parts holds.
    private func boundary(_ mark: String, _ parts: [MailPart]) -> String {
        var number = 0
        while true {
            let boundary = "=_galley_\(mark)\(number)_\(KeyDigest.text(of: key))"
            let bytes = Array(boundary.utf8)
            if !parts.contains(where: { $0.body.contains(bytes) }) { return boundary }
            number += 1
        }
    }
}

/// 128 bits that stand for a key: two rounds of FNV-1a, forwards and backwards. Against accidents, not against attackers.
enum KeyDigest {
    static func text(of key: String) -> String {
        let (one, other) = (hash(key.utf8, 0xCBF2_9CE4_8422_2325), hash(key.utf8.reversed(), 0x9AE1_6A3B_2F90_404F))
        return hex(one) + hex(other)
    }

    private static func hash(_ bytes: some Sequence<UInt8>, _ seed: UInt64) -> UInt64 {
        bytes.reduce(seed) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
    }

    private static func hex(_ number: UInt64) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
