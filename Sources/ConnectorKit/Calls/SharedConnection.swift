// What everybody who uses one connection in this process shares.

/// The tokens, the limits and the breaker of one connection. One value for all recipes, jobs and steps.
public final class SharedConnection: Sendable {
    public let tokens: ConnectionTokens
    public let gates = CallGates()

    public init(tokens: ConnectionTokens = ConnectionTokens()) { self.tokens = tokens }
}
