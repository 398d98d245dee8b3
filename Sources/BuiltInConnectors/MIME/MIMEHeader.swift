// Header sections of mails: fields, unfolded, with their encoded words (RFC 2047) decoded.

/// The fields of a mail or of a part of one.
struct MIMEHeader: Sendable {
    /// Names in lower case, values unfolded and otherwise as they came.
    private var fields: [(name: String, value: ArraySlice<UInt8>)] = []
    /// Whether a limit left something out.
    private(set) var isCut = false
    /// The type of a part that names none.
    private let otherwise: String?

    private static let mostFields = 2_000

    /// The header and what comes behind it.
    /// - Parameter otherwise: the type of a part that names none.
    static func split(
        _ bytes: ArraySlice<UInt8>, _ limits: MIMELimits, otherwise: String? = nil
    ) -> (MIMEHeader, ArraySlice<UInt8>) {
        var header = MIMEHeader(otherwise: otherwise)
        var place = bytes.startIndex
        var field: (name: String, value: [UInt8])?
        var size = 0
        while place < bytes.endIndex {
            let end = bytes[place...].firstIndex(of: 0x0A) ?? bytes.endIndex
            var line = bytes[place..<end]
            if line.last == 0x0D { line = line.dropLast() }
            if line.isEmpty {
                place = end + 1
                break
            }
            size += line.count
            let isKept = size <= limits.headerBytes && header.fields.count < mostFields
            if !isKept { header.isCut = true }
            if line.first == 0x20 || line.first == 0x09 {
                if isKept { field?.value += line }
            } else if let colon = line.firstIndex(of: 0x3A), isName(line[..<colon]) {
                header.add(field)
                let name = String(decoding: line[..<colon], as: UTF8.self).lowercased()
                field = isKept ? (name.trimmingCharacters { $0 == " " }, Array(line[(colon + 1)...])) : nil
            } else if !(place == bytes.startIndex && line.starts(with: Array("From ".utf8))) {
                // No field: the empty line before the text is missing. (The first line may be a mailbox file's.)
                break
            }
            place = end + 1
        }
        header.add(field)
        return (header, bytes[min(place, bytes.endIndex)...])
    }

    private init(otherwise: String?) { self.otherwise = otherwise }

    private mutating func add(_ field: (name: String, value: [UInt8])?) {
        guard let field else { return }
        fields.append((field.name, field.value[...]))
    }

    private static func isName(_ bytes: ArraySlice<UInt8>) -> Bool {
        !bytes.isEmpty && bytes.count <= 200 && bytes.allSatisfy { $0 > 0x20 && $0 < 0x7F || $0 == 0x20 }
            && bytes.first != 0x20
    }

    /// The first field of a name, without spaces around it; bytes beyond ASCII as the text they most likely are.
    func first(_ name: String) -> String? {
        guard let field = fields.first(where: { $0.name == name }) else {
            return name == "content-type" ? otherwise : nil
        }
        let text = MIMECharset.text(field.value, nil)
        return String(text.map { $0.isNewline || $0 == "\t" || $0 == "\0" ? " " : $0 })
            .trimmingCharacters { $0 == " " }
    }

    /// A field of free text, like the subject.
    func text(_ name: String) -> String? { first(name).map(EncodedWords.decoded) }

    /// All addresses in the fields of a name.
    func addresses(_ name: String, most: Int) -> [MIMEAddress] {
        var found: [MIMEAddress] = []
        for field in fields where field.name == name && found.count < most {
            found += MIMEAddress.list(MIMECharset.text(field.value, nil), most: most - found.count)
        }
        return found
    }
}

/// Encoded words: `=?UTF-8?Q?Gr=C3=BCn?=` (RFC 2047, with the language of RFC 2231 §5).
enum EncodedWords {
    /// The text with its words decoded; what is none stays as it is.
    static func decoded(_ text: String) -> String {
        guard text.contains("=?") else { return text }
        var output = ""
        // Words behind each other are decoded together when their charset is the same: some mailers split characters.
        var pending: (charset: String, bytes: [UInt8])?
        var rest = text[...]
        func flush() {
            if let word = pending { output += MIMECharset.text(word.bytes[...], word.charset) }
            pending = nil
        }
        while let start = rest.firstRange(of: "=?") {
            let before = rest[..<start.lowerBound]
            guard let (word, end) = word(rest[start.upperBound...]) else {
                flush()
                output += rest[..<start.upperBound]
                rest = rest[start.upperBound...]
                continue
            }
            // Spaces between two words only separate them.
            if pending == nil || !before.allSatisfy({ $0 == " " || $0 == "\t" }) {
                flush()
                output += before
            }
            if let open = pending, open.charset == word.charset {
                pending = (open.charset, open.bytes + word.bytes)
            } else {
                flush()
                pending = word
            }
            rest = rest[end...]
        }
        flush()
        return output + rest
    }

    /// `UTF-8?Q?…?=`
    private static func word(_ text: Substring) -> (word: (charset: String, bytes: [UInt8]), end: String.Index)? {
        guard let first = text.prefix(80).firstIndex(of: "?") else { return nil }
        let afterFirst = text.index(after: first)
        guard let second = text[afterFirst...].prefix(2).firstIndex(of: "?") else { return nil }
        let body = text[text.index(after: second)...]
        // Words have at most 75 characters; mailers that don't count are read as well.
        guard let end = body.prefix(20_000).firstRange(of: "?=") else { return nil }
        let charset = text[..<first].prefix { $0 != "*" }.lowercased()
        let content = Array(body[..<end.lowerBound].utf8)[...]
        switch text[afterFirst..<second].lowercased() {
        case "q":
            let spaced = content.map { $0 == UInt8(ascii: "_") ? 0x20 : $0 }
            return ((charset, MIMETransfer.quotedPrintable(spaced[...], isHeader: true)), end.upperBound)
        case "b": return ((charset, MIMETransfer.base64(content)), end.upperBound)
        default: return nil
        }
    }
}

extension StringProtocol {
    /// Without the characters at both ends that `isOne` says.
    func trimmingCharacters(_ isOne: (Character) -> Bool) -> String {
        var rest = self[...]
        while let first = rest.first, isOne(first) { rest = rest.dropFirst() }
        while let last = rest.last, isOne(last) { rest = rest.dropLast() }
        return String(rest)
    }
}
