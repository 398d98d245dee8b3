// Alerts: the rules, what is wrong now, what was told and what could not be delivered.

import Engine
import Hummingbird
import JSONCore
import JobHistory
import RecipeLanguage

extension Templates {
    static let alerts: [String: String] = [
        "alerts": #"""
        <div class="head"><h1>Alerts</h1></div>
        <p class="sub"><span>Rules live under <code>alerts</code> in <code>galley.json</code>.</span></p>
        {{#testedAny}}<section class="card wide" aria-labelledby="tested"><h2 id="tested">The test of {{testedRule}}</h2><ul class="needs">{{#tested}}<li>{{> state}}<span class="text">{{to}}{{#why}} <span class="small">{{why}}</span>{{/why}}</span></li>{{/tested}}</ul></section>{{/testedAny}}
        <div class="grid">
        <section class="card wide" aria-labelledby="rules"><h2 id="rules">Rules</h2>
        {{#rulesAny}}<div class="scroll" tabindex="0" role="region" aria-label="Alert rules"><table><thead><tr><th scope="col">Rule</th><th scope="col">On</th><th scope="col">Recipes</th><th scope="col">To</th><th scope="col">How often</th>{{#canTest}}<th scope="col"><span class="hidden">Try it</span></th>{{/canTest}}</tr></thead><tbody>{{#rules}}<tr><th scope="row">{{name}}</th><td>{{on}}</td><td>{{recipes}}</td><td>{{to}}</td><td>{{pace}}</td>{{#canTest}}<td><form method="post" action="{{test}}"><button>Send a test<span class="hidden"> of {{name}}</span></button></form></td>{{/canTest}}</tr>{{/rules}}</tbody></table></div>{{/rulesAny}}
        {{^rulesAny}}<p class="empty">Nobody is told when something goes wrong: there are no rules.</p>{{/rulesAny}}</section>
        <section class="card" aria-labelledby="open"><h2 id="open">What is wrong now</h2><ul class="needs">{{#open}}<li>{{> state}}<span class="text">{{#href}}<a href="{{href}}">{{what}}</a>{{/href}}{{^href}}{{what}}{{/href}} <span class="small">{{why}}</span></span></li>{{/open}}</ul>{{^open}}<p class="empty">Nothing that a rule watches.</p>{{/open}}</section>
        <section class="card" aria-labelledby="messages"><h2 id="messages">Messages</h2><ul class="needs">{{#messages}}<li>{{> state}}<span class="text">{{what}} <span class="small">{{to}}{{#why}}: {{why}}{{/why}}</span></span>{{#at}}{{> time}}{{/at}}</li>{{/messages}}</ul>{{^messages}}<p class="empty">None was sent yet.</p>{{/messages}}</section>
        </div>
        """#
    ]
}

extension Dashboard {
    /// - Parameter tested: the answer of `Engine.testAlert`, to be shown above.
    func alertsPage(_ request: RouteRequest, tested: JSON? = nil) async throws -> Page {
        let rules = engine.services.alerts()
        let open = try await store.alertStandings().values.filter { $0.openedAt != nil }
            .sorted { ($0.openedAt ?? 0) > ($1.openedAt ?? 0) }
        let messages = try await store.alertDeliveries(limit: 50)
        let results = tested?["results"]?.array ?? []
        return Page(
            "Alerts", in: .settings, "alerts",
            [
                "canTest": .flag((request.principal?.role ?? .viewer) >= .author),
                "rulesAny": .flag(!rules.isEmpty), "rules": .items(rules, row),
                "open": .items(open, row), "messages": .items(messages, row),
                "testedAny": .flag(!results.isEmpty), "testedRule": .text(tested?["rule"]?.string),
                "tested": .items(results) { result in
                    let isDelivered = result["delivered"]?.bool ?? false
                    return [
                        "key": .text(isDelivered ? "works" : "broken"),
                        "word": .text(isDelivered ? "Delivered" : "Not delivered"), "to": .text(result["to"]?.string),
                        "why": .text(result["error"]?.string),
                    ]
                },
            ])
    }

    func testAlert(_ request: RouteRequest) async throws -> Response {
        let rule = request["rule"]
        guard engine.services.alerts().contains(where: { $0.name == rule }) else { throw Problem.notFound }
        return respond(try await alertsPage(request, tested: try await engine.testAlert(rule)), to: request)
    }

    private func row(_ rule: AlertRule) -> PageValue {
        let pace =
            rule.throttle > .zero ? "at most one in \(DurationText.text(rule.throttle)) for each recipe" : "each time"
        return [
            "name": .text(rule.name), "on": .text(rule.conditions.map(\.words).joined(separator: "; ")),
            "recipes": .text(rule.recipes?.joined(separator: ", ") ?? "all"),
            "to": .text(rule.targets.map(\.words).joined(separator: "; ")), "pace": .text(pace),
            "test": .text(path("settings", "alerts", rule.name, "test")),
        ]
    }

    private func row(_ standing: AlertStanding) -> PageValue {
        let isConnection = standing.key.kind == .brokenConnection
        var why = standing.openedAt.map { "since \(times.full($0))" } ?? ""
        if standing.untold > 0 { why += ", \(standing.untold) not told yet" }
        if let message = standing.message { why += ": \(shortened(message, to: 300))" }
        let word = standing.key.kind.word.replacing("_", with: " ")
        return [
            "key": "warning", "word": .text(word.prefix(1).uppercased() + word.dropFirst()),
            "what": .text(standing.key.subject), "why": .text(why),
            "href": .text(path(isConnection ? "connections" : "recipes", standing.key.subject)),
        ]
    }

    private func row(_ delivery: AlertDelivery) -> PageValue {
        let (key, word) =
            switch delivery.state {
            case .delivered: ("works", "Delivered")
            case .waiting: delivery.error == nil ? ("queued", "On its way") : ("warning", "Tried again")
            case .givenUp: ("broken", "Given up")
            }
        return [
            "key": .text(key), "word": .text(word), "what": .text(delivery.message["title"]?.string),
            "to": .text(AlertRule.Target(delivery.target)?.words), "why": .text(delivery.error),
            "at": times.value(delivery.createdAt),
        ]
    }
}

extension AlertRule.Condition {
    /// For a table.
    fileprivate var words: String {
        let period = DurationText.text(period)
        return switch kind {
        case .failure: "a job fails"
        case .repeatedFailure: "\(count) failures within \(period)"
        case .silence: "no job\(recipe.map { " of \($0)" } ?? "") for \(period)"
        case .brokenConnection: "a connection can't be used"
        case .missedSchedule: "a schedule misses a time"
        case .needsDecision: "a job waits for a person"
        case .pollsFailing: "\(count) polls in a row fail"
        case .subscriptionFailing: "a system can't be asked to call, \(count) times in a row"
        }
    }
}
