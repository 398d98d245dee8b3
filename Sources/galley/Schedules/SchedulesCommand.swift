// galley schedules: what starts by itself, by the clock or by asking other systems; when, and how it stands.

import ArgumentParser
import Engine
import Foundation
import JSONCore
import JobHistory
import RecipeLanguage
import Workspace

struct Schedules: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
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

    @OptionGroup var place: WorkspaceOptions
    @Flag(help: "As JSON.")
    var json = false

    func run() async throws {
        try await reportingErrors {
            let session = try Session(place)
            let standing = try await Standing.read(session.workspace.dataFolder)
            let now = systemMilliseconds()
            var listing = Listing("RECIPE", "STATE", "NEXT", "LAST", "MISSED", "STARTS")
            var starters: [Starter] = []
            for id in session.workspace.recipeIDs() {
                guard let starter = try Starter(id, session, standing, now: now) else { continue }
                starters.append(starter)
                listing.add(
                    id, starter.state.rawValue, starter.nextWords, starter.lastWords, starter.missedWords,
                    starter.words, json: starter.json)
            }
            listing.print(asJSON: json, empty: "no recipe here starts by a schedule or by polling")
            warn(of: starters, session.workspace.dataFolder)
        }
    }

    /// What a person should know besides the table.
    private func warn(of starters: [Starter], _ dataFolder: String) {
        for starter in starters {
            guard let reason = starter.reason, [.paused, .stopped, .failing, .overdue].contains(starter.state) else {
                continue
            }
            let line = "\(starter.recipe) is \(starter.state.rawValue): \(printable(reason))"
            if [.failing, .overdue].contains(starter.state) { Terminal.warning(line) } else { Terminal.note(line) }
        }
        let isServed = JobStore.ownerPID(folder: dataFolder) != nil
        if !isServed, starters.contains(where: { [.on, .overdue, .failing].contains($0.state) }) {
            Terminal.note("nothing of this starts now: `galley serve` does not run in this workspace")
        }
    }
}
