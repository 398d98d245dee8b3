// The word that a system sent to the address of a subscription, for the person who has to give it back there.

import ConnectorKit
import JobHistory
import RecipeLanguage

public enum SubscriptionToken {
    /// - Returns: what the system brought in its first call, and signs with; to be shown to a person, and kept nowhere.
    /// - Throws: a sentence when the recipe's trigger has no such word, and when it hasn't come yet.
    public static func read(_ recipe: Recipe, _ services: EngineServices, _ store: JobStore?) async throws -> String {
        guard let source = recipe.trigger.source,
            let connector = services.connector(source.connector) as? any SubscribingConnector,
            let webhook = connector.webhook(of: source.spec.name), webhook.secret == .handshake, !webhook.subscribes
        else {
            throw ControlError(
                "\(recipe.id) starts by \(recipe.trigger.use), whose system sends no word to be given back")
        }
        let subscriptions =
            try await store?.subscriptions().filter { $0.recipe == recipe.id && $0.state == .byHand } ?? []
        guard let subscription = subscriptions.last else {
            throw ControlError(
                "\(recipe.id) has no address yet: it gets one when `galley serve` runs with \"public_url\" in galley.json"
            )
        }
        guard let given = try SubscriptionSecrets.of(subscription, services)?.given else {
            throw ControlError("nothing came yet: enter this address at the system first: \(subscription.url)")
        }
        return given
    }
}
