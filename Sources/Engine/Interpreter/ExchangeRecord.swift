// What the history keeps of a request and its answer: bounded, and without anything secret.

import ConnectorKit
import JSONCore
import RecipeLanguage

/// Makes the record of an exchange. Secrets are taken out before anything is cut, so that no part of one is left at a cut.
public struct ExchangeRecord: Sendable {
    /// Bytes shown of a URL and a header.
    private static let urlBytes = 2 << 10
    private static let headerBytes = 500
    private static let mostHeaders = 40

    let redact: @Sendable (JSON) -> JSON
    /// The step's input and output are not recorded: neither is what they are sent in.
    let isMasked: Bool
    private let bodyBytes: Int

    /// - Parameters:
    ///   - redact: takes secrets out of a value.
    ///   - bodyBytes: how much of a body is shown; the recorder has to keep more.
    public init(redact: @escaping @Sendable (JSON) -> JSON, isMasked: Bool = false, bodyBytes: Int = 4 << 10) {
        (self.redact, self.isMasked, self.bodyBytes) = (redact, isMasked, bodyBytes)
    }

    /// A list of `{request, response | error, ms}`; nil when nothing was sent. One that left others out says how many.
    public func json(_ recorder: ExchangeRecorder) -> JSON? {
        let (kept, count) = recorder.exchanges
        guard !kept.isEmpty else { return nil }
        return .array(
            kept.map { exchange in
                var object: JSONObject = ["request": request(exchange)]
                if let answer = exchange.answer {
                    object["response"] = response(answer, exchange)
                } else {
                    object["error"] = .string(
                        Self.cut(clean(exchange.error ?? "no answer came in time"), Self.urlBytes))
                }
                if let end = exchange.end {
                    object["ms"] = .integer(Int(exchange.start.duration(to: end).milliseconds))
                }
                if count > kept.count { object["number"] = .integer(exchange.number) }
                return .object(object)
            })
    }

    private func request(_ exchange: ExchangeRecorder.Exchange) -> JSON {
        let request = exchange.request
        var object: JSONObject = ["method": .string(request.method), "url": .string(url(request.url))]
        guard !isMasked else { return .object(object) }
        object["headers"] = headers(request.headers)
        if exchange.sentBytes > 0 { object["body"] = body(request.body, of: exchange.sentBytes, exchange) }
        object["attachments"] = attachments(exchange.sentAttachments)
        return .object(object)
    }

    private func response(_ answer: HTTPAnswer, _ exchange: ExchangeRecorder.Exchange) -> JSON {
        var object: JSONObject = ["status": .integer(answer.status)]
        guard !isMasked else { return .object(object) }
        object["headers"] = headers(answer.headers)
        if exchange.answerBytes > 0 { object["body"] = body(answer.body, of: exchange.answerBytes, exchange) }
        object["attachments"] = attachments(exchange.answerAttachments)
        return .object(object)
    }

    // MARK: Parts

