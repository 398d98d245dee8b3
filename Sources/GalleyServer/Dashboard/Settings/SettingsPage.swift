// Settings: what the workspace says, how long jobs are kept, which secrets there are by name.

import Engine
import JSONCore
import JobHistory

extension Templates {
    static let settings: [String: String] = [
        "settings": #"""
        <div class="head"><h1>Settings</h1></div>
        <p class="sub"><span>Settings live in <code>galley.json</code>, so that they can be reviewed and kept with the recipes.</span></p>
        <div class="grid">
        <section class="card" aria-labelledby="workspace"><h2 id="workspace">Workspace</h2><dl class="facts">{{#facts}}<dt>{{name}}</dt><dd>{{value}}</dd>{{/facts}}</dl></section>
        <section class="card" aria-labelledby="secrets"><h2 id="secrets">Secrets</h2><p class="small">Names only; a value is never shown. <code>galley secrets set NAME</code> stores one.</p><ul>{{#secrets}}<li><code>{{.}}</code></li>{{/secrets}}</ul>{{^secrets}}<p class="empty">No secret is stored.</p>{{/secrets}}</section>
        {{#links}}<section class="card" aria-labelledby="people"><h2 id="people">People and programs</h2><ul>{{#entries}}<li><a href="{{href}}">{{label}}</a></li>{{/entries}}</ul></section>{{/links}}
        </div>
        """#
    ]
}

extension Dashboard {
    func settingsPage(_ request: RouteRequest) async throws -> Page {
        let role = request.principal?.role ?? .viewer
        let retention = workspace.retentionDays().map { NumberWords.plural($0, "day") } ?? "for ever"
        let facts: [(String, String)] = [
            ("Name", workspace.name), ("Time zone", engine.services.timeZone),
            ("Finished jobs are kept", retention), ("You are", role.name),
            ("History", "SQLite \(JobStore.sqliteVersion)"),
        ]
        return Page(
            "Settings", in: .settings, "settings",
            [
                "facts": .items(facts) { ["name": .text($0.0), "value": .text($0.1)] },
                "secrets": role >= .author ? .items(workspace.secretNames()) { .text($0) } : .none,
            ])
    }
}
