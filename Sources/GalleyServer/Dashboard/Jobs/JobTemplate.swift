// What the page of one job looks like.

extension Templates {
    static let job: [String: String] = [
        "job": #"""
        <div class="head"><h1>Job {{id}}</h1>{{> state}}<div class="actions"><a class="button" href="/jobs/{{id}}/compare">Compare</a>{{#canTest}}<a class="button" href="/jobs/{{id}}/test.json" download>Export as test</a>{{/canTest}}</div></div>
        <p class="sub"><span><a href="{{recipeLink}}">{{recipe}}</a>, version {{version}}</span><span>made {{#made}}{{> time}}{{/made}} by {{origin}}</span>{{#ranFor}}<span>ran for {{ranFor}}</span>{{/ranFor}}</p>
        <section class="why {{key}}" aria-label="Why it is in this state">
        <p class="sentence">{{why}}</p>{{#next}}<p>{{next}}</p>{{/next}}
        {{#asks}}<p><a class="button" href="{{href}}">Answer “{{title}}”</a> {{words}}</p>{{/asks}}
        {{#decisions}}{{> decision}}{{/decisions}}
        {{#canAct}}<div class="actions">
        {{#canRetry}}<form method="post" action="/jobs/{{id}}/retry"><button class="primary">Retry from the failed step</button></form>{{/canRetry}}
        {{#canRerun}}<form method="post" action="/jobs/{{id}}/rerun"><button>Run the event again as a new job</button></form>{{/canRerun}}
        {{#canRetry}}<form method="post" action="/jobs/{{id}}/retry"><input type="hidden" name="latest" value="yes"><button>Retry with the recipe as it is now</button></form>{{/canRetry}}
        {{#canCancel}}<form method="post" action="/jobs/{{id}}/cancel"><input name="reason" aria-label="Why it is canceled" placeholder="Why (optional)" maxlength="1000"><button class="danger">Cancel</button></form>{{/canCancel}}
        </div>{{/canAct}}
        </section>
        {{#failure}}<section class="card" aria-labelledby="where"><h2 id="where">Where it failed: {{where}}</h2><p class="small">{{place}}</p><pre class="source" tabindex="0">{{code}}</pre></section>{{/failure}}
        <div class="grid">
        <section class="card wide" aria-labelledby="steps"><h2 id="steps">Steps</h2>
        {{#under}}<p class="small">Only what is inside <code>{{under}}</code>. <a href="/jobs/{{id}}#steps">All steps</a></p>{{/under}}
        {{#anySteps}}<ol class="steps">{{#steps}}<li class="d{{depth}}{{#isChosen}} chosen{{/isChosen}}{{#isTakenBack}} taken-back{{/isTakenBack}}"><span class="name"><svg class="icon i-{{key}}" aria-hidden="true"><use href="#i-{{key}}"/></svg><span class="hidden">{{word}}: </span><a href="{{href}}"{{#isChosen}} aria-current="true"{{/isChosen}}>{{label}}</a><span class="kind">{{kind}}</span></span>{{lane}}<span class="took">{{took}}</span>{{#note}}<span class="note">{{note}}</span>{{/note}}{{#itemsLink}}<span class="note"><a href="{{itemsLink}}">All items of this loop</a></span>{{/itemsLink}}</li>
        {{/steps}}</ol>{{/anySteps}}
        {{^anySteps}}<p class="empty">No step is recorded yet.</p>{{/anySteps}}
        {{> pages}}</section>
        {{#step}}<section class="card wide" id="step" aria-labelledby="step-title"><h2 id="step-title">{{label}}</h2>
        <p class="sub">{{> state}}<span>{{kind}}</span><span>{{effect}}</span><span>started {{#started}}{{> time}}{{/started}}</span>{{#took}}<span>took {{took}}</span>{{/took}}{{#attempts}}<span>{{attempts}}</span>{{/attempts}}{{#recipeLine}}<span>{{recipeLine}}</span>{{/recipeLine}}</p>
        {{#canRetryHere}}<form method="post" action="/jobs/{{id}}/retry" class="actions"><input type="hidden" name="from" value="{{address}}"><button>Retry from here: do this step and all after it again</button></form>{{/canRetryHere}}
        <div class="cols">{{#parts}}<div><h3>{{title}}</h3>{{#tree}}{{tree}}{{/tree}}{{#absent}}<p class="small">{{absent}}</p>{{/absent}}</div>{{/parts}}</div>
        {{#triesAny}}<h3>Attempts</h3><ol class="tries">{{#tries}}<li><p>{{> state}} {{title}} {{#at}}{{> time}}{{/at}}, took {{took}}{{#message}}: {{message}}{{/message}}</p>
        {{#exchanges}}<details id="{{id}}"><summary>{{title}} → {{status}}</summary><div class="cols"><div><h4>Request as sent</h4><pre class="source" tabindex="0">{{request}}</pre></div><div><h4>Answer</h4><pre class="source" tabindex="0">{{response}}</pre></div></div></details>{{/exchanges}}
        {{#wait}}<p class="small">{{wait}}</p>{{/wait}}</li>{{/tries}}</ol>{{/triesAny}}
        {{#keySent}}<p class="small">Idempotency key, the same in every attempt: <code>{{keySent}}</code></p>{{/keySent}}
        </section>{{/step}}
        <section class="card tall" aria-labelledby="event"><h2 id="event">The event</h2>{{event}}</section>
        <section class="card" aria-labelledby="outcome"><h2 id="outcome">What came of it</h2>{{#results}}<h3>{{title}}</h3>{{tree}}{{/results}}{{^results}}<p class="empty">Nothing yet.</p>{{/results}}</section>
        <section class="card" aria-labelledby="facts"><h2 id="facts">Facts</h2><dl class="facts">{{#facts}}<dt>{{name}}</dt><dd>{{#href}}<a href="{{href}}">{{value}}</a>{{/href}}{{^href}}{{value}}{{/href}}</dd>{{/facts}}</dl></section>
        </div>
        """#,
        "decision": #"""
        <div class="card"><h2>Did “{{step}}” happen?</h2>{{#what}}<p class="small">{{what}}</p>{{/what}}
        <div class="actions">
        <form method="post" action="/jobs/{{id}}/decide"><input type="hidden" name="step" value="{{address}}"><input type="hidden" name="outcome" value="run_again"><button>No: run it again</button></form>
        <details id="done-{{seq}}"><summary class="button">Yes: it was done…</summary><form method="post" action="/jobs/{{id}}/decide"><input type="hidden" name="step" value="{{address}}"><input type="hidden" name="outcome" value="done"><div class="field"><label for="output-{{seq}}">What it gave, as JSON</label><textarea id="output-{{seq}}" name="output">{}</textarea></div><button class="primary">It was done, with this output</button></form></details>
        <details id="fail-{{seq}}"><summary class="button">Fail the job…</summary><form method="post" action="/jobs/{{id}}/decide"><input type="hidden" name="step" value="{{address}}"><input type="hidden" name="outcome" value="fail"><div class="field"><label for="reason-{{seq}}">Why</label><input id="reason-{{seq}}" name="message" required></div><button class="danger">Fail the job</button></form></details>
        </div></div>
        """#,
        "compare": #"""
        <div class="head"><h1>Job {{one}} beside job {{other}}</h1></div>
        <p class="lead">{{sentence}}</p>
        <form class="filters" action="/jobs/{{one}}/compare"><div class="field"><label for="with">Compare with job</label><input id="with" name="with" inputmode="numeric" value="{{other}}"></div><button>Compare</button></form>
        <section class="card" aria-labelledby="steps"><h2 id="steps">Steps</h2>{{#any}}<div class="scroll" tabindex="0" role="region" aria-label="Steps of both jobs"><table><thead><tr><th scope="col">Step</th><th scope="col"><a href="/jobs/{{one}}">Job {{one}}</a></th><th scope="col" class="num">Took</th><th scope="col"><a href="/jobs/{{other}}">Job {{other}}</a></th><th scope="col" class="num">Took</th></tr></thead><tbody>{{#rows}}<tr><th scope="row">{{name}}</th><td>{{#a}}{{> state}}{{/a}}{{^a}}–{{/a}}</td><td class="num">{{tookA}}</td><td>{{#b}}{{> state}}{{/b}}{{^b}}–{{/b}}</td><td class="num">{{tookB}}</td></tr>{{/rows}}</tbody></table></div>{{/any}}{{^any}}<p class="empty">Neither has a recorded step.</p>{{/any}}</section>
        <section class="card" aria-labelledby="events"><h2 id="events">Differences of the events</h2>{{#differs}}<div class="scroll" tabindex="0" role="region" aria-label="Fields that differ"><table><thead><tr><th scope="col">Field</th><th scope="col">Job {{one}}</th><th scope="col">Job {{other}}</th></tr></thead><tbody>{{#differences}}<tr><th scope="row"><code>{{field}}</code></th><td><span class="what">{{a}}</span></td><td><span class="what">{{b}}</span></td></tr>{{/differences}}</tbody></table></div>{{/differs}}{{^differs}}<p class="empty">The events are the same.</p>{{/differs}}</section>
        """#,
    ]
}
