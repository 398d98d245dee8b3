// What this workspace's files say of recipes and their starts, with what the history knows of them.

import Engine
import Foundation
import JSONCore
import JobHistory
import RecipeLanguage
import Workspace

extension LocalVenue {
    func recipes() async throws -> [JSON] {
        let (session, isServed) = (try session(), await isServed)
        let (switches, numbers) = try await standing(of: session.workspace.recipeIDs())
        return session.workspace.recipeIDs().map { id in
            let source = try? session.workspace.recipeSource(id)  // one that can't be read is one mistake
            let checked = source.map { Recipe.check($0.bytes, id: id, file: $0.path, catalog: session.catalog) }
            let (recipe, position) = (checked?.recipe, switches[id])
            let trigger = recipe?.trigger.use ?? source.flatMap { Recipe.signature(of: $0.bytes)?.triggerUse }
            return [
                "id": .string(id), "name": .string(recipe?.name ?? id),
                "trigger": trigger.map { .string($0) } ?? .null,
                "errors": .integer(checked?.diagnostics.count { $0.severity == .error } ?? 1),
                "version": numbers[id].map { .integer($0) } ?? .null, "on": .bool(position?.isOn ?? true),
                "takes_events": .bool(isServed && position?.isOn != false && numbers[id] != nil),
                "reason": position?.reason.map { .string($0) } ?? .null,
                "step_count": recipe.map { .integer($0.stepNames.count) } ?? .null,
            ]
        }
    }

    /// Which recipes are off, and the number of each one's newest version; nothing before anything ran, and for who may not
    /// read the history.
    private func standing(
        of recipes: [String]
    ) async throws -> (switches: [String: RecipeSwitch], numbers: [String: Int]) {
        do {
            return try await reading { store in
                var numbers: [String: Int] = [:]
                for recipe in recipes { numbers[recipe] = try await store.versions(of: recipe).first?.number }
                return (try await store.switches(), numbers)
            }
        } catch StoreError.noHistory, StoreError.olderSchema, StoreError.unwritable {
            return ([:], [:])
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
        return session.workspace.recipeIDs().compactMap { id in
            guard let source = try? session.workspace.recipeSource(id) else { return nil }
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
        return (ids + gone).sorted().compactMap { id in
            guard ids.contains(id) else {
                return TriggerStanding(id, use: nil, recipe: nil, known, publicURL: nil)?.json
            }
            let use = session.catalog.recipes[id]?.triggerUse ?? ""
            guard use.contains(".") || known.subscriptions[id] != nil,
                let source = try? session.workspace.recipeSource(id)
            else { return nil }
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
