// Broken recipes with all their mistakes: actions, calls and what all steps have.

extension BrokenRecipe {
    static let inSteps: [BrokenRecipe] = [
        BrokenRecipe(
            "an empty step, a step without a kind, no object",
            steps: #"""
                    {},
                    { "id": "x" },
                    { "for_eahc": "lead.body", "steps": [] },
                    5
                """#,
            mistakes: #"""
                4:5 [empty_step] /steps/0 this step is empty | say what it does, for example "use": "connector.action"
                5:5 [no_kind] /steps/1 this step does not say what it does | it needs one of use, if, for_each, repeat, try, parallel, call, wait, wait_until, set, append, respond, return or stop
                6:5 [no_kind] /steps/2 this step does not say what it does | "for_eahc": did you mean "for_each"?
                7:5 [wrong_type] /steps/3 a step must be an object, not 5
                """#),
        BrokenRecipe(
            "two kinds in a step",
            steps: #"""
                    { "id": "x", "set": { "a": 1 }, "wait": "1s" }
                """#,
            mistakes: #"""
                4:37 [two_kinds] /steps/0/wait a step does one thing, but this one has "set" and "wait" | make two steps of it
                """#),
        BrokenRecipe(
            "unknown keys of a step",
            steps: #"""
                    { "use": "logger.log", "inputs": {}, "timout": "1s", "input": { "message": "x" }, "xyzzy": 1 }
                """#,
            mistakes: #"""
                4:28 [unknown_key] /steps/0/inputs an action has no "inputs" | did you mean "input"?
                4:42 [unknown_key] /steps/0/timout an action has no "timout" | did you mean "timeout"?
                4:87 [unknown_key] /steps/0/xyzzy an action has no "xyzzy" | it may have id, title, note, skip, use, connection, input, timeout, retry, mask and record
                """#),
        BrokenRecipe(
            "wrong values of what every step has",
            steps: #"""
                    { "id": "Big", "title": 5, "note": "", "skip": "yes", "wait": "1s" },
                    { "id": "", "wait": "1s" },
                    { "id": 7, "wait": "1s" },
                    { "id": "if", "wait": "1s" }
                """#,
            mistakes: #"""
                4:13 [bad_name] /steps/0/id the id "Big" must start with a small letter and hold letters, digits and _ only, at most 64 | for example "big"
                4:29 [wrong_type] /steps/0/title "title" must be a text, not 5
                4:40 [empty_text] /steps/0/note "note" must not be empty
                4:52 [wrong_type] /steps/0/skip "skip" must be true or false, not "yes"
                5:13 [empty_text] /steps/1/id the id must not be empty
                6:13 [wrong_type] /steps/2/id the id must be a text, not 7
                7:13 [reserved_name] /steps/3/id "if" has a meaning in formulas and can't be a name | choose another name
                """#),
        BrokenRecipe(
            "ids twice and clashes",
            steps: #"""
                    { "id": "a", "use": "logger.log", "input": { "message": "x" } },
                    { "id": "a", "use": "logger.log", "input": { "message": "x" } },
                    { "id": "lead", "wait": "1s" },
                    { "set": { "a": 1, "lead": 2, "error": 3, "b c": 4 } },
                    { "set": { "v": 1 } },
                    { "id": "v", "wait": "1s" },
                    { "for_each": "lead.body", "as": "v", "steps": [ { "wait": "1s" } ] },
                    { "for_each": "lead.body", "as": "x", "steps": [ { "for_each": "x", "as": "x", "steps": [ { "set": { "x_index": 1 } } ] } ] }
                """#,
            mistakes: #"""
                5:13 [duplicate_id] /steps/1/id another step (line 4) has the id "a" already | choose another id
                6:13 [name_clash] /steps/2/id "lead" is the trigger's name already | choose another name
                7:16 [name_clash] /steps/3/set/a "a" is the id of a step already | choose another name
                7:24 [name_clash] /steps/3/set/lead "lead" is the trigger's name already | choose another name
                7:35 [reserved_name] /steps/3/set/error "error" has a meaning in formulas and can't be a name | choose another name
                7:47 [bad_name] /steps/3/set/b c the variable "b c" must start with a small letter and hold letters, digits and _ only, at most 64 | for example "b_c"
                9:13 [name_clash] /steps/5/id "v" is a variable already | choose another name
                10:38 [name_clash] /steps/6/as "v" is a variable already | choose another name
                11:79 [name_clash] /steps/7/steps/0/as "x" is a name of a loop already | choose another name
                11:106 [name_clash] /steps/7/steps/0/steps/0/set/x_index "x_index" is a name of a loop already | choose another name
                """#),
        BrokenRecipe(
            "a use without a connector",
            steps: #"""
                    { "use": "find_account" },
                    { "use": "crm." },
                    { "use": 5 },
                    { "use": "manual" },
                    { "use": "webhook.received" }
                """#,
            mistakes: #"""
                4:14 [bad_use] /steps/0/use "find_account" does not say which connector | write connector.action, like "http.request"
                5:14 [bad_use] /steps/1/use "crm." does not say which connector | write connector.action, like "http.request"
                6:14 [wrong_type] /steps/2/use "use" must be a text, not 5
                7:14 [not_an_action] /steps/3/use "manual" is a trigger and can't be a step | use it as the recipe's trigger
                8:14 [not_an_action] /steps/4/use "webhook.received" is a trigger and can't be a step | use it as the recipe's trigger
                """#),
        BrokenRecipe(
            "unknown connectors and actions",
            steps: #"""
                    { "use": "cmr.find_account" },
                    { "use": "crm.find_acount", "input": {} },
                    { "use": "crm.new_lead" },
                    { "use": "salesforce.query" }
                """#,
            mistakes: #"""
                4:14 [missing_field] /steps/0/use cmr.find_account needs "domain"
                4:14 [unknown_connector] /steps/0/use there is no connector or connection name "cmr" | did you mean "crm"?
                5:14 [unknown_action] /steps/1/use crm has no action "find_acount" | did you mean "find_account"?
                5:42 [missing_field] /steps/1/input crm.find_acount needs "domain"
                6:14 [not_an_action] /steps/2/use "crm.new_lead" is a trigger and can't be a step | use it as the recipe's trigger
                7:14 [unknown_connector] /steps/3/use there is no connector or connection name "salesforce" | connectors here: crm, erp, http, logger and pay_desk
                """#),
        BrokenRecipe(
            "a connector without any connection",
            steps: #"""
                    { "use": "pay_desk.charge" },
                    { "use": "pay_desk.chrge" }
                """#,
            mistakes: #"""
                4:14 [connection_required] /steps/0/use pay_desk needs a connection | add one (galley connections add my-pay-desk), then write "connections": { "pay_desk": "my-pay-desk" } in the recipe
                5:14 [connection_required] /steps/1/use pay_desk needs a connection | add one (galley connections add my-pay-desk), then write "connections": { "pay_desk": "my-pay-desk" } in the recipe
                5:14 [unknown_action] /steps/1/use pay_desk has no action "chrge" | did you mean "charge"?
                """#),
        BrokenRecipe(
            "fields of an action",
            steps: #"""
                    { "use": "crm.find_account" },
                    { "use": "crm.find_account", "input": { "domian": "x" } },
                    { "use": "crm.create_lead", "input": { "email": [], "score": "high", "status": "opn", "lines": [ { "sku": "a", "qty": 1.5 }, { "quantity": 2 } ] } },
                    { "use": "crm.create_lead", "input": { "email": "{{ lead.body.email }}", "score": "5", "lines": "{{ lead.body.lines }}" } },
                    { "use": "crm.create_lead", "input": "x" }
                """#,
            mistakes: #"""
                4:14 [missing_field] /steps/0/use crm.find_account needs "domain"
                5:43 [missing_field] /steps/1/input crm.find_account needs "domain"
                5:45 [unknown_field] /steps/1/input/domian crm.find_account has no field "domian" | did you mean "domain"?
                6:53 [wrong_type] /steps/2/input/email "email" must be a text, not a list
                6:66 [wrong_type] /steps/2/input/score "score" must be a whole number, not "high"
                6:84 [not_a_choice] /steps/2/input/status "status" must be one of "new", "open", not "opn" | did you mean "open"?
                6:123 [wrong_type] /steps/2/input/lines/0/qty "qty" of lines[0] must be a whole number, not 1.5
                6:130 [missing_field] /steps/2/input/lines/1 crm.create_lead needs "sku" of lines[1]
                6:132 [unknown_field] /steps/2/input/lines/1/quantity crm.create_lead has no field "quantity" of lines[1] | its fields are sku and qty
                8:42 [wrong_type] /steps/4/input the input must be an object, not "x"
                """#),
        BrokenRecipe(
            "settings of an action",
            steps: #"""
                    { "use": "http.request", "input": { "url": "x" }, "timeout": "1.5m", "mask": 1, "retry": { "wait": "2x", "backoff": 0.5, "when": "error.sttus", "time": 1 } },
                    { "use": "http.request", "input": { "url": "x" }, "timeout": "0s", "retry": { "times": 101, "backoff": "2" } },
                    { "use": "http.request", "input": { "url": "x" }, "timeout": 5, "retry": 3 }
                """#,
            mistakes: #"""
                4:66 [bad_duration] /steps/0/timeout "timeout" must be a duration like "500ms", "2s", "15m", "1h30m" or "1d", not "1.5m"
                4:82 [wrong_type] /steps/0/mask "mask" must be true or false, not 1
                4:94 [missing_key] /steps/0/retry "retry" needs "times" | how many more tries: "times": 3
                4:104 [bad_duration] /steps/0/retry/wait "wait" must be a duration like "500ms", "2s", "15m", "1h30m" or "1d", not "2x"
                4:121 [out_of_range] /steps/0/retry/backoff "backoff" must be from 1 to 100, not 0.5
                4:141 [unknown_pill_field] /steps/0/retry/when "error" has no "sttus" | did you mean "status"?
                4:149 [unknown_key] /steps/0/retry/time "retry" has no "time" | did you mean "times"?
                5:66 [out_of_range] /steps/1/timeout "timeout" must be from 1ms to 10 years, not 0s
                5:92 [out_of_range] /steps/1/retry/times "times" must be from 0 to 100, not 101
                5:108 [wrong_type] /steps/1/retry/backoff "backoff" must be a number, not "2"
                6:66 [wrong_type] /steps/2/timeout "timeout" must be a duration like "500ms", "2s", "15m", "1h30m" or "1d", not 5
                6:78 [wrong_type] /steps/2/retry "retry" must be an object, not 3
                """#),
        BrokenRecipe(
            "a call",
            steps: #"""
                    { "id": "s", "call": "score", "input": { "emial": "x" } },
                    { "call": "scroe" },
                    { "call": "nightly" },
                    { "call": 5, "wait": "1s" },
                    { "call": "zzz", "wait": "yes" },
                    { "id": "later", "call": "score", "input": { "email": "x", "limit": "many" }, "wait": false },
                    { "return": { "a": "{{ s.point }}", "b": "{{ later.points }}" } }
                """#,
            mistakes: #"""
                4:44 [missing_field] /steps/0/input the recipe score needs "email"
                4:46 [unknown_field] /steps/0/input/emial the recipe score has no field "emial" | did you mean "email"?
                5:15 [unknown_recipe] /steps/1/call there is no recipe "scroe" | did you mean "score"?
                6:15 [not_callable] /steps/2/call the recipe "nightly" starts by schedule and can't be called | give it the trigger "recipe.called"
                7:15 [wrong_type] /steps/3/call "call" must be a text, not 5
                7:26 [wrong_type] /steps/3/wait "wait" must be true or false, not "1s"
                8:15 [unknown_recipe] /steps/4/call there is no recipe "zzz" | recipes that can be called: score
                8:30 [wrong_type] /steps/4/wait "wait" must be true or false, not "yes"
                9:73 [wrong_type] /steps/5/input/limit "limit" must be a whole number, not "many"
                10:30 [unknown_pill_field] /steps/6/return/a "s" has no "point" | did you mean "points"?
                10:56 [unknown_pill_field] /steps/6/return/b "later" has no "points" | it has job
                """#),
        BrokenRecipe(
            "a recipe that calls itself must be callable",
            steps: #"""
                    { "call": "test" }
                """#,
            mistakes: #"""
                4:15 [not_callable] /steps/0/call the recipe "test" starts by webhook.received and can't be called | give it the trigger "recipe.called"
                """#),
        BrokenRecipe(
            "shadows of a skipped step",
            steps: #"""
                    { "id": "a", "skip": true, "use": "crm.find_account", "input": { "domain": "x" } },
                    { "return": { "a": "{{ a.nme }}" } }
                """#,
            mistakes: #"""
                5:30 [unknown_pill_field] /steps/1/return/a "a" has no "nme" | did you mean "name"?
                """#),
        BrokenRecipe(
            "words in the wrong place",
            steps: #"""
                    { "while": "true", "repeat": [ { "else": [] } ] },
                    { "then": [] },
                    { "cach": [] }
                """#,
            mistakes: #"""
                4:36 [no_kind] /steps/0/repeat/0 this step does not say what it does | "else" goes with "if"
                5:5 [no_kind] /steps/1 this step does not say what it does | "then" goes with "if"
                6:5 [no_kind] /steps/2 this step does not say what it does | it needs one of use, if, for_each, repeat, try, parallel, call, wait, wait_until, set, append, respond, return or stop
                """#),
        BrokenRecipe(
            "a minute of mistakes",
            steps: #"""
                    { "id": "account", "use": "crm.find_acount", "input": { "domain": "{{ lead.body.emial.splt('@').last }}" } },
                    { "if": "acount.employees > 500", "then": [ { "set": { "owner": "{{ lookup('teritories', country: account.country)['owner'] }}" } } ], "esle": [] },
                    { "try": [ { "use": "crm.create_lead", "input": { "emial": "x" } } ], "retry": { "times": "3", "wait": "2 s" }, "catch": [ { "stop": "fail" } ] }
                """#,
            mistakes: #"""
                4:31 [unknown_action] /steps/0/use crm has no action "find_acount" | did you mean "find_account"?
                4:91 [unknown_function] /steps/0/input/domain there is no method "splt" | did you mean "split"?
                5:14 [unknown_name] /steps/1/if nothing here is called "acount" | did you mean "account"?
                5:80 [unknown_table] /steps/1/then/0/set/owner the workspace has no table "teritories" | did you mean "territories"?
                5:140 [unknown_key] /steps/1/esle an "if" step has no "esle" | did you mean "else"?
                6:53 [missing_field] /steps/2/try/0/input crm.create_lead needs "email"
                6:55 [unknown_field] /steps/2/try/0/input/emial crm.create_lead has no field "emial" | did you mean "email"?
                6:95 [wrong_type] /steps/2/retry/times "times" must be a whole number, not "3"
                6:138 [not_a_choice] /steps/2/catch/0/stop "stop" must be "succeeded" or "failed", not "fail"
                """#),
        BrokenRecipe(
            "tabs and wide characters",
            steps: #"""
                	{ "title": "日本語",	"note": "é", "foo": 1, "wait": "1s" }
                """#,
            mistakes: #"""
                4:33 [unknown_key] /steps/0/foo a "wait" step has no "foo" | it may have id, title, note, skip and wait
                """#),
    ]
}
