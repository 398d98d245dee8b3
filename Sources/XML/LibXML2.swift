// The library itself: its start, its version, and its errors in our words.

import CLibXML2

/// What is to be known about the linked libxml2.
public enum LibXML2 {
    /// Like `2.9.14`, for `galley doctor`.
    public static var version: String {
        let number = Int(text(__xmlParserVersion().pointee).prefix { $0.isNumber }) ?? 0
        return "\(number / 10_000).\(number / 100 % 100).\(number % 100)"
    }

    /// Sets the library's tables up, once, before threads use them.
    static func start() { _ = started }
    private static let started: Void = xmlInitParser()

    /// The options of every parse: no network, and the encoding as `DocumentEncoding` made it. Never NOENT, DTDLOAD, HUGE,
    /// RECOVER or XINCLUDE.
    static let options = Int32(XML_PARSE_NONET.rawValue | XML_PARSE_IGNORE_ENC.rawValue)

    /// The error as a sentence for people; nil for a mere warning.
    static func sentence(_ error: xmlError, line: Int) -> XMLError? {
        guard error.level.rawValue >= XML_ERR_ERROR.rawValue else { return nil }
        let (first, second) = (text(error.str1), text(error.str2))
        let code = xmlParserErrors(rawValue: UInt32(clamping: error.code))
        switch code {
        case XML_ERR_DOCUMENT_EMPTY:
            return XMLError(.malformed, "there is no XML: the text is empty or doesn't start with \"<\"", line: line)
        case XML_ERR_DOCUMENT_END:
            return XMLError(.malformed, "there is something after the end of the root element", line: line)
        case XML_ERR_TAG_NAME_MISMATCH:
            return XMLError(
                .malformed, "</\(second)> stands where <\(first)> of line \(error.int1) must end", line: line)
        case XML_ERR_TAG_NOT_FINISHED:
            return XMLError(
                .malformed, "the text ends inside <\(first)>, which was opened on line \(error.int1)", line: line)
        case XML_ERR_UNDECLARED_ENTITY, XML_WAR_UNDECLARED_ENTITY:
            return XMLError(
                .malformed, "&\(first); is not known: only &lt; &gt; &amp; &quot; &apos; and numbers are", line: line)
        case XML_NS_ERR_UNDEFINED_NAMESPACE:
            return XMLError(
                .malformed, "the prefix \"\(first)\" is used but not declared with xmlns:\(first)", line: line)
        case XML_ERR_ATTRIBUTE_REDEFINED:
            return XMLError(.malformed, "an element has the attribute \"\(first)\" twice", line: line)
        case XML_ERR_LT_IN_ATTRIBUTE:
            return XMLError(.malformed, "\"<\" in an attribute must be written as &lt;", line: line)
        case XML_ERR_INVALID_ENCODING, XML_ERR_UNKNOWN_ENCODING, XML_ERR_UNSUPPORTED_ENCODING:
            return XMLError(.encoding, "the document holds bytes that are not the encoding it says it has", line: line)
        case XML_ERR_NO_MEMORY:
            return XMLError(.tooLarge, "there is not enough memory to read the document", line: line)
        default:
            // libxml2's own words: "Opening quote missing …", followed by a newline.
            let words = text(error.message).split { $0.isNewline }.first.map(String.init) ?? "this is not XML"
            return XMLError(.malformed, words, line: line)
        }
    }

    /// A C string from libxml2, shortened: it may quote the document.
    static func text(_ string: UnsafePointer<CChar>?) -> String {
        guard let string else { return "" }
        let text = String(cString: string)
        return text.count > 80 ? text.prefix(80) + "…" : text
    }
}