    private func url(_ url: String) -> String {
        let url = clean(url)
        let (scheme, rest) =
            url.firstRange(of: "://").map { (url[..<$0.upperBound], url[$0.upperBound...]) } ?? ("", url[...])
        // A name and password in front of the host are left out. One with a slash in it is no right URL, but was given as one.
        var place = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }.endIndex
        let port = rest[..<place].split(separator: "]").last?.split(separator: ":").dropFirst().first
        if let port, !port.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let at = rest.lastIndex(of: "@") {
            place = rest[at...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }.endIndex
        }
        let host = rest[..<place].split(separator: "@", omittingEmptySubsequences: false).last ?? ""
        guard !isMasked else { return Self.cut(scheme + host + "/…", Self.urlBytes) }
        return Self.cut(scheme + host + SensitiveNames.hidingValues(in: String(rest[place...])), Self.urlBytes)
    }

    private func headers(_ headers: [(name: String, value: String)]) -> JSON {
        .array(
            headers.prefix(Self.mostHeaders).map { name, value in
                let shown =
                    SensitiveNames.isSensitive(name)
                    ? SensitiveNames.replacement
                    : Self.cut(SensitiveNames.hidingValues(in: clean(value)), Self.headerBytes)
                return [.string(Self.cut(clean(name), 200)), .string(shown)]
            })
    }

    private func body(_ kept: [UInt8], of count: Int, _ exchange: ExchangeRecorder.Exchange) -> JSON {
        let isConfidential = exchange.request.isConfidential
        if isConfidential, kept.isEmpty { return .string("[\(count) bytes with credentials]") }
        guard !kept.contains(0), !kept.isEmpty else { return .string("[\(count) bytes that are no text]") }
        let cleaned = clean(String(decoding: kept, as: UTF8.self))
        if isConfidential { return .string(Self.cut(cleaned, bodyBytes)) }
        let text = SensitiveNames.hidingValues(in: cleaned)
        let shown = Self.cut(text, bodyBytes)
        return .string(
            text.utf8.count > bodyBytes || count > kept.count ? "\(shown) [\(count) bytes in all]" : shown)
    }

    /// What stands beside the first part of a body in parts; nil for nothing.
    private func attachments(_ attachments: [MessageParts.Attachment]) -> JSON? {
        guard !attachments.isEmpty else { return nil }
        func shown(_ text: String?) -> JSON { text.map { .string(Self.cut(clean($0), 200)) } ?? .null }
        return .array(
            attachments.prefix(Self.mostHeaders).map {
                ["id": shown($0.contentID), "type": shown($0.contentType), "size_bytes": .integer($0.sizeBytes)]
            })
    }

    /// Without secrets: taken out of the whole before anything is cut or split.
    private func clean(_ text: String) -> String { redact(.string(text)).string ?? "" }

    /// Not longer than so many bytes.
    private static func cut(_ text: String, _ most: Int) -> String {
        guard text.utf8.count > most else { return text }
        var cut = String.UnicodeScalarView()
        var bytes = 0
        for scalar in text.unicodeScalars {
            bytes += UTF8.width(scalar)
            if bytes > most { break }
            cut.append(scalar)
        }
        return String(cut) + "…"
    }
}

/// Names whose values are credentials, whatever they are: a token that was handed out a moment ago is in no list of secrets.
enum SensitiveNames {
    static let replacement = "[hidden]"
    /// Attributes are looked over for the end of a tag: so many bytes.
    private static let longestTag = 4 << 10

    private static let whole: Set<String> = [
        "authorization", "proxyauthorization", "cookie", "setcookie", "key", "auth", "sig", "sid", "pwd", "pass", "pin",
        "otp",
        "code", "assertion",
    ]
    private static let parts = [
        "token", "secret", "password", "passwd", "apikey", "accesskey", "privatekey", "credential", "signature",
        "session",
        "passphrase", "bearer",
    ]
    /// A name that says more than that: `token_type`, `expires_in` are no secrets.
    private static let harmless: Set<String> = ["tokentype", "tokenexpires", "idempotencykey"]

    static func isSensitive(_ name: some StringProtocol) -> Bool {
        let plain = String(
            String.UnicodeScalarView(
                name.unicodeScalars.filter { $0.properties.isAlphabetic || $0.value < 0x3A && $0.value > 0x2F })
        )
        .lowercased()
        guard !harmless.contains(plain) else { return false }
        return whole.contains(plain) || parts.contains { plain.contains($0) }
    }

