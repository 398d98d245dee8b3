// What the settings page looks like: the workspace, retention, secrets, people, tokens.

extension Templates {
    static let settings: [String: String] = [
        "settings": #"""
        <div class="head"><h1>Settings</h1></div>
        <p class="sub"><span>What a workspace is lives in <code>galley.json</code>, so that it can be reviewed and kept with the recipes. Who may do what lives here.</span></p>
        {{#mistake}}<p class="notice bad" role="alert">{{mistake}}</p>{{/mistake}}
        {{#shown}}<section class="notice good" role="status" aria-labelledby="shown"><h2 id="shown">{{heading}}</h2><p>{{about}}</p><pre tabindex="0">{{secret}}</pre></section>{{/shown}}
        <div class="grid">
        <section class="card" aria-labelledby="workspace"><h2 id="workspace">Workspace</h2><dl class="facts">{{#facts}}<dt>{{name}}</dt><dd>{{value}}</dd>{{/facts}}</dl>{{#canLeave}}<form method="post" action="/settings/sign-out-everywhere"><button>Sign me out everywhere</button></form>{{/canLeave}}</section>
        <section class="card" aria-labelledby="secrets"><h2 id="secrets">Secrets</h2><p class="small">Names only; a value is never shown. <code>galley secrets set NAME</code> stores one.</p><ul>{{#secrets}}<li><code>{{.}}</code></li>{{/secrets}}</ul>{{^secrets}}<p class="empty">No secret is stored.</p>{{/secrets}}</section>
        <section class="card" aria-labelledby="retention"><h2 id="retention">Retention</h2><p>Finished jobs are kept {{retention}}. <code>retention_days</code> in <code>galley.json</code> says for how long; <code>galley jobs prune</code> deletes what is older.</p>{{#isAdmin}}<form method="post" action="/settings/prune"><div class="field"><label for="older-than">Delete finished jobs that are older than this many days</label><input id="older-than" name="days" type="number" min="1" max="36500" value="{{days}}" required></div><button>Delete them now</button></form>{{/isAdmin}}</section>
        <section class="card" aria-labelledby="alerts"><h2 id="alerts">Alerts</h2><p>{{alertRules}}. <a href="/settings/alerts">Rules, what is wrong now, and what was told</a></p></section>
        {{#isAdmin}}<section class="card" aria-labelledby="audit"><h2 id="audit">Audit log</h2><p><a href="/settings/audit">Who did what, when and from where</a></p></section>
        {{> people}}{{> tokens}}{{/isAdmin}}
        </div>
        """#,
        "people": #"""
        <section class="card wide" aria-labelledby="people"><h2 id="people">People</h2>
        <p class="small">Viewers see, operators run jobs again and start and stop recipes, authors change recipes, admins do all.</p>
        {{#usersAny}}<div class="scroll" tabindex="0" role="region" aria-label="Table of people"><table><thead><tr><th scope="col">Name</th><th scope="col">Role</th><th scope="col">Since</th><th scope="col"><span class="hidden">Sign out or remove</span></th></tr></thead><tbody>{{#users}}<tr><th scope="row">{{name}}</th><td><form method="post" action="{{href}}/role"><label class="hidden" for="role-{{name}}">Role of {{name}}</label><select id="role-{{name}}" name="role">{{#roles}}<option{{#chosen}} selected{{/chosen}}>{{role}}</option>{{/roles}}</select> <button aria-label="Change the role of {{name}}">Change</button></form></td><td>{{#at}}{{> time}}{{/at}}</td><td><form method="post" action="{{href}}/sign-out"><button aria-label="Sign {{name}} out everywhere">Sign out everywhere</button></form><details><summary class="button" aria-label="Remove {{name}}">Remove…</summary><form method="post" action="{{href}}/remove"><p class="small">{{name}} can't sign in any more. Tokens stay.</p><button class="danger">Remove {{name}}</button></form></details></td></tr>{{/users}}</tbody></table></div>{{/usersAny}}
        <details id="add-person"{{#addsPerson}} open{{/addsPerson}}><summary class="button">Let somebody in…</summary><form method="post" action="/settings/users">
        <div class="field"><label for="user-name">Name</label><input id="user-name" name="name" autocomplete="off" required maxlength="64"></div>
        <div class="field"><label for="user-role">Role</label><select id="user-role" name="role">{{#roles}}<option>{{role}}</option>{{/roles}}</select></div>
        <div class="field"><label for="user-password">Password</label><span class="small" id="user-password-hint">Empty: you get a link for them, good once and for a day, with which they choose their own.</span><input id="user-password" name="password" type="password" autocomplete="new-password" aria-describedby="user-password-hint"></div>
        <button class="primary">Let them in</button></form></details></section>
        """#,
        "tokens": #"""
        <section class="card wide" aria-labelledby="tokens"><h2 id="tokens">API tokens</h2>
        <p class="small">They let programs in, and <code>galley --server</code>. What a token is is shown once and kept nowhere.</p>
        {{#tokensAny}}<div class="scroll" tabindex="0" role="region" aria-label="Table of API tokens"><table><thead><tr><th scope="col">Name</th><th scope="col">For</th><th scope="col">Made</th><th scope="col">Expires</th><th scope="col">Last used</th><th scope="col"><span class="hidden">Revoke</span></th></tr></thead><tbody>{{#tokens}}<tr><th scope="row">{{name}}</th><td>{{purpose}}</td><td>{{#made}}{{> time}}{{/made}} by {{by}}</td><td>{{#expires}}{{> time}}{{/expires}}{{^expires}}never{{/expires}}</td><td>{{#used}}{{> time}}{{/used}}{{^used}}never{{/used}}</td><td><form method="post" action="{{href}}/revoke"><button class="danger" aria-label="Revoke {{name}}">Revoke</button></form></td></tr>{{/tokens}}</tbody></table></div>{{/tokensAny}}
        <details id="add-token"{{#addsToken}} open{{/addsToken}}><summary class="button">Make a token…</summary><form method="post" action="/settings/tokens">
        <div class="field"><label for="token-name">Name</label><span class="small" id="token-name-hint">Of the program that will use it.</span><input id="token-name" name="name" autocomplete="off" required maxlength="64" aria-describedby="token-name-hint"></div>
        <div class="field"><label for="token-kind">For</label><select id="token-kind" name="kind"><option value="api">the REST API and galley --server</option><option value="client">recipes that are APIs, as a client</option></select></div>
        <div class="field"><label for="token-role">Role</label><span class="small" id="token-role-hint">Means nothing for a client.</span><select id="token-role" name="role" aria-describedby="token-role-hint">{{#roles}}<option>{{role}}</option>{{/roles}}</select></div>
        <fieldset><legend>Only for these parts of the API; none chosen: all that the role may do</legend>{{#scopes}}<label><input type="checkbox" name="scope" value="{{.}}"> {{.}}</label> {{/scopes}}</fieldset>
        <div class="field"><label for="token-life">Good for</label><select id="token-life" name="days"><option value="7">7 days</option><option value="30">30 days</option><option value="90" selected>90 days</option><option value="365">a year</option><option value="">ever</option></select></div>
        <div class="field"><label for="token-rate">Requests a minute, of a client</label><input id="token-rate" name="per_minute" type="number" min="1" max="1000000" value="60"></div>
        <button class="primary">Make the token</button></form></details></section>
        """#,
    ]
}
