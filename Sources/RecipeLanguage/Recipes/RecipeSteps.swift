// The tree of steps as the engine walks it: one type for each kind.

import JSONCore

/// One node of the tree.
public struct Step: Sendable {
    /// Its place in reading order, from 0.
    public let number: Int
    /// Its part of an address: its `id`, else its kind and number, like `if-3`.
    public let name: String
    /// Its `id`, when it has one.
    public let id: String?
    /// The slot of its output, when it has an `id`.
    public let slot: Int?
    public let title: String?
    /// Kept in the recipe but not run; neither is what is inside.
    public let skip: Bool
    /// Where it stands in the recipe, as an RFC 6901 pointer.
    public let pointer: String
    public let kind: StepKind

    public init(
        number: Int, name: String, id: String?, slot: Int?, title: String?, skip: Bool, pointer: String, kind: StepKind
    ) {
        (self.number, self.name, self.id, self.slot, self.title) = (number, name, id, slot, title)
        (self.skip, self.pointer, self.kind) = (skip, pointer, kind)
    }
}

/// The kinds of step (design §1).
public indirect enum StepKind: Sendable {
    case action(ActionStep)
    case branch([Branch], otherwise: [Step])
    case forEach(ForEachStep)
    case `repeat`(RepeatStep)
    case `try`(TryStep)
    case parallel([ParallelBranch])
    case call(CallStep)
    case wait(WaitStep)
    case set([Assignment])
    case append([Assignment])
    case respond(InputTemplate)
    case `return`(InputTemplate)
    case stop(StopStep)

    /// The key that names it in a recipe.
    public var key: String {
        switch self {
        case .action: "use"
        case .branch: "if"
        case .forEach: "for_each"
        case .repeat: "repeat"
        case .try: "try"
        case .parallel: "parallel"
        case .call: "call"
        case .wait(let wait): if case .until = wait { "wait_until" } else { "wait" }
        case .set: "set"
        case .append: "append"
        case .respond: "respond"
        case .return: "return"
        case .stop: "stop"
        }
    }
}

/// A call of a connector.
public struct ActionStep: Sendable {
    /// The connector's name, after `connections` is applied.
    public let connector: String
    public let operation: String
    /// The connection, when one is named by the prefix or by the step.
    public let connection: String?
    public let spec: OperationSpec
    public let input: InputTemplate
    /// The whole step, its tries included; nil for the default (design §5).
    public let timeout: Duration?
    /// nil: the effect's default.
    public let retry: RetryPolicy?
    /// Input and output are not recorded.
    public let mask: Bool
    /// Requests and answers of attempts that succeed are recorded too (`"record": "exchange"`).
    public let recordsExchanges: Bool

    public init(
        connector: String, operation: String, connection: String?, spec: OperationSpec, input: InputTemplate,
        timeout: Duration?, retry: RetryPolicy?, mask: Bool, recordsExchanges: Bool = false
    ) {
        self.recordsExchanges = recordsExchanges
        (self.connector, self.operation, self.connection) = (connector, operation, connection)
        (self.spec, self.input, self.timeout, self.retry, self.mask) = (spec, input, timeout, retry, mask)
    }
}

/// `if` or one `else_if`.
public struct Branch: Sendable {
    public let condition: BoundFormula
    public let steps: [Step]

    public init(condition: BoundFormula, steps: [Step]) { (self.condition, self.steps) = (condition, steps) }
}

/// `for_each`.
public struct ForEachStep: Sendable {
    public let list: BoundFormula
    /// Slots of `as`, `as_index`, `as_first?`, `as_last?`.
    public let item: Int
    public let index: Int
    public let isFirst: Int
    public let isLast: Int
    /// nil: one item at a time; else lists of at most this many.
    public let batchSize: Int?
    /// How many run at once; 1 or more.
    public let atOnce: Int
    public let steps: [Step]
    /// Slots that are unset at the start of each iteration: the body's step ids and the variables first set in it.
    public let bodySlots: [Int]
    /// Slots of outer variables that the body appends to (merged in item order when `atOnce` > 1).
    public let appendedSlots: [Int]
    /// Those of them that the body reads too.
    public let readSlots: Set<Int>

