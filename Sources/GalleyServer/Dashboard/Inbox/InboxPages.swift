// The inbox of webhooks: the last deliveries with what became of them, one delivery, and taking one in again.

import Engine
import HTTPTypes
import Hummingbird
import JSONCore
import JobHistory

extension Templates {
    static let inbox: [String: String] = [
        "inbox": #"""
        <div class="head"><h1>Webhooks</h1></div>
        {{#anySubscriptions}}<section class="card" aria-labelledby="subscriptions"><h2 id="subscriptions">Systems that call</h2><div class="scroll" tabindex="0" role="region" aria-label="Subscriptions"><table><thead><tr><th scope="col">Recipe</th><th scope="col">State</th><th scope="col">Trigger</th><th scope="col">Address</th><th scope="col" class="num">Calls</th><th scope="col">Last call</th><th scope="col">Ends</th></tr></thead><tbody>{{#subscriptions}}<tr><td><a class="strong" href="{{href}}">{{recipe}}</a></td><td>{{> state}}</td><td><span class="what main">{{use}}</span>{{#why}}<span class="what small">{{why}}</span>{{/why}}</td><td>{{#url}}<code class="long">{{url}}</code>{{/url}}{{^url}}–{{/url}}</td><td class="num">{{calls}}</td><td>{{#last}}{{> time}}{{/last}}{{^last}}never{{/last}}</td><td>{{#expires}}{{> time}}{{/expires}}{{^expires}}–{{/expires}}</td></tr>{{/subscriptions}}</tbody></table></div></section>{{/anySubscriptions}}
        <p class="sub"><span>The last deliveries, newest first</span></p>
        <ul class="chips" aria-label="Verdict">{{#verdicts}}<li><a class="chip" href="{{href}}"{{#current}} aria-current="true"{{/current}}>{{label}}</a></li>{{/verdicts}}</ul>
        <form class="filters" action="/webhooks">{{#verdict}}<input type="hidden" name="verdict" value="{{verdict}}">{{/verdict}}<div class="field"><label for="path">Address below /hooks/</label><input id="path" name="path" value="{{path}}"></div><button>Filter</button></form>
        <section class="card" aria-label="List of deliveries">{{#any}}<div class="scroll" tabindex="0" role="region" aria-label="Deliveries"><table><thead><tr><th scope="col" class="num">Delivery</th><th scope="col">Verdict</th><th scope="col">Address</th><th scope="col">Job</th><th scope="col">Why</th><th scope="col">From</th><th scope="col" class="num">Size</th><th scope="col">Came</th></tr></thead><tbody>{{#rows}}<tr><td class="num"><a class="strong" href="/webhooks/{{id}}">{{id}}</a></td><td>{{> state}}</td><td><code>{{address}}</code></td><td>{{#job}}<a href="/jobs/{{job}}">{{job}}</a>{{/job}}{{^job}}–{{/job}}</td><td><span class="what">{{why}}</span></td><td>{{sender}}</td><td class="num">{{size}}</td><td>{{#at}}{{> time}}{{/at}}</td></tr>{{/rows}}</tbody></table></div>{{/any}}
        {{^any}}<p class="empty">Nothing has arrived. Recipes with the trigger webhook.received take deliveries at /hooks/ and their path.</p>{{/any}}{{> pages}}</section>
        """#,
        "delivery": #"""
        <div class="head"><h1>Delivery {{id}}</h1>{{> state}}{{#canReplay}}<div class="actions"><form method="post" action="/webhooks/{{id}}/replay"><button class="primary">{{replayLabel}}</button></form></div>{{/canReplay}}</div>
        <p class="sub"><span><code>{{address}}</code></span><span>from {{sender}}</span><span>{{size}}</span><span>came {{#at}}{{> time}}{{/at}}</span></p>
        {{#why}}<p class="lead">{{why}}</p>{{/why}}{{#replayed}}<p class="notice bad" role="status">{{replayed}}</p>{{/replayed}}
        {{#job}}<p>It made <a href="/jobs/{{job}}">job {{job}}</a>.</p>{{/job}}
        <div class="grid"><section class="card" aria-labelledby="headers"><h2 id="headers">Headers</h2><p class="small">Credentials are left out.</p>{{headers}}{{#query}}<h3>Query</h3>{{query}}{{/query}}</section>
        <section class="card" aria-labelledby="body"><h2 id="body">Body</h2>{{#body}}<pre tabindex="0">{{body}}</pre>{{/body}}{{^body}}<p class="small">{{bodyNote}}</p>{{/body}}</section></div>
        """#,
    ]
}

extension Dashboard {
    private static let deliveriesShown = 50

    func inboxPage(_ request: RouteRequest) async throws -> Page {
        let (query, times) = (request.address.query, times)
        let wanted = query["path"]?.string.flatMap { $0.isEmpty ? nil : $0 }
        let verdict = Delivery.Verdict.allCases.first { $0.description == query["verdict"]?.string }
        let before = query["before"]?.string.flatMap { Int64($0) }
        let found = try await store.deliveries(
            path: wanted, verdict: verdict, before: before, limit: Self.deliveriesShown + 1)
        let shown = found.prefix(Self.deliveriesShown)
        func link(_ verdict: Delivery.Verdict?, before: Int64? = nil) -> String {
            var fields: [(String, String)] = []
            if let wanted { fields.append(("path", wanted)) }
            if let verdict { fields.append(("verdict", verdict.description)) }
            if let before { fields.append(("before", "\(before)")) }
            return "/webhooks" + (fields.isEmpty ? "" : "?" + JobListFilter.encoded(fields))
        }
        var verdicts: [PageValue] = [
            ["href": .text(link(nil)), "label": "All", "current": .flag(verdict == nil)]
        ]
        for one in Delivery.Verdict.allCases {
            verdicts.append(["href": .text(link(one)), "label": .text(one.word), "current": .flag(one == verdict)])
        }
        let called = before == nil ? try await calledTriggers() : []
        return Page(
            "Webhooks", in: .webhooks, "inbox",
            [
                "anySubscriptions": .flag(!called.isEmpty), "subscriptions": .list(called),
                "verdicts": .list(verdicts), "verdict": .text(verdict?.description), "path": .text(wanted ?? ""),
                "any": .flag(!shown.isEmpty), "rows": .items(shown) { .object(Self.values(of: $0, times)) },
                "paged": .flag(found.count > shown.count || before != nil),
                "older": .text(found.count > shown.count ? shown.last.map { link(verdict, before: $0.id) } : nil),
                "newest": .text(before == nil ? nil : link(verdict)),
            ], live: before == nil ? "/api/v1/events" : nil)
    }

    /// Subscriptions at outside systems, and triggers that should have one.
    private func calledTriggers() async throws -> [PageValue] {
        let (known, entries) = (try await KnownTriggers(store), await engine.recipes.entries)
        var rows: [PageValue] = []
        for standing in try await engine.triggerStandings() {
            let (json, id) = (standing.json, standing.json["recipe"]?.string ?? "")
            let subscriptions = known.subscriptions[id] ?? []
            guard json["ways"]?.array?.contains("webhook") == true || !subscriptions.isEmpty else { continue }
            let name = entries[id]?.version?.recipe.name ?? id
            if subscriptions.isEmpty { rows.append(row(json, name, nil)) }
            for subscription in subscriptions { rows.append(row(json, name, subscription)) }
        }
        return rows
    }

    private func row(_ standing: JSON, _ name: String, _ subscription: Subscription?) -> PageValue {
        let id = standing["recipe"]?.string ?? ""
        let (key, word) =
            switch subscription?.state {
            case .active?: subscription?.failures == 0 ? ("succeeded", "Subscribed") : ("failed", "Failing")
            case .byHand?: subscription?.deliveries == 0 ? ("waiting", "Enter the address") : ("succeeded", "On")
            case .ending?: subscription?.failures == 0 ? ("waiting", "Ending") : ("failed", "Can't be ended")
            case .wanted?, .sent?: subscription?.failures == 0 ? ("waiting", "Subscribing") : ("failed", "Failing")
            case nil: ("waiting", "Not subscribed")
            }
        return [
            "recipe": .text(name), "href": .text(path("recipes", id)), "key": .text(key), "word": .text(word),
            "use": .text(subscription.map { "\($0.connector).\($0.trigger)" } ?? standing["use"]?.string),
            "why": .text(subscription == nil ? standing["reason"]?.string : subscription?.error),
            "url": .text(subscription?.url), "calls": .text(NumberWords.count(subscription?.deliveries ?? 0)),
            "last": times.value(subscription?.deliveredAt), "expires": times.value(subscription?.expiresAt),
        ]
    }

    private static func values(of delivery: Delivery, _ times: TimeWords) -> [String: PageValue] {
        [
            "id": .text("\(delivery.id)"), "key": .text(delivery.verdict.description.replacing("_", with: "-")),
            "word": .text(delivery.verdict.word), "address": .text("\(delivery.method) /hooks/\(delivery.path)"),
            "job": .text(delivery.job.map { "\($0)" }), "why": .text(delivery.reason), "sender": .text(delivery.sender),
            "size": .text(NumberWords.bytes(delivery.sizeBytes)), "at": times.value(delivery.receivedAt),
        ]
    }

    func deliveryPage(_ request: RouteRequest, refusal: String? = nil) async throws -> Page {
        guard let delivery = try await store.delivery(try request.number("id")) else {
            return problem(
                .notFound, "There is no such delivery", "It may be older than the deliveries that are kept.",
                back: .webhooks)
        }
        var values = Self.values(of: delivery, times)
        let mayAct = (request.principal?.role ?? .viewer) >= .operator
        values["canReplay"] = .flag(mayAct && (delivery.job != nil || delivery.isWhole))
        values["replayLabel"] = .text(
            delivery.job == nil ? "Take it in again" : "Replay: a new job from this event")
        values["replayed"] = .text(refusal)
        values["headers"] = .markup(PayloadTree.draw(.object(delivery.headers)))
        if !delivery.query.isEmpty { values["query"] = .markup(PayloadTree.draw(.object(delivery.query))) }
        values["body"] = .text(delivery.body.map { String(decoding: $0, as: UTF8.self) })
        values["bodyNote"] = .text(
            delivery.job == nil ? "It was not kept." : "It is part of the job's event: see the job.")
        return Page("Delivery \(delivery.id)", in: .webhooks, "delivery", values)
    }

    /// A delivery that made a job makes another one; a refused one goes through intake again.
    func replayDelivery(_ request: RouteRequest) async throws -> Response {
        guard let delivery = try await store.delivery(try request.number("id")) else { throw Problem.notFound }
        if let job = delivery.job {
            return .seeOther("/jobs/\(try await engine.rerun(job))?notice=\(Notice.rerun.rawValue)")
        }
        guard delivery.isWhole, let body = delivery.body else {
            throw Problem(.conflict, "the body of this delivery was not kept whole, so it can't be taken in again")
        }
        let answer = await WebhookIntake(engine).answer(
            WebhookRequest(
                method: delivery.method, path: delivery.path, query: delivery.query,
                headers: delivery.headers.map { ($0.key, $0.value.string ?? "") }, body: body, sender: delivery.sender),
            isVerified: delivery.verdict == .passedOver)
        guard answer.status == 202 else {
            var page = try await deliveryPage(
                request, refusal: "It was refused again: \(answer.body["error"]?.string ?? "\(answer.status)").")
            page.status = .unprocessableContent
            return respond(page, to: request)
        }
        return .seeOther("/webhooks?notice=\(Notice.replayed.rawValue)")
    }
}

extension Delivery {
    /// Whether the body that is kept is all of it.
    fileprivate var isWhole: Bool { body?.count == sizeBytes }
}

extension Delivery.Verdict {
    fileprivate var word: String {
        switch self {
        case .accepted: "Accepted"
        case .passedOver: "Passed over"
        case .refused: "Refused"
        }
    }
}
