// What is wrong inside a string. Places are those of the mistake, or of the opening quote where the end is missing.

extension JSONScanner where Sink: ~Copyable {
    static var notUTF8: String { "the text is not valid UTF-8 here; save it as UTF-8" }

    static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 }

    func notUTF8(at index: Int) -> JSONError { JSONError(message: Self.notUTF8, offset: index) }

    func unclosedString() -> JSONError {
        JSONError(message: "this text is not closed: its second double quote is missing", offset: position)
    }

    func controlCharacter(at index: Int) -> JSONError {
        switch bytes[index] {
        case 0x0A, 0x0D:
            return JSONError(
                message: "this text is not closed on its line; a line break inside a text is written \\n",
                offset: position)
        case 0x09: return JSONError(message: "a tab inside a text must be written \\t", offset: index)
        default:
            return JSONError(
                message: "there is an invisible control character inside a text; it must be written "
                    + "\\u00\(Self.twoHexadecimals(bytes[index]))", offset: index)
        }
    }

    func unknownEscape(at start: Int) -> JSONError {
        JSONError(
            message:
                "there is no such escape; after a backslash comes one of \" \\ / b f n r t u, and a backslash itself "
                + "is written \\\\", offset: start)
    }

    func badUnicodeEscape(at start: Int) -> JSONError {
        JSONError(message: "\\u needs four digits of 0-9 and a-f, like \\u00e9", offset: start)
    }

    func loneSurrogate(at start: Int) -> JSONError {
        JSONError(
            message:
                "this \\u escape is half a character (a lone surrogate); such escapes come in pairs, like \\ud83d\\ude00",
            offset: start)
    }

    private static func twoHexadecimals(_ byte: UInt8) -> String {
        let text = String(byte, radix: 16)
        return text.utf8.count < 2 ? "0" + text : text
    }
}