    public init(
        list: BoundFormula, item: Int, index: Int, isFirst: Int, isLast: Int, batchSize: Int?, atOnce: Int,
        steps: [Step], bodySlots: [Int], appendedSlots: [Int], readSlots: Set<Int>
    ) {
        (self.list, self.item, self.index, self.isFirst, self.isLast) = (list, item, index, isFirst, isLast)
        (self.batchSize, self.atOnce, self.steps) = (batchSize, atOnce, steps)
        (self.bodySlots, self.appendedSlots, self.readSlots) = (bodySlots, appendedSlots, readSlots)
    }
}

/// `repeat`: the body, then the condition.
public struct RepeatStep: Sendable {
    public let steps: [Step]
    public let condition: BoundFormula
    /// The job fails past this many iterations.
    public let max: Int
    public let bodySlots: [Int]

    public init(steps: [Step], condition: BoundFormula, max: Int, bodySlots: [Int]) {
        (self.steps, self.condition, self.max, self.bodySlots) = (steps, condition, max, bodySlots)
    }
}

/// `try`.
public struct TryStep: Sendable {
    public let steps: [Step]
    public let retry: RetryPolicy?
    /// nil: no `catch`; the failure goes on outwards.
    public let handler: [Step]?
    /// The slot of `error`, visible in `retry.when` and in `catch`.
    public let errorSlot: Int
    /// Slots of steps in the block, unset when it runs again.
    public let bodySlots: [Int]

    public init(steps: [Step], retry: RetryPolicy?, handler: [Step]?, errorSlot: Int, bodySlots: [Int]) {
        (self.steps, self.retry, self.handler) = (steps, retry, handler)
        (self.errorSlot, self.bodySlots) = (errorSlot, bodySlots)
    }
}

/// How often something runs again.
public struct RetryPolicy: Sendable {
    /// Tries after the first; in `0...100`.
    public let times: Int
    /// The first wait, before jitter.
    public let wait: Duration
    /// The multiplier of each next wait; 1 or more.
    public let backoff: Double
    /// Only failures for which this holds (pill `error`) run again; nil: all (of a try) or the transient ones (of an action).
    public let when: BoundFormula?
    /// The slot of `error` for `when`.
    public let errorSlot: Int

    public init(times: Int, wait: Duration, backoff: Double = 2, when: BoundFormula? = nil, errorSlot: Int) {
        (self.times, self.wait, self.backoff, self.when, self.errorSlot) = (times, wait, backoff, when, errorSlot)
    }
}

/// One named branch of `parallel`.
public struct ParallelBranch: Sendable {
    public let name: String
    public let steps: [Step]
    /// Slots of outer variables that this branch appends to.
    public let appendedSlots: [Int]
    /// Those of them that it reads too.
    public let readSlots: Set<Int>
    /// Slots written by this branch that stay visible after the step.
    public let bodySlots: [Int]

    public init(name: String, steps: [Step], appendedSlots: [Int], readSlots: Set<Int>, bodySlots: [Int]) {
        (self.name, self.steps, self.bodySlots) = (name, steps, bodySlots)
        (self.appendedSlots, self.readSlots) = (appendedSlots, readSlots)
    }
}

/// `call`.
public struct CallStep: Sendable {
    public let recipe: String
    public let input: InputTemplate
    public let wait: Bool

    public init(recipe: String, input: InputTemplate, wait: Bool) {
        (self.recipe, self.input, self.wait) = (recipe, input, wait)
    }
}

/// `wait` or `wait_until`.
public enum WaitStep: Sendable {
    /// A duration as text (`15m`), which may hold pills.
    case interval(Template.Bound)
    /// A time, a date (its start in the workspace's zone) or an ISO 8601 text.
    case until(BoundFormula)
}

/// One member of `set` or `append`.
public struct Assignment: Sendable {
    public let name: String
    public let slot: Int
    public let value: InputTemplate

    public init(name: String, slot: Int, value: InputTemplate) {
        (self.name, self.slot, self.value) = (name, slot, value)
    }
}

/// `stop`.
public struct StopStep: Sendable {
    public let succeeded: Bool
    public let reason: Template.Bound?

    public init(succeeded: Bool, reason: Template.Bound?) { (self.succeeded, self.reason) = (succeeded, reason) }
}
