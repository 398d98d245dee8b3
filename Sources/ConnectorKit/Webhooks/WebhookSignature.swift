// Whether a webhook delivery comes from who it says: the signature schemes of webhook senders. Anything unclear is a refusal.

import Crypto
import Foundation
import JSONCore

/// A delivery as it came, before anything of it is parsed.
public struct WebhookDelivery: Sendable {
    /// Names in lower case, in the order they came.
    public let headers: [(name: String, value: String)]
    public let body: [UInt8]
    /// Seconds since 1970 at which it was received.
    public let receivedAt: Int64

    public init(headers: [(name: String, value: String)], body: [UInt8], receivedAt: Int64) {
        (self.headers, self.body, self.receivedAt) = (headers, body, receivedAt)
    }

    /// The only value of a header; nil when it is missing or given more than once.
    func header(_ name: String) -> String? {
        let values = headers.filter { $0.name == name }
        return values.count == 1 ? values[0].value : nil
    }
}

/// How a sender signs, read from a trigger's `verify`.
public struct WebhookSignature: Sendable, Hashable {
    /// The schemes, by their names in `verify.scheme`.
    public enum Scheme: String, Sendable, CaseIterable {
        /// HMAC of the body in a header of any name: `header`, `algorithm`, `encoding`, `prefix`.
        case hmac
        /// `X-Hub-Signature-256` (docs.github.com, "Validating webhook deliveries").
        case github
        /// `Stripe-Signature` (docs.stripe.com/webhooks, "Verify webhook signatures manually").
        case stripe
        /// `X-Slack-Signature` (docs.slack.dev, "Verifying requests from Slack").
        case slack
        /// `X-Shopify-Hmac-Sha256` (shopify.dev, "Deliver webhooks through HTTPS").
        case shopify
        /// `webhook-signature` of the Standard Webhooks specification, version 1.
        case standard
        /// The secret itself in a header: `header` (`X-Gitlab-Token`).
        case token
        /// The secret as the password of basic authentication (RFC 7617), with `username`.
        case basic
        /// The secret itself in the body, at `member` (`value.clientState` of Microsoft Graph): there in every element of the
        /// lists on the way.
        case member
    }

    public enum Algorithm: String, Sendable, CaseIterable { case sha1, sha256, sha512 }
    public enum Encoding: String, Sendable, CaseIterable { case hex, base64 }

    /// A delivery that says it was signed longer ago, or later than now by more, is a replay.
    public static let replayWindowSeconds: Int64 = 300

    public var scheme: Scheme
    /// Of `hmac` and `token`: the header's name, in lower case.
    public var header = ""
    public var algorithm = Algorithm.sha256
    public var encoding = Encoding.hex
    /// What stands before the signature: `sha256=`.
    public var prefix = ""
    /// Of `basic`.
    public var username = ""
    /// Of `member`: the names on the way.
    public var member: [String] = []

    public init(_ scheme: Scheme) { self.scheme = scheme }

    /// Why a delivery is not taken; a sentence for the operator, never for the sender.
    public struct Refusal: Error, Hashable, Sendable, CustomStringConvertible {
        public let description: String
        init(_ description: String) { self.description = description }
    }

