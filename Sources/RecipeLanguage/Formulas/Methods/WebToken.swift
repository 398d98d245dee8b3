// JSON web tokens (RFC 7519) with compact signatures (RFC 7515, algorithms of RFC 7518 §3).

import Crypto
import CryptoExtras
import Foundation
import JSONCore

/// JSON web tokens.
enum WebToken {
    /// How a token is signed: by a shared secret, RSA with PKCS #1 padding, or ECDSA; with SHA-256, -384 or -512.
    enum Algorithm: String, CaseIterable {
        case hs256 = "HS256"
        case hs384 = "HS384"
        case hs512 = "HS512"
        case rs256 = "RS256"
        case rs384 = "RS384"
        case rs512 = "RS512"
        case es256 = "ES256"
        case es384 = "ES384"
        case es512 = "ES512"
    }

    private struct WrongKey: Error {}

    static func encode(_ call: Call) throws -> String {
        guard let payload = call[0], payload.members != nil || payload.kind == .string else {
            throw call.wrong(call[0] ?? .null, wanted: "an object as the payload")
        }
        let algorithm = try algorithm(call, 2)
        var header: JSONObject = ["typ": "JWT", "alg": .string(algorithm.rawValue)]
        if let more = call[3]?.members {
            for entry in more.entries where !["typ", "alg"].contains(entry.key.text) {
                header[entry.key.text] = try entry.value.json()
            }
        }
        if let kid = call.keyword("kid"), !kid.isNull { header["kid"] = .string(kid.text) }
        let signed = part(Array(JSON.object(header).compact.utf8)) + "." + part(Array(try payload.json().compact.utf8))
        let signature: [UInt8]
        do {
            signature = try sign(Array(signed.utf8), algorithm, Encodings.bytes(call[1] ?? .null))
        } catch {
            throw keyRefusal(algorithm, "private", call)
        }
        return signed + "." + part(signature)
    }

    static func decode(_ call: Call) throws -> Value {
        let algorithm = try algorithm(call, 2)
        let token = try call.string(0)
        let parts = token.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3, let header = json(parts[0]), let payload = json(parts[1]),
            let signature = bytes(parts[2])
        else { throw call.fail("bad_token", "the text is no JSON web token", "it has three parts with dots between") }
        guard header["alg"]?.string == algorithm.rawValue else {
            throw call.fail(
                "bad_token",
                "the token is signed with \(Call.shown(header["alg"]?.string ?? "nothing")), not with \(algorithm.rawValue)"
            )
        }
        let isValid: Bool
        do {
            isValid = try verify(
                Array((parts[0] + "." + parts[1]).utf8), signature, algorithm, Encodings.bytes(call[1] ?? .null))
        } catch {
            throw keyRefusal(algorithm, "public", call)
        }
        guard isValid else {
            throw call.fail("bad_token", "the token's signature is wrong: it was changed, or the key differs")
        }
        let now = Double(call.run.environment.nowNanoseconds) / 1e9
        if let end = payload["exp"]?.double, end <= now { throw call.fail("bad_token", "the token has expired") }
        if let start = payload["nbf"]?.double, start > now {
            throw call.fail("bad_token", "the token is not valid yet")
        }
        return .jsonObject(["payload": payload, "header": header])
    }

