// galley schedules: which recipes start by the clock, and when.

import ArgumentParser
import Engine
import Foundation
import JSONCore
import RecipeLanguage
import Workspace

struct Schedules: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Which recipes start by the clock, what their schedules mean, and when they are due.",
        subcommands: [SchedulesList.self, SchedulesNext.self], defaultSubcommand: SchedulesList.self)
}

struct SchedulesList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "The recipes with a schedule: what it means, and the next time.")

    @OptionGroup var place: WorkspaceOptions
    @Flag(help: "As JSON.")
    var json = false

    func run() async throws {
        try await reportingErrors {
            let session = try Session(place)
            let now = Date()
            var table = Table("RECIPE", "NEXT", "SCHEDULE")
            var list: [JSON] = []
            for id in session.workspace.recipeIDs() where session.catalog.recipes[id]?.triggerUse == "schedule" {
                let source = try session.workspace.recipeSource(id)
                let checked = Recipe.check(source.bytes, id: id, file: source.path, catalog: session.catalog)
                let schedule = checked.recipe.flatMap { recipe in
                    Schedule.read(recipe.trigger.input, timeZone: session.workspace.settings.timeZone).schedule
                }
                let next = schedule?.next(after: now)
                let errors = checked.diagnostics.count { $0.severity == .error }
                table.add(
                    id, schedule.map { schedule in next.map { schedule.clockText($0) } ?? "never" } ?? "-",
                    schedule?.words ?? "\(errors) mistakes: galley check \(id)")
                list.append(ScheduleShape.json(of: id, schedule, errors: errors, now: now))
            }
            if json { return Terminal.print(JSON.array(list).indented) }
            guard !list.isEmpty else { return Terminal.note("no recipe here starts by a schedule") }
            table.print()
        }
    }
}
