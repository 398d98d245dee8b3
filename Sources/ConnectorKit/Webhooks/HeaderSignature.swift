// Signatures that stand in a header: over which text, of what kind, with what key, and how old they may be.

import Crypto
import Foundation
import RecipeLanguage

/// How a sender signs with a shared secret or a key pair; what is doubtful is a refusal.
public struct HeaderSignature: Sendable, Hashable {
    public enum Kind: Sendable, Hashable {
        /// RFC 2104, with a shared secret.
        case hmac(WebhookSignature.Algorithm)
        /// On the curve P-256 over SHA-256 (FIPS 186-5), with the sender's public key.
        case ecdsa
        /// RFC 8032, with the sender's public key.
        case ed25519
    }
    /// Where the time of signing stands.
    enum TimePlace: Sendable, Hashable {
        case header(String)
        /// A part of the signature's own header.
        case part(String)
    }

    var kind: Kind
    /// In lower case.
    var header: String
    /// The header is a list like `t=1492774577,v1=5257a8`: the name of the elements that hold a signature.
    var part: String?
    /// What stands before the signature: `sha256=`.
    var prefix = ""
    var encoding = WebhookSignature.Encoding.hex
    /// How the secret stands for the key's bytes; nil: they are the bytes of its text.
    var keyEncoding: WebhookSignature.Encoding?
    var signed = SignedText.body
    var timestamp: TimePlace?

    /// What the schemes with a name of their own come down to; nil for those that have the secret itself in the delivery.
    init?(_ scheme: WebhookSignature.Scheme) {
        (kind, header) = (.hmac(.sha256), "")
        switch scheme {
        case .hmac: break
        case .ecdsa: kind = .ecdsa
        case .ed25519: kind = .ed25519
        case .github: (header, prefix) = ("x-hub-signature-256", "sha256=")
        case .shopify: (header, encoding) = ("x-shopify-hmac-sha256", .base64)
        case .slack:
            (header, prefix) = ("x-slack-signature", "v0=")
            signed = SignedText([.text("v0:"), .timestamp, .text(":"), .body])
            timestamp = .header("x-slack-request-timestamp")
        case .stripe:
            (header, part, timestamp) = ("stripe-signature", "v1", .part("t"))
            signed = SignedText([.timestamp, .text("."), .body])
        case .standard, .token, .basic, .member: return nil
        }
    }

    func verify(_ delivery: WebhookDelivery, _ secrets: [String]) throws(WebhookSignature.Refusal) {
        let value = try delivery.required(header)
        let time = try time(of: delivery, value)
        if let time { try delivery.checkAge(time.text, time.header) }
        let texts = part.map { Self.elements(of: value, named: $0) } ?? [value[...]]
        let signatures = texts.compactMap { text in
            text.hasPrefix(prefix) ? encoding.bytes(text.dropFirst(prefix.count)) : nil
        }
        guard !signatures.isEmpty else {
            throw WebhookSignature.Refusal("the header \(header) does not hold a signature")
        }
        let message = try signed.bytes(of: delivery, timestamp: time?.text)
        let keys = secrets.compactMap { key(of: $0) }
        guard !keys.isEmpty else { throw WebhookSignature.Refusal("the secret is no \(keyWords)") }
        guard keys.contains(where: { key in signatures.contains { key.isValid($0, message) } }) else {
            throw WebhookSignature.Refusal("the signature in \(header) is wrong")
        }
    }

