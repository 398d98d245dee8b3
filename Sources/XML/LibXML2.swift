// The library itself: its start, its version, its options.

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

    /// A C string from libxml2, shortened: it may quote the document.
    static func text(_ string: UnsafePointer<CChar>?) -> String {
        guard let string else { return "" }
        let text = String(cString: string)
        return text.count > 80 ? text.prefix(80) + "…" : text
    }
}
