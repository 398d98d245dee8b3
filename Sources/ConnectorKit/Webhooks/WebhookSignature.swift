// Whether a webhook delivery comes from who it says: the signature schemes of webhook senders. Anything unclear is a refusal.

import Crypto
import Foundation
import JSONCore
import RecipeLanguage

/// A delivery as it came, before anything of it is parsed.
public struct WebhookDelivery: Sendable {
    /// Names in lower case, in the order they came.
    public let headers: [(name: String, value: String)]
    public let body: [UInt8]
    /// Seconds since 1970 at which it was received.
    public let receivedAt: Int64
    public let method: String
    /// The address that the sender was given, with the query as it arrived; nil when it is not known.
    public let url: String?

    public init(
        headers: [(name: String, value: String)], body: [UInt8], receivedAt: Int64, method: String = "POST",
        url: String? = nil
    ) {
        (self.headers, self.body, self.receivedAt) = (headers, body, receivedAt)
        (self.method, self.url) = (method, url)
    }

    /// The only value of a header; nil when it is missing or given more than once.
    func header(_ name: String) -> String? {
        let values = headers.filter { $0.name == name }
        return values.count == 1 ? values[0].value : nil
    }

    func required(_ name: String) throws(WebhookSignature.Refusal) -> String {
        if let value = header(name) { return value }
        let times = headers.count { $0.name == name }
        throw WebhookSignature.Refusal(
            times == 0 ? "the header \(name) is missing" : "the header \(name) is there \(times) times")
    }

    /// - Parameter text: the time of signing: seconds or milliseconds since 1970, or RFC 3339.
    func checkAge(_ text: String, _ name: String) throws(WebhookSignature.Refusal) {
        guard let time = Self.seconds(text) else {
            throw WebhookSignature.Refusal("the header \(name) does not hold a time")
        }
        guard abs(receivedAt - time) <= WebhookSignature.replayWindowSeconds else {
            throw WebhookSignature.Refusal("it was signed \(receivedAt - time) s ago: too long, or a clock is wrong")
        }
    }

    private static func seconds(_ text: String) -> Int64? {
        guard (1...40).contains(text.utf8.count) else { return nil }
        guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return InstantText.instant(text).map { Int64($0.seconds) }
        }
        // Seconds until the year 5138, milliseconds since 1973.
        guard text.utf8.count <= 15, let number = Int64(text) else { return nil }
        return number < 100_000_000_000 ? number : number / 1_000
    }
}

/// How a sender signs, read from a trigger's `verify`.
public struct WebhookSignature: Sendable, Hashable {
    /// The schemes, by their names in `verify.scheme`.
    public enum Scheme: String, Sendable, CaseIterable {
        /// HMAC in a header of any name, of the body or of what `signed` says.
        case hmac
        /// The same with a key pair of the sender's, on the curve P-256; the secret is the public key.
        case ecdsa
        case ed25519
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
    /// Of `token`: the header's name, in lower case.
    public var header = ""
    /// Of the schemes whose signature stands in a header.
    public var signature: HeaderSignature?
    /// Of `basic`.
    public var username = ""
    /// Of `member`: the names on the way.
    public var member: [String] = []

    public init(_ scheme: Scheme) { (self.scheme, signature) = (scheme, HeaderSignature(scheme)) }

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
        case .hmac, .ecdsa, .ed25519, .github, .shopify, .slack, .stripe:
            guard let signature else { throw Refusal("it is not known how it should be signed") }
            try signature.verify(delivery, secrets)
        case .standard: return try checkStandard(delivery, secrets)
        case .token:
            let value = try delivery.required(header)
            guard Self.isOne(value, of: secrets) else { throw Refusal("the token in \(header) is wrong") }
        case .basic:
            let known = secrets.map { "Basic " + Data("\(username):\($0)".utf8).base64EncodedString() }
            guard Self.isOne(try delivery.required("authorization"), of: known) else {
                throw Refusal("the user or the password is wrong")
            }
        case .member: try checkMember(delivery, secrets)
        }
        return nil
    }

    // MARK: Schemes

    /// `webhook-signature: v1,K5oZ… v1,…`, over `id.timestamp.body`; the secret is base64 behind `whsec_`.
    private func checkStandard(_ delivery: WebhookDelivery, _ secrets: [String]) throws(Refusal) -> String {
        let id = try delivery.required("webhook-id")
        guard !id.isEmpty, !id.contains(".") else { throw Refusal("the header webhook-id is no id") }
        let time = try delivery.required("webhook-timestamp")
        try delivery.checkAge(time, "webhook-timestamp")
        let signatures = try delivery.required("webhook-signature").split(separator: " ").compactMap {
            $0.hasPrefix("v1,") ? Encoding.base64.bytes($0.dropFirst(3)) : nil
        }
        guard !signatures.isEmpty else { throw Refusal("the header webhook-signature does not hold a signature") }
        let keys = secrets.compactMap { secret in
            Encoding.base64.bytes(secret.hasPrefix("whsec_") ? secret.dropFirst(6) : secret[...])
        }
        guard !keys.isEmpty else { throw Refusal("the secret is not base64 behind \"whsec_\"") }
        let message = Array("\(id).\(time).".utf8) + delivery.body
        let isRight = keys.contains { key in
            let key = SymmetricKey(data: key)
            return signatures.contains {
                HMAC<SHA256>.isValidAuthenticationCode($0, authenticating: message, using: key)
            }
        }
        guard isRight else {
            throw Refusal("the signature in webhook-signature is wrong")
        }
        return id
    }

    /// `webhook-signature` for what is sent, after the same specification (standardwebhooks.com, "Signature scheme").
    /// - Parameter secret: base64, with or without `whsec_` in front; any other text signs by its bytes.
    public static func standardSignature(of body: [UInt8], id: String, seconds: Int64, secret: String) -> String {
        let key =
            Encoding.base64.bytes(secret.hasPrefix("whsec_") ? secret.dropFirst(6) : secret[...]) ?? Array(secret.utf8)
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
    public static func isOne(_ value: String, of known: [String]) -> Bool {
        let digest = SHA256.hash(data: Array(value.utf8))
        return known.contains { SHA256.hash(data: Array($0.utf8)) == digest }
    }
}
