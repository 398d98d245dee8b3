// Triggers that ask: what a poll is given, and what it gives back.

import JSONCore

/// A connector with triggers that ask an outside system for what is new.
public protocol PollingConnector: Connector {
    /// Where the first poll of a recipe begins when the recipe does not say.
    /// - Returns: nil when that isn't known: everything the first poll finds then counts as known already.
    func firstCursor(of trigger: String, _ input: JSON, in context: ActionContext) throws -> JSON?

    /// Asks for what came after `cursor`.
    ///
    /// - Parameters:
    ///   - input: the trigger's own settings, typed by its input schema.
    ///   - cursor: what the poll before returned; nil at the first one.
    ///   - page: is given the events page by page, in the order in which they came.
    /// - Returns: where the next poll begins.
    /// - Throws: `ConnectorError`, and what `page` throws.
    func poll(
        _ trigger: String, _ input: JSON, from cursor: JSON?, in context: ActionContext,
        page: @Sendable ([PolledEvent]) async throws -> Void
    ) async throws -> PollEnd

    /// The topic of the workspace whose messages this trigger is about: each one makes a poll due at once.
    /// - Returns: nil for a trigger that asks an outside system.
    func topic(of trigger: String, _ input: JSON) -> String?
}

extension PollingConnector {
    public func topic(of trigger: String, _ input: JSON) -> String? { nil }
}

/// One record that a poll found.
public struct PolledEvent: Sendable, Hashable {
    public let event: JSON
    /// What tells it from others; nil when the record has no such value.
    public let key: String?

    public init(event: JSON, key: String?) { (self.event, self.key) = (event, key) }
}

/// How a poll ended.
public struct PollEnd: Sendable, Hashable {
    /// nil: where it began.
    public let cursor: JSON?
    /// Whether there is more to ask for, now.
    public let hasMore: Bool

    public init(cursor: JSON?, hasMore: Bool) { (self.cursor, self.hasMore) = (cursor, hasMore) }
}
