// Web tokens and encrypted texts, against Ruby's OpenSSL in both directions.

import JSONCore
import Testing

@testable import RecipeLanguage

struct TokenTests {
    private static func evaluate(_ source: String, _ vars: JSONObject) throws -> Value {
        try FormulaCases.evaluate(source, vars: vars, nowNanoseconds: 1_700_000_000_000_000_000)
    }

    @Test func `tokens and encrypted texts are understood by OpenSSL, and OpenSSL's are here`() throws {
        let made = try JSON(parsing: RubyScript.run("ruby_tokens.rb", ["make"]))
        let tokens = made["tokens"]?.array ?? []
        #expect(tokens.count == 9)
        var lines: [String] = []
        for entry in tokens {
            let vars = entry.object ?? [:]
            let read = try Self.evaluate("workato.jwt_decode(token, public, algorithm)", vars)
            #expect(
                try read.json() == [
                    "payload": ["sub": "ann", "n": 1], "header": ["alg": entry["algorithm"] ?? .null, "kid": "k1"],
                ])
            let own = try Self.evaluate("workato.jwt_encode({sub: 'bob'}, private, algorithm, kid: 'k2')", vars)
            lines.append(
                JSON.object([
                    "algorithm": entry["algorithm"] ?? .null, "key": entry["public"] ?? .null, "token": try own.json(),
                ]).compact)
            #expect(throws: FormulaError.self) {
                try Self.evaluate("workato.jwt_decode(token.sub('.', '.A'), public, algorithm)", vars)
            }
        }
        let own = try Self.evaluate("encrypt('Zoë', 'pass')", [:])
        lines.append(JSON.object(["cipher": try own.json(), "password": "pass"]).compact)
        let answers = try RubyScript.run("ruby_tokens.rb", ["check"], input: lines.joined(separator: "\n") + "\n")
            .split(separator: "\n").map(String.init)
        let wanted = tokens.map { #"{"typ":"JWT","alg":"\#($0["algorithm"]?.string ?? "")","kid":"k2"}{"sub":"bob"}"# }
        #expect(answers == wanted + ["Zoë"])
        #expect(try Self.evaluate("decrypt(cipher, password).as_utf8", made.object ?? [:]).text == "Zoë & Łódź")
    }

    @Test(arguments: [
        ("workato.jwt_decode('a.b', 'k', 'HS256')", "workato.jwt_decode: the text is no JSON web token"),
        (
            "workato.jwt_decode(workato.jwt_encode({a: 1}, 'k', 'HS256'), 'k', 'HS512')",
            "workato.jwt_decode: the token is signed with \"HS256\", not with HS512"
        ),
        (
            "workato.jwt_decode(workato.jwt_encode({a: 1}, 'k', 'HS256'), 'other', 'HS256')",
            "workato.jwt_decode: the token's signature is wrong: it was changed, or the key differs"
        ),
        (
            "workato.jwt_decode(workato.jwt_encode({exp: 1600000000}, 'k', 'HS256'), 'k', 'HS256')",
            "workato.jwt_decode: the token has expired"
        ),
        (
            "workato.jwt_decode(workato.jwt_encode({nbf: 1800000000}, 'k', 'HS256'), 'k', 'HS256')",
            "workato.jwt_decode: the token is not valid yet"
        ),
        ("workato.jwt_encode({a: 1}, 'k', 'none')", "workato.jwt_encode: there is no algorithm \"none\" for tokens"),
        ("workato.jwt_encode({a: 1}, '', 'HS256')", "workato.jwt_encode: HS256 needs a secret that is not empty"),
        (
            "workato.jwt_encode({a: 1}, 'no key', 'RS256')",
            "workato.jwt_encode: RS256 needs a private RSA key of 2048 bits or more in PEM"
        ),
        (
            "workato.jwt_encode({a: 1}, 'no key', 'ES384')",
            "workato.jwt_encode: ES384 needs a private key of the curve P-384 in PEM"
        ),
        (
            "workato.jwt_encode(5, 'k', 'HS256')",
            "workato.jwt_encode needs an object as the payload but was given a whole number"
        ),
        ("decrypt('abc', 'k')", "decrypt: the text was not made by encrypt: it is no message of RNCryptor 3"),
        (
            "decrypt(encrypt('abc', 'k'), 'l')",
            "the text can't be decrypted: the password is wrong, or the text was changed"
        ),
        ("encrypt('abc', '')", "encrypt needs a password that is not empty"),
    ])
    func `what is wrong with a token or text is said`(source: String, message: String) throws {
        let error = try #require(throws: FormulaError.self) { try Self.evaluate(source, [:]) }
        #expect(error.message == message)
    }

    @Test func `a resumed step encrypts to the same text, another step to another`() throws {
        #expect(try Self.evaluate("encrypt('a', 'b')", [:]).text == Self.evaluate("encrypt('a', 'b')", [:]).text)
        #expect(try Self.evaluate("[encrypt('a', 'b'), encrypt('a', 'b')].uniq.length", [:]).text == "2")
    }
}
