// Time zones: named ones from the system's IANA data, and fixed offsets.

import Foundation
import Synchronization

/// A time zone: its offset at any time.
public final class Zone: Sendable {
    /// One offset and its name, like UTC-08:00 "PST".
    struct Offset: Sendable, Hashable {
        let seconds: Int
        let isDaylight: Bool
        let abbreviation: String
    }

    /// The IANA name, or nil for a fixed offset (a time read with `+02:00`, say).
    public let name: String?
    /// When each offset begins, in seconds since 1970, UTC; `rule` says what comes after the last.
    let starts: [Int]
    let offsets: [Offset]
    let before: Offset
    let rule: ZoneRule?

    /// UTC as a fixed offset, as Ruby's `Time.utc` has it.
    static let utc = Zone(fixed: 0, abbreviation: "UTC")

    /// What Ruby's `Time.local` has on a server set to UTC: the same clock, printed `+0000` instead of `UTC`.
    static let local = Zone(fixed: 0, abbreviation: "UTC")

    init(fixed seconds: Int, abbreviation: String = "") {
        name = nil
        (starts, offsets, rule) = ([], [], nil)
        before = Offset(seconds: seconds, isDaylight: false, abbreviation: abbreviation)
    }

    init(name: String, starts: [Int], offsets: [Offset], before: Offset, rule: ZoneRule?) {
        self.name = name
        (self.starts, self.offsets, self.before, self.rule) = (starts, offsets, before, rule)
    }

    private static let known = Mutex<[String: Zone]>([:])

    /// The zone of an IANA name, nil when the system has none of that name.
    convenience init?(named name: String) {
        guard let zone = Self.named(name) else { return nil }
        self.init(name: name, starts: zone.starts, offsets: zone.offsets, before: zone.before, rule: zone.rule)
    }

    /// The zone of an IANA name (or one of Rails' city names), read once; nil when the system has none of that name.
    static func named(_ name: String) -> Zone? {
        if let zone = known.withLock({ $0[name] }) { return zone }
        guard let zone = ZoneFile.read(name) else { return nil }
        known.withLock { $0[name] = zone }
        return zone
    }

    /// The offset in force at `seconds` since 1970, UTC.
    func offset(at seconds: Int) -> Offset {
        guard let first = starts.first, seconds >= first else {
            return starts.isEmpty ? rule?.offset(at: seconds) ?? before : before
        }
        if let last = starts.last, seconds >= last, let rule { return rule.offset(at: seconds) }
        var (low, high) = (0, starts.count)
        while high - low > 1 {
            let middle = (low + high) / 2
            if starts[middle] <= seconds { low = middle } else { high = middle }
        }
        return offsets[low]
    }

    /// The instant at which clocks here show `local` seconds. In an overlap the earlier (daylight) one; in a gap as much
    /// later as the gap is long, as ActiveSupport has it.
    func instant(local: Int) -> Int {
        if name == nil { return local - before.seconds }
        let early = offset(at: local - 86_400).seconds
        let late = offset(at: local + 86_400).seconds
        // In an overlap both fit and the earlier instant wins; in a gap neither does.
        for candidate in [local - max(early, late), local - min(early, late)]
        where candidate + offset(at: candidate).seconds == local {
            return candidate
        }
        // Rarely more than one change within two days: try the offset in between.
        let near = local - offset(at: local - early).seconds
        if near + offset(at: near).seconds == local { return near }
        return local - early
    }
}