    /// Checks a delivery against the secrets that are good now (two while one is being changed).
    /// - Returns: the sender's own id of the delivery, where the scheme signs one.
    /// - Throws: `Refusal`, for anything but one well-formed, fresh and right signature.
    @discardableResult
    public func verify(_ delivery: WebhookDelivery, secrets: [String]) throws(Refusal) -> String? {
        let secrets = secrets.filter { !$0.isEmpty }
        guard !secrets.isEmpty else { throw Refusal("there is no secret to check the signature with") }
        switch scheme {
        case .hmac: try check(delivery, header, delivery.body, prefix, algorithm, encoding, secrets)
        case .github: try check(delivery, "x-hub-signature-256", delivery.body, "sha256=", .sha256, .hex, secrets)
        case .shopify: try check(delivery, "x-shopify-hmac-sha256", delivery.body, "", .sha256, .base64, secrets)
        case .slack: try checkSlack(delivery, secrets)
        case .stripe: try checkStripe(delivery, secrets)
        case .standard: return try checkStandard(delivery, secrets)
        case .token:
            let value = try required(header, of: delivery)
            guard Self.isOne(value, of: secrets) else { throw Refusal("the token in \(header) is wrong") }
        case .basic:
            let known = secrets.map { "Basic " + Data("\(username):\($0)".utf8).base64EncodedString() }
            guard Self.isOne(try required("authorization", of: delivery), of: known) else {
                throw Refusal("the user or the password is wrong")
            }
        case .member: try checkMember(delivery, secrets)
        }
        return nil
    }

    // MARK: Schemes

    private func check(
        _ delivery: WebhookDelivery, _ name: String, _ message: [UInt8], _ prefix: String, _ algorithm: Algorithm,
        _ encoding: Encoding, _ secrets: [String]
    ) throws(Refusal) {
        let value = try required(name, of: delivery)
        guard value.hasPrefix(prefix), let signature = Self.decode(value.dropFirst(prefix.count), encoding) else {
            throw Refusal("the header \(name) does not hold a signature")
        }
        guard secrets.contains(where: { Self.isValid(signature, message, Array($0.utf8), algorithm) }) else {
            throw Refusal("the signature in \(name) is wrong")
        }
    }

    private func checkSlack(_ delivery: WebhookDelivery, _ secrets: [String]) throws(Refusal) {
        let time = try freshTime("x-slack-request-timestamp", of: delivery)
        let message = Array("v0:\(time):".utf8) + delivery.body
        try check(delivery, "x-slack-signature", message, "v0=", .sha256, .hex, secrets)
    }

    /// `t=1492774577,v1=5257a8…,v1=…,v0=…`: any of the `v1` may fit.
    private func checkStripe(_ delivery: WebhookDelivery, _ secrets: [String]) throws(Refusal) {
        let name = "stripe-signature"
        let parts = try required(name, of: delivery).split(separator: ",").map {
            $0.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        }
        let times = parts.filter { $0.first == "t" && $0.count == 2 }.map { String($0[1]) }
        guard times.count == 1 else { throw Refusal("the header \(name) does not hold one time") }
        let time = try fresh(times[0], name, delivery)
        let signatures = parts.filter { $0.first == "v1" && $0.count == 2 }.compactMap { Self.decode($0[1], .hex) }
        guard !signatures.isEmpty else { throw Refusal("the header \(name) does not hold a signature") }
        let message = Array("\(time).".utf8) + delivery.body
        guard signatures.contains(where: { Self.fits($0, message, secrets.map { Array($0.utf8) }) }) else {
            throw Refusal("the signature in \(name) is wrong")
        }
    }

    /// `webhook-signature: v1,K5oZ… v1,…`, over `id.timestamp.body`; the secret is base64 behind `whsec_`.
    private func checkStandard(_ delivery: WebhookDelivery, _ secrets: [String]) throws(Refusal) -> String {
        let id = try required("webhook-id", of: delivery)
        guard !id.isEmpty, !id.contains(".") else { throw Refusal("the header webhook-id is no id") }
        let time = try freshTime("webhook-timestamp", of: delivery)
        let signatures = try required("webhook-signature", of: delivery).split(separator: " ").compactMap {
            $0.hasPrefix("v1,") ? Self.decode($0.dropFirst(3), .base64) : nil
        }
        guard !signatures.isEmpty else { throw Refusal("the header webhook-signature does not hold a signature") }
        let keys = secrets.compactMap { secret in
            Self.decode(secret.hasPrefix("whsec_") ? secret.dropFirst(6) : secret[...], .base64)
        }
        guard !keys.isEmpty else { throw Refusal("the secret is not base64 behind \"whsec_\"") }
        let message = Array("\(id).\(time).".utf8) + delivery.body
        guard signatures.contains(where: { Self.fits($0, message, keys) }) else {
            throw Refusal("the signature in webhook-signature is wrong")
        }
        return id
    }

