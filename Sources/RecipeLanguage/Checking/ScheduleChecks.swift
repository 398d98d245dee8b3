// The settings of a schedule: what is wrong with them, and what they will not do.

import JSONCore

extension RecipeChecker {
    /// - Parameter usePlace: where a schedule without settings is reported.
    func checkSchedule(_ input: Place?, at usePlace: Place) {
        if let input, input.members == nil { return }  // reported by the trigger's schema
        let (schedule, mistakes) = Schedule.read(input?.node.json ?? [:], timeZone: catalog.timeZone)
        for mistake in mistakes { report(mistake, in: input, at: usePlace) }
        guard let schedule, let input else { return }
        let key = ["cron", "every", "at"].first { input.node.json[$0] != nil } ?? "at"
        let place = input.descendant([key]).place
        if let finding = schedule.whyNever(now: catalog.now) {
            report(finding, at: place)
            return
        }
        if let finding = schedule.whyJitterIsLong(now: catalog.now) {
            report(finding, at: input.descendant(["jitter"]).place)
        }
        if input.node.json["dst"] == nil, let now = catalog.now, let finding = schedule.gap(after: now) {
            report(finding, at: place)
        }
    }

    private func report(_ mistake: ScheduleMistake, in input: Place?, at usePlace: Place) {
        guard let input else { return report(mistake.finding, at: usePlace) }
        let found = input.descendant(mistake.pointer[...])
        if mistake.isAboutKey, let keyRange = found.keyRange {
            report(mistake.finding, range: keyRange, path: found.place.path)
        } else {
            report(mistake.finding, at: found.place)
        }
    }
}

extension Schedule {
    /// Why it starts nothing any more; nil when it does.
    func whyNever(now: Int?) -> Finding? {
        let from = now ?? Self.bounds.lowerBound
        guard next(after: from) == nil else { return nil }
        if let pattern, pattern.next(atOrAfter: Self.bounds.lowerBound) == nil {
            return .neverFires("none of its months has such a day", hint: "look at the day and the month")
        }
        if let end, end <= from { return .neverFires("its end is over", hint: "look at \"end\"") }
        let bare = Schedule(rule, in: place, clockChangeRule: clockChangeRule)
        guard let first = bare.next(after: max(from, (start ?? from) - 1)) else {
            return .neverFires("none of its times is still to come", hint: "look at the year and at \"start\"")
        }
        if let end, first > end {
            return .neverFires("none of its times is between its start and its end", hint: "look at both")
        }
        return .neverFires("all its times are on days in \"except\"", hint: "look at those days")
    }

    /// When a delayed start would come after the next due time.
    func whyJitterIsLong(now: Int?) -> Finding? {
        guard jitter > .zero else { return nil }
        var (last, shortest) = (next(after: now ?? Self.bounds.lowerBound), Int?.none)
        for _ in 0..<24 {
            guard let from = last, let following = next(after: from) else { break }
            (last, shortest) = (following, min(shortest ?? .max, following - from))
        }
        guard let shortest, jitter > .seconds(shortest) else { return nil }
        return .longJitter(DurationText.text(jitter), interval: DurationText.text(.seconds(shortest)))
    }

    /// The first of its times within a year that the clocks skip.
    func gap(after now: Int) -> Finding? {
        guard let change = clockChanges(after: now).first(where: \.isGap) else { return nil }
        let jump = "\(TimeWords.clock(change.from)) to \(TimeWords.clock(change.to))"
        let effect = change.effect == .moved ? "runs at \(TimeWords.clock(change.to))" : "does not run"
        return .fallsIntoGap(
            change.timesText, date: DayWords.date(change.date), zone: timeZone, jump: jump, effect: effect)
    }
}
