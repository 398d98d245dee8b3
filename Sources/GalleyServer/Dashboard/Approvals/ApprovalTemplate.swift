// What the pages of approvals look like.

extension Templates {
    static let approvals: [String: String] = [
        "approvals": #"""
        <div class="head"><h1>Approvals</h1></div>
        <p class="sub"><span>What recipes ask people to decide, newest first</span></p>
        <ul class="chips" aria-label="Which approvals">{{#views}}<li><a class="chip" href="{{href}}"{{#current}} aria-current="true"{{/current}}>{{label}}{{#count}} <span class="n">{{count}}</span>{{/count}}</a></li>{{/views}}</ul>
        <section class="card" aria-label="List of approvals">{{#any}}<div class="scroll" tabindex="0" role="region" aria-label="Approvals"><table><thead><tr><th scope="col">What to decide</th><th scope="col">State</th><th scope="col">Answers</th><th scope="col">Asked by</th><th scope="col">Asked</th><th scope="col">Until</th></tr></thead><tbody>{{#rows}}<tr><td><span class="what main"><a class="strong" href="{{self}}">{{title}}</a></span>{{#excerpt}}<span class="what small">{{excerpt}}</span>{{/excerpt}}</td><td>{{> state}}</td><td><span class="what">{{words}}</span></td><td><a href="{{recipeLink}}">{{recipe}}</a>, <a href="/jobs/{{job}}">job {{job}}</a></td><td>{{#asked}}{{> time}}{{/asked}}</td><td>{{#deadline}}{{> time}}{{/deadline}}{{^deadline}}–{{/deadline}}</td></tr>{{/rows}}</tbody></table></div>{{/any}}
        {{^any}}<p class="empty">{{emptyNote}}</p>{{/any}}{{> pages}}</section>
        """#,
        "approval": #"""
        <div class="head"><h1>{{title}}</h1>{{> state}}</div>
        <p class="sub"><span>approval {{id}}, asked by <a href="{{recipeLink}}">{{recipe}}</a> in <a href="/jobs/{{job}}">job {{job}}</a></span><span>asked {{#asked}}{{> time}}{{/asked}}</span>{{#deadline}}<span>until {{> time}}{{#onDeadline}}: {{onDeadline}}{{/onDeadline}}</span>{{/deadline}}{{#escalation}}<span>{{escalation}}</span>{{/escalation}}</p>
        {{#mistake}}<p class="notice bad" role="alert">{{mistake}}</p>{{/mistake}}
        <div class="grid">
        <section class="card wide" aria-labelledby="question"><h2 id="question">What to decide</h2>{{#text}}<p class="asked">{{text}}</p>{{/text}}{{#anyFields}}<dl class="facts">{{#fields}}<dt>{{name}}</dt><dd>{{value}}</dd>{{/fields}}</dl>{{/anyFields}}{{#nothing}}<p class="small">There is nothing but the title.</p>{{/nothing}}</section>
        {{#mayAnswer}}<section class="card" aria-labelledby="yours"><h2 id="yours">Your answer</h2><form method="post" action="{{self}}/answer">
        {{#anyOthers}}<div class="field"><label for="for">For whom</label><select id="for" name="for">{{#others}}<option>{{.}}</option>{{/others}}</select></div>{{/anyOthers}}
        <div class="field"><label for="reason">{{reasonLabel}}</label><textarea id="reason" name="reason" maxlength="1000">{{typed}}</textarea></div>
        <div class="actions"><button class="primary" name="answer" value="approve">Approve</button><button class="danger" name="answer" value="reject">Reject</button></div></form></section>{{/mayAnswer}}
        {{#whyNot}}<section class="card" aria-labelledby="yours"><h2 id="yours">Your answer</h2><p class="small">{{whyNot}}</p></section>{{/whyNot}}
        <section class="card" aria-labelledby="answers"><h2 id="answers">Answers</h2><p>{{words}}</p>{{#anyAnswers}}<ul class="needs">{{#answers}}<li>{{> state}}<span class="text"><strong>{{by}}</strong>{{#enteredBy}}, entered by {{enteredBy}}{{/enteredBy}} <span class="small">{{way}}, {{#at}}{{> time}}{{/at}}</span>{{#reason}}<br>{{reason}}{{/reason}}</span></li>{{/answers}}</ul>{{/anyAnswers}}</section>
        </div>
        """#,
    ]
}
