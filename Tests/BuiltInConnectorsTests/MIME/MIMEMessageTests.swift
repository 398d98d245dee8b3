// Mails as strangers write them: every encoding that is in use, and what is broken or hostile, read as far as it goes.

import Testing

@testable import BuiltInConnectors

@Suite(.timeLimit(.minutes(2)))
struct MIMEMessageTests {
    /// Lines of a text, as a mail has them; each character is one byte.
    private static func message(_ text: String, limits: MIMELimits = MIMELimits()) -> MIMEMessage {
        MIMEMessage(bytes(text), limits: limits)
    }

    private static func bytes(_ text: String) -> [UInt8] {
        text.replacing("\n", with: "\r\n").unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
    }

    // MARK: - Texts

    @Test(arguments: [
        ("", "", "plain"),
        ("Content-Type: text/plain; charset=utf-8", "GrÃ¼n", "Grün"),
        ("Content-Type: text/plain; charset=\"ISO-8859-1\"", "Gr\u{FC}n", "Grün"),
        ("Content-Type: text/plain; charset=iso-8859-15", "\u{A4} 5", "€ 5"),
        ("Content-Type: text/plain; charset=windows-1252", "\u{80} \u{84}a\u{93} \u{81}", "€ „a“ \u{81}"),
        // What says Latin-1 and has bytes that it does not have.
        ("Content-Type: text/plain; charset=iso-8859-1", "\u{80}", "€"),
        ("Content-Type: text/plain; charset=koi8-r", "\u{D0}\u{D2}\u{C9}", "при"),
        ("Content-Type: text/plain; charset=iso-2022-jp", "\u{1B}$B4A\u{1B}(B", "漢"),
        ("Content-Type: text/plain; charset=shift_jis", "\u{8A}\u{BF}\u{FF}a", "漢\u{FFFD}a"),
        ("Content-Type: text/plain; charset=../../etc/passwd", "Gr\u{FC}n", "Grün"),
        ("Content-Type: text/plain; charset=utf-8", "Gr\u{FC}n", "Gr\u{FFFD}n"),
        ("Content-Type: text/plain", "Gr\u{FC}n", "Grün"),
        ("Content-Type: nonsense", "plain", "plain"), ("Content-Type: ;;;", "plain", "plain"),
        ("Content-Transfer-Encoding: quoted-printable", "a=3D=\nb =E2=82=AC=20\nc \t\nd=", "a=b €\u{20}\nc\nd"),
        ("Content-Transfer-Encoding: QUOTED-PRINTABLE", "a=ZZ=4", "a=ZZ=4"),
        ("Content-Transfer-Encoding: base64", "4oKs\nIDU=", "€ 5"),
        ("Content-Transfer-Encoding: base64", "4oKs!!IDU", "€ 5"),
        ("Content-Transfer-Encoding: base64", "YQ==YQ==", "aa"),
        ("Content-Transfer-Encoding: x-unknown", "plain", "plain"),
    ])
    func `decodes texts`(field: String, body: String, text: String) {
        let head = field.isEmpty ? "" : field + "\n"
        #expect(Self.message("From: a@b.example\n\(head)\n\(body.isEmpty ? "plain" : body)").text == text)
    }

