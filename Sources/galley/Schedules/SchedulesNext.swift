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

    @OptionGroup var venue: VenueOptions
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
        guard (1...ScheduleCases.mostTimes).contains(count) else {
            throw ValidationError("--count must be from 1 to \(ScheduleCases.mostTimes), not \(count)")
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
                var reader = try LineReader(cases, option: "--cases")
                while let line = reader.next() { Terminal.print(json: Self.answer(to: line.bytes)) }
                return
            }
            let times: JSON
            if let recipe {
                times = try await venue.with { try await $0.times(of: recipe, from: from, count: count) }
            } else {
                let schedule = try schedule()
                times = ScheduleTimes.json(
                    schedule, recipe: nil, after: try Self.start(from, in: schedule), count: count)
            }
            if json { return Terminal.print(times.indented) }
            print(times)
        }
    }

    private func print(_ document: JSON) {
        let changes = (document["clock_changes"]?.array ?? []).compactMap(\.string)
        let headline = ([document["words"]?.string ?? ""] + changes).joined(separator: "; ")
        Terminal.print(Terminal.outputStyle(printable(headline), .bold))
        let times = document["next"]?.array ?? []
        guard !times.isEmpty else { return Terminal.note("no time after \(from ?? "now")") }
        if let delay = document["delay_ms"]?.integer {
            let time = words(microseconds: Int64(delay).multipliedReportingOverflow(by: 1_000).partialValue)
            Terminal.print("jitter: this recipe always starts \(time) after the time it is due")
        }
        var table = Table("TIME", "UTC", "IN")
        for time in times {
            table.add(
                TimeText.words(time["at"]) ?? "", (time["utc"]?.string ?? "").replacing("T", with: " "),
                Self.countdown(Int64(time["in_seconds"]?.integer ?? 0)))
        }
        table.print()
    }

    // MARK: - Whose schedule

    /// Of `--cron`. A workspace is welcome, for its zone, but not needed.
    private func schedule() throws -> Schedule {
        let workspace = try? Workspace.open(from: venue.place.folder, environment: venue.place.environment)
        var settings: JSONObject = ["cron": .string(cron ?? "")]
        settings["time_zone"] = tz.map { .string($0) }
        settings["dialect"] = dialect.map { .string($0.rawValue) }
        settings["dst"] = dst.map { .string($0.rawValue) }
        return try Self.read(.object(settings), timeZone: workspace?.settings.timeZone ?? "UTC")
    }

    /// - Throws: the exit code for a schedule with mistakes, which are printed.
    static func read(_ settings: JSON, timeZone: String) throws -> Schedule {
        let (schedule, mistakes) = Schedule.read(settings, timeZone: timeZone)
        if let schedule { return schedule }
        for mistake in mistakes {
            Terminal.error(printable(mistake.message))
            if let suggestion = mistake.suggestion { Terminal.note("  hint: \(printable(suggestion))") }
        }
        throw Exit.invalid
    }

    /// The time of `--from`; now without one.
    static func start(_ from: String?, in schedule: Schedule) throws -> Date {
        guard let from else { return Date() }
        guard let start = schedule.time(from) else {
            throw OwnerFailure(
                kind: "refused", "--from must be \(Schedule.timeForm), not \"\(printable(String(from.prefix(40))))\"")
        }
        return start
    }

    // MARK: - What is printed

    private static func answer(to line: [UInt8]) -> JSON {
        do {
            return ScheduleCases.answer(try JSON(parsing: line))
        } catch {
            return ["id": nil, "error": .string("the line is not JSON: \(error.message)")]
        }
    }

    /// `2 d 3 h`, `3 h 20 m`.
    private static func countdown(_ seconds: Int64) -> String {
        guard seconds >= 86_400 else { return words(microseconds: seconds * 1_000_000) }
        return "\(seconds / 86_400) d \(seconds / 3_600 % 24) h"
    }
}

extension CronDialect: ExpressibleByArgument {}
extension ClockChangeRule: ExpressibleByArgument {}
