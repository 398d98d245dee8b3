// A recipe as the engine runs it: checked, every pill resolved to a slot, templates and formulas parsed once.

import JSONCore

/// One checked recipe.
public struct Recipe: Sendable {
    /// The name of its folder below `Recipes/`.
    public let id: String
    public let name: String
    public let trigger: Trigger
    /// From the names that `use` prefixes may have to the connections they stand for.
    public let connections: [String: String]
    /// How many of its jobs may run at once; at least 1.
    public let concurrency: Int
    /// Columns of the job list, in order. An error in one gives an empty cell.
    public let report: [(title: String, formula: BoundFormula)]
    /// When step records are made durable.
    public let checkpoint: Checkpoint
    public let steps: [Step]
    /// Every step by `Step.number`, in reading order.
    public let stepNames: [String]
    /// The name of each slot: the trigger's pill, step ids, variables, loop names.
    public let slotNames: [String]

    public init(
        id: String, name: String, trigger: Trigger, connections: [String: String], concurrency: Int,
        report: [(title: String, formula: BoundFormula)], checkpoint: Checkpoint, steps: [Step], stepNames: [String],
        slotNames: [String]
    ) {
        (self.id, self.name, self.trigger, self.connections) = (id, name, trigger, connections)
        (self.concurrency, self.report, self.checkpoint) = (concurrency, report, checkpoint)
        (self.steps, self.stepNames, self.slotNames) = (steps, stepNames, slotNames)
    }
}

/// What is recorded of calls that succeed, besides input and output (field `record` of a recipe or a step). Of attempts that
/// fail, requests and answers are always recorded.
public enum Recorded: String, Sendable, CaseIterable {
    /// Nothing more.
    case data
    /// Requests and answers over HTTP as they were sent.
    case exchange
}

/// When a step's record has to be on disk (recipe field `checkpoint`).
public enum Checkpoint: String, Sendable, CaseIterable {
    /// Before the next step that changes something outside starts (the default).
    case effects
    /// Before any next step starts.
    case everyStep = "every_step"
}

/// What starts a recipe.
public struct Trigger: Sendable {
    /// The name of its pill; `trigger` when the recipe gives none.
    public let pill: String
    /// The pill's slot.
    public let slot: Int
    /// `webhook.received`, `manual`, or `prefix.operation` of a connector.
    public let use: String
    /// Its settings, evaluated only where the trigger's kind says so.
    public let input: JSON
    /// Events for which this is not true make no job.
    public let when: BoundFormula?
    /// Events with the same key make one job.
    public let dedupe: BoundFormula?
    /// What the pill holds, as far as known.
    public let event: Schema
    /// What a `recipe.called` recipe returns, as far as declared.
    public let result: Schema
    /// Of a connector's trigger: which one. nil for those of the language.
    public let source: TriggerSource?

    public init(
        pill: String, slot: Int, use: String, input: JSON, when: BoundFormula?, dedupe: BoundFormula?, event: Schema,
        result: Schema, source: TriggerSource? = nil
    ) {
        self.source = source
        (self.pill, self.slot, self.use, self.input) = (pill, slot, use, input)
        (self.when, self.dedupe, self.event, self.result) = (when, dedupe, event, result)
    }
}

/// A connector's trigger, as a recipe uses it.
public struct TriggerSource: Sendable {
    /// The connector's name, after `connections` is applied.
    public let connector: String
    public let spec: TriggerSpec
    public let connection: String?
    /// The trigger's settings, with pills that need no event: `now`, tables, properties.
    public let settings: InputTemplate

    public init(connector: String, spec: TriggerSpec, connection: String?, settings: InputTemplate) {
        (self.connector, self.spec, self.connection, self.settings) = (connector, spec, connection, settings)
    }
}
