// galley schedules: what starts by itself, by the clock or by asking other systems; when, and how it stands.

import ArgumentParser
import JSONCore

struct Schedules: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schedules",
        abstract: "Which recipes start by themselves, by the clock or by polling: when, and how they stand.",
        subcommands: [
            SchedulesList.self, SchedulesNext.self, SchedulesPause.self, SchedulesResume.self, SchedulesBackfill.self,
        ], defaultSubcommand: SchedulesList.self)
}

struct SchedulesList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "The recipes with a schedule or a poller: their next and last times, and what was missed.",
        discussion: """
            STATE is on, paused, stopped (galley recipes stop), broken (its file has mistakes), over (no time is left), \
            overdue (it should have started by now) or failing (its last poll failed).
            """)

    @OptionGroup var venue: VenueOptions
    @Flag(help: "As JSON.")
    var json = false

    func run() async throws {
        try await reportingErrors {
            let (schedules, isServed) = try await venue.with { (try await $0.schedules(), await $0.isServed) }
            var listing = Listing("RECIPE", "STATE", "NEXT", "LAST", "MISSED", "STARTS")
            for schedule in schedules {
                let state = schedule["state"]?.string ?? "?"
                listing.add(
                    schedule["recipe"]?.string ?? "", state,
                    TimeText.words(schedule["next"]) ?? (state == "over" ? "never" : "-"),
                    TimeText.words(schedule["last"]) ?? "-", missed(schedule), words(schedule), json: schedule)
            }
            listing.print(asJSON: json, empty: "no recipe here starts by a schedule or by polling")
            warn(of: schedules, isServed)
        }
    }

    private func words(_ schedule: JSON) -> String {
        schedule["words"]?.string
            ?? "\(schedule["errors"]?.integer ?? 0) mistake\(schedule["errors"]?.integer == 1 ? "" : "s"): galley check \(schedule["recipe"]?.string ?? "")"
    }

    private func missed(_ schedule: JSON) -> String {
        if let refused = schedule["refused"]?.integer { return refused == 0 ? "" : "\(refused) refused" }
        let (missed, skipped) = (schedule["missed"]?.integer ?? 0, schedule["skipped"]?.integer ?? 0)
        return skipped == 0 ? "\(missed)" : "\(missed), \(skipped) skipped"
    }

    /// What a person should know besides the table.
    private func warn(of schedules: [JSON], _ isServed: Bool) {
        let states = schedules.map { $0["state"]?.string ?? "" }
        for (schedule, state) in zip(schedules, states) {
            guard let reason = schedule["reason"]?.string,
                ["paused", "stopped", "failing", "overdue"].contains(state)
            else { continue }
            let line = printable("\(schedule["recipe"]?.string ?? "") is \(state): \(reason)")
            if ["failing", "overdue"].contains(state) { Terminal.warning(line) } else { Terminal.note(line) }
        }
        if !isServed, states.contains(where: { ["on", "overdue", "failing"].contains($0) }) {
            Terminal.note("nothing of this starts now: `galley serve` does not run in this workspace")
        }
    }
}
