// The stretches of time between a zone's changes of offset, for what must know when clocks jump.

extension Zone {
    /// A stretch of time with one offset.
    struct Stretch: Hashable {
        /// Where it begins, in seconds since 1970, UTC; nil when there is nothing before it.
        let start: Int?
        /// The first second after it; nil when it never ends.
        let end: Int?
        /// Seconds east of UTC.
        let offset: Int
    }

    /// The stretch that `seconds` is in. The one before or after it may have the same offset.
    func stretch(at seconds: Int) -> Stretch {
        guard let first = starts.first, let last = starts.last else {
            return rule?.stretch(at: seconds, notBefore: nil) ?? Stretch(start: nil, end: nil, offset: before.seconds)
        }
        if seconds < first { return Stretch(start: nil, end: first, offset: before.seconds) }
        if seconds >= last {
            return rule?.stretch(at: seconds, notBefore: last)
                ?? Stretch(start: last, end: nil, offset: offsets[offsets.count - 1].seconds)
        }
        var (low, high) = (0, starts.count - 1)
        while high - low > 1 {
            let middle = (low + high) / 2
            if starts[middle] <= seconds { low = middle } else { high = middle }
        }
        return Stretch(start: starts[low], end: starts[low + 1], offset: offsets[low].seconds)
    }
}

extension ZoneRule {
    /// The stretch that `seconds` is in; none starts before `notBefore`, from when on the rule holds.
    func stretch(at seconds: Int, notBefore: Int?) -> Zone.Stretch {
        let year = LocalTime(seconds: seconds + standard.seconds, nanoseconds: 0).date.parts.year
        var stretch = Zone.Stretch(start: notBefore, end: nil, offset: standard.seconds)
        for change in (year - 1...year + 1).flatMap(changes) {
            if change.at > seconds { return Zone.Stretch(start: stretch.start, end: change.at, offset: stretch.offset) }
            stretch = Zone.Stretch(start: max(change.at, notBefore ?? change.at), end: nil, offset: change.offset)
        }
        return stretch
    }
}
