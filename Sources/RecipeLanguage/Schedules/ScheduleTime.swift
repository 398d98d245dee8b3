// Dates and times as a schedule's settings write them: ISO 8601, strictly.

/// `2026-01-31`, `2026-01-31T09:30`, `2026-01-31T09:30:15.250+01:00`; a space may stand for the `T`, a fraction is dropped.
struct ScheduleTime: Hashable, Sendable {
    let date: CivilDate
    /// Seconds since midnight; nil when only the date is given.
    let secondOfDay: Int?
    /// Seconds east of UTC; nil when the text does not say.
    let offset: Int?

    static let form = "a date or time like \"2026-01-31\", \"2026-01-31T09:30\" or \"2026-01-31T09:30:00+01:00\""

    /// nil for anything else, dates that do not exist included.
    init?(parsing text: String) {
        guard text.utf8.count <= 40 else { return nil }
        var reader = TimeTextReader(text)
        guard let date = Self.date(&reader) else { return nil }
        self.date = date
        guard reader.current != nil else {
            (secondOfDay, offset) = (nil, nil)
            return
        }
        guard reader.take(UInt8(ascii: "T")) || reader.take(UInt8(ascii: "t")) || reader.take(UInt8(ascii: " ")),
            let time = Self.timeOfDay(&reader)
        else { return nil }
        secondOfDay = time
        // Schedules know whole seconds only.
        if reader.take(UInt8(ascii: ".")), reader.digits(1...9) == nil { return nil }
        var offset: Int?
        guard Self.read(&offset, from: &reader), reader.current == nil else { return nil }
        self.offset = offset
    }

    /// A date alone.
    static func date(parsing text: String) -> CivilDate? {
        var reader = TimeTextReader(text)
        guard text.utf8.count == 10, let date = date(&reader), reader.current == nil else { return nil }
        return date
    }

    /// `09:30` or `09:30:15` in seconds since midnight.
    static func timeOfDay(parsing text: String) -> Int? {
        var reader = TimeTextReader(text)
        guard text.utf8.count <= 8, let time = timeOfDay(&reader), reader.current == nil else { return nil }
        return time
    }

    /// The instant in seconds since 1970, `zone` counting where the text names no offset; a date alone is its midnight.
    func instant(in zone: Zone) -> Int {
        let local = date.days * 86_400 + (secondOfDay ?? 0)
        return offset.map { local - $0 } ?? zone.instant(local: local)
    }

    private static func date(_ reader: inout TimeTextReader) -> CivilDate? {
        let dash = UInt8(ascii: "-")
        guard let year = reader.digits(4...4), year >= 1, reader.take(dash), let month = reader.digits(2...2),
            reader.take(dash), let day = reader.digits(2...2)
        else { return nil }
        return CivilDate(year: year, month: month, day: day)
    }

    private static func timeOfDay(_ reader: inout TimeTextReader) -> Int? {
        let colon = UInt8(ascii: ":")
        guard let hour = reader.digits(2...2), hour < 24, reader.take(colon), let minute = reader.digits(2...2),
            minute < 60
        else { return nil }
        guard reader.take(colon) else { return hour * 3600 + minute * 60 }
        guard let second = reader.digits(2...2), second < 60 else { return nil }
        return hour * 3600 + minute * 60 + second
    }

    /// Whether what follows is an offset or the end.
    private static func read(_ offset: inout Int?, from reader: inout TimeTextReader) -> Bool {
        if reader.current == nil { return true }
        if reader.take(UInt8(ascii: "Z")) || reader.take(UInt8(ascii: "z")) {
            offset = 0
            return true
        }
        let isWest = reader.current == UInt8(ascii: "-")
        guard reader.take(UInt8(ascii: "+")) || reader.take(UInt8(ascii: "-")), let hours = reader.digits(2...2),
            hours < 24
        else { return false }
        _ = reader.take(UInt8(ascii: ":"))
        guard let minutes = reader.digits(2...2), minutes < 60 else { return false }
        offset = (isWest ? -1 : 1) * (hours * 3600 + minutes * 60)
        return true
    }
}
