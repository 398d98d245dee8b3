// Address fields of mails that others wrote (RFC 5322 §3.4): names in quotes and encoded words, comments, groups.

/// One address of a mail.
struct MIMEAddress: Hashable, Sendable {
    /// For people; nil when there is none.
    let name: String?
    let address: String

    /// The addresses of a field; what can't be one is passed over.
    static func list(_ text: String, most: Int) -> [MIMEAddress] {
        var reader = Reader()
        for character in text.map({ $0.isNewline || $0 == "\t" || $0 == "\0" ? " " : $0 }) {
            reader.take(character)
            guard reader.found.count < most else { break }
        }
        reader.finish()
        return Array(reader.found.prefix(most))
    }

    /// Goes through a field one character at a time; depth is a number, so that no comment can exhaust the stack.
    private struct Reader {
        var found: [MIMEAddress] = []
        /// What stands outside of angle brackets and comments.
        private var phrase = ""
        private var angle: String?
        private var comment = ""
        private var depth = 0
        private var (isQuoted, isEscaped, isInAngle) = (false, false, false)

        mutating func take(_ character: Character) {
            if isEscaped {
                isEscaped = false
                append(character)
            } else if character == "\\", isQuoted || depth > 0 {
                isEscaped = true
            } else if depth > 0 {
                if character == "(" { depth += 1 }
                if character == ")" { depth -= 1 }
                if depth > 0 { comment.append(character) }
            } else if character == "\"" {
                isQuoted.toggle()
            } else if isQuoted {
                append(character)
            } else {
                takePlain(character)
            }
        }

        private mutating func takePlain(_ character: Character) {
            switch character {
            case "(": depth = 1
            case "<": (isInAngle, angle) = (true, "")
            case ">": isInAngle = false
            case ",", ";": finish()
            // The name of a group stands before its addresses.
            case ":" where !isInAngle: (phrase, comment) = ("", "")
            default: append(character)
            }
        }

        private mutating func append(_ character: Character) {
            if depth > 0 {
                comment.append(character)
            } else if isInAngle {
                angle?.append(character)
            } else {
                phrase.append(character)
            }
        }

        /// The end of an address.
        mutating func finish() {
            defer {
                (phrase, angle, comment, depth, isQuoted, isEscaped, isInAngle) = ("", nil, "", 0, false, false, false)
            }
            let isSpace = { (character: Character) in character == " " }
            let words = phrase.trimmingCharacters(isSpace)
            let address = (angle ?? words).trimmingCharacters { $0 == " " || $0 == "<" || $0 == ">" }
            guard !address.isEmpty, address.utf8.count <= 1_000 else { return }
            let name = EncodedWords.decoded(angle == nil ? comment : words).trimmingCharacters(isSpace)
            // A source route (RFC 5322 §4.4) is no part of the address.
            let last = address.hasPrefix("@") ? address.split(separator: ":").last.map(String.init) ?? address : address
            found.append(MIMEAddress(name: name.isEmpty ? nil : name, address: last))
        }
    }
}
