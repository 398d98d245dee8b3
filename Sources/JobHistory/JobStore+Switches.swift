// Which recipes a server runs: people turn them off and on, and the engine turns off what can't go on.

import GRDB

/// Whether a recipe takes events, since when and why.
public struct RecipeSwitch: Sendable, Hashable {
    public let isOn: Bool
    public let changedAt: Milliseconds
    /// Of a recipe that is off: why, in words.
    public let reason: String?

    public init(isOn: Bool, changedAt: Milliseconds, reason: String?) {
        (self.isOn, self.changedAt, self.reason) = (isOn, changedAt, reason)
    }
}

extension JobStore {
    /// By recipe. Recipes that nobody ever turned off or on are not there: they are on.
    public func switches() async throws -> [String: RecipeSwitch] {
        try await read { database in
            let statement = try SQLStatement(database, "SELECT name, is_on, changed_ms, reason FROM recipe_switch")
            let rows = try statement.all { row in
                (
                    row.text(0),
                    RecipeSwitch(isOn: row.int(1) != 0, changedAt: row.int64(2), reason: row.textOrNil(3))
                )
            }
            return Dictionary(rows) { $1 }
        }
    }

    /// Durable on return.
    public func set(_ recipe: String, to position: RecipeSwitch) async throws {
        try await write { connection in
            let statement = try SQLStatement(
                connection.database,
                "INSERT OR REPLACE INTO recipe_switch(name, is_on, changed_ms, reason) VALUES (?, ?, ?, ?)")
            statement.bind(1, recipe)
            statement.bind(2, position.isOn ? 1 : 0)
            statement.bind(3, position.changedAt)
            statement.bind(4, position.reason)
            try statement.run()
        }
    }
}
