// The recipes of the workspace as a server runs them: which are on, which have mistakes, and where their webhooks arrive.

import JobHistory
import RecipeLanguage

/// Follows the recipe files and the switches that people set.
///
/// A recipe is on unless somebody turned it off. An edit with mistakes changes nothing but what `problems` says: the recipe
/// goes on as it was before.
public actor LiveRecipes {
    /// One recipe of the workspace.
    public struct Entry: Sendable {
        public let id: String
        /// nil: it never was without mistakes.
        public let version: RecipeVersions.Loaded?
        public let position: RecipeSwitch
        /// What is wrong with its file now.
        public let problems: [Diagnostic]
        /// Why it can't take events though it is on; a sentence.
        public fileprivate(set) var obstacle: String?

        /// Whether it takes events.
        public var isLive: Bool { position.isOn && version != nil && obstacle == nil }
    }

    private let store: JobStore
    private let services: EngineServices
    private let versions: RecipeVersions
    private let changes: ChangeSignal
    public private(set) var entries: [String: Entry] = [:]
    private var hooks: [String: [Hook]] = [:]
    /// The recipes that are APIs, the most exact addresses first.
    public private(set) var endpoints: [APIEndpoint] = []
    private var hasStarted = false

    init(store: JobStore, services: EngineServices, versions: RecipeVersions, changes: ChangeSignal) {
        (self.store, self.services, self.versions, self.changes) = (store, services, versions, changes)
    }

    /// Reads the workspace anew.
    ///
    /// - Returns: what a log should say: recipes that came, went, changed or broke.
    /// - Throws: `StoreError`.
    @discardableResult
    public func refresh() async throws -> [Change] {
        if !hasStarted { await versions.keepLastGood() }
        let switches = try await store.switches()
        var found: [String: Entry] = [:]
        for read in try await versions.read(services.recipeIDs()) {
            found[read.id] = Entry(
                id: read.id, version: read.version,
                position: switches[read.id] ?? RecipeSwitch(isOn: true, changedAt: 0, reason: nil),
                problems: read.problems, obstacle: read.version.flatMap { Self.obstacle(to: $0.recipe.trigger) })
        }
        for (id, obstacle) in Self.latecomers(found, after: endpoints) { found[id]?.obstacle = obstacle }
        var news = found.keys.sorted().flatMap { id in
            found[id].map { Change.between(entries[id], $0) } ?? []
        }
        for id in entries.keys.sorted() where found[id] == nil { news.append(.removed(id)) }
        entries = found
        let live = found.values.filter(\.isLive).sorted { $0.id < $1.id }
        hooks = Dictionary(grouping: live.compactMap(Hook.init), by: \.path)
        endpoints = live.compactMap(APIEndpoint.init).sorted { $0.pattern.precedes($1.pattern) }
        hasStarted = true
        changes.ring()
        return news
    }

    /// Why events of this trigger can't be taken here.
    private static func obstacle(to trigger: Trigger) -> String? {
        return Hook.mistake(in: trigger) ?? APIEndpoint.mistake(in: trigger)
    }

    /// APIs at an address that another recipe has: who was there before stays, else the first by name.
    private static func latecomers(_ entries: [String: Entry], after served: [APIEndpoint]) -> [String: String] {
        let addresses = Dictionary(served.map { ($0.recipe, $0.address) }) { first, _ in first }
        let found = entries.values.filter(\.isLive).compactMap { entry in
            entry.version.flatMap { APIAddress($0.recipe.trigger.use, $0.recipe.trigger.input) }.map { (entry.id, $0) }
        }
        var owners: [APIAddress: String] = [:]
        var late: [String: String] = [:]
        for (id, address) in found.sorted(by: { one, other in
            let (mine, theirs) = (addresses[one.0] == one.1, addresses[other.0] == other.1)
            return mine == theirs ? one.0 < other.0 : mine
        }) {
            if let owner = owners[address] { late[id] = taken(address, by: owner) } else { owners[address] = id }
        }
        return late
    }

    private static func taken(_ address: APIAddress, by owner: String) -> String {
        "\(owner) answers \(address) already; give one of them another path or method"
    }

    /// Turns a recipe on or off; durable on return. Jobs that it has go on.
    /// - Throws: `ControlError` when the workspace has no such recipe, or it can't be turned on.
    public func turn(_ id: String, on: Bool, reason: String? = nil) async throws {
        if !hasStarted { try await refresh() }
        guard let entry = entries[id] else {
            let hint = Suggestion.didYouMean(id, among: entries.keys.sorted()).map { "; \($0)" } ?? ""
            throw ControlError("there is no recipe \(id) in this workspace\(hint)")
        }
        if on {
            guard entry.version != nil else {
                throw ControlError("\(id) has mistakes: `galley check` shows them; mend them first")
            }
            let address = entry.version.flatMap { APIAddress($0.recipe.trigger.use, $0.recipe.trigger.input) }
            let owner = endpoints.first { $0.address == address && $0.recipe != id }
            if let obstacle = entry.obstacle ?? owner.map({ Self.taken($0.address, by: $0.recipe) }) {
                throw ControlError("\(id) can't be started: \(obstacle)")
            }
        }
        try await store.set(
            id, to: RecipeSwitch(isOn: on, changedAt: services.clock(), reason: on ? nil : reason))
        try await refresh()
    }

    /// The recipes whose webhooks arrive at a path.
    func hooks(at path: String) -> [Hook] { hooks[path] ?? [] }

    /// What is worth a line in the log.
    public enum Change: Sendable, Hashable {
        case loaded(String, version: Int)
        case changed(String, version: Int)
        case removed(String)
        /// Its file has mistakes; it goes on as it was, if it ever was.
        case broken(String, mistakes: Int, goesOn: Bool)
        case mended(String)
        /// It is on and can't take events; the sentence says why.
        case obstructed(String, String)

        fileprivate static func between(_ old: Entry?, _ new: Entry) -> [Change] {
            var changes: [Change] = []
            if let version = new.version, old?.version?.id != version.id {
                changes.append(
                    old == nil ? .loaded(new.id, version: version.number) : .changed(new.id, version: version.number))
            }
            let errors = new.problems.count { $0.severity == .error }
            if errors > 0, old?.problems.map(\.message) != new.problems.map(\.message) {
                changes.append(.broken(new.id, mistakes: errors, goesOn: new.version != nil))
            } else if errors == 0, old?.problems.contains(where: { $0.severity == .error }) == true {
                changes.append(.mended(new.id))
            }
            if let obstacle = new.obstacle, new.position.isOn,
                old?.obstacle != obstacle || old?.position.isOn == false
            {
                changes.append(.obstructed(new.id, obstacle))
            }
            return changes
        }
    }
}
