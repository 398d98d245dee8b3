// When a request is signed: the time and the text that no other request has.

/// What makes a signature good for one request only.
public struct SigningMoment: Sendable, Hashable {
    /// Since 1970, UTC.
    public let milliseconds: Int64
    /// Never the same twice; letters, digits, `-` and `_`.
    public let nonce: String

    public init(milliseconds: Int64, nonce: String) { (self.milliseconds, self.nonce) = (milliseconds, nonce) }

    /// The present, with 132 random bits.
    public static func now() -> SigningMoment {
        SigningMoment(milliseconds: ConnectionTokens.systemMilliseconds(), nonce: RandomText.characters(22))
    }
}

extension ActionContext {
    /// The moment of the request that is made now.
    public var signingMoment: SigningMoment { fixedMoment ?? .now() }
}
