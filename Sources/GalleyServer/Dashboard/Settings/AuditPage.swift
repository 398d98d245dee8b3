// The audit log: who did what, when and from where, newest first.

import Engine
import JobHistory

extension Templates {
    static let audit: [String: String] = [
        "audit": #"""
        <div class="head"><h1>Audit log</h1></div>
        <p class="sub"><span>Who did what, newest first; <code>galley audit</code> lists it too</span></p>
        <form class="filters" action="/settings/audit"><div class="field"><label for="who">User or token</label><input id="who" name="who" value="{{who}}"></div><button>Filter</button></form>
        <section class="card" aria-label="Lines of the log">{{#any}}<div class="scroll" tabindex="0" role="region" aria-label="Audit log"><table><thead><tr><th scope="col">When</th><th scope="col">Who</th><th scope="col">By</th><th scope="col">From</th><th scope="col">Did</th><th scope="col">To</th></tr></thead><tbody>{{#rows}}<tr><td>{{#at}}{{> time}}{{/at}}</td><td><a href="{{href}}">{{name}}</a></td><td>{{kind}}</td><td>{{#from}}<code>{{from}}</code>{{/from}}{{^from}}–{{/from}}</td><td><code>{{action}}</code></td><td><span class="what">{{subject}}</span></td></tr>{{/rows}}</tbody></table></div>{{/any}}
        {{^any}}<p class="empty">{{#who}}{{who}} did nothing that is kept.{{/who}}{{^who}}Nothing is noted yet.{{/who}}</p>{{/any}}{{> pages}}</section>
        """#
    ]
}

extension Dashboard {
    private static let linesShown = 100

    func auditPage(_ request: RouteRequest) async throws -> Page {
        let query = request.address.query
        let who = query["who"]?.string.flatMap { $0.isEmpty ? nil : $0 }
        let before = query["before"]?.string.flatMap { Int64($0) }
        let found = try await store.audit(who: who, before: before, limit: Self.linesShown + 1)
        let shown = found.prefix(Self.linesShown)
        func link(_ who: String?, before: Int64? = nil) -> String {
            let fields = [who.map { ("who", $0) }, before.map { ("before", "\($0)") }].compactMap { $0 }
            return "/settings/audit" + (fields.isEmpty ? "" : "?" + JobListFilter.encoded(fields))
        }
        return Page(
            "Audit log", in: .settings, "audit",
            [
                "who": .text(who), "any": .flag(!shown.isEmpty),
                "rows": .items(shown) { entry in
                    [
                        "at": times.value(entry.at), "name": .text(entry.who), "href": .text(link(entry.who)),
                        "kind": .text(Self.word(ofKind: entry.kind)), "from": .text(entry.from),
                        "action": .text(entry.action), "subject": .text(entry.subject),
                    ]
                },
                "paged": .flag(found.count > shown.count || before != nil),
                "older": .text(found.count > shown.count ? shown.last.map { link(who, before: $0.id) } : nil),
                "newest": .text(before == nil ? nil : link(who)),
            ])
    }

    /// By what somebody acted; see `AuditEntry.kind`.
    private static func word(ofKind kind: String) -> String {
        switch kind {
        case "session": "dashboard"
        case "command": "command line"
        case "local": "this machine"
        case "time": "time"
        default: kind
        }
    }
}
