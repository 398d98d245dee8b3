// Reads the compiled zone files of the system (RFC 8536), and the rule for the years after their last change.

import Foundation

/// Reading of one zone file.
enum ZoneFile {
    static let folder = "/usr/share/zoneinfo/"

    /// The zone in the system's data, nil when there is none of that name (or its name is no plain path).
    static func read(_ name: String) -> Zone? {
        let plain = name.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                || [0x2F, 0x5F, 0x2B, 0x2D].contains(byte)
        }
        guard plain, !name.isEmpty, name.utf8.count < 64, !name.hasPrefix("/"), !name.hasSuffix("/") else { return nil }
        if let data = FileManager.default.contents(atPath: folder + name), let zone = parse([UInt8](data), name: name) {
            return zone
        }
        guard ["UTC", "Etc/UTC", "Zulu", "GMT"].contains(name) else { return nil }
        let utc = Zone.Offset(seconds: 0, isDaylight: false, abbreviation: name == "GMT" ? "GMT" : "UTC")
        return Zone(name: name, starts: [], offsets: [], before: utc, rule: nil)
    }

    /// Reads the 64-bit part of a TZif file; nil when it is none.
    static func parse(_ bytes: [UInt8], name: String) -> Zone? {
        func number(_ at: Int, _ size: Int) -> Int? {
            guard at >= 0, at + size <= bytes.count else { return nil }
            var value: UInt64 = 0
            for byte in bytes[at..<(at + size)] { value = value << 8 | UInt64(byte) }
            return size == 8 ? Int(Int64(bitPattern: value)) : Int(Int32(truncatingIfNeeded: value))
        }
        func header(_ at: Int) -> [Int]? {
            guard at + 44 <= bytes.count, bytes[at..<(at + 4)].elementsEqual("TZif".utf8) else { return nil }
            let counts = (0..<6).compactMap { number(at + 20 + $0 * 4, 4) }
            return counts.count == 6 && counts.allSatisfy { $0 >= 0 && $0 < 100_000 } ? counts : nil
        }
        guard let old = header(0), bytes[4] >= 0x32 else { return nil }
        let second = 44 + old[3] * 5 + old[4] * 6 + old[5] + old[2] * 8 + old[1] + old[0]
        guard let counts = header(second) else { return nil }
        let (ut, std, leap, times, types, chars) = (counts[0], counts[1], counts[2], counts[3], counts[4], counts[5])
        let timesAt = second + 44
        let kindsAt = timesAt + times * 8
        let typesAt = kindsAt + times
        let namesAt = typesAt + types * 6
        let footerAt = namesAt + chars + leap * 12 + std + ut
        guard types > 0, footerAt <= bytes.count else { return nil }
        let all: [Zone.Offset] = (0..<types).compactMap { index in
            guard let seconds = number(typesAt + index * 6, 4), abs(seconds) < 93_600 else { return nil }
            let start = namesAt + Int(bytes[typesAt + index * 6 + 5])
            guard start < namesAt + chars else { return nil }
            let text = bytes[start..<(namesAt + chars)].prefix { $0 != 0 }
            return Zone.Offset(
                seconds: seconds, isDaylight: bytes[typesAt + index * 6 + 4] != 0,
                abbreviation: String(decoding: text, as: UTF8.self))
        }
        guard all.count == types else { return nil }
        var starts: [Int] = []
        var offsets: [Zone.Offset] = []
        for index in 0..<times {
            guard let start = number(timesAt + index * 8, 8) else { return nil }
            let kind = Int(bytes[kindsAt + index])
            guard kind < types else { return nil }
            starts.append(start)
            offsets.append(all[kind])
        }
        let footer = bytes[footerAt...].drop { $0 == 0x0A }.prefix { $0 != 0x0A }
        return Zone(
            name: name, starts: starts, offsets: offsets, before: all[0],
            rule: ZoneRule(parsing: String(decoding: footer, as: UTF8.self)))
    }
}

/// A POSIX rule for offsets, like `EST5EDT,M3.2.0,M11.1.0`.
struct ZoneRule: Sendable {
    private struct Change: Sendable {
        enum Day: Sendable {
            case julian(Int)
            case zeroBased(Int)
            case month(Int, week: Int, weekday: Int)
        }
        let day: Day
        let time: Int

