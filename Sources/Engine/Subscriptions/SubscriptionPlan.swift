// What a recipe's trigger subscribes to: read from its trigger, its connection and the server's address.

import ConnectorKit
import JSONCore
import JobHistory
import RecipeLanguage

/// The subscription that one recipe should have.
struct SubscriptionPlan: Sendable {
    let recipe: String
    let source: TriggerSource
    let webhook: WebhookTrigger
    /// Of the server, without a slash at the end.
    let base: String
    /// Another one means that something else is subscribed to.
    let fingerprint: String

    /// It can't be told yet, and nothing is wrong.
    struct Undecided: Error {}

    /// Below `/hooks/`, before the token.
    static let folder = "subscriptions/"

    /// - Returns: nil for a recipe whose trigger isn't called through its connector.
    /// - Throws: why it can't be told now; subscriptions that are there stay as they are.
    init?(_ version: RecipeVersions.Loaded, _ services: EngineServices) throws {
        let trigger = version.recipe.trigger
        guard let source = trigger.source, source.spec.isCalled(with: trigger.input) else { return nil }
        guard let connector = services.connector(source.connector) as? any SubscribingConnector,
            let webhook = connector.webhook(of: source.spec.name)
        else {
            throw ConnectorError(
                type: "internal", "there is no connector \(source.connector) with a trigger that can be called")
        }
        guard let base = services.publicURL() else {
            // A trigger that asks does so anyway.
            if source.spec.poll != nil { throw Undecided() }
            throw ConnectorError(type: "bad_input", EngineServices.noPublicURL)
        }
        let settings = try source.connection.map(services.connection)?.settings ?? [:]
        var input = trigger.input.object ?? [:]
        if source.spec.poll != nil {
            for own in ["every", "since", TriggerSpec.webhookSetting.name] { input[own] = nil }
        }
        (recipe, self.source, self.webhook, self.base) = (version.recipe.id, source, webhook, base)
        let parts: [JSON] = [
            .string(source.connector), .string(source.spec.name), source.connection.map { .string($0) } ?? .null,
            .object(settings), .object(input), .string(base), .string(webhook.digest),
        ]
        fingerprint = Fingerprint.of(JSON.array(parts).canonical)
    }

    /// A new one, with an address of its own.
    /// - Throws: when the trigger's settings have no value.
    func subscription(_ environment: FormulaEnvironment, at now: Milliseconds) throws -> Subscription {
        let token = RandomText.hexadecimal(bytes: 20)
        return Subscription(
            recipe: recipe, fingerprint: fingerprint, token: token, connector: source.connector,
            trigger: source.spec.name, connection: source.connection, input: try source.settings(environment).input,
            url: "\(base)/hooks/\(Self.folder)\(token)", madeAt: now, state: webhook.subscribes ? .wanted : .byHand,
            next: webhook.subscribes ? now : nil)
    }
}

extension EngineServices {
    /// What to do about a server without an address.
    public static let noPublicURL =
        "outside systems can't call this server: say its address in \"public_url\" of galley.json (like https://galley.example.com), "
        + "or with galley serve --public-url"
}

/// Texts that nobody can guess.
enum RandomText {
    static func hexadecimal(bytes: Int) -> String {
        var random = SystemRandomNumberGenerator()
        return (0..<bytes).map { _ in
            let byte = UInt8.random(in: 0...255, using: &random)
            return (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }.joined()
    }
}

/// The secrets of one subscription, in the workspace's encrypted store and nowhere else.
struct SubscriptionSecrets: Sendable {
    /// By galley, told when subscribing.
    var made: String
    /// By the system, which signs with it.
    var given: String?

    /// - Returns: nil when none were kept.
    static func of(_ subscription: Subscription, _ services: EngineServices) throws -> SubscriptionSecrets? {
        guard let kept = try services.keptSecrets(subscription.token), let made = kept["made"] else { return nil }
        return SubscriptionSecrets(made: made, given: kept["given"])
    }

    /// Those of a subscription, made when there are none yet; on the disk on return.
    static func make(for subscription: Subscription, _ services: EngineServices) throws -> SubscriptionSecrets {
        if let kept = try of(subscription, services) { return kept }
        let made = SubscriptionSecrets(made: RandomText.hexadecimal(bytes: 24), given: nil)
        try made.keep(for: subscription, services)
        return made
    }

    func keep(for subscription: Subscription, _ services: EngineServices) throws {
        var kept = ["made": made]
        kept["given"] = given
        try services.keepSecrets(subscription.token, kept)
    }
}
