// What an action or a trigger takes and gives, as data: checking, help, forms and documents are made from it.

import JSONCore

/// An action: its name, effect, input and output.
public struct OperationSpec: Sendable, Hashable {
    /// `snake_case`, unique in its connector.
    public let name: String
    /// For people: "Create lead".
    public let title: String
    /// One or two sentences.
    public let summary: String
    public let effect: Effect
    /// The effect when it depends on the input (`http.request`: on the method): from input to effect. The input may hold
    /// unevaluated templates at check time.
    public let effectOfInput: EffectRule?
    /// What it takes; `.any` when anything goes.
    public var input: Schema { schemas.value.input }
    /// What it gives; `.any` when not known.
    public var output: Schema { schemas.value.output }
    private let schemas: DeferredSchemas
    /// Inputs worth showing.
    public let examples: [JSON]
    /// What its input says about a look-up table; nil when nothing.
    public let tables: TableUse?
    /// What the schema can't say about its input.
    public let rules: [InputRule]
    /// Whether what it changes is Galley's own history: a run that isn't recorded doesn't call it.
    public let changesHistory: Bool

    public init(
        name: String, title: String, summary: String = "", effect: Effect, effectOfInput: EffectRule? = nil,
        input: Schema = .any, output: Schema = .any, examples: [JSON] = [], tables: TableUse? = nil,
        rules: [InputRule] = [], changesHistory: Bool = false
    ) {
        (self.tables, self.rules, self.changesHistory) = (tables, rules, changesHistory)
        (self.name, self.title, self.summary, self.effect, self.effectOfInput) = (
            name, title, summary, effect, effectOfInput
        )
        (schemas, self.examples) = (DeferredSchemas(input: input, output: output), examples)
    }

    /// An operation whose schemas are read when they are first asked for: of a connector with a thousand actions a recipe
    /// uses a few.
    public init(
        name: String, title: String, summary: String = "", effect: Effect, effectOfInput: EffectRule? = nil,
        schemas: @escaping @Sendable () -> (input: Schema, output: Schema)
    ) {
        (self.name, self.title, self.summary, self.effect) = (name, title, summary, effect)
        (self.schemas, examples, self.effectOfInput) = (DeferredSchemas(schemas), [], effectOfInput)
        (tables, rules, changesHistory) = (nil, [], false)
    }

    /// The effect with this input.
    public func effect(of input: JSON) -> Effect {
        var next = effectOfInput
        while let rule = next {
            if let key = input[rule.member]?.string?.uppercased(), !key.isEmpty,
                let effect = rule.effects[key] ?? rule.effects[EffectRule.anyValue]
            {
                return effect
            }
            next = rule.otherwise?.value
        }
        return effect
    }
}

/// The effect follows from one member of the input, compared without case: `method` of `http.request`.
public struct EffectRule: Sendable, Hashable {
    public let member: String
    /// Stands for every value that is not empty.
    public static let anyValue = "*"
    /// From the member's value in upper case.
    public let effects: [String: Effect]
    /// Asked when this rule says nothing about the input.
    public let otherwise: Indirect<EffectRule>?

    public init(member: String, effects: [String: Effect], otherwise: EffectRule? = nil) {
        (self.member, self.effects, self.otherwise) = (member, effects, otherwise.map { Indirect($0) })
    }
}

/// A trigger: what it is set up with, and what its pill holds.
public struct TriggerSpec: Sendable, Hashable {
    public let name: String
    public let title: String
    public let summary: String
    /// Its settings in the recipe.
    public let input: Schema
    /// What the pill of the trigger holds; for some it also follows from the recipe's own `schema` setting.
    public let event: Schema
    /// Of a trigger that asks for what is new; nil for one that others call.
    public let poll: Poll?
    /// Whether an outside system calls for it: by a webhook that the engine subscribes to, or by an address that a person
    /// enters there.
    public let isCalled: Bool

    /// How a trigger asks.
    public struct Poll: Sendable, Hashable {
        /// The time between two polls, unless the recipe says another.
        public let every: Duration

        public init(every: Duration) { self.every = every }

        /// What a recipe may set besides the trigger's own input.
        public static let settings: [Schema.Property] = [
            .string("every", "The time between two polls: \"30s\", \"5m\"."),
            .any("since", "Where the first poll begins; left out: everything there is then counts as known."),
        ]
        /// The shortest time between two polls.
        public static let shortest: Duration = .seconds(1)
    }

    /// Of a trigger that both asks and is called: whether it is called.
    public static let webhookSetting = Schema.Property.boolean(
        "webhook", "false: only ask, even where the system could call this server.")
    /// Of a trigger whose recipe names the secret that its calls are signed with.
    public static let signingSecret = "signing_secret"

    /// Whether a recipe with these settings is called, and not only asks.
    public func isCalled(with input: JSON) -> Bool {
        guard isCalled else { return false }
        guard poll != nil else { return true }
        return input["webhook"]?.bool != false
            && (self.input.property(Self.signingSecret) == nil || input[Self.signingSecret] != nil)
    }

    public init(
        name: String, title: String, summary: String = "", input: Schema = .any, event: Schema = .any,
        poll: Poll? = nil,
        isCalled: Bool = false
    ) {
        (self.name, self.title, self.summary, self.input, self.event) = (name, title, summary, input, event)
        (self.poll, self.isCalled) = (poll, isCalled)
    }
}

/// A connector's data: its operations and its connection settings.
public struct ConnectorSpec: Sendable, Hashable {
    /// `snake_case`; the prefix of `use`.
    public let name: String
    public let title: String
    public let summary: String
    /// The vendor's page on the interface; empty when there is none.
    public let docs: String
    public let actions: [OperationSpec]
    public let triggers: [TriggerSpec]
    /// The settings of a connection; nil when the connector works without one.
    public let settings: Schema?
    /// Whether a step can use the connector without naming a connection.
    public let connectionRequired: Bool
    /// How its connections sign in, where the connector says so; nil: a connection says it.
    public let signIn: SignInSpec?
    /// Other ways, of other types, that a connection may choose by `type` of its `auth`.
    public let otherSignIns: [SignInSpec]

    public init(
        name: String, title: String, summary: String = "", docs: String = "", actions: [OperationSpec],
        triggers: [TriggerSpec] = [], settings: Schema? = nil, connectionRequired: Bool = false,
        signIn: SignInSpec? = nil, otherSignIns: [SignInSpec] = []
    ) {
        (self.name, self.title, self.summary, self.docs) = (name, title, summary, docs)
        (self.actions, self.triggers, self.settings) = (actions, triggers, settings)
        (self.connectionRequired, self.signIn, self.otherSignIns) = (connectionRequired, signIn, otherSignIns)
    }

    /// All ways to sign in, the usual one first; empty when a connection says it.
    public var signIns: [SignInSpec] { [signIn].compactMap(\.self) + otherSignIns }

    /// The way that a connection with this `type` takes: the usual one without a type, or with one that there isn't.
    public func signIn(of type: String?) -> SignInSpec? { signIns.first { $0.type == type } ?? signIn }

    /// The action called `name`.
    public func action(_ name: String) -> OperationSpec? { actions.first { $0.name == name } }
    /// The trigger called `name`.
    public func trigger(_ name: String) -> TriggerSpec? { triggers.first { $0.name == name } }
}