    /// Replaces the values of such names, as they stand in JSON (`"name": "value"`), in forms and queries (`name=value`) and
    /// in XML (`<name>value</name>`), also where the text is cut off.
    static func hidingValues(in text: String) -> String {
        let bytes = Array(text.utf8)
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var place = 0
        while place < bytes.count {
            // A name, and what stands behind it.
            guard isNameByte(bytes[place]) else {
                result.append(bytes[place])
                place += 1
                continue
            }
            let start = place
            while place < bytes.count, isNameByte(bytes[place]) { place += 1 }
            result += bytes[start..<place]
            guard place < bytes.count, let value = value(after: place, nameStart: start, in: bytes),
                isSensitive(String(decoding: bytes[start..<place], as: UTF8.self)), !value.isEmpty
            else { continue }
            // Between the name and its value there may be attributes.
            let between = bytes[place..<value.lowerBound]
            result +=
                between.count < 4
                ? Array(between) : Array(hidingValues(in: String(decoding: between, as: UTF8.self)).utf8)
            result += Array(replacement.utf8)
            place = value.upperBound
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// Where the value of a name that ends before `place` is; nil when none follows.
    private static func value(after place: Int, nameStart: Int, in bytes: [UInt8]) -> Range<Int>? {
        let quote = UInt8(ascii: "\"")
        func skippingSpace(_ from: Int) -> Int {
            var next = from
            while next < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[next]) { next += 1 }
            return next
        }
        switch bytes[place] {
        case UInt8(ascii: "="):
            var end = place + 1
            if end < bytes.count, bytes[end] == quote || bytes[end] == UInt8(ascii: "'") {  // an attribute
                let open = bytes[end]
                end += 1
                while end < bytes.count, bytes[end] != open { end += 1 }
                return place + 2..<end
            }
            while end < bytes.count, !"&;# \n\r".utf8.contains(bytes[end]) { end += 1 }
            return place + 1..<end
        case quote, UInt8(ascii: "\\"):
            // JSON, or JSON within a JSON text.
            let isEscaped = bytes[place] == UInt8(ascii: "\\")
            var next = place + (isEscaped ? 2 : 1)
            next = skippingSpace(next)
            guard next < bytes.count, bytes[next] == UInt8(ascii: ":") else { return nil }
            next = skippingSpace(next + 1)
            guard next < bytes.count else { return nil }
            if isEscaped, bytes[next] == UInt8(ascii: "\\") { next += 1 }
            guard next < bytes.count, bytes[next] == quote else {
                // A number or a word; a list or an object is looked into.
                var end = next
                while end < bytes.count, !",}] \n\r{[".utf8.contains(bytes[end]) { end += 1 }
                return end > next && !"{[nft".utf8.contains(bytes[next]) ? next..<end : nil
            }
            var end = next + 1
            while end < bytes.count, bytes[end] != quote {
                if bytes[end] == UInt8(ascii: "\\") {
                    if isEscaped { break }
                    end += 1
                }
                end += 1
            }
            return next + 1..<min(end, bytes.count)
        case UInt8(ascii: ">") where nameStart > 0: return content(after: place, nameStart, in: bytes)
        case 0x20, 0x09, 0x0A, 0x0D:
            // An element with attributes.
            guard nameStart > 0, [UInt8(ascii: "<"), UInt8(ascii: ":")].contains(bytes[nameStart - 1]) else {
                return nil
            }
            var (next, open): (Int, UInt8?) = (place, nil)
            let last = min(bytes.count, place + longestTag)
            while next < last, open != nil || bytes[next] != UInt8(ascii: ">") {
                if let quote = open {
                    if bytes[next] == quote { open = nil }
                } else if bytes[next] == quote || bytes[next] == UInt8(ascii: "'") {
                    open = bytes[next]
                } else if bytes[next] == UInt8(ascii: "<") {
                    return nil
                }
                next += 1
            }
            guard next < last, bytes[next - 1] != UInt8(ascii: "/") else { return nil }
            return content(after: next, nameStart, in: bytes)
        default: return nil
        }
    }

    /// The text of an element whose start tag ends at `place`; nil where elements are in it.
    private static func content(after place: Int, _ nameStart: Int, in bytes: [UInt8]) -> Range<Int>? {
        guard [UInt8(ascii: "<"), UInt8(ascii: ":")].contains(bytes[nameStart - 1]) else { return nil }
        let start = place + 1
        var end = start
        if bytes[start...].starts(with: "<![CDATA[".utf8) {
            while end < bytes.count, !bytes[end...].starts(with: "]]>".utf8) { end += 1 }
            return start..<min(end + 3, bytes.count)
        }
        while end < bytes.count, bytes[end] != UInt8(ascii: "<") { end += 1 }
        return bytes[start..<end].allSatisfy { [0x20, 0x09, 0x0A, 0x0D].contains($0) } ? nil : start..<end
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
            || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
    }
}
