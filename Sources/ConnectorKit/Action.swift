// Native connectors: actions with their specs beside their code, and the connector that gathers them.

import JSONCore
import RecipeLanguage

/// One action written in Swift.
public protocol Action: Sendable {
    /// What it takes and gives, as data.
    var spec: OperationSpec { get }

    /// - Parameter input: typed by the spec's input schema; read it through `ActionInput`, which checks again.
    /// - Throws: `ConnectorError`.
    func execute(_ input: ActionInput, in context: ActionContext) async throws -> JSON
}

/// A connector made of native actions.
public struct NativeConnector: TestedConnector {
    public let spec: ConnectorSpec
    private let actions: [String: any Action]
    private let test: (@Sendable (ActionContext) async throws -> Void)?

    /// - Parameter test: asks the other side for something that changes nothing, over the connection of the context.
    public init(
        name: String, title: String, summary: String, docs: String = "", settings: Schema? = nil,
        connectionRequired: Bool = false, actions: [any Action],
        test: (@Sendable (ActionContext) async throws -> Void)? = nil
    ) {
        spec = ConnectorSpec(
            name: name, title: title, summary: summary, docs: docs, actions: actions.map(\.spec), settings: settings,
            connectionRequired: connectionRequired)
        self.test = test
        self.actions = Dictionary(actions.map { ($0.spec.name, $0) }) { first, _ in first }
    }

    public func execute(_ action: String, _ input: JSON, in context: ActionContext) async throws -> JSON {
        guard let known = actions[action] else { throw ConnectorError.noAction(action, of: spec) }
        return try await known.execute(ActionInput(input), in: context)
    }

    public func sendTest(in context: ActionContext) async throws -> Bool {
        guard let test else { return false }
        try await test(context)
        return true
    }
}

extension ConnectorError {
    /// The recipe names an action that the connector does not have: checking finds it first, unless the connector changed.
    public static func noAction(_ action: String, of spec: ConnectorSpec) -> ConnectorError {
        let known = spec.actions.map(\.name).joined(separator: ", ")
        return ConnectorError(
            type: "bad_input", "the connector \"\(spec.name)\" has no action \"\(action)\"; it has: \(known)")
    }
}
