// galley schedules next: the next times of a recipe's schedule, of a cron expression, or of many of them.

import ArgumentParser
import Engine
import Foundation
import JSONCore
import RecipeLanguage
import Workspace

struct SchedulesNext: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "next", abstract: "The next times of a recipe's schedule, or of a cron expression.",
        discussion: """
            With --cases, reads lines {"id","expr","tz","start","n","dialect"} and prints {"id","next":[…]} or \
            {"id","error"} for each.
            """)

    @OptionGroup var place: WorkspaceOptions
    @Argument(help: "The recipe's folder name below Recipes/.")
    var recipe: String?
    @Option(help: "A cron expression in place of a recipe.")
    var cron: String?
    @Option(help: "Whose rules --cron follows: plain, or quartz.")
    var dialect: CronDialect?
    @Option(help: "The zone of --cron, like Europe/Berlin (default: the workspace's, or UTC).")
    var tz: String?
    @Option(help: "What --cron does when the clocks change: skip, run_once or run_both.")
    var dst: ClockChangeRule?
    @Option(help: "Times after this one, like 2026-01-31T09:30 (default: now).")
    var from: String?
    @Option(help: "How many times, up to \(ScheduleCases.mostTimes).")
    var count = 5
    @Option(help: "Answer a file (or -) of cases, one a line.")
    var cases: String?
    @Flag(help: "As JSON.")
    var json = false

    func validate() throws {
        guard (0...ScheduleCases.mostTimes).contains(count) else {
            throw ValidationError("--count must be from 0 to \(ScheduleCases.mostTimes), not \(count)")
        }
        if [recipe, cron, cases].count(where: { $0 != nil }) != 1 {
            throw ValidationError("give a recipe, or --cron EXPR, or --cases FILE")
        }
        if cron == nil, dialect != nil || tz != nil || dst != nil {
            throw ValidationError("--tz, --dialect and --dst belong to --cron; a recipe says its own")
        }
    }

    func run() async throws {
        try await reportingErrors {
            if let cases {
                return try await LineReader(cases, option: "--cases").forEach { _, line in
                    Terminal.print(Self.answer(to: line).compact)
                }
            }
            let schedule = try schedule()
            let start = try start(in: schedule)
            let times = schedule.next(after: start, count: count)
            if json { return Terminal.print(document(schedule, start, times).indented) }
            Terminal.print(Terminal.outputStyle(schedule.words(after: start), .bold))
            guard !times.isEmpty else {
                return Terminal.note(count == 0 ? "" : "no time after \(schedule.clockText(start))")
            }
            if let delay = delay(schedule) {
                Terminal.print(
                    "jitter: this recipe always starts \(words(microseconds: delay)) after the time it is due")
            }
            var table = Table("TIME", "UTC", "IN")
            for time in times {
                table.add(schedule.clockText(time), Self.utc(time), Self.countdown(from: start, to: time))
            }
            table.print()
        }
    }

    // MARK: - Whose schedule

    private func schedule() throws -> Schedule {
        if let recipe {
            let session = try Session(place)
            let trigger = try session.recipe(recipe).trigger
            guard trigger.use == "schedule" else {
                throw OwnerFailure(kind: "refused", "\(recipe) starts by \(trigger.use), not by a schedule")
            }
            return try read(trigger.input, timeZone: session.workspace.settings.timeZone)
        }
        // A workspace is welcome, for its zone, but not needed.
        let workspace = try? Workspace.open(from: place.folder, environment: place.environment)
        var settings: JSONObject = ["cron": .string(cron ?? "")]
        settings["time_zone"] = tz.map { .string($0) }
        settings["dialect"] = dialect.map { .string($0.rawValue) }
        settings["dst"] = dst.map { .string($0.rawValue) }
        return try read(.object(settings), timeZone: workspace?.settings.timeZone ?? "UTC")
    }

    private func read(_ settings: JSON, timeZone: String) throws -> Schedule {
        let (schedule, mistakes) = Schedule.read(settings, timeZone: timeZone)
        if let schedule { return schedule }
        for mistake in mistakes {
            Terminal.error(printable(mistake.message))
            if let suggestion = mistake.suggestion { Terminal.note("  hint: \(printable(suggestion))") }
        }
        throw Exit.invalid
    }

    private func start(in schedule: Schedule) throws -> Date {
        guard let from else { return Date() }
        guard let start = schedule.time(from) else {
            throw OwnerFailure(
                kind: "refused", "--from must be \(Schedule.timeForm), not \"\(printable(String(from.prefix(40))))\"")
        }
        return start
    }

    // MARK: - What is printed

    /// The recipe's own delay in microseconds, when its schedule spreads starts.
    private func delay(_ schedule: Schedule) -> Int64? {
        guard let recipe, schedule.jitter > .zero else { return nil }
        let (seconds, attoseconds) = schedule.delay(of: recipe).components
        return seconds * 1_000_000 + attoseconds / 1_000_000_000_000
    }

    private func document(_ schedule: Schedule, _ start: Date, _ times: [Date]) -> JSON {
        var document: JSONObject = [
            "words": .string(schedule.words), "time_zone": .string(schedule.timeZone),
            "clock_changes": .array(schedule.clockChangeWords(after: start).map { .string($0) }),
            "next": .array(
                times.map { time in
                    [
                        "at": .string(schedule.isoText(time)), "utc": .string(Self.isoUTC(time)),
                        "in_seconds": .integer(Int(time.timeIntervalSince(start).rounded(.up))),
                    ]
                }),
        ]
        if let delay = delay(schedule) { document["delay_ms"] = .integer(Int(delay / 1_000)) }
        return .object(document)
    }

    private static func answer(to line: [UInt8]) -> JSON {
        do {
            return ScheduleCases.answer(try JSON(parsing: line))
        } catch {
            return ["id": nil, "error": .string("the line is not JSON: \(error.message)")]
        }
    }

    private static func isoUTC(_ time: Date) -> String { time.formatted(.iso8601) }
    private static func utc(_ time: Date) -> String {
        isoUTC(time).replacing("T", with: " ")
    }

    /// `2 d 3 h`, `3 h 20 m`.
    private static func countdown(from start: Date, to time: Date) -> String {
        let seconds = Int64(time.timeIntervalSince(start).rounded(.up))
        guard seconds >= 86_400 else { return words(microseconds: seconds * 1_000_000) }
        return "\(seconds / 86_400) d \(seconds / 3_600 % 24) h"
    }
}

extension CronDialect: ExpressibleByArgument {}
extension ClockChangeRule: ExpressibleByArgument {}