        /// Seconds since 1970 as a local clock counts them.
        func local(in year: Int) -> Int {
            let newYear = CivilDate(year: year, anyMonth: 1, clampedDay: 1)?.days ?? 0
            let days: Int
            switch day {
            case .julian(let number): days = newYear + number - 1 + (CivilDate.isLeap(year) && number > 59 ? 1 : 0)
            case .zeroBased(let number): days = newYear + number
            case .month(let month, let week, let weekday):
                let first = CivilDate(year: year, anyMonth: month, clampedDay: 1) ?? CivilDate(days: newYear)
                var offset = (weekday - first.weekday + 7) % 7 + (week - 1) * 7
                while offset >= CivilDate.daysIn(year: year, month: month) { offset -= 7 }
                days = first.days + offset
            }
            return days * 86_400 + time
        }
    }

    let standard: Zone.Offset
    private let daylight: Zone.Offset?
    private let start: Change?
    private let end: Change?

    init?(parsing text: String) {
        var rest = text.utf8[...]
        func name() -> String? {
            if rest.first == UInt8(ascii: "<") {
                guard let close = rest.firstIndex(of: UInt8(ascii: ">")) else { return nil }
                defer { rest = rest[rest.index(after: close)...] }
                return String(rest[rest.index(after: rest.startIndex)..<close])
            }
            let letters = rest.prefix { (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) }
            rest = rest[letters.endIndex...]
            return letters.count >= 3 ? String(letters) : nil
        }
        func whole() -> Int? {
            let digits = rest.prefix { (0x30...0x39).contains($0) }
            rest = rest[digits.endIndex...]
            return Int(String(digits) ?? "")
        }
        func time() -> Int? {
            var sign = 1
            if let first = rest.first, first == UInt8(ascii: "-") || first == UInt8(ascii: "+") {
                sign = first == UInt8(ascii: "-") ? -1 : 1
                rest = rest.dropFirst()
            }
            guard let hours = whole(), hours < 168 else { return nil }
            var seconds = hours * 3600
            for unit in [60, 1] {
                guard rest.first == UInt8(ascii: ":") else { break }
                rest = rest.dropFirst()
                guard let part = whole(), part < 60 else { return nil }
                seconds += part * unit
            }
            return sign * seconds
        }
        func change() -> Change? {
            guard rest.first == UInt8(ascii: ",") else { return nil }
            rest = rest.dropFirst()
            let day: Change.Day
            if rest.first == UInt8(ascii: "M") {
                var parts: [Int] = []
                for _ in 0..<3 {
                    rest = rest.dropFirst()
                    guard let part = whole() else { return nil }
                    parts.append(part)
                }
                guard (1...12).contains(parts[0]), (1...5).contains(parts[1]), (0...6).contains(parts[2]) else {
                    return nil
                }
                day = .month(parts[0], week: parts[1], weekday: parts[2])
            } else if rest.first == UInt8(ascii: "J") {
                rest = rest.dropFirst()
                guard let number = whole(), (1...365).contains(number) else { return nil }
                day = .julian(number)
            } else {
                guard let number = whole(), (0...365).contains(number) else { return nil }
                day = .zeroBased(number)
            }
            guard rest.first == UInt8(ascii: "/") else { return Change(day: day, time: 7200) }
            rest = rest.dropFirst()
            guard let at = time() else { return nil }
            return Change(day: day, time: at)
        }
        guard let standardName = name(), let west = time() else { return nil }
        standard = Zone.Offset(seconds: -west, isDaylight: false, abbreviation: standardName)
        guard !rest.isEmpty else {
            (daylight, start, end) = (nil, nil, nil)
            return
        }
        guard let daylightName = name() else { return nil }
        var seconds = standard.seconds + 3600
        if rest.first != UInt8(ascii: ","), let west = time() { seconds = -west }
        daylight = Zone.Offset(seconds: seconds, isDaylight: true, abbreviation: daylightName)
        guard let from = change(), let to = change() else { return nil }
        (start, end) = (from, to)
    }

    /// The changes of `year`, in order: from when on, and the offset from then on. None where the offset never changes.
    func changes(in year: Int) -> [(at: Int, offset: Int)] {
        guard let daylight, let start, let end else { return [] }
        let from = (at: start.local(in: year) - standard.seconds, offset: daylight.seconds)
        let to = (at: end.local(in: year) - daylight.seconds, offset: standard.seconds)
        return from.at < to.at ? [from, to] : [to, from]
    }

    func offset(at seconds: Int) -> Zone.Offset {
        guard let daylight, let start, let end else { return standard }
        let year = LocalTime(seconds: seconds + standard.seconds, nanoseconds: 0).date.parts.year
        let from = start.local(in: year) - standard.seconds
        let to = end.local(in: year) - daylight.seconds
        let isDaylight = from < to ? seconds >= from && seconds < to : !(seconds >= to && seconds < from)
        return isDaylight ? daylight : standard
    }
}
