// Secret values are found in every form they take.

import JSONCore
import RecipeLanguage
import Testing

@testable import Workspace

struct RedactorTests {
    static let secret = "p@ss/w\"rd <1&2>"

    @Test(arguments: [
        "p@ss/w\"rd <1&2>", "p%40ss%2Fw%22rd%20%3C1%262%3E", "p%40ss%2fw%22rd%20%3c1%262%3e",
        "p%40ss%2Fw%22rd+%3C1%262%3E",
        #"p@ss/w\"rd <1&2>"#, #"p@ss\/w\"rd <1&2>"#, "p@ss/w&quot;rd &lt;1&amp;2&gt;", "cEBzcy93InJkIDwxJjI+",
        "cEBzcy93InJkIDwxJjI-", "70407373", "before p@ss/w\"rd <1&2> and after",
    ])
    func `a secret is replaced in the forms it travels in`(text: String) throws {
        let redactor = Redactor([("PASSWORD", Self.secret)])
        if text == "70407373" {
            let hexadecimal = Self.secret.utf8.map { byte in
                (byte < 16 ? "0" : "") + String(byte, radix: 16)
            }.joined()
            #expect(redactor.redact(hexadecimal) == "[secret PASSWORD]")
        } else {
            let redacted = redactor.redact(text)
            #expect(redacted.contains("[secret PASSWORD]"))
            #expect(!redacted.contains("1&2") && !redacted.contains("93In"))
        }
    }

    @Test(arguments: ["", "a", "ab", "abc"])
    func `in base64 a secret is found wherever it starts`(before: String) {
        let redactor = Redactor([("KEY", "abcdefghijklmnop")])
        let text = "Basic " + base64(before + "abcdefghijklmnop" + ":x")
        #expect(redactor.redact(text).contains("[secret KEY]"), "\(text)")
        #expect(
            redactor.redact("Basic " + base64(before + "something else :x")) == "Basic "
                + base64(before + "something else :x"))
    }

    @Test func `values, names and numbers are redacted, the rest stays`() {
        let redactor = Redactor([("PIN", "123456"), ("TOKEN", "tok-en")])
        let json: JSON = [
            "a": ["x tok-en y", 1, nil, true], "tok-en": "key", "n": 123456, "f": JSON(number: "0.1234567") ?? .null,
            "ok": "fine",
        ]
        #expect(
            redactor.redact(json) == [
                "a": ["x [secret TOKEN] y", 1, nil, true], "[secret TOKEN]": "key", "n": "[secret PIN]",
                "f": "0.[secret PIN]7", "ok": "fine",
            ])
    }

    @Test func `the longest secret wins`() {
        let redactor = Redactor([("SHORT", "abcd"), ("LONG", "abcdefgh")])
        #expect(redactor.redact("abcdefgh abcd") == "[secret LONG] [secret SHORT]")
    }

    @Test func `short secrets and no secrets change nothing`() {
        #expect(Redactor().isEmpty && Redactor([("A", "abc")]).isEmpty)
        #expect(Redactor([("A", "abc")]).redact("abc") == "abc")
        #expect(Redactor([("A", "abcd")]).redact("nothing here") == "nothing here")
    }

    @Test func `a workspace's redactor knows stored, named and written secrets, and those that come later`() throws {
        let files = [
            "Connections/a.json": #"{ "connector": "x", "auth": { "token": { "secret": "FROM_ENV" } } }"#,
            "Connections/b.json": #"{ "connector": "x", "auth": { "password": "written-out" } }"#,
        ]
        let variables = ["FROM_ENV": "env-value", "HOOK": "hook-value", "LATER": "later-value"]
        try withWorkspace(files, variables: variables) { (workspace) throws in
            try workspace.secrets.set("STORED", "stored-value")
            let redactor = try workspace.redactor(including: ["HOOK"])
            let text = "env-value stored-value written-out hook-value later-value"
            #expect(
                redactor.redact(text)
                    == "[secret FROM_ENV] [secret STORED] [secret b.password] [secret HOOK] later-value")
            _ = try workspace.secrets.value(of: "LATER")
            #expect(redactor.redact("later-value") == "[secret LATER]")
        }
    }

    private func base64(_ text: String) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
        let bits = text.utf8.flatMap { byte in (0..<8).map { byte >> (7 - $0) & 1 } }
        var result = ""
        for start in stride(from: 0, to: bits.count, by: 6) {
            let six = bits[start..<min(start + 6, bits.count)]
            result.append(alphabet[six.reduce(0) { $0 << 1 | Int($1) } << (6 - six.count)])
        }
        return result + String(repeating: "=", count: (4 - result.count % 4) % 4)
    }
}
