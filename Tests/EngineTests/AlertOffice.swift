// An engine with rules for alerts over a bed's history, and what it sent.

import ConnectorKit
import JobHistory
import RecipeLanguage
import Synchronization
import Testing

@testable import Engine

/// What was sent, and what sending does.
final class AlertPost: Sendable {
    let sent = Mutex<[(id: String, notice: AlertNotice)]>([])
    let failure = Mutex<String?>(nil)

    var titles: [String] { sent.withLock { $0.map(\.notice.title) } }
    var last: AlertNotice? { sent.withLock { $0.last?.notice } }
}

/// An engine with rules over a bed's history, and its alerts one pass after the other.
struct AlertOffice {
    let bed: TestBed
    let engine: Engine
    let watch: AlertWatch
    let courier: AlertCourier
    let post: AlertPost

    init(_ bed: TestBed, _ rules: [AlertRule], post: AlertPost = AlertPost(), states: [ConnectionState] = []) {
        (self.bed, self.post) = (bed, post)
        var services = bed.services
        services.alerts = { rules }
        services.connectionStates = { states }
        services.sendAlert = { notice, _, id in
            if let failure = post.failure.withLock({ $0 }) { throw ControlError(failure) }
            post.sent.withLock { $0.append((id, notice)) }
        }
        engine = Engine(store: bed.engine.store, services: services)
        (watch, courier) = (AlertWatch(engine), AlertCourier(engine))
    }

    /// Looks, and delivers what is due.
    func pass() async throws {
        try await watch.pass()
        _ = try await courier.pass()
    }

    func fail(_ recipe: String = "test", times: Int = 1) async throws {
        for _ in 0..<times {
            bed.world.script("a", .refuse(400))
            #expect(try await engine.run(recipe, event: [:], options: .quick).state == .failed)
        }
    }

    func succeed(_ recipe: String = "test") async throws {
        #expect(try await engine.run(recipe, event: [:], options: .quick).state == .succeeded)
    }

    static let step = #"{"id":"a","use":"world.create","input":{"name":"a"}}"#

    static func rule(
        _ kinds: AlertRule.Kind..., to: [AlertRule.Target] = [.mail(connection: "post", to: ["ops@acme.example"])],
        change: (inout AlertRule) -> Void = { _ in }
    ) -> AlertRule {
        var rule = AlertRule(name: "ops")
        rule.conditions = kinds.map { AlertRule.Condition($0) }
        (rule.targets, rule.group) = (to, .zero)
        change(&rule)
        return rule
    }
}