    /// `webhook-signature` for what is sent, after the same specification (standardwebhooks.com, "Signature scheme").
    /// - Parameter secret: base64, with or without `whsec_` in front; any other text signs by its bytes.
    public static func standardSignature(of body: [UInt8], id: String, seconds: Int64, secret: String) -> String {
        let key = decode(secret.hasPrefix("whsec_") ? secret.dropFirst(6) : secret[...], .base64) ?? Array(secret.utf8)
        let message = Array("\(id).\(seconds).".utf8) + body
        let code = HMAC<SHA256>.authenticationCode(for: message, using: SymmetricKey(data: key))
        return "v1," + Data(code).base64EncodedString()
    }

    /// The body is parsed before it is known who sent it, under the limits of every payload: there is nothing else to go by.
    private func checkMember(_ delivery: WebhookDelivery, _ secrets: [String]) throws(Refusal) {
        guard let body = try? JSON(parsing: delivery.body) else { throw Refusal("the body is not JSON") }
        let name = member.joined(separator: ".")
        var found = [body]
        for part in member {
            let elements = found.flatMap { $0.array ?? [$0] }
            found = elements.compactMap { $0[part] }
            guard !elements.isEmpty, found.count == elements.count else {
                throw Refusal("\(name) is missing in the body")
            }
        }
        guard found.allSatisfy({ value in value.string.map { Self.isOne($0, of: secrets) } ?? false }) else {
            throw Refusal("\(name) in the body is wrong")
        }
    }

    /// Compared as digests: the time says nothing about how much of it is right.
    private static func isOne(_ value: String, of known: [String]) -> Bool {
        let digest = SHA256.hash(data: Array(value.utf8))
        return known.contains { SHA256.hash(data: Array($0.utf8)) == digest }
    }

    // MARK: Parts

    private func required(_ name: String, of delivery: WebhookDelivery) throws(Refusal) -> String {
        guard let value = delivery.header(name) else {
            let times = delivery.headers.count { $0.name == name }
            throw Refusal(times == 0 ? "the header \(name) is missing" : "the header \(name) is there \(times) times")
        }
        return value
    }

    private func freshTime(_ name: String, of delivery: WebhookDelivery) throws(Refusal) -> String {
        try fresh(try required(name, of: delivery), name, delivery)
    }

    /// The time as it was written, which is what was signed.
    private func fresh(_ text: String, _ name: String, _ delivery: WebhookDelivery) throws(Refusal) -> String {
        guard (1...12).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let time = Int64(text)
        else { throw Refusal("the header \(name) does not hold a time in seconds") }
        guard abs(delivery.receivedAt - time) <= Self.replayWindowSeconds else {
            throw Refusal("it was signed \(delivery.receivedAt - time) s ago: too long, or a clock is wrong")
        }
        return text
    }

    private static func fits(_ signature: [UInt8], _ message: [UInt8], _ keys: [[UInt8]]) -> Bool {
        keys.contains { isValid(signature, message, $0, .sha256) }
    }

    /// In constant time.
    private static func isValid(
        _ signature: [UInt8], _ message: [UInt8], _ key: [UInt8], _ algorithm: Algorithm
    ) -> Bool {
        let key = SymmetricKey(data: key)
        return switch algorithm {
        case .sha1: HMAC<Insecure.SHA1>.isValidAuthenticationCode(signature, authenticating: message, using: key)
        case .sha256: HMAC<SHA256>.isValidAuthenticationCode(signature, authenticating: message, using: key)
        case .sha512: HMAC<SHA512>.isValidAuthenticationCode(signature, authenticating: message, using: key)
        }
    }

    private static func decode(_ text: some StringProtocol, _ encoding: Encoding) -> [UInt8]? {
        switch encoding {
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
