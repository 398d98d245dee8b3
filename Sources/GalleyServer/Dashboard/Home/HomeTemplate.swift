// What the first page looks like.

extension Templates {
    static let home: [String: String] = [
        "spans": #"""
        <ul class="chips" aria-label="Time">{{#choices}}<li><a class="chip" href="{{href}}"{{#current}} aria-current="true"{{/current}}>{{label}}</a></li>{{/choices}}
        <li><details id="custom-range"{{#isCustom}} open{{/isCustom}}><summary class="chip">Custom</summary><form class="filters" action="{{action}}">
        <div class="field"><label for="since">From</label><input id="since" name="since" type="datetime-local" value="{{since}}" required></div>
        <div class="field"><label for="until">To</label><input id="until" name="until" type="datetime-local" value="{{until}}"></div>
        <button>Show</button></form></details></li></ul>
        """#,
        "chart": #"""
        {{svg}}
        <ul class="legend" aria-hidden="true"><li><span class="swatch succeeded"></span>Succeeded</li><li><span class="swatch failed"></span>Failed</li><li><span class="swatch canceled"></span>Canceled</li><li><span class="swatch open"></span>Not ended yet</li></ul>
        {{#backlogNote}}<p class="small">{{backlogNote}}</p>{{/backlogNote}}
        <details id="chart-table"><summary class="small">The same as a table</summary><div class="scroll" tabindex="0" role="region" aria-label="Table of jobs over time"><table><thead><tr><th scope="col">From</th><th scope="col" class="num">Succeeded</th><th scope="col" class="num">Failed</th><th scope="col" class="num">Canceled</th><th scope="col" class="num">Not ended</th></tr></thead><tbody>{{#rows}}<tr><td><a href="{{link}}">{{from}}</a></td><td class="num">{{succeeded}}</td><td class="num">{{failed}}</td><td class="num">{{canceled}}</td><td class="num">{{open}}</td></tr>{{/rows}}</tbody></table></div></details>
        """#,
        "tiles": #"""
        <div class="tiles">{{#tiles}}<a class="tile{{#alarm}} alarm{{/alarm}}" href="{{href}}"><span class="label">{{label}}</span><span class="figure">{{figure}}</span><span class="note">{{note}}</span></a>{{/tiles}}</div>
        """#,
        "home": #"""
        <div class="head"><h1>{{sentence}}</h1></div>
        {{#isNew}}<section class="card" aria-labelledby="begin"><h2 id="begin">Begin here</h2><p>A recipe says when something happens and what is done then. In the folder of this workspace:</p><ol><li><code>galley demo</code> shows three finished recipes at work, against apps that are built in.</li><li><code>galley recipes new</code> asks what should start yours and writes it. This page shows it as soon as it is there.</li><li><code>galley connections add</code> connects the apps that it uses; their secrets stay out of it.</li></ol></section>{{/isNew}}
        {{> spans}}
        {{> tiles}}
        <div class="grid">
        <section class="card wide" aria-labelledby="over-time"><h2 id="over-time">Jobs over time</h2>{{> chart}}</section>
        {{#needsAny}}<section class="card wide" aria-labelledby="needs"><h2 id="needs">Needs a person</h2><ul class="needs">{{#needs}}<li>{{> state}}<span class="text"><a href="{{href}}">{{what}}</a>{{#why}} <span class="small">{{why}}</span>{{/why}}</span></li>{{/needs}}</ul></section>{{/needsAny}}
        <section class="card" aria-labelledby="failing"><h2 id="failing">Most failing recipes</h2>
        <ul class="bars">{{#failing}}<li><a href="{{recipe}}">{{name}}</a><a class="num" href="{{link}}">{{figure}}</a>{{bar}}</li>{{/failing}}</ul>
        {{^failing}}<p class="empty">No job failed in this time.</p>{{/failing}}</section>
        <section class="card" aria-labelledby="slow"><h2 id="slow">Slowest recipes</h2>
        <ul class="bars">{{#slowest}}<li><a href="{{recipe}}">{{name}}</a><a class="num" href="{{link}}">{{figure}}</a>{{bar}}</li>{{/slowest}}</ul>
        {{^slowest}}<p class="empty">No job ended in this time.</p>{{/slowest}}</section>
        <section class="card" aria-labelledby="apps"><h2 id="apps">Connected apps</h2>
        <ul class="needs">{{#apps}}<li>{{> state}}<span class="text"><a href="{{href}}">{{name}}</a> <span class="small">{{note}}</span></span></li>{{/apps}}</ul>
        {{^apps}}<p class="empty">No app is connected. Write a file in Connections/ to connect one.</p>{{/apps}}</section>
        <section class="card" aria-labelledby="next"><h2 id="next">Upcoming runs</h2>
        <ul class="needs">{{#upcoming}}<li><span class="text"><a href="{{href}}">{{name}}</a> <span class="small">{{rhythm}}</span></span>{{#at}}{{> time}}{{/at}}</li>{{/upcoming}}</ul>
        {{^upcoming}}<p class="empty">No recipe starts by a schedule.</p>{{/upcoming}}</section>
        </div>
        """#,
    ]
}
