// Digests and message authentication codes of texts and binary data.

import Crypto
import Foundation
import JSONCore

extension FunctionTables {
    static func digests() -> MethodTable {
        var table = MethodTable("digest")
        for name in ["encode_sha256", "sha256"] {
            table.add(
                name, on: .text, gives: .bytes, "The SHA-256 digest, as binary data.",
                "'abc'.\(name).encode_hex.first(8)",
                "\"ba7816bf\""
            ) { .bytes(Array(SHA256.hash(data: Encodings.bytes($0.receiver)))) }
        }
        table.add(
            "sha1", on: .text, gives: .bytes, "The SHA-1 digest, as binary data; only for systems that ask for it.",
            "'abc'.sha1.encode_hex.first(8)", "\"a9993e36\""
        ) { .bytes(Array(Insecure.SHA1.hash(data: Encodings.bytes($0.receiver)))) }
        for name in ["encode_sha512", "sha512"] {
            table.add(
                name, on: .text, gives: .bytes, "The SHA-512 digest, as binary data.",
                "'abc'.\(name).encode_hex.first(8)",
                "\"ddaf35a1\""
            ) { .bytes(Array(SHA512.hash(data: Encodings.bytes($0.receiver)))) }
        }
        table.add(
            "md5_hexdigest", on: .text, gives: .string,
            "The MD5 digest in hexadecimal; only for systems that ask for it.",
            "'abc'.md5_hexdigest", "\"900150983cd24fb0d6963f7d28e17f72\""
        ) { .string(Encodings.hex(Array(Insecure.MD5.hash(data: Encodings.bytes($0.receiver))))) }
        table.add(
            "hmac_sha256", on: .text, "key: text", gives: .bytes, "The HMAC with SHA-256, as binary data.",
            "'abc'.hmac_sha256('key').encode_hex.first(8)", "\"9c196e32\""
        ) { .bytes(try authenticate($0, SHA256.self)) }
        table.add(
            "hmac_sha512", on: .text, "key: text", gives: .bytes, "The HMAC with SHA-512, as binary data.",
            "'abc'.hmac_sha512('key').encode_hex.first(8)", "\"3926a207\""
        ) { .bytes(try authenticate($0, SHA512.self)) }
        table.add(
            "hmac_sha1", on: .text, "key: text", gives: .bytes, "The HMAC with SHA-1, as binary data.",
            "'abc'.hmac_sha1('key').encode_hex.first(8)", "\"4fd0b215\""
        ) { .bytes(try authenticate($0, Insecure.SHA1.self)) }
        table.add(
            "hmac_md5", on: .text, "key: text", gives: .bytes, "The HMAC with MD5, as binary data.",
            "'abc'.hmac_md5('key').encode_hex.first(8)", "\"d2fe9806\""
        ) { .bytes(try authenticate($0, Insecure.MD5.self)) }
        return table
    }

    private static func authenticate<Hash: HashFunction>(_ call: Call, _ hash: Hash.Type) throws -> [UInt8] {
        let key = SymmetricKey(data: Encodings.bytes(.string(try call.string(0))))
        guard case .bytes(let secret)? = call[0] else {
            return Array(HMAC<Hash>.authenticationCode(for: Encodings.bytes(call.receiver), using: key))
        }
        return Array(
            HMAC<Hash>.authenticationCode(for: Encodings.bytes(call.receiver), using: SymmetricKey(data: secret)))
    }
}
