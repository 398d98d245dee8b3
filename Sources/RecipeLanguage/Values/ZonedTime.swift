// Instants as a clock somewhere shows them.

/// An instant with the zone it is shown in.
public final class ZonedTime: Sendable {
    /// Whole seconds since 1970, UTC.
    public let seconds: Int
    /// The rest, in `0..<1_000_000_000`.
    public let nanoseconds: Int
    public let zone: Zone

    init(seconds: Int, nanoseconds: Int, zone: Zone) {
        (self.seconds, self.nanoseconds, self.zone) = (seconds, nanoseconds, zone)
    }

    /// From nanoseconds since 1970.
    convenience init(unixNanoseconds: Int64, zone: Zone) {
        let billion: Int64 = 1_000_000_000
        let whole = unixNanoseconds >= 0 ? unixNanoseconds / billion : (unixNanoseconds - (billion - 1)) / billion
        self.init(seconds: Int(whole), nanoseconds: Int(unixNanoseconds - whole * billion), zone: zone)
    }

    /// The instant at which clocks in `zone` show `local`.
    convenience init(local: LocalTime, zone: Zone) {
        self.init(seconds: zone.instant(local: local.seconds), nanoseconds: local.nanoseconds, zone: zone)
    }

    /// The instant at which the same clocks show `local`. Where they show it twice, it is that of this time's own stretch
    /// between two changes, as in ActiveSupport; else the first.
    func moved(to local: LocalTime) -> ZonedTime {
        let own = zone.stretch(at: seconds)
        let instant = local.seconds - own.offset
        guard own.start ?? .min <= instant, instant < own.end ?? .max else {
            return ZonedTime(local: local, zone: zone)
        }
        return ZonedTime(seconds: instant, nanoseconds: local.nanoseconds, zone: zone)
    }

    var offset: Zone.Offset { zone.offset(at: seconds) }
    var local: LocalTime { LocalTime(seconds: seconds + offset.seconds, nanoseconds: nanoseconds) }

    func shown(in zone: Zone) -> ZonedTime { ZonedTime(seconds: seconds, nanoseconds: nanoseconds, zone: zone) }

    /// The latest and earliest instants that can be told apart by their date.
    static let bounds = -400_000_000_000...3_100_000_000_000

    /// Moved by seconds on the clock's own count (no calendar); nil out of range.
    func adding(seconds count: Int, nanoseconds fraction: Int = 0) -> ZonedTime? {
        var (sum, over) = seconds.addingReportingOverflow(count)
        var rest = nanoseconds + fraction % 1_000_000_000
        sum &+= fraction / 1_000_000_000
        if rest >= 1_000_000_000 { (sum, rest) = (sum &+ 1, rest - 1_000_000_000) }
        if rest < 0 { (sum, rest) = (sum &- 1, rest + 1_000_000_000) }
        return over || !Self.bounds.contains(sum) ? nil : ZonedTime(seconds: sum, nanoseconds: rest, zone: zone)
    }

    static func compare(_ one: ZonedTime, _ two: ZonedTime) -> Int {
        if one.seconds != two.seconds { return one.seconds < two.seconds ? -1 : 1 }
        return one.nanoseconds == two.nanoseconds ? 0 : one.nanoseconds < two.nanoseconds ? -1 : 1
    }

    /// `-08:00` or, without the colon, `-0800`.
    static func offsetText(_ seconds: Int, colon: Bool) -> String {
        let size = abs(seconds)
        return (seconds < 0 ? "-" : "+") + CivilDate.padded(size / 3600, 2) + (colon ? ":" : "")
            + CivilDate.padded(size / 60 % 60, 2)
    }

    /// Whether it is shown in UTC.
    var isUTC: Bool {
        guard let name = zone.name else { return zone === Zone.utc }
        return ["UTC", "Etc/UTC", "Zulu", "Etc/UCT", "UCT", "Etc/Zulu"].contains(name)
    }

    /// ISO 8601 with `digits` of the second's fraction: `2024-03-08T10:30:15.000-08:00`, `…Z` in UTC.
    func isoText(digits: Int) -> String {
        let local = local
        var text = local.date.isoText + "T" + clockText(local)
        if digits > 0 { text += "." + CivilDate.padded(local.nanoseconds, 9).prefix(digits) }
        return text + (isUTC ? "Z" : Self.offsetText(offset.seconds, colon: true))
    }

    private func clockText(_ local: LocalTime) -> String {
        CivilDate.padded(local.hour, 2) + ":" + CivilDate.padded(local.minute, 2) + ":"
            + CivilDate.padded(local.second, 2)
    }

    /// As Ruby's `to_s`: `2024-03-08 10:30:15 -0800`, `… UTC`.
    var rubyText: String {
        let local = local
        return local.date.isoText + " " + clockText(local) + " "
            + (isUTC ? "UTC" : Self.offsetText(offset.seconds, colon: false))
    }

    /// As Ruby's `inspect`: `2024-03-08 10:30:15.5 -0800`; in a named zone `Fri, 08 Mar 2024 10:30:15.500000000 PST -08:00`.
    var inspection: String {
        guard zone.name != nil else {
            guard nanoseconds > 0 else { return rubyText }
            var digits = CivilDate.padded(nanoseconds, 9)
            while digits.hasSuffix("0") { digits.removeLast() }
            return local.date.isoText + " " + clockText(local) + "." + digits
                + (isUTC ? " UTC" : " " + Self.offsetText(offset.seconds, colon: false))
        }
        return TimePattern.write("%a, %d %b %Y %H:%M:%S.%9N %Z %:z", self)
    }
}