    /// What tells a delivery from others where the time of signing is signed too: a digest of the text that is signed. The
    /// signature won't do: the same text has several, and what is not part of it can be changed by who repeats a delivery.
    /// - Returns: nil where nothing says when it was signed.
    func digest(of delivery: WebhookDelivery) -> String? {
        guard timestamp != nil, let value = delivery.header(header), let time = try? time(of: delivery, value),
            let message = try? signed.bytes(of: delivery, timestamp: time.text)
        else { return nil }
        return SHA256.hash(data: message).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    /// The time of signing as it was written, and the header it stands in; nil where there is none.
    private func time(
        of delivery: WebhookDelivery, _ value: String
    ) throws(WebhookSignature.Refusal) -> (text: String, header: String)? {
        switch timestamp {
        case nil: return nil
        case .header(let name): return (try delivery.required(name), name)
        case .part(let name):
            let times = Self.elements(of: value, named: name)
            guard times.count == 1 else {
                throw WebhookSignature.Refusal("the header \(header) does not hold one time")
            }
            return (String(times[0]), header)
        }
    }

    /// The values of one name in `t=1492774577,v1=5257a8`.
    private static func elements(of list: String, named name: String) -> [Substring] {
        list.split(separator: ",").compactMap { element in
            let halves = element.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return halves.count == 2 && halves[0].trimmingCharacters(in: .whitespaces) == name ? halves[1] : nil
        }
    }

    // MARK: Keys

    private enum Key {
        case shared(SymmetricKey, WebhookSignature.Algorithm)
        case ecdsa(P256.Signing.PublicKey)
        case ed25519(Curve25519.Signing.PublicKey)

        /// In constant time, where there is a secret.
        func isValid(_ signature: [UInt8], _ message: [UInt8]) -> Bool {
            switch self {
            case .shared(let key, .sha1):
                HMAC<Insecure.SHA1>.isValidAuthenticationCode(signature, authenticating: message, using: key)
            case .shared(let key, .sha256):
                HMAC<SHA256>.isValidAuthenticationCode(signature, authenticating: message, using: key)
            case .shared(let key, .sha512):
                HMAC<SHA512>.isValidAuthenticationCode(signature, authenticating: message, using: key)
            case .ecdsa(let key):
                // Two numbers in DER (RFC 3279 §2.2.3), or one after the other.
                [
                    try? P256.Signing.ECDSASignature(derRepresentation: signature),
                    try? P256.Signing.ECDSASignature(rawRepresentation: signature),
                ].compactMap(\.self).contains { key.isValidSignature($0, for: message) }
            case .ed25519(let key): key.isValidSignature(signature, for: message)
            }
        }
    }

    private var keyWords: String {
        switch kind {
        case .hmac: "key in \((keyEncoding ?? .hex).rawValue)"
        case .ecdsa: "public key of P-256"
        case .ed25519: "public key of Ed25519"
        }
    }

    private func key(of secret: String) -> Key? {
        switch kind {
        case .hmac(let algorithm):
            guard let encoding = keyEncoding else {
                return .shared(SymmetricKey(data: Array(secret.utf8)), algorithm)
            }
            return encoding.bytes(secret.trimmingCharacters(in: .whitespacesAndNewlines)).map {
                .shared(SymmetricKey(data: $0), algorithm)
            }
        case .ecdsa:
            guard let bytes = publicKeyBytes(secret) else { return nil }
            let key =
                (try? P256.Signing.PublicKey(derRepresentation: bytes))
                ?? (try? P256.Signing.PublicKey(x963Representation: bytes))
            return key.map { .ecdsa($0) }
        case .ed25519:
            // RFC 8410 §4: what stands before the 32 bytes of a key.
            let header: [UInt8] = [0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x03, 0x21, 0x00]
            guard var bytes = publicKeyBytes(secret) else { return nil }
            if bytes.starts(with: header) { bytes.removeFirst(header.count) }
            return (try? Curve25519.Signing.PublicKey(rawRepresentation: bytes)).map { .ed25519($0) }
        }
    }

    /// PEM, or as `key` says; base64 when it doesn't.
    private func publicKeyBytes(_ text: String) -> [UInt8]? {
        let lines = text.split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }
        guard lines.first?.hasPrefix("-----BEGIN ") == true else {
            return (keyEncoding ?? .base64).bytes(lines.joined())
        }
        return WebhookSignature.Encoding.base64.bytes(lines.filter { !$0.hasPrefix("-----") }.joined())
    }
}

extension WebhookSignature.Encoding {
    /// nil for what is no such text, and for an empty one.
    func bytes(_ text: some StringProtocol) -> [UInt8]? {
        switch self {
        case .hex:
            let digits = text.utf8.compactMap { Character(UnicodeScalar($0)).hexDigitValue }
            guard !digits.isEmpty, digits.count == text.utf8.count, digits.count % 2 == 0 else { return nil }
            return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
        case .base64:
            guard let data = Data(base64Encoded: String(text)), !data.isEmpty else { return nil }
            return Array(data)
        }
    }
}
