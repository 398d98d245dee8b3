// How long to wait before another try. Pure but for the jitter.

/// Exponential back-off with full jitter.
enum Backoff {
    /// A day: longer waits are not believed, unless the recipe begins with one.
    static let longest: Duration = .seconds(24 * 3600)

    /// A random wait between nothing and `first × multiplierⁿ⁻¹` (at most a day, or `first`), and never less than `atLeast`
    /// seconds.
    static func wait(afterTry tries: Int, first: Duration, multiplier: Double, atLeast: Double?) -> Duration {
        var ceiling = first
        for _ in 1..<max(tries, 1) where ceiling < longest { ceiling = ceiling * multiplier }
        ceiling = min(ceiling, max(first, longest))
        let jittered = ceiling * Double.random(in: 0...1)
        guard let atLeast, atLeast.isFinite, atLeast > 0 else { return jittered }
        return max(jittered, .seconds(min(atLeast, 24 * 3600)))
    }
}
