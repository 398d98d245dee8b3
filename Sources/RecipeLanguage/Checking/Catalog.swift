// What a recipe is checked against, and what checking gives.

import JSONCore

/// Everything in the workspace that a recipe may name.
public struct Catalog: Sendable {
    /// Installed connectors by name.
    public var connectors = ConnectorSpecs()
    /// From a connection's name to its connector's.
    public var connections: [String: String] = [:]
    /// The other recipes, for `call`: what they take and give.
    public var recipes: [String: RecipeSignature] = [:]
    /// The recipes that are APIs, by address; only where a whole workspace is checked: a server tells by itself who of two
    /// recipes answers.
    public var apis: [APIAddress: [String]] = [:]
    /// The columns of each table.
    public var tables: TableColumns = [:]
    /// Names in `properties`.
    public var properties: Set<String> = []
    /// The workspace's time zone, for schedules that name none.
    public var timeZone = "UTC"
    /// The time of checking in seconds since 1970, to tell schedules that are over and changes of the clocks to come.
    public var now: Int?
    public init() {}
}

/// What a caller sees of a recipe.
public struct RecipeSignature: Sendable {
    public var triggerUse: String
    public var input: Schema
    public var result: Schema
    public init(triggerUse: String, input: Schema, result: Schema) {
        (self.triggerUse, self.input, self.result) = (triggerUse, input, result)
    }
}

/// The outcome of checking one file: every mistake at once, and the recipe when there is no error among them.
public struct CheckedRecipe: Sendable {
    public let recipe: Recipe?
    /// Sorted by place.
    public let diagnostics: [Diagnostic]
}
