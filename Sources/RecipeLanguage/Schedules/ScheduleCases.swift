// Schedules as data, for `galley schedules next --cases`: one JSON object in, one out.

import JSONCore

/// Answers cases given as JSON: `{"id", "expr", "tz", "start", "n", "dialect"}`.
///
/// Answers are `{"id", "next": ["2024-03-31T03:00:00+02:00", …]}`, with fewer times than asked for when there are no more,
/// or `{"id", "error"}`, also when there is no time at all.
public enum ScheduleCases {
    /// At most so many times are given.
    public static let mostTimes = 10_000

    /// The answer to one case.
    public static func answer(_ line: JSON) -> JSON {
        var answer: JSONObject = [:]
        if let id = line["id"] { answer["id"] = id }
        do {
            answer["next"] = .array(try next(line).map { .string($0) })
        } catch {
            answer["error"] = .string(error.message)
        }
        return .object(answer)
    }

    /// Why a case has no answer.
    private struct Refusal: Error {
        let message: String
    }

    private static func next(_ line: JSON) throws(Refusal) -> [String] {
        guard line.object != nil else { throw Refusal(message: "a case is an object") }
        guard let expression = line["expr"]?.string else { throw Refusal(message: "the case has no \"expr\"") }
        var settings: JSONObject = ["cron": .string(expression)]
        for (key, setting) in [("tz", "time_zone"), ("dialect", "dialect"), ("dst", "dst")] {
            guard let value = line[key], !value.isNull else { continue }
            guard let text = value.string else { throw Refusal(message: "\"\(key)\" must be a text") }
            settings[setting] = .string(text)
        }
        // Asked first, because looking for what was meant takes longer than the whole answer.
        if let name = settings["time_zone"]?.string, !name.trimmedOfSpaces.isEmpty, ScheduleZone(name) == nil {
            throw Refusal(message: "there is no time zone \"\(name.prefix(64))\"")
        }
        let read = Schedule.read(.object(settings), timeZone: "UTC")
        guard let schedule = read.schedule else {
            throw Refusal(
                message: read.mistakes.first { $0.finding.severity == .error }?.message ?? badSetting(settings))
        }
        guard let text = line["start"]?.string, let start = ScheduleTime(parsing: text) else {
            throw Refusal(message: "\"start\" must be \(ScheduleTime.form)")
        }
        guard let count = (line["n"] ?? 5).integer, (0...mostTimes).contains(count) else {
            throw Refusal(message: "\"n\" must be from 0 to \(mostTimes)")
        }
        let times = schedule.isoTexts(after: start.instant(in: schedule.zone), count: count)
        if times.isEmpty, count > 0 { throw Refusal(message: "this schedule has no time after \(text)") }
        return times
    }

    private static func badSetting(_ settings: JSONObject) -> String {
        let mismatch = LanguageTriggers.schedule.input.typed(.object(settings)).mismatches.first
        return mismatch.map { $0.sentence(naming: "\"\($0.pointer.tokens.last ?? "")\"") } ?? "this is no schedule"
    }
}
