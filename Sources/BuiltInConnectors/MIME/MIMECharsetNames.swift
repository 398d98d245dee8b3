// Names of charsets in mails and the C library's names for what is meant by them (WHATWG Encoding §4.2, Debian's iconv).

enum MIMECharsetNames {
    /// What the C library calls the charset that mails give this name; nil for names that are none of these.
    ///
    /// Where many programs say the older charset and write the newer one that contains it, the newer one is taken.
    /// - Parameter name: in lower case.
    static func known(_ name: String) -> String? {
        if let meant = meant[name] { return meant }
        for start in ["iso-8859-", "iso8859-", "iso_8859-", "iso8859_", "8859-"] where name.hasPrefix(start) {
            // Hebrew in the order of reading or of showing: the characters are the same.
            let number = String(name.dropFirst(start.count)).replacing("-i", with: "").replacing("-e", with: "")
            return parts[number]
        }
        for start in ["windows-", "cp", "x-cp", "win-", "cp-"] where name.hasPrefix(start) {
            if let number = Int(name.dropFirst(start.count)), (1_250...1_258).contains(number) {
                return "windows-\(number)"
            }
        }
        return nil
    }

    /// Parts of ISO 8859 beside the first and the fifteenth.
    private static let parts: [String: String] = {
        var names: [String: String] = [:]
        for number in [2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 16] { names["\(number)"] = "iso-8859-\(number)" }
        (names["9"], names["11"]) = ("windows-1254", "cp874")
        return names
    }()

    private static let meant: [String: String] = {
        let groups: [(String, [String])] = [
            ("iso-8859-2", ["latin2", "latin-2", "l2"]), ("iso-8859-5", ["cyrillic"]), ("iso-8859-7", ["greek"]),
            ("windows-1254", ["latin5", "latin-5", "l5"]), ("cp874", ["tis-620", "windows-874", "cp874"]),
            ("koi8-r", ["koi8-r", "koi8", "koi8_r"]), ("koi8-u", ["koi8-u", "koi8-ru"]),
            ("gb18030", ["gb2312", "gb_2312-80", "gb_2312", "gbk", "x-gbk", "cp936", "ms936", "euc-cn", "gb18030"]),
            ("big5-hkscs", ["big5", "big5-hkscs", "cn-big5", "x-x-big5", "cp950"]),
            ("euc-jp", ["euc-jp", "x-euc-jp", "eucjp", "ujis"]),
            ("cp932", ["shift_jis", "shift-jis", "sjis", "x-sjis", "ms_kanji", "windows-31j", "ms932", "cp932"]),
            ("iso-2022-jp-3", ["iso-2022-jp", "iso-2022-jp-1", "iso-2022-jp-3", "iso-2022-jp-ms", "csiso2022jp"]),
            ("iso-2022-jp-3", ["cp50220", "cp50221", "cp50222"]), ("iso-2022-jp-2", ["iso-2022-jp-2"]),
            ("uhc", ["euc-kr", "ks_c_5601-1987", "ks_c_5601-1989", "ks_c_5601", "ksc5601", "ksc_5601", "korean"]),
            ("uhc", ["cp949", "windows-949", "ms949", "uhc", "x-windows-949"]), ("iso-2022-kr", ["iso-2022-kr"]),
            ("utf-7", ["utf-7", "unicode-1-1-utf-7"]), ("utf-16", ["utf-16", "unicode", "ucs-2"]),
            ("utf-16le", ["utf-16le"]), ("utf-16be", ["utf-16be"]), ("utf-32", ["utf-32"]),
            ("macintosh", ["macintosh", "mac", "x-mac-roman"]), ("cp437", ["cp437", "ibm437"]),
            ("cp850", ["cp850", "ibm850"]), ("cp852", ["cp852", "ibm852"]), ("cp866", ["cp866", "ibm866"]),
        ]
        return Dictionary(groups.flatMap { meant, names in names.map { ($0, meant) } }) { first, _ in first }
    }()
}