    /// Names of charsets as mail programs write them, and characters that only what is meant by them has.
    @Test(arguments: [
        ("gb2312", "\u{E9}\u{46}", "镕"), ("GB_2312-80", "\u{D6}\u{D0}", "中"), ("x-gbk", "\u{D6}\u{D0}", "中"),
        ("ks_c_5601-1987", "\u{8C}\u{63}", "똠"), ("euc-kr", "\u{C7}\u{D1}", "한"), ("cp949", "\u{C7}\u{D1}", "한"),
        ("Shift_JIS", "\u{87}\u{40}", "①"), ("x-sjis", "\u{8A}\u{BF}", "漢"), ("windows-31j", "\u{8A}\u{BF}", "漢"),
        ("iso-2022-jp", "\u{1B}(I1\u{1B}(B!", "ｱ!"), ("csISO2022JP", "\u{1B}$B4A\u{1B}(B", "漢"),
        ("big5", "\u{A4}\u{A4}", "中"), ("big5", "\u{88}\u{66}", "Ê"), ("cn-big5", "\u{A4}\u{A4}", "中"),
        ("cp1251", "\u{EF}\u{F0}", "пр"), ("x-cp1251", "\u{EF}\u{F0}", "пр"), ("koi8-ru", "\u{D0}", "п"),
        ("iso8859-2", "\u{B1}", "ą"), ("latin2", "\u{B1}", "ą"), ("iso-8859-8-i", "\u{E0}", "א"),
        ("iso-8859-9", "\u{FE}\u{80}", "ş€"), ("windows-874", "\u{A1}", "ก"), ("tis-620", "\u{A1}", "ก"),
        ("utf-7", "Gr+APw-n", "Grün"), ("ibm850", "\u{81}", "ü"), ("x-mac-roman", "\u{9F}", "ü"),
    ])
    func `charsets have the names that mail programs give them`(charset: String, body: String, text: String) {
        #expect(Self.message("Content-Type: text/plain; charset=\(charset)\n\n\(body)").text == text)
        let bytes = Self.bytes(body).map { "=" + ($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: true) }
            .joined()
        #expect(Self.message("Subject: =?\(charset)?Q?\(bytes)?=\n\nx").header.text("subject") == text)
    }

    @Test(arguments: [
        ("plain", "plain"), ("=?UTF-8?Q?Gr=C3=BCn?=", "Grün"), ("=?utf-8?b?R3LDvG4=?=", "Grün"),
        ("=?ISO-8859-1*de?Q?Gr=FCn?=", "Grün"), ("a =?UTF-8?Q?b_c?= d", "a b c d"),
        ("=?UTF-8?Q?a?= =?UTF-8?Q?b?=", "ab"), ("=?UTF-8?Q?a?=\n =?ISO-8859-1?Q?=FC?=", "aü"),
        // A character split between two words.
        ("=?UTF-8?B?4oI=?= =?UTF-8?B?rA==?=", "€"), ("=?UTF-8?Q?=E2=82?= =?UTF-8?Q?=AC?=", "€"),
        ("=?UTF-8?Q?unfinished", "=?UTF-8?Q?unfinished"), ("=?UTF-8?X?a?=", "=?UTF-8?X?a?="),
        ("=?=?=?", "=?=?=?"), ("=??Q?Gr=FCn?=", "Grün"), ("1 =? 2", "1 =? 2"),
        ("=?x-no-such?Q?Gr=C3=BCn?=", "Grün"), ("Gr\u{FC}n", "Grün"), ("GrÃ¼n", "Grün"),
        ("folded\n  here", "folded  here"), ("\u{0}null", "null"),
    ])
    func `decodes subjects`(field: String, subject: String) {
        #expect(Self.message("Subject: \(field)\n\nx").header.text("subject") == subject)
    }

