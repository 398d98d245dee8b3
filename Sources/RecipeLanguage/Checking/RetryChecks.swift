// `retry` of actions and of `try`, and durations that must be more than nothing.

import JSONCore

extension RecipeChecker {
    func retry(_ place: Place) -> RetryPolicy? {
        retry(place, errorSlot: newErrorSlot())
    }

    /// - Parameter errorSlot: the slot that `error` has in `when`.
    func retry(_ place: Place, errorSlot: Int) -> RetryPolicy? {
        guard let fields = fields(place, "\"retry\"", allowed: RecipeKeys.retry) else { return nil }
        var times: Int?
        if fields["times"] == nil {
            report(.missingKey("times", in: "\"retry\"", hint: "how many more tries: \"times\": 3"), at: place)
        } else {
            times = wholeNumber(fields["times"], "\"times\"", in: 0...100)
        }
        let wait = fields["wait"] == nil ? .seconds(2) : duration(fields["wait"], "\"wait\"")
        let backoff = backoff(fields["backoff"])
        errorSlots.append(errorSlot)
        let when = fields["when"].map { formula($0, "\"when\"") }
        errorSlots.removeLast()
        guard let times, let wait, let backoff else { return nil }
        return RetryPolicy(times: times, wait: wait, backoff: backoff, when: when ?? nil, errorSlot: errorSlot)
    }

    private func backoff(_ place: Place?) -> Double? {
        guard let place else { return 2 }
        let json = place.node.json
        guard let number = json.double else {
            report(.wrongType("\"backoff\"", wanted: "a number", found: place.words), at: place)
            return nil
        }
        guard (1...100).contains(number) else {
            report(.outOfRange("\"backoff\"", from: "1", to: "100", found: SchemaMismatch.words(for: json)), at: place)
            return nil
        }
        return number
    }

    func positiveDuration(_ place: Place?, _ name: String) -> Duration? {
        guard let place, let duration = duration(place, name) else { return nil }
        guard duration > .zero else {
            report(.outOfRange(name, from: "1ms", to: "10 years", found: DurationText.text(duration)), at: place)
            return nil
        }
        return duration
    }
}
