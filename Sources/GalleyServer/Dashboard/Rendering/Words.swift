// Numbers, times and states as people read them.

import Engine
import Foundation
import JobHistory
import RecipeLanguage

enum NumberWords {
    /// `1,204,000`
    static func count(_ number: Int) -> String {
        let digits = String(number.magnitude)
        var text = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { text.append(",") }
            text.append(digit)
        }
        return number < 0 ? "-" + text : text
    }

    /// `98.6 %`; never 100 % while one is missing.
    static func percent(_ share: Double) -> String {
        let tenths = Int((share * 1000).rounded(share > 0.5 ? .down : .up))
        return tenths % 10 == 0 ? "\(tenths / 10) %" : "\(tenths / 10).\(tenths % 10) %"
    }

    /// `1 job`, `12 jobs`
    static func jobs(_ number: Int) -> String { "\(count(number)) \(number == 1 ? "job" : "jobs")" }

    static func plural(_ number: Int, _ one: String, _ many: String? = nil) -> String {
        "\(count(number)) \(number == 1 ? one : many ?? one + "s")"
    }

    /// `640 B`, `12 KB`, `1.4 MB`
    static func bytes(_ size: Int) -> String {
        switch size {
        case ..<1_024: "\(size) B"
        case ..<(1 << 20): "\(size >> 10) KB"
        default: "\(size >> 20).\((size >> 10) % 1_024 * 10 / 1_024) MB"
        }
    }
}

/// Times in the workspace's zone, and how long ago they are.
struct TimeWords: Sendable {
    let now: Milliseconds
    let zone: TimeZone
    let zoneName: String

    init(now: Milliseconds, zone name: String) {
        (self.now, zoneName) = (now, name)
        zone = TimeZone(identifier: name) ?? TimeZone(secondsFromGMT: 0) ?? .current
    }

    /// `just now`, `12 min ago`, `in 3 h`; a date beyond a week.
    func relative(_ time: Milliseconds) -> String {
        let (seconds, isPast) = (abs(now - time) / 1000, time <= now)
        let amount: String
        switch seconds {
        case ..<5: return isPast ? "just now" : "now"
        case ..<60: amount = "\(seconds) s"
        case ..<3_600: amount = "\(seconds / 60) min"
        case ..<86_400: amount = "\(seconds / 3_600) h"
        case ..<604_800: amount = NumberWords.plural(Int(seconds / 86_400), "day")
        default: return date(time)
        }
        return isPast ? "\(amount) ago" : "in \(amount)"
    }

    /// `2026-03-02`
    func date(_ time: Milliseconds) -> String { String(local(time).prefix(10)) }
    /// `09:30`
    func clock(_ time: Milliseconds) -> String { String(local(time).dropFirst(11).prefix(5)) }
    /// `2026-03-02 09:30:15 (Europe/Berlin)`
    /// How far away it is, and when: `in 5 min, 2026-03-02 10:00:00 (Europe/Berlin)`; only when, where that says both.
    func both(_ time: Milliseconds) -> String {
        let (relative, full) = (relative(time), full(time))
        return full.hasPrefix(relative) ? full : "\(relative), \(full)"
    }
    func full(_ time: Milliseconds) -> String { "\(local(time).prefix(19)) (\(zoneName))" }
    /// `2026-03-02 09:30`
    func short(_ time: Milliseconds) -> String { String(local(time).prefix(16)) }
    /// For fields of forms: `2026-03-02T09:30`.
    func field(_ time: Milliseconds) -> String { short(time).replacing(" ", with: "T") }

    private func local(_ time: Milliseconds) -> String {
        let seconds = zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(time) / 1000))
        return InstantText.words(time + Milliseconds(seconds) * 1000)
    }

    /// For the `time` partial.
    func value(_ time: Milliseconds?) -> PageValue {
        guard let time else { return .none }
        return ["iso": .text(InstantText.iso(time)), "full": .text(full(time)), "words": .text(relative(time))]
    }

    /// A time from a field of a form, in the zone; nil for anything else.
    func time(field text: String) -> Milliseconds? {
        let digits = text.split { !$0.isNumber }.compactMap { Int($0) }
        guard digits.count >= 3, digits.count <= 6 else { return nil }
        var parts = DateComponents()
        (parts.year, parts.month, parts.day) = (digits[0], digits[1], digits[2])
        (parts.hour, parts.minute) = (digits.count > 3 ? digits[3] : 0, digits.count > 4 ? digits[4] : 0)
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        guard let date = calendar.date(from: parts), abs(date.timeIntervalSince1970) < 1e11 else { return nil }
        return Milliseconds(date.timeIntervalSince1970) * 1000
    }
}

extension JobState {
    /// As people read it.
    var word: String {
        switch self {
        case .needsDecision: "Needs a decision"
        case .quarantined: "Set aside"
        default: description.prefix(1).uppercased() + description.dropFirst()
        }
    }

    /// Its class in the style sheet and its icon in the sprite.
    var key: String { description.replacing("_", with: "-") }

}

extension StepState {
    var word: String {
        switch self {
        case .started: "Started"
        case .succeeded: "Succeeded"
        case .failed: "Failed"
        case .skipped: "Skipped"
        case .canceled: "Canceled"
        case .waiting: "Waiting"
        }
    }

    /// Of a `stop` that did.
    static let failedTheJob = "Failed the job"

    var key: String { self == .started ? "running" : word.lowercased() }
}

/// Milliseconds of running time in words.
func took(_ milliseconds: Int64?) -> String? {
    milliseconds.map { $0 == 0 ? "under 1 ms" : words(microseconds: $0 * 1000) }
}

/// A running time after the word "within": what took less than a millisecond was done within one.
func within(_ milliseconds: Int64?) -> String? { milliseconds.map { words(microseconds: max($0, 1) * 1000) } }

/// A text for a sentence or a list: the end of a long one is left out, for where all of it is shown.
func shortened(_ text: String, to most: Int = 400) -> String {
    let text = text.trimmingCharacters(in: .whitespacesAndNewlines)
    return text.count > most ? text.prefix(most).trimmingCharacters(in: .whitespacesAndNewlines) + " …" : text
}

/// A path of an address, each part percent-encoded.
func path(_ parts: String...) -> String {
    "/"
        + parts.map { part in
            part.addingPercentEncoding(withAllowedCharacters: .alphanumerics.union(CharacterSet(charactersIn: "-_.~")))
                ?? ""
        }.joined(separator: "/")
}
