// What this workspace's files say of recipes and their starts, with what the history knows of them.

import Engine
import Foundation
import JSONCore
import JobHistory
import RecipeLanguage
import Workspace

extension LocalVenue {
    func recipes() async throws -> [JSON] {
        let session = try session()
        return try session.workspace.recipeIDs().map { id in
            let source = try session.workspace.recipeSource(id)
            let checked = Recipe.check(source.bytes, id: id, file: source.path, catalog: session.catalog)
            let trigger = checked.recipe?.trigger.use ?? Recipe.signature(of: source.bytes)?.triggerUse
            return [
                "id": .string(id), "name": .string(checked.recipe?.name ?? id),
                "trigger": trigger.map { .string($0) } ?? .null,
                "errors": .integer(checked.diagnostics.count { $0.severity == .error }),
                "step_count": checked.recipe.map { .integer($0.stepNames.count) } ?? .null,
            ]
        }
    }

    func versions(of recipe: String) async throws -> [JSON] {
        try await reading { try await $0.versions(of: recipe).map(\.json) }
    }

    func version(_ number: Int, of recipe: String) async throws -> JSON {
        try await reading { store in
            let (version, source) = try await store.version(number, of: recipe)
            var object = version.json.object ?? [:]
            object["source"] = .string(String(decoding: source, as: UTF8.self))
            return .object(object)
        }
    }

    func comparison(of recipe: String, from: String?, to: String?) async throws -> JSON {
        let workspace = try Workspace.open(from: options.folder, environment: options.environment)
        let file = try? workspace.recipeSource(recipe).bytes
        return try await reading {
            try await $0.compareVersions(of: recipe, from: from, to: to, file: file).json
        }
    }

    func graph(of recipe: String) async throws -> RecipeGraph { RecipeGraph(try session().recipe(recipe)) }

    // MARK: Schedules

    func schedules() async throws -> [JSON] {
        let session = try session()
        var known = KnownStarts()
        do {
            known = try await reading { try await KnownStarts($0) }
        } catch StoreError.noHistory {
        } catch StoreError.olderSchema {}  // from before there were any
        let now = systemMilliseconds()
        return try session.workspace.recipeIDs().compactMap { id in
            let source = try session.workspace.recipeSource(id)
            let use = session.catalog.recipes[id]?.triggerUse ?? ""
            guard use == LanguageTriggers.schedule.name || use.contains(".") else { return nil }
            let checked = Recipe.check(source.bytes, id: id, file: source.path, catalog: session.catalog)
            return ScheduleStanding(
                id, use: use, recipe: checked.recipe, errors: checked.diagnostics.count { $0.severity == .error },
                zone: session.workspace.settings.timeZone, known, now: now
            )?.json
        }
    }

    func triggers() async throws -> [JSON] {
        let session = try session()
        var known = KnownTriggers()
        do {
            known = try await reading { try await KnownTriggers($0) }
        } catch StoreError.noHistory {
        } catch StoreError.olderSchema {}  // from before there were any
        let ids = Set(session.workspace.recipeIDs())
        let gone = known.subscriptions.keys.filter { !ids.contains($0) }
        return try (ids + gone).sorted().compactMap { id in
            guard ids.contains(id) else {
                return TriggerStanding(id, use: nil, recipe: nil, known, publicURL: nil)?.json
            }
            let use = session.catalog.recipes[id]?.triggerUse ?? ""
            guard use.contains(".") || known.subscriptions[id] != nil else { return nil }
            let source = try session.workspace.recipeSource(id)
            let checked = Recipe.check(source.bytes, id: id, file: source.path, catalog: session.catalog)
            return TriggerStanding(
                id, use: use, recipe: checked.recipe, known, publicURL: session.workspace.settings.publicURL)?.json
        }
    }

    func times(of recipe: String, from: String?, count: Int) async throws -> JSON {
        let session = try session()
        let trigger = try session.recipe(recipe).trigger
        guard trigger.use == LanguageTriggers.schedule.name else {
            throw OwnerFailure(kind: "refused", "\(recipe) starts by \(trigger.use), not by a schedule")
        }
        let schedule = try SchedulesNext.read(trigger.input, timeZone: session.workspace.settings.timeZone)
        let start = try SchedulesNext.start(from, in: schedule)
        return ScheduleTimes.json(schedule, recipe: recipe, after: start, count: count)
    }
}
