// Encodings: those that are read, and those that don't hold what they say.

import Testing
import XML

struct EncodingTests {
    private static func utf16(_ text: String, bigEndian: Bool) -> [UInt8] {
        text.utf16.flatMap { bigEndian ? [UInt8($0 >> 8), UInt8($0 & 255)] : [UInt8($0 & 255), UInt8($0 >> 8)] }
    }

    static let readable: [(name: String, bytes: [UInt8], charset: String?, text: String)] = [
        ("UTF-8", Array("<a>é€😀</a>".utf8), nil, "é€😀"),
        ("UTF-8 with a mark", [0xEF, 0xBB, 0xBF] + Array("<a>é</a>".utf8), nil, "é"),
        ("UTF-8 declared", Array("<?xml version='1.0' encoding='utf-8'?><a>é</a>".utf8), nil, "é"),
        ("UTF-16 big", [0xFE, 0xFF] + utf16("<a>é€😀</a>", bigEndian: true), nil, "é€😀"),
        (
            "UTF-16 little", [0xFF, 0xFE] + utf16("<?xml version='1.0' encoding='UTF-16'?><a>😀</a>", bigEndian: false),
            nil, "😀"
        ),
        (
            "UTF-16 without a mark", utf16("<?xml version='1.0' encoding='UTF-16LE'?><a>é</a>", bigEndian: false), nil,
            "é"
        ),
        ("UTF-16 by the transport", utf16("<a>é</a>", bigEndian: true), "utf-16be", "é"),
        (
            "Latin 1", Array("<?xml version='1.0' encoding='ISO-8859-1'?><a>".utf8) + [0xE9, 0x3C, 0x2F, 0x61, 0x3E],
            nil, "é"
        ),
        ("Latin 1 by the transport", [0x3C, 0x61, 0x3E, 0xE9, 0x3C, 0x2F, 0x61, 0x3E], "iso-8859-1", "é"),
        (
            "the transport rules over the declaration",
            Array("<?xml version='1.0' encoding='ISO-8859-1'?><a>é</a>".utf8), "utf-8", "é"
        ),
        ("a mark rules over the transport", [0xEF, 0xBB, 0xBF] + Array("<a>é</a>".utf8), "iso-8859-1", "é"),
        (
            "Windows 1252",
            Array("<?xml version=\"1.0\" encoding=\"windows-1252\" ?><a>".utf8) + [0x80, 0x3C, 0x2F, 0x61, 0x3E], nil,
            "€"
        ),
        (
            "Latin 9", Array("<?xml version='1.0' encoding='ISO-8859-15'?><a>".utf8) + [0xA4, 0x3C, 0x2F, 0x61, 0x3E],
            nil, "€"
        ),
        ("ASCII", Array("<?xml version='1.0' encoding='us-ascii'?><a>&#233;</a>".utf8), nil, "é"),
        (
            "Shift JIS",
            Array("<?xml version='1.0' encoding='Shift_JIS'?><a>".utf8) + [0x93, 0xFA, 0x3C, 0x2F, 0x61, 0x3E], nil,
            "日"
        ),
    ]

    @Test(arguments: readable)
    func `is read`(name: String, bytes: [UInt8], charset: String?, text: String) throws {
        #expect(try XMLElement.parse(bytes, charset: charset).text == text)
    }

    static let wrong: [(name: String, bytes: [UInt8], charset: String?)] = [
        ("not UTF-8", [0x3C, 0x61, 0x3E, 0xE9, 0x3C, 0x2F, 0x61, 0x3E], nil),
        ("an overlong form", [0x3C, 0x61, 0x3E, 0xC0, 0xBC, 0x3C, 0x2F, 0x61, 0x3E], nil),
        ("a surrogate in UTF-8", [0x3C, 0x61, 0x3E, 0xED, 0xA0, 0x80, 0x3C, 0x2F, 0x61, 0x3E], nil),
        ("wrong bytes in an attribute", Array("<a b='".utf8) + [0xFF] + Array("'/>".utf8), nil),
        ("wrong bytes in a comment", Array("<a><!--".utf8) + [0xFF] + Array("--></a>".utf8), nil),
        ("wrong bytes in a section", Array("<a><![CDATA[".utf8) + [0xFF] + Array("]]></a>".utf8), nil),
        ("wrong bytes in a name", Array("<a".utf8) + [0xE9] + Array("/>".utf8), nil),
        ("says UTF-16, is not", Array("<?xml version='1.0' encoding='UTF-16'?><a/>".utf8), nil),
        ("is UTF-16, says Latin 1", utf16("<?xml version='1.0' encoding='ISO-8859-1'?><a/>", bigEndian: false), nil),
        (
            "a mark of UTF-8, says Latin 1",
            [0xEF, 0xBB, 0xBF] + Array("<?xml version='1.0' encoding='ISO-8859-1'?><a/>".utf8), nil
        ),
        ("half a character", [0xFF, 0xFE] + utf16("<a/>", bigEndian: false) + [0x20], nil),
        (
            "half a pair",
            [0xFE, 0xFF] + utf16("<a>", bigEndian: true) + [0xD8, 0x3D] + utf16("</a>", bigEndian: true), nil
        ),
        ("an unknown encoding", Array("<?xml version='1.0' encoding='x-evil'?><a/>".utf8), nil),
        ("an unknown charset", Array("<a/>".utf8), "klingon"),
        ("UTF-7", Array("<?xml version='1.0' encoding='UTF-7'?><a>+ADw-</a>".utf8), nil),
        ("UTF-32", [0xFF, 0xFE, 0, 0, 0x3C, 0, 0, 0], nil),
        ("letters in ASCII", Array("<?xml version='1.0' encoding='US-ASCII'?><a>é</a>".utf8), nil),
        ("cut short in Shift JIS", Array("<?xml version='1.0' encoding='Shift_JIS'?><a/>".utf8) + [0x93], nil),
    ]

    @Test(arguments: wrong)
    func `is refused`(name: String, bytes: [UInt8], charset: String?) throws {
        let error = #expect(throws: XMLError.self) { try XMLElement.parse(bytes, charset: charset) }
        #expect(error?.kind == .encoding || error?.kind == .malformed, "\(String(describing: error))")
    }

    @Test func `a DOCTYPE hidden in UTF-16 is found`() {
        let bytes = [0xFF, 0xFE] + Self.utf16("<!DOCTYPE a SYSTEM 'x'><a/>", bigEndian: false)
        #expect(throws: XMLError.self) { try XMLElement.parse(bytes) }
    }
}