    private static func algorithm(_ call: Call, _ index: Int) throws -> Algorithm {
        let name = try call[index].map { try call.string($0) } ?? "HS256"
        guard let algorithm = Algorithm(rawValue: name.uppercased()) else {
            throw call.bad(
                "there is no algorithm \(Call.shown(name)) for tokens",
                "use \(Algorithm.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return algorithm
    }

    private static func keyRefusal(_ algorithm: Algorithm, _ half: String, _ call: Call) -> FormulaError {
        let needs =
            switch algorithm {
            case .hs256, .hs384, .hs512: "a secret that is not empty"
            case .rs256, .rs384, .rs512:
                "\(half == "private" ? "a private" : "a public or private") RSA key of 2048 bits or more in PEM"
            case .es256: "\(half == "private" ? "a private" : "a public or private") key of the curve P-256 in PEM"
            case .es384: "\(half == "private" ? "a private" : "a public or private") key of the curve P-384 in PEM"
            case .es512: "\(half == "private" ? "a private" : "a public or private") key of the curve P-521 in PEM"
            }
        return call.bad("\(algorithm.rawValue) needs \(needs)", "check the key: it starts with -----BEGIN")
    }

    // MARK: Base64 for addresses, without padding

    static func part(_ bytes: [UInt8]) -> String {
        Base64Text.encodeForURL(bytes)
    }

    private static func bytes(_ part: String) -> [UInt8]? {
        let plain = part.replacing("-", with: "+").replacing("_", with: "/")
        return Data(base64Encoded: plain + String(repeating: "=", count: (4 - plain.utf8.count % 4) % 4)).map {
            [UInt8]($0)
        }
    }

    private static func json(_ part: String) -> JSON? {
        bytes(part).flatMap { try? JSON(parsing: $0) }
    }

    // MARK: Signatures

    /// A key in PEM, also when its line ends were written as `\n`.
    private static func pem(_ key: [UInt8]) -> String {
        String(decoding: key, as: UTF8.self).replacing("\\n", with: "\n").trimmingPrefix { $0.isWhitespace }.description
    }

    static func sign(_ bytes: [UInt8], _ algorithm: Algorithm, _ key: [UInt8]) throws -> [UInt8] {
        switch algorithm {
        case .hs256: return try Array(HMAC<SHA256>.authenticationCode(for: bytes, using: secret(key)))
        case .hs384: return try Array(HMAC<SHA384>.authenticationCode(for: bytes, using: secret(key)))
        case .hs512: return try Array(HMAC<SHA512>.authenticationCode(for: bytes, using: secret(key)))
        case .rs256, .rs384, .rs512:
            let key = try _RSA.Signing.PrivateKey(pemRepresentation: pem(key))
            let signature =
                switch algorithm {
                case .rs256: try key.signature(for: SHA256.hash(data: bytes), padding: .insecurePKCS1v1_5)
                case .rs384: try key.signature(for: SHA384.hash(data: bytes), padding: .insecurePKCS1v1_5)
                default: try key.signature(for: SHA512.hash(data: bytes), padding: .insecurePKCS1v1_5)
                }
            return Array(signature.rawRepresentation)
        case .es256:
            return try Array(
                P256.Signing.PrivateKey(pemRepresentation: pem(key)).signature(for: bytes).rawRepresentation)
        case .es384:
            return try Array(
                P384.Signing.PrivateKey(pemRepresentation: pem(key)).signature(for: bytes).rawRepresentation)
        case .es512:
            return try Array(
                P521.Signing.PrivateKey(pemRepresentation: pem(key)).signature(for: bytes).rawRepresentation)
        }
    }

    private static func verify(
        _ bytes: [UInt8], _ signature: [UInt8], _ algorithm: Algorithm, _ key: [UInt8]
    ) throws -> Bool {
        switch algorithm {
        case .hs256:
            return HMAC<SHA256>.isValidAuthenticationCode(signature, authenticating: bytes, using: try secret(key))
        case .hs384:
            return HMAC<SHA384>.isValidAuthenticationCode(signature, authenticating: bytes, using: try secret(key))
        case .hs512:
            return HMAC<SHA512>.isValidAuthenticationCode(signature, authenticating: bytes, using: try secret(key))
        case .rs256, .rs384, .rs512:
            let text = pem(key)
            let key =
                try (try? _RSA.Signing.PublicKey(pemRepresentation: text))
                ?? _RSA.Signing.PrivateKey(pemRepresentation: text).publicKey
            let made = _RSA.Signing.RSASignature(rawRepresentation: signature)
            return switch algorithm {
            case .rs256: key.isValidSignature(made, for: SHA256.hash(data: bytes), padding: .insecurePKCS1v1_5)
            case .rs384: key.isValidSignature(made, for: SHA384.hash(data: bytes), padding: .insecurePKCS1v1_5)
            default: key.isValidSignature(made, for: SHA512.hash(data: bytes), padding: .insecurePKCS1v1_5)
            }
        case .es256:
            let text = pem(key)
            let key =
                try (try? P256.Signing.PublicKey(pemRepresentation: text))
                ?? P256.Signing.PrivateKey(pemRepresentation: text).publicKey
            return (try? P256.Signing.ECDSASignature(rawRepresentation: signature)).map {
                key.isValidSignature($0, for: bytes)
            } ?? false
        case .es384:
            let text = pem(key)
            let key =
                try (try? P384.Signing.PublicKey(pemRepresentation: text))
                ?? P384.Signing.PrivateKey(pemRepresentation: text).publicKey
            return (try? P384.Signing.ECDSASignature(rawRepresentation: signature)).map {
                key.isValidSignature($0, for: bytes)
            } ?? false
        case .es512:
            let text = pem(key)
            let key =
                try (try? P521.Signing.PublicKey(pemRepresentation: text))
                ?? P521.Signing.PrivateKey(pemRepresentation: text).publicKey
            return (try? P521.Signing.ECDSASignature(rawRepresentation: signature)).map {
                key.isValidSignature($0, for: bytes)
            } ?? false
        }
    }

    private static func secret(_ key: [UInt8]) throws -> SymmetricKey {
        guard !key.isEmpty else { throw WrongKey() }
        return SymmetricKey(data: key)
    }
}
