// What is asked for one recipe, and how often: read from its trigger.

import ConnectorKit
import Crypto
import JSONCore
import JobHistory
import RecipeLanguage

/// The polling of one recipe.
struct PollPlan: Sendable {
    let recipe: String
    let version: RecipeVersions.Loaded
    let source: TriggerSource
    /// Another one means that something else is asked for: it starts anew.
    let fingerprint: String

    /// nil for a recipe that starts in another way.
    init?(_ version: RecipeVersions.Loaded) {
        guard let source = version.recipe.trigger.source, source.spec.poll != nil else { return nil }
        (recipe, self.version, self.source) = (version.recipe.id, version, source)
        var settings = version.recipe.trigger.input.object ?? [:]
        settings["every"] = nil
        // Whether its system calls too changes nothing about what is asked.
        if source.spec.isCalled {
            (settings[TriggerSpec.webhookSetting.name], settings[TriggerSpec.signingSecret]) = (nil, nil)
        }
        let text = [source.connector, source.spec.name, source.connection ?? "", JSON.object(settings).canonical]
            .joined(separator: "\n")
        fingerprint = Fingerprint.of(text)
    }

    func state(next: Milliseconds?) -> PollerState {
        PollerState(recipe: recipe, fingerprint: fingerprint, next: next)
    }

    /// Where it has to stand instead of `state`; nil when it stands right.
    func correction(of state: PollerState?, now: Milliseconds) -> PollerState? {
        guard let state, state.fingerprint == fingerprint else { return self.state(next: now) }
        guard state.pause == nil else { return nil }
        // One that is asked later than it would be after a failure: the clock was set back.
        let usual = fixed ?? source.spec.poll?.every.milliseconds ?? 0
        let latest = now + max(usual, PollFailure.longestWait)
        guard let next = state.next, next <= latest else { return self.state(next: now) }
        // Its recipe says a shorter interval by now.
        if let fixed, state.failures == 0, next > now + fixed {
            return self.state(next: max(now, (state.polledAt ?? now) + fixed))
        }
        return nil
    }

    /// The interval that the recipe says, other than by a pill.
    private var fixed: Milliseconds? {
        version.recipe.trigger.input["every"]?.string.flatMap(DurationText.parse)?.milliseconds
    }
}

/// A short name for settings, equal for equal ones.
enum Fingerprint {
    static func of(_ text: String) -> String {
        SHA256.hash(data: Array(text.utf8)).prefix(16).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}

/// How long is waited after polls that found nothing new, where the recipe does not say how often to ask.
enum EmptyPolls {
    static let longestWait: Milliseconds = 900_000
    /// The longest wait in usual intervals.
    static let most: Milliseconds = 10

    /// The usual interval and half as much again with each empty poll in a row, up to ten times the interval and a quarter of
    /// an hour: 1 min, 1.5 min, 2.25 min… A usual interval beyond that stays as it is.
    static func wait(every: Milliseconds, empty: Int) -> Milliseconds {
        let longest = every >= longestWait ? every : min(every * most, longestWait)
        var wait = every
        for _ in 0..<min(max(0, empty), 64) where wait < longest { wait += max(1, wait / 2) }
        return min(wait, longest)
    }
}

/// How long a poll that fails waits for its next try.
enum PollFailure {
    static let longestWait: Milliseconds = 3_600_000
    /// After so many in a row the recipe is polled no more until a person resumes it: what fails for days is not passing by.
    static let most = 60

    /// The usual interval, doubled with each failure in a row up to an hour (or the interval, when it is longer), and never
    /// less than the other side asked for.
    static func wait(every: Milliseconds, failures: Int, retryAfterSeconds: Double?) -> Milliseconds {
        var wait = max(every, 1_000)
        for _ in 1..<max(1, min(failures, 64)) where wait < longestWait { wait *= 2 }
        wait = min(wait, max(every, longestWait))
        guard let seconds = retryAfterSeconds, seconds.isFinite, seconds > 0 else { return wait }
        return max(wait, Milliseconds(min(seconds, 86_400) * 1_000))
    }
}