    @Test(
        arguments: [
            ("ada@acme.example", [MIMEAddress(name: nil, address: "ada@acme.example")]),
            ("Ada <ada@acme.example>", [MIMEAddress(name: "Ada", address: "ada@acme.example")]),
            (
                "\"Bo, \\\"A\\\"\" <a@b.example>, c@d.example",
                [
                    MIMEAddress(name: "Bo, \"A\"", address: "a@b.example"),
                    MIMEAddress(name: nil, address: "c@d.example"),
                ]
            ),
            ("a@b.example (Ada (really))", [MIMEAddress(name: "Ada (really)", address: "a@b.example")]),
            ("=?UTF-8?Q?J=C3=B6rg=2C_M?= <j@b.example>", [MIMEAddress(name: "Jörg, M", address: "j@b.example")]),
            (
                "Team: a@b.example, C <c@d.example>;, e@f.example",
                [
                    MIMEAddress(name: nil, address: "a@b.example"), MIMEAddress(name: "C", address: "c@d.example"),
                    MIMEAddress(name: nil, address: "e@f.example"),
                ]
            ),
            ("undisclosed-recipients:;", []), ("", []), ("<>", []), (",,;,", []),
            ("<@a.example:b@c.example>", [MIMEAddress(name: nil, address: "b@c.example")]),
            ("\"open <a@b.example>", [MIMEAddress(name: nil, address: "open <a@b.example")]),
            ("Ada <ada@b.example", [MIMEAddress(name: "Ada", address: "ada@b.example")]),
            ("not an address", [MIMEAddress(name: nil, address: "not an address")]),
        ] as [(String, [MIMEAddress])])
    func `reads addresses`(field: String, addresses: [MIMEAddress]) {
        #expect(Self.message("To: \(field)\n\nx").header.addresses("to", most: 10) == addresses)
    }

