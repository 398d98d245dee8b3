// Texts encrypted with a password: AES-256-CBC in RNCryptor's format, version 3, as Base64.

import Crypto
import CryptoExtras
import Foundation
import JSONCore

extension FunctionTables {
    static func ciphers() -> MethodTable {
        var table = MethodTable("cipher")
        for kinds in [[] as KindSet, .text] {
            let isFunction = kinds.isEmpty
            table.add(
                "encrypt", on: kinds, isFunction ? "text: any, password: any" : "password: any", gives: .string,
                "Encrypted with a password (AES-256-CBC, RNCryptor 3), as Base64.",
                isFunction
                    ? "decrypt(encrypt('abc', 'secret'), 'secret').as_utf8"
                    : "'abc'.encrypt('secret').decrypt('secret').as_utf8", "\"abc\""
            ) { call in
                try call.made(
                    PasswordCipher.encrypt(
                        Encodings.bytes(isFunction ? call[0] ?? .null : call.receiver),
                        Encodings.bytes(call[isFunction ? 1 : 0] ?? .null), call))
            }
            table.add(
                "decrypt", on: kinds, isFunction ? "text: any, password: any" : "password: any", gives: .bytes,
                "The binary data that encrypt made unreadable.",
                isFunction
                    ? "decrypt(encrypt('abc', 'secret'), 'secret').as_utf8"
                    : "'abc'.encrypt('secret').decrypt('secret').as_utf8", "\"abc\""
            ) { call in
                .bytes(
                    try PasswordCipher.decrypt(
                        isFunction ? call.string(0) : call.text, Encodings.bytes(call[isFunction ? 1 : 0] ?? .null),
                        call))
            }
        }
        return table
    }
}

/// RNCryptor's format, version 3, with a password: version, options, two salts, the start vector, the cipher text, and
/// an HMAC-SHA256 over all of it (https://github.com/RNCryptor/RNCryptor-Spec).
enum PasswordCipher {
    private static let rounds = 10_000
    private static let headBytes = 34
    private static let codeBytes = 32

    static func encrypt(_ plain: [UInt8], _ password: [UInt8], _ call: Call) throws -> String {
        guard !password.isEmpty else { throw call.bad("encrypt needs a password that is not empty") }
        try call.run.charge(plain.count * 2, call.range)
        // Salts and start vector depend on the password too, so that nobody can foretell them, and come out the same
        // when a resumed job evaluates the step again.
        let place = Array("\(call.run.environment.seed)\u{0}\(call.run.address)\u{0}\(call.run.nextDraw())\u{0}".utf8)
        let drawn = Array(HMAC<SHA256>.authenticationCode(for: place + plain, using: SymmetricKey(data: password)))
        let (encryptionSalt, codeSalt) = (Array(drawn[0..<8]), Array(drawn[8..<16]))
        let vector = Array(drawn[16..<32])
        do {
            let cipher = try AES._CBC.encrypt(
                plain, using: key(password, encryptionSalt), iv: AES._CBC.IV(ivBytes: vector))
            let message = [3, 1] + encryptionSalt + codeSalt + vector + cipher
            let code = HMAC<SHA256>.authenticationCode(for: message, using: try key(password, codeSalt))
            try call.run.tick(20_000, call.range)
            return Data(message + Array(code)).base64EncodedString()
        } catch let error as FormulaError {
            throw error
        } catch {
            throw call.bad("the text can't be encrypted with this password")
        }
    }

    static func decrypt(_ text: String, _ password: [UInt8], _ call: Call) throws -> [UInt8] {
        let bytes = Encodings.base64(text)
        guard bytes.count >= headBytes + codeBytes, bytes[0] == 3, bytes[1] == 1 else {
            throw call.bad("the text was not made by encrypt: it is no message of RNCryptor 3")
        }
        try call.run.tick(20_000, call.range)
        let (message, code) = (bytes.dropLast(codeBytes), bytes.suffix(codeBytes))
        let (encryptionSalt, codeSalt) = (Array(bytes[2..<10]), Array(bytes[10..<18]))
        guard
            let codeKey = try? key(password, codeSalt),
            HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: message, using: codeKey),
            let vector = try? AES._CBC.IV(ivBytes: bytes[18..<headBytes]),
            let plain = try? AES._CBC.decrypt(
                message.dropFirst(headBytes), using: key(password, encryptionSalt), iv: vector)
        else { throw call.bad("the text can't be decrypted: the password is wrong, or the text was changed") }
        try call.run.charge(plain.count, call.range)
        return [UInt8](plain)
    }

    private static func key(_ password: [UInt8], _ salt: [UInt8]) throws -> SymmetricKey {
        try KDF.Insecure.PBKDF2.deriveKey(
            from: password, salt: salt, using: .insecureSHA1, outputByteCount: 32, unsafeUncheckedRounds: rounds)
    }
}
