// What the list of recipes and the page of one recipe look like.

extension Templates {
    static let recipes: [String: String] = [
        "recipes": #"""
        <div class="head"><h1>Recipes</h1></div>
        <p class="sub"><span>{{summary}}</span>{{#any}}<span>bars of last jobs: the newest on the right, coloured by state, as high as the job ran long</span>{{/any}}</p>
        <section class="card" aria-label="List of recipes">
        {{#any}}<div class="scroll" tabindex="0" role="region" aria-label="Recipes"><table>
        <thead><tr><th scope="col">Recipe</th><th scope="col">State</th><th scope="col">Starts</th><th scope="col">Last jobs</th><th scope="col" class="num">Success, 7 days</th><th scope="col">Next start</th>{{#canAct}}<th scope="col"><span class="hidden">Start or stop</span></th>{{/canAct}}</tr></thead>
        <tbody>{{#rows}}<tr><td><a class="strong" href="{{href}}">{{name}}</a></td><td>{{> state}}</td><td><span class="what">{{trigger}}</span></td><td>{{#outcomes}}{{> outcomes}}{{/outcomes}}{{^outcomes}}<span class="small">never ran</span>{{/outcomes}}</td><td class="num">{{#rate}}<a href="{{rateLink}}">{{rate}}</a>{{/rate}}{{^rate}}–{{/rate}}</td><td>{{#next}}{{> time}}{{/next}}{{^next}}–{{/next}}</td>{{#canAct}}<td>{{> switch}}</td>{{/canAct}}</tr>
        {{/rows}}</tbody></table></div>{{/any}}
        {{^any}}<p class="empty">There is no recipe yet. <code>galley recipes new</code> writes one.</p>{{/any}}
        </section>
        """#,
        "switch": #"""
        {{#isOn}}<form method="post" action="{{href}}/stop"><button aria-label="Stop {{name}}">Stop</button></form>{{/isOn}}{{^isOn}}{{#canStart}}<form method="post" action="{{href}}/start"><button class="primary" aria-label="Start {{name}}">Start</button></form>{{/canStart}}{{/isOn}}
        """#,
    ]

    static let recipe: [String: String] = [
        "recipe": #"""
        <div class="head"><h1>{{name}}</h1>{{> state}}<div class="actions">{{#canAct}}{{> switch}}{{/canAct}}<a class="button" href="{{jobsLink}}">Its jobs</a></div></div>
        <p class="sub"><span>{{trigger}}</span><span>{{version}}</span><span><code>Recipes/{{id}}/recipe.json</code></span></p>
        {{#about}}<p class="lead">{{about}}</p>{{/about}}
        {{#offReason}}<p class="notice bad">{{offReason}}</p>{{/offReason}}
        {{#mistakesAny}}<section class="notice bad" aria-label="Mistakes"><p class="strong">The file has mistakes{{#goesOn}}; the recipe goes on as it was before the edit{{/goesOn}}.</p><ul>{{#mistakes}}<li>{{.}}</li>{{/mistakes}}</ul></section>{{/mistakesAny}}
        <div class="grid">
        {{#flow}}<section class="card wide" aria-labelledby="flow"><h2 id="flow">What it does</h2><div class="flow" tabindex="0" role="region" aria-label="Drawing of the steps; the same in words is below">{{flow}}</div><details id="in-words"><summary class="small">The same in words</summary>{{outline}}</details></section>{{/flow}}
        {{#canRun}}<details class="card{{^schedule}} wide{{/schedule}}" id="run"><summary>Run it now</summary><form method="post" action="{{href}}/run">{{#fields}}<div class="field"><label for="{{fieldID}}">{{label}}{{#isRequired}} <span class="small">(needed)</span>{{/isRequired}}</label>{{#hint}}<span class="small" id="{{fieldID}}-hint">{{hint}}</span>{{/hint}}{{control}}</div>{{/fields}}{{^fields}}<p class="small">It takes no input.</p>{{/fields}}<button class="primary">Run</button></form></details>{{/canRun}}
        {{#schedule}}<section class="card" aria-labelledby="schedule"><h2 id="schedule">Schedule</h2><p>{{words}}</p>{{#notes}}<p class="small">{{.}}</p>{{/notes}}<details id="next-times"{{#isShort}} open{{/isShort}}><summary>The next 20 starts</summary><ol>{{#times}}<li>{{.}}</li>{{/times}}</ol></details></section>{{/schedule}}
        <section class="card wide" aria-labelledby="last"><h2 id="last">Last jobs, step by step</h2>{{#matrix}}<div class="scroll" tabindex="0" role="region" aria-label="Steps of the last jobs">{{matrix}}</div>{{/matrix}}{{^matrix}}<p class="empty">It never ran.</p>{{/matrix}}</section>
        <section class="card wide" aria-labelledby="over-time"><h2 id="over-time">Its jobs in the last 7 days</h2>{{> chart}}</section>
        <section class="card wide" aria-labelledby="versions"><h2 id="versions">Versions</h2><table><thead><tr><th scope="col">Version</th><th scope="col">First used</th><th scope="col">What changed</th></tr></thead><tbody>{{#versions}}<tr><td>{{number}}</td><td>{{#at}}{{> time}}{{/at}}</td><td>{{#diff}}<a href="{{diff}}">Changes from version {{before}}</a>{{/diff}}{{^diff}}the first one{{/diff}}</td></tr>{{/versions}}</tbody></table></section>
        </div>
        """#,
        "diff": #"""
        <div class="head"><h1>{{name}}: {{from}} to {{to}}</h1></div>
        <p class="lead">{{sentence}}</p>
        <section class="card" aria-label="Changes"><ul class="diff">{{#changes}}<li class="{{kind}}"><span class="strong">{{word}}</span> {{what}}{{#details}}<br><span class="small"><code>{{field}}</code>: {{#one}}<del>{{one}}</del>{{/one}}{{^one}}nothing{{/one}} → {{#other}}<ins>{{other}}</ins>{{/other}}{{^other}}nothing{{/other}}</span>{{/details}}</li>{{/changes}}</ul>{{^changes}}<p class="empty">The steps are the same: only the layout of the file differs.</p>{{/changes}}</section>
        {{#rollback}}<form class="card" method="post" action="{{href}}/rollback" aria-labelledby="rollback"><h2 id="rollback">Go back</h2><p>This writes the text of version {{rollback}} into the recipe's file, after a check.</p><input type="hidden" name="version" value="{{rollback}}"><p><label><input type="checkbox" name="force" value="yes"> Also when the file holds changes that never ran; they are lost.</label></p><button>Go back to version {{rollback}}</button></form>{{/rollback}}
        <p><a href="{{href}}">Back to {{name}}</a></p>
        """#,
    ]
}
