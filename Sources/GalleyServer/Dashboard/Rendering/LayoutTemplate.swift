// The frame of every page: head, navigation, main part; and the partials that many pages use.

extension Templates {
    static let layout: [String: String] = [
        "page": #"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>{{title}} · {{workspace}}</title>
        <link rel="icon" href="/assets/icon.svg" type="image/svg+xml">
        <link rel="stylesheet" href="/assets/galley.css?{{assets}}">
        <script src="/assets/galley.js?{{assets}}"></script>
        </head>
        <body{{#live}} data-live="{{live}}"{{/live}}>
        {{sprite}}
        <a class="skip" href="#main">Skip to content</a>
        <header class="bar">
        <a class="brand" href="/"><svg class="logo" aria-hidden="true"><use href="#i-logo"/></svg><span>{{workspace}}</span></a>
        <form class="find" action="/jobs" role="search">
        <label class="hidden" for="find">Find jobs by text or number</label>
        <input id="find" name="text" type="search" placeholder="Find jobs" autocomplete="off" value="{{find}}">
        </form>
        <div class="bar-end">
        {{#user}}<span class="user">{{user}}</span>{{/user}}
        {{#canSignOut}}<form method="post" action="/sign-out"><button class="quiet">Sign out</button></form>{{/canSignOut}}
        <button class="quiet theme" type="button" data-theme-toggle hidden aria-label="Dark or light"><svg class="icon" aria-hidden="true"><use href="#i-theme"/></svg></button>
        </div>
        </header>
        <nav class="side" aria-label="Main">
        <ul>
        {{#nav}}<li><a href="{{href}}"{{#current}} aria-current="page"{{/current}}><svg class="icon" aria-hidden="true"><use href="#i-{{icon}}"/></svg>{{label}}{{#badge}}<span class="badge">{{badge}}</span>{{/badge}}</a></li>
        {{/nav}}
        </ul>
        </nav>
        <main id="main" tabindex="-1">
        {{#notice}}<p class="notice {{noticeKind}}" role="status">{{notice}}</p>{{/notice}}
        {{#crumb}}<p class="crumb"><a href="{{href}}">{{label}}</a></p>{{/crumb}}
        {{body}}
        </main>
        </body>
        </html>
        """#,
        "state":
            ##"<span class="state {{key}}"><svg class="icon" aria-hidden="true"><use href="#i-{{key}}"/></svg>{{word}}</span>"##,
        "time": #"<time datetime="{{iso}}" title="{{full}}">{{words}}</time>"#,
        "outcomes": #"""
        <span class="hidden">{{label}}</span><span class="outcomes" aria-hidden="true">{{#bars}}<a href="/jobs/{{job}}" class="{{key}} h{{height}}" title="Job {{job}}: {{word}}, {{took}}" tabindex="-1"></a>{{/bars}}</span>
        """#,
        "pages": #"""
        {{#paged}}<nav class="pages" aria-label="Pages">{{#newest}}<a class="button" href="{{newest}}">Newest</a>{{/newest}}{{#older}}<a class="button" rel="next" href="{{older}}">Older</a>{{/older}}</nav>{{/paged}}
        """#,
        "problem": #"""
        <div class="head"><h1>{{heading}}</h1></div>
        <p class="lead">{{detail}}</p>
        {{#more}}<ul class="plain">{{#lines}}<li>{{.}}</li>{{/lines}}</ul>{{/more}}
        <p><a href="{{back}}">{{backLabel}}</a></p>
        """#,
    ]
}
