// What the engine lends a step of the workspace's own history: tables whose rows can be changed, topics, and approvals.

import JSONCore
import RecipeLanguage

/// The workspace's tables, for steps that search and change them.
public protocol TableStore: Sendable {
    /// Changes rows, once under the step's key; durable on return.
    /// - Returns: how many rows were changed, with their ids.
    /// - Throws: `ConnectorError`; then nothing is changed.
    func change(_ table: String, _ change: TableChange, key: String) async throws -> JSON

    /// - Throws: `ConnectorError`.
    func search(_ table: String, _ query: TableQuery) async throws -> TableFound
}

/// The workspace's topics.
public protocol TopicStore: Sendable {
    /// Publishes a message, once under the step's key; durable on return.
    /// - Returns: its offset.
    /// - Throws: `ConnectorError`.
    func publish(_ data: JSON, key: String?, to topic: String, stepKey: String) async throws -> Int

    /// Messages after an offset, oldest first: at most `limit`, and few enough to hold.
    func messages(of topic: String, after offset: Int, limit: Int) async throws -> [TopicMessage]

    /// The offset of the newest message ever; 0 when there is none.
    func lastOffset(of topic: String) async throws -> Int
}

/// The requests that steps of this job make of people.
public protocol ApprovalStore: Sendable {
    /// Makes a request, once under the step's key; durable on return.
    /// - Returns: `{id, link, links, page, deadline}`.
    /// - Throws: `ConnectorError`.
    func open(_ request: ApprovalRequest, key: String) async throws -> JSON

    /// What became of a request of this job.
    /// - Parameter patience: how long to wait for it, from the first call under this key; nil: until it is decided.
    /// - Returns: `{id, outcome, approved, answers, …}`; the outcome is `pending` when the patience is over.
    /// - Throws: `StepPause` while there is nothing to say yet; `ConnectorError`.
    func outcome(of request: Int64, patience: Duration?, key: String) async throws -> JSON
}
