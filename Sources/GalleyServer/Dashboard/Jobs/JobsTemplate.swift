// What the list of jobs and the question before many are changed look like.

extension Templates {
    static let jobs: [String: String] = [
        "jobs": #"""
        <div class="head"><h1>Jobs</h1>{{#canAct}}<div class="actions">{{#retryLink}}<a class="button" href="{{retryLink}}">Retry these…</a>{{/retryLink}}{{#cancelLink}}<a class="button" href="{{cancelLink}}">Cancel these…</a>{{/cancelLink}}</div>{{/canAct}}</div>
        <p class="sub"><span>{{summary}}</span></p>
        <ul class="chips" aria-label="State">{{#states}}<li><a class="chip" href="{{href}}"{{#current}} aria-current="true"{{/current}}>{{#key}}<svg class="icon" aria-hidden="true"><use href="#i-{{key}}"/></svg>{{/key}}{{label}}{{#n}} <span class="n">{{n}}</span>{{/n}}</a></li>{{/states}}</ul>
        <form class="filters" action="/jobs">
        {{#stateField}}<input type="hidden" name="state" value="{{stateField}}">{{/stateField}}
        <div class="field"><label for="recipe">Recipe</label><select id="recipe" name="recipe"><option value="">All recipes</option>{{#recipes}}<option value="{{id}}"{{#chosen}} selected{{/chosen}}>{{name}}</option>{{/recipes}}</select></div>
        <div class="field"><label for="text">Text in event, error or report</label><input id="text" name="text" type="search" value="{{text}}"></div>
        <div class="field"><label for="since">Made from</label><input id="since" name="since" type="datetime-local" value="{{since}}"></div>
        <div class="field"><label for="until">Made until</label><input id="until" name="until" type="datetime-local" value="{{until}}"></div>
        <button class="primary">Filter</button>{{#isFiltered}}<a class="button" href="/jobs">Clear</a>{{/isFiltered}}
        </form>
        <section class="card" aria-label="List of jobs">
        {{#any}}<div class="scroll" tabindex="0" role="region" aria-label="Jobs"><table>
        <thead><tr><th scope="col" class="num">Job</th><th scope="col">State</th><th scope="col">Recipe</th>{{#columns}}<th scope="col">{{.}}</th>{{/columns}}<th scope="col">What happened</th><th scope="col">Made</th><th scope="col" class="num">Ran for</th></tr></thead>
        <tbody>{{#rows}}<tr><td class="num"><a class="strong" href="/jobs/{{id}}">{{id}}</a></td><td>{{> state}}</td><td><a class="name" href="{{recipeLink}}">{{recipe}}</a></td>{{#cells}}<td><span class="what">{{.}}</span></td>{{/cells}}<td><span class="what main">{{what}}</span></td><td>{{#made}}{{> time}}{{/made}}</td><td class="num">{{took}}</td></tr>
        {{/rows}}</tbody></table></div>{{/any}}
        {{^any}}<p class="empty">{{#isFiltered}}No jobs match. <a href="/jobs">Show all jobs</a>{{/isFiltered}}{{^isFiltered}}There is no job yet. One is made when an event of a recipe arrives.{{/isFiltered}}</p>{{/any}}
        {{#searched}}<p class="small">{{searched}}</p>{{/searched}}
        {{> pages}}
        </section>
        """#,
        "bulk": #"""
        <div class="head"><h1>{{heading}}</h1></div>
        <p class="lead">{{sentence}}</p>
        {{#any}}<form method="post" action="/jobs/bulk" class="actions">{{#fields}}<input type="hidden" name="{{name}}" value="{{value}}">{{/fields}}
        {{#asksWhy}}<input name="reason" aria-label="Why they are canceled" placeholder="Why (optional)" maxlength="1000">{{/asksWhy}}<button class="primary">{{button}}</button><a class="button" href="{{back}}">Leave them as they are</a></form>{{/any}}
        {{^any}}<p><a class="button" href="{{back}}">Back to the list</a></p>{{/any}}
        """#,
    ]
}
