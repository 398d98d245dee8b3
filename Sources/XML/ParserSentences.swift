// libxml2's errors in words for people who know their data and not the grammar of XML.

import CLibXML2

extension XMLError {
    /// Whether it is a mistake, and no warning. A namespace that isn't a proper URI is told as an error and is none: it is a
    /// name that is compared as text (Namespaces in XML §2.3), and documents with templates or spaces in it are in use.
    static func isMistake(_ error: xmlError) -> Bool {
        error.level.rawValue >= XML_ERR_ERROR.rawValue && error.code != Int32(XML_WAR_NS_URI.rawValue)
    }

    /// nil for a mere warning.
    init?(_ error: xmlError, line: Int) {
        guard Self.isMistake(error) else { return nil }
        let (first, second) = (LibXML2.text(error.str1), LibXML2.text(error.str2))
        var kind = Kind.malformed
        let sentence: String
        switch xmlParserErrors(rawValue: UInt32(clamping: error.code)) {
        case XML_ERR_DOCUMENT_EMPTY: sentence = Self.noDocument
        case XML_ERR_DOCUMENT_END: sentence = "there is something after the end of the root element"
        case XML_ERR_TAG_NAME_MISMATCH:
            sentence = "</\(second)> stands where <\(first)> of line \(error.int1) must end"
        case XML_ERR_TAG_NOT_FINISHED:
            sentence = "the text ends inside <\(first)>, which was opened on line \(error.int1)"
        case XML_ERR_GT_REQUIRED: sentence = "a tag has no \">\" at its end, or something odd before it"
        case XML_ERR_LTSLASH_REQUIRED: sentence = "the text ends before the root element does"
        case XML_ERR_UNDECLARED_ENTITY, XML_WAR_UNDECLARED_ENTITY:
            sentence = "&\(first); is not known: only &lt; &gt; &amp; &quot; &apos; and numbers are"
        case XML_ERR_NAME_REQUIRED where LibXML2.text(error.message).contains("EntityRef"),
            XML_ERR_ENTITYREF_SEMICOL_MISSING:
            sentence = "\"&\" must be written as &amp;"
        case XML_ERR_NAME_REQUIRED:
            sentence = "there is no name after \"<\"; where it is meant as a sign it must be written as &lt;"
        case XML_ERR_INVALID_CHAR, XML_ERR_INVALID_CHARREF, XML_ERR_INVALID_DEC_CHARREF, XML_ERR_INVALID_HEX_CHARREF:
            sentence = "there is a character that XML does not allow, or a number of none (like &#1;)"
        case XML_ERR_ATTRIBUTE_REDEFINED: sentence = "an element has the attribute \"\(first)\" twice"
        case XML_NS_ERR_ATTRIBUTE_REDEFINED:
            sentence = "an element has an attribute twice, by two prefixes of one namespace"
        case XML_ERR_ATTRIBUTE_NOT_STARTED: sentence = "an attribute's value must stand in quotes"
        case XML_ERR_ATTRIBUTE_NOT_FINISHED: sentence = "the quote around an attribute's value is not closed"
        case XML_ERR_ATTRIBUTE_WITHOUT_VALUE: sentence = "the attribute \"\(first)\" has no value"
        case XML_ERR_LT_IN_ATTRIBUTE: sentence = "\"<\" in an attribute must be written as &lt;"
        case XML_ERR_SPACE_REQUIRED:
            sentence = "there must be a space between attributes, and quotes around their values"
        case XML_ERR_MISPLACED_CDATA_END: sentence = "\"]]>\" in a text must be written as ]]&gt;"
        case XML_ERR_CDATA_NOT_FINISHED: sentence = "a section <![CDATA[ has no ]]> at its end"
        case XML_ERR_HYPHEN_IN_COMMENT: sentence = "a comment can't hold \"--\""
        case XML_ERR_COMMENT_NOT_FINISHED: sentence = "a comment <!-- has no --> at its end"
        case XML_ERR_PI_NOT_FINISHED: sentence = "an instruction <? has no ?> at its end"
        case XML_ERR_RESERVED_XML_NAME: sentence = "<?xml …?> can stand at the very start only, with nothing before it"
        case XML_NS_ERR_UNDEFINED_NAMESPACE:
            sentence = "the prefix \"\(first)\" is used but not declared with xmlns:\(first)"
        case XML_ERR_INVALID_ENCODING, XML_ERR_UNKNOWN_ENCODING, XML_ERR_UNSUPPORTED_ENCODING:
            (kind, sentence) = (.encoding, "the document holds bytes that are not the encoding it says it has")
        case XML_ERR_NAME_TOO_LONG, XML_ERR_INTERNAL_ERROR:
            (kind, sentence) = (
                .tooLarge, "the document has a name, a text or an attribute that is too long to be read"
            )
        case XML_ERR_NO_MEMORY: (kind, sentence) = (.tooLarge, "there is not enough memory to read the document")
        default:
            // libxml2's own words: one line, ended by a newline.
            sentence = LibXML2.text(error.message).split { $0.isNewline }.first.map { String($0) } ?? "this is not XML"
        }
        self.init(kind, sentence, line: line)
    }

    /// What is said of a text without any markup.
    static let noDocument = "there is no XML: the text is empty or doesn't start with \"<\""
}
