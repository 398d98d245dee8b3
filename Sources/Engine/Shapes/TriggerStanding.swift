// How a recipe's trigger of a connector stands: the shape of `triggers list --json` and of the API's list of triggers.

import JSONCore
import JobHistory
import RecipeLanguage

/// What the history knows of polls, subscriptions and switches; empty when nothing ever ran.
public struct KnownTriggers: Sendable {
    public var pollers: [String: PollerState] = [:]
    public var subscriptions: [String: [Subscription]] = [:]
    public var switches: [String: RecipeSwitch] = [:]

    public init() {}

    public init(_ store: JobStore) async throws {
        pollers = try await store.pollers()
        subscriptions = Dictionary(grouping: try await store.subscriptions(), by: \.recipe)
        switches = try await store.switches()
    }
}

/// One recipe whose trigger is a connector's, or that had one whose subscription is still to be ended.
public struct TriggerStanding: Sendable {
    public enum State: String, Sendable, CaseIterable {
        case on, paused, stopped, broken, subscribing, failing, ending
        /// A person has to enter the address at the system.
        case enterAddress = "enter_address"
        /// The server's own address is not known.
        case noAddress = "no_address"
    }

    public let json: JSON

    /// - Parameters:
    ///   - use: the trigger that the recipe names, also when it has mistakes; nil when the recipe is gone.
    ///   - recipe: nil when it can't run.
    ///   - publicURL: of the server.
    /// - Returns: nil for a recipe that starts in another way.
    public init?(
        _ id: String, use: String?, recipe: Recipe?, _ known: KnownTriggers, publicURL: String?
    ) {
        let subscriptions = known.subscriptions[id] ?? []
        let source = recipe?.trigger.source
        let isOfConnector = source != nil || (recipe == nil && use.map(Self.isOfConnector) ?? false)
        guard isOfConnector || !subscriptions.isEmpty else { return nil }
        let poller = known.pollers[id]
        let isCalled = recipe.map { source?.spec.isCalled(with: $0.trigger.input) ?? false } ?? false
        let live = subscriptions.filter { $0.state != .ending }
        let ending = subscriptions.filter { $0.state == .ending }
        var (state, reason): (State, String?) = (.on, nil)
        if let position = known.switches[id], !position.isOn {
            (state, reason) = (.stopped, position.reason)
        } else if recipe == nil {
            (state, reason) = use == nil ? (.ending, ending.compactMap(\.error).last) : (.broken, "galley check \(id)")
        } else if source == nil {
            (state, reason) = (.ending, ending.compactMap(\.error).last)
        } else if let pause = poller?.pause {
            (state, reason) = (.paused, pause.reason)
        } else {
            if source?.spec.poll != nil, let poller, poller.failures > 0 {
                (state, reason) = (.failing, poller.error ?? "its last poll failed")
            }
            if isCalled, let called = Self.called(live, publicURL) {
                // A trigger that asks too goes on without its system's calls; why there are none is still worth a word.
                if source?.spec.poll == nil {
                    (state, reason) = called
                } else if reason == nil, called.0 == .failing || called.0 == .enterAddress {
                    reason = "it only polls for now: \(called.1 ?? "")"
                }
            }
        }
        if state == .stopped, let error = ending.compactMap(\.error).last {
            reason = (reason.map { $0 + "; " } ?? "") + "its subscription could not be ended yet: \(error)"
        }
        var ways: [JSON] = []
        if source?.spec.poll != nil { ways.append("poll") }
        if isCalled { ways.append("webhook") }
        json = [
            "recipe": .string(id), "use": use.map { .string($0) } ?? .null, "ways": .array(ways),
            "connection": (source?.connection ?? subscriptions.last?.connection).map { .string($0) } ?? .null,
            "state": .string(state.rawValue), "reason": reason.map { .string($0) } ?? .null,
            "events": .integer((source?.spec.poll == nil ? 0 : poller?.events ?? 0)),
            "deliveries": .integer(subscriptions.reduce(0) { $0 + $1.deliveries }),
            "last": .time([poller?.polledAt, subscriptions.compactMap(\.deliveredAt).max()].compactMap(\.self).max()),
            "subscriptions": .array(subscriptions.map(\.json)),
        ]
    }

    private static func isOfConnector(_ use: String) -> Bool { use.contains(".") && LanguageTriggers.spec(use) == nil }

    /// What is to be said about the webhook; nil when it is as it should be.
    private static func called(_ live: [Subscription], _ publicURL: String?) -> (State, String?)? {
        if let failing = live.last(where: { $0.failures > 0 }) {
            return (.failing, failing.error ?? "its system could not be asked")
        }
        if live.contains(where: { $0.state == .active }) { return nil }
        if let waiting = live.last(where: { $0.state == .byHand }) {
            return waiting.deliveries > 0 ? nil : (.enterAddress, "enter this address at the system: \(waiting.url)")
        }
        if live.isEmpty, publicURL == nil { return (.noAddress, EngineServices.noPublicURL) }
        return (.subscribing, live.isEmpty ? "`galley serve` subscribes when it runs" : nil)
    }
}

extension Subscription {
    /// As lists show it: nothing secret.
    public var json: JSON {
        [
            "connector": .string(connector), "trigger": .string(trigger),
            "connection": connection.map { .string($0) } ?? .null, "state": .string(state.description),
            "url": .string(url), "since": .time(activeAt), "expires": .time(expiresAt), "next_try": .time(next),
            "failures": .integer(failures), "error": error.map { .string($0) } ?? .null,
            "deliveries": .integer(deliveries), "last_delivery": .time(deliveredAt),
        ]
    }
}