    @Test(
        arguments: [
            ("Fri, 08 Mar 2024 09:05:01 +0100", 1_709_885_101_000), ("8 Mar 2024 09:05 -0500", 1_709_906_700_000),
            ("Fri, 08 Mar 24 09:05:01 GMT (Greenwich)", 1_709_888_701_000),
            ("08-Mar-2024 09:05:01 +0000", 1_709_888_701_000),
            (" 8-Mar-2024 09:05:01 EST", 1_709_906_701_000), ("Fri, 31 Feb 2024 09:05:01 +0000", nil),
            ("Thu, 01 Jan 1970 00:00:00 +0000", 0), ("8 Mar 99999999999999999999 09:05:01 +0000", nil),
            ("8 Mar 2024 25:00:00 +0000", nil), ("today", nil), ("", nil), ("8 Mar", nil), ("8 Mar 2024 : +0000", nil),
            ("8 Mar 2024 09:05:01 +9999", 1_709_888_701_000), ("8 Mar 2024 09:05:01 nowhere", 1_709_888_701_000),
        ] as [(String, Int64?)])
    func `reads times`(text: String, milliseconds: Int64?) { #expect(MIMEDate.milliseconds(text) == milliseconds) }

    // MARK: - Files

    @Test(arguments: [
        ("Content-Disposition: attachment; filename=a.pdf", "a.pdf"),
        ("Content-Disposition: attachment; filename=\"a;b \\\"c\\\".pdf\"", "a;b \"c\".pdf"),
        ("Content-Disposition: attachment; filename*=UTF-8''%C3%9Cber%20sicht.pdf", "Über sicht.pdf"),
        ("Content-Disposition: attachment; filename*=iso-8859-1'de'%DCber.pdf; filename=ueber.pdf", "Über.pdf"),
        ("Content-Disposition: attachment; filename*1*=%BCn.pdf; filename*0*=UTF-8''Gr%C3", "Grün.pdf"),
        ("Content-Disposition: attachment; filename*0=a; filename*1=b; filename*3=d", "ab"),
        ("Content-Disposition: attachment; filename=\"=?UTF-8?Q?Gr=C3=BCn?=.pdf\"", "Grün.pdf"),
        ("Content-Type: application/pdf; name=\"Gr\u{FC}n.pdf\"", "Grün.pdf"),
        ("Content-Disposition: attachment; filename=\"../../etc/passwd\"", "passwd"),
        ("Content-Disposition: attachment; filename=\"C:\\\\Windows\\\\a.exe\"", "a.exe"),
        ("Content-Disposition: attachment; filename=\"..\"", "attachment-1.txt"),
        ("Content-Disposition: attachment; filename=\"/\"", "attachment-1.txt"),
        ("Content-Disposition: attachment; filename=\"a\u{1}b\u{7F}.txt\"", "ab.txt"),
        ("Content-Disposition: attachment; filename=\"\u{E2}\u{80}\u{AE}fdp.exe\"", "fdp.exe"),
        ("Content-Disposition: attachment", "attachment-1.txt"),
        ("Content-Disposition: attachment; filename*99999999999999999999=a", "attachment-1.txt"),
        ("Content-Disposition: attachment; filename*=UTF-8''%", "%"),
        ("Content-Type: image/png", "attachment-1.png"), ("Content-Type: message/rfc822", "mail-1.eml"),
    ])
    func `names files`(fields: String, name: String) {
        let message = Self.message("\(fields)\n\ncontent")
        #expect(message.attachments.map(\.name) == [name])
        #expect(message.attachments.first?.bytes == Array("content".utf8))
    }

    @Test func `reads parts in parts`() {
        let message = Self.message(
            """
            Content-Type: multipart/mixed; boundary="a b"

            What old programs show.
            --a b
            Content-Type: multipart/related; boundary=a

            --a
            Content-Type: multipart/alternative; boundary=aa

            --aa

            Text
            --aa
            Content-Type: text/html

            <p>HTML</p>
            --aa
            Content-Type: text/calendar

            BEGIN:VCALENDAR
            --aa--
            --a
            Content-Type: image/png
            Content-ID: <logo@acme>
            Content-Transfer-Encoding: base64

            iVBO
            --a--
            --a b
            Content-Type: message/rfc822

            Subject: inner

            --a b is no boundary here
            --a b\u{20}
            Content-Type: text/plain

            More text
            --a b--
            What no one reads.
            """)
        #expect(message.text == "Text\nMore text")
        #expect(message.html == "<p>HTML</p>")
        #expect(message.attachments.map(\.type) == ["text/calendar", "image/png", "message/rfc822"])
        #expect(message.attachments[1].contentID == "logo@acme" && message.attachments[1].isInline)
        #expect(message.attachments[2].bytes == Self.bytes("Subject: inner\n\n--a b is no boundary here"))
        #expect(message.isComplete)
    }

    // MARK: - What is broken

    @Test(
        arguments: [
            ("", nil, 0), ("\n", "", 0), ("no header at all", "no header at all", 0), ("a: b", "", 0),
            ("Content-Type: multipart/mixed\n\ntext", "text", 0),
            ("Content-Type: multipart/mixed; boundary=x\n\ntext", "text", 0),
            ("Content-Type: multipart/mixed; boundary=x\n\n--x--\n", "--x--\r\n", 0),
            ("Content-Type: multipart/mixed; boundary=x\n\n--x\n\ncut", "cut", 0),
            ("Content-Type: multipart/mixed; boundary=x\n\n--x", "--x", 0),
            ("Content-Type: multipart/mixed; boundary=x\n\n--x\n--x\n--x\n\nlast\n--x--", "last", 0),
            ("Content-Type: multipart/mixed; boundary=\"\"\n\n--\n\na", "--\r\n\r\na", 0),
            ("Subject: a\nno colon\nTo: b@c.example\n\nbody", "no colon\r\nTo: b@c.example\r\n\r\nbody", 0),
            (" folded first\n\nbody", "body", 0),
        ] as [(String, String?, Int)])
    func `reads what is there of a broken mail`(mail: String, text: String?, files: Int) {
        let message = Self.message(mail)
        #expect((message.text ?? "") == (text ?? "").replacing("\r\n", with: "\n"))
        #expect(message.attachments.count == files)
    }

    @Test func `depth, parts, headers and texts are bounded`() {
        var deep = ""
        for level in 0..<5_000 { deep += "Content-Type: multipart/mixed; boundary=b\(level)\n\n--b\(level)\n" }
        #expect(!Self.message(deep + "\nend").isComplete)
        let same = String(repeating: "Content-Type: multipart/mixed; boundary=b\n\n--b\n", count: 5_000)
        _ = Self.message(same)
        let many = "Content-Type: multipart/mixed; boundary=b\n\n" + String(repeating: "--b\n\nx\n", count: 5_000)
        let parts = Self.message(many)
        #expect(!parts.isComplete && (parts.text?.count ?? 0) <= 1_200)
        let fields = Self.message(String(repeating: "X-Field: value\n", count: 50_000) + "\nbody")
        #expect(!fields.isComplete && fields.text == "body")
        let folded = Self.message("Subject: a\n" + String(repeating: " more\n", count: 200_000) + "\nbody")
        #expect(!folded.isComplete && folded.text == "body")
        #expect((folded.header.text("subject")?.utf8.count ?? 0) <= 256 << 10)
        let addresses = Self.message("To: " + String(repeating: "a@b.example,", count: 20_000) + "\n\nx")
        #expect(addresses.header.addresses("to", most: 1_000).count == 1_000)
        let comments = Self.message("To: " + String(repeating: "(", count: 100_000) + "a@b.example\n\nx")
        #expect(comments.header.addresses("to", most: 10).isEmpty)
        var limits = MIMELimits()
        limits.textBytes = 100
        let long = Self.message("A: b\n\n" + String(repeating: "x", count: 1_000), limits: limits)
        #expect(long.text?.utf8.count == 100 && !long.isComplete)
        let words = Self.message("Subject: " + String(repeating: "=?UTF-8?Q?", count: 20_000) + "\n\nx")
        #expect(words.header.text("subject") != nil)
    }

    /// Mails that went through a grinder: bytes changed, doubled, cut out, always the same ones.
    @Test func `no bytes make it crash or hang`() {
        let seeds = [
            "From: =?UTF-8?Q?A=C3=BC?= <a@b.example>\nTo: G: c@d.example;\nSubject: =?iso-8859-15?B?pA==?= =?x?q?y?=\nDate: Fri, 08 Mar 2024 09:05:01 +0100\nContent-Type: multipart/mixed; boundary=\"b\"\n\n--b\nContent-Type: text/plain; charset=iso-2022-jp\nContent-Transfer-Encoding: quoted-printable\n\n=1B$B4A=1B(B=\n--b\nContent-Disposition: attachment; filename*0*=UTF-8''%C3; filename*1*=%BC\nContent-Transfer-Encoding: base64\n\nQUJD\n--b--\n",
            "Content-Type: multipart/alternative; boundary=a\n\n--a\nContent-Type: multipart/related; boundary=b\n\n--b\nContent-Type: text/html; charset=utf-16\n\n\u{FF}\u{FE}<\u{0}\n--b--\n--a--",
        ].map(Self.bytes)
        var state: UInt64 = 0x9E37_79B9_7F4A_7C15
        func next(_ bound: Int) -> Int {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return Int(state % UInt64(max(bound, 1)))
        }
        let pieces = [
            "--b", "\r\n", "\n", "=?", "?=", "\"", ";", "(", "<", "*0*=", "\u{0}", "%", "=", "boundary=", ": ", "'",
        ].map(Self.bytes)
        for round in 0..<4_000 {
            var bytes = seeds[round % seeds.count]
            for _ in 0...next(8) {
                let place = next(bytes.count)
                switch next(5) {
                case 0 where !bytes.isEmpty: bytes[place] = UInt8(next(256))
                case 1: bytes.removeSubrange(place..<min(bytes.count, place + next(40)))
                case 2: bytes.insert(contentsOf: pieces[next(pieces.count)], at: place)
                case 3: bytes.insert(contentsOf: bytes.prefix(next(bytes.count)), at: place)
                default: bytes = Array(bytes.prefix(bytes.count - next(bytes.count / 4 + 1)))
                }
            }
            let message = MIMEMessage(bytes)
            _ = message.header.text("subject")
            _ = message.header.addresses("from", most: 100) + message.header.addresses("to", most: 100)
            _ = message.header.first("date").flatMap(MIMEDate.milliseconds)
            for attachment in message.attachments {
                #expect(!attachment.name.isEmpty && !attachment.name.contains("/") && !attachment.name.contains("\\"))
            }
        }
    }
}
