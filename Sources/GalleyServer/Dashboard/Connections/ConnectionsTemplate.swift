// What connections, connectors and the pages of one of them look like.

extension Templates {
    static let connections: [String: String] = [
        "connections": #"""
        <div class="head"><h1>Connections</h1></div>
        <p class="sub"><span>{{summary}}</span></p>
        <section class="card" aria-label="List of connections">{{#any}}<div class="scroll" tabindex="0" role="region" aria-label="Connections"><table><thead><tr><th scope="col">Connection</th><th scope="col">State</th><th scope="col">Connector</th><th scope="col">Used by</th><th scope="col">Last 24 hours</th>{{#canTest}}<th scope="col"><span class="hidden">Test</span></th>{{/canTest}}</tr></thead><tbody>{{#rows}}<tr><td><a class="strong" href="{{href}}">{{name}}</a>{{#title}}<span class="what small">{{title}}</span>{{/title}}</td><td>{{> state}}{{#problem}}<span class="what small">{{problem}}</span>{{/problem}}</td><td><a href="{{connectorLink}}">{{connector}}</a></td><td>{{usedBy}}</td><td>{{failures}}</td>{{#canTest}}<td><form method="post" action="{{href}}/test"><button aria-label="Test {{name}}">Test</button></form></td>{{/canTest}}</tr>{{/rows}}</tbody></table></div>{{/any}}
        {{^any}}<p class="empty">No app is connected. A file in Connections/ connects one: its connector, its settings and the names of its secrets.</p>{{/any}}</section>
        """#,
        "connection": #"""
        <div class="head"><h1>{{name}}</h1>{{> state}}{{#canTest}}<div class="actions">{{#canConnect}}<form method="post" action="{{href}}/connect"><button>Connect</button></form>{{/canConnect}}<form method="post" action="{{href}}/test"><button class="primary">Test it now</button></form></div>{{/canTest}}</div>
        <p class="sub">{{#title}}<span>{{title}}</span>{{/title}}<span>a connection of <a href="{{connectorLink}}">{{connector}}</a></span></p>
        {{#problem}}<p class="notice bad">{{problem}}</p>{{/problem}}
        {{#failure}}<p class="notice bad" role="status">{{failure}}</p>{{/failure}}
        {{#canConnect}}<p class="small">Connect signs in at the other system, which comes back to <code>{{redirect}}</code>: register that address there for your client.</p>{{/canConnect}}
        <section class="card" aria-labelledby="used"><h2 id="used">Who uses it</h2><ul>{{#users}}<li><a href="{{href}}">{{name}}</a>{{#operations}} <span class="small">{{operations}}</span>{{/operations}}</li>{{/users}}</ul>{{^users}}<p class="empty">No recipe uses it.</p>{{/users}}</section>
        <section class="card" aria-labelledby="failed"><h2 id="failed">Jobs that failed at {{connector}} in the last 24 hours</h2><ul class="chips">{{#failedJobs}}<li><a class="chip" href="/jobs/{{.}}">Job {{.}}</a></li>{{/failedJobs}}</ul>{{^failedJobs}}<p class="empty">None.</p>{{/failedJobs}}</section>
        """#,
        "connectors": #"""
        <div class="head"><h1>Connectors</h1></div>
        <p class="sub"><span>{{summary}}</span></p>
        <section class="card" aria-label="List of connectors"><div class="scroll" tabindex="0" role="region" aria-label="Connectors"><table><thead><tr><th scope="col">Connector</th><th scope="col">What it is for</th><th scope="col">Name in recipes</th><th scope="col" class="num">Actions</th><th scope="col" class="num">Triggers</th></tr></thead><tbody>{{#rows}}<tr><td><a class="strong" href="{{href}}">{{title}}</a></td><td><span class="what">{{about}}</span></td><td><code>{{name}}</code></td><td class="num">{{actions}}</td><td class="num">{{triggers}}</td></tr>{{/rows}}</tbody></table></div></section>
        """#,
        "connector": #"""
        <div class="head"><h1>{{title}}</h1></div>
        <p class="lead">{{about}}</p><p class="sub"><span>in recipes: <code>{{name}}</code></span>{{#docs}}<span>the vendor's page: {{#isLink}}<a href="{{docs}}" rel="noreferrer">{{docs}}</a>{{/isLink}}{{^isLink}}{{docs}}{{/isLink}}</span>{{/docs}}</p>
        {{#connectionsAny}}<section class="card" aria-labelledby="connections"><h2 id="connections">Its connections</h2><ul>{{#connections}}<li><a href="{{href}}">{{name}}</a></li>{{/connections}}</ul></section>{{/connectionsAny}}
        {{#operations}}<details class="card" id="op-{{name}}"><summary>{{title}} <code>{{use}}</code>{{#effect}} <span class="small">{{effect}}</span>{{/effect}}</summary>{{#about}}<p>{{about}}</p>{{/about}}{{#tables}}<h3>{{heading}}</h3>{{#any}}<div class="scroll" tabindex="0" role="region" aria-label="{{heading}}: {{use}}"><table><thead><tr><th scope="col">Field</th><th scope="col">Kind</th><th scope="col">What it is</th></tr></thead><tbody>{{#fields}}<tr><td><code>{{name}}</code>{{#isRequired}} <span class="small">needed</span>{{/isRequired}}</td><td>{{kind}}</td><td>{{about}}</td></tr>{{/fields}}</tbody></table></div>{{/any}}{{^any}}<p class="small">{{open}}</p>{{/any}}{{/tables}}</details>{{/operations}}
        """#,
    ]
}
