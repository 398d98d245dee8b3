// Broken recipes with all their mistakes: branches, loops, tries, variables, waits and ends.

extension BrokenRecipe {
    static let inFlow: [BrokenRecipe] = [
        BrokenRecipe(
            "loops in a loop",
            steps: #"""
                    { "for_each": "lead.body", "steps": [ { "for_each": "item", "steps": [ { "wait": "1s" } ] } ] }
                """#,
            mistakes: #"""
                4:57 [name_clash] /steps/0/steps/0/for_each "item" is a name of a loop already | give this loop a name of its own: "as": "line"
                """#),
        BrokenRecipe(
            "an if",
            steps: #"""
                    { "if": "lead.body.a" },
                    { "if": "lead.body.a", "then": { "wait": "1s" }, "else_if": { "if": "true" }, "elsif": [] },
                    { "if": "lead.body.a", "then": [], "else_if": [ { "if": "lead.body.b" }, { "then": [ {} ], "esle": 1 }, 5 ], "else": "x" }
                """#,
            mistakes: #"""
                4:13 [missing_key] /steps/0/if an "if" step needs "then"
                5:36 [wrong_type] /steps/1/then "then" must be a list of steps, not an object
                5:65 [wrong_type] /steps/1/else_if "else_if" must be a list, not an object | write "else_if": [ { "if": …, "then": […] } ]
                5:83 [unknown_key] /steps/1/elsif an "if" step has no "elsif" | did you mean "else_if"?
                6:53 [missing_key] /steps/2/else_if/0 an element of "else_if" needs "then"
                6:78 [missing_key] /steps/2/else_if/1 an element of "else_if" needs "if"
                6:90 [empty_step] /steps/2/else_if/1/then/0 this step is empty | say what it does, for example "use": "connector.action"
                6:96 [unknown_key] /steps/2/else_if/1/esle an element of "else_if" has no "esle" | it may have if and then
                6:109 [wrong_type] /steps/2/else_if/2 an element of "else_if" must be an object, not 5
                6:122 [wrong_type] /steps/2/else "else" must be a list of steps, not "x"
                """#),
        BrokenRecipe(
            "steps of another branch of the same if",
            steps: #"""
                    { "if": "lead.body.a", "then": [ { "id": "a", "use": "crm.search" }, { "if": "a.x", "then": [ { "id": "b", "use": "crm.search" } ], "else": [] }, { "wait": "{{ b.x }}" } ],
                      "else_if": [ { "if": "a.x", "then": [ { "id": "c", "use": "crm.search" } ] } ],
                      "else": [ { "repeat": [ { "wait": "{{ b.x }}" } ], "while": "c.x" }, { "try": [ { "id": "d", "use": "crm.search" } ], "catch": [ { "wait": "{{ d.x }}" } ] } ] },
                    { "wait": "{{ a.x }}{{ b.x }}{{ c.x }}{{ d.x }}" }
                """#,
            mistakes: #"""
                5:29 [other_branch] (warning) /steps/0/else_if/0/if the step "a" stands in another branch ("then") of this "if", so it is always nil here | use it after the "if", or move it in front of it
                6:45 [other_branch] (warning) /steps/0/else/0/repeat/0/wait the step "b" stands in another branch ("then") of this "if", so it is always nil here | use it after the "if", or move it in front of it
                6:68 [other_branch] (warning) /steps/0/else/0/while the step "c" stands in another branch ("then") of this "if", so it is always nil here | use it after the "if", or move it in front of it
                """#),
        BrokenRecipe(
            "keys as other systems call them",
            source: #"""
                { "galley": 1, "name": "Foreign", "trigger": { "use": "manual", "with": {} },
                  "steps": [ { "use": "crm.search", "with": { "a": 1 }, "name": "x", "description": "y" },
                    { "action": "crm.search", "params": {} },
                    { "for_each": "[1]", "do": [], "steps": [ { "wait": "1s" } ] } ] }
                """#,
            mistakes: #"""
                1:65 [unknown_key] /trigger/with the trigger has no "with" | what other systems call "with" is "input" here
                2:23 [connection_required] /steps/0/use crm needs a connection | write "connections": { "crm": "sandbox-crm" } in the recipe
                2:37 [unknown_key] /steps/0/with an action has no "with" | what other systems call "with" is "input" here
                2:57 [unknown_key] /steps/0/name an action has no "name" | what other systems call "name" is "title" here
                2:70 [unknown_key] /steps/0/description an action has no "description" | what other systems call "description" is "note" here
                3:5 [no_kind] /steps/1 this step does not say what it does | "action": did you mean "use"?
                4:26 [unknown_key] /steps/2/do a "for_each" step has no "do" | what other systems call "do" is "steps" here
                """#),
        BrokenRecipe(
            "a for_each",
            steps: #"""
                    { "for_each": "lead.body", "as": "Line", "batch_size": 0, "at_once": 101 },
                    { "for_each": [ 1 ], "steps": [] },
                    { "for_each": "lead.body", "as": "x", "at_once": "4", "batch_size": 1.5, "steps": [ { "wait": "{{ x.y }}" } ] },
                    { "for_each": "lead.raw", "steps": [ { "use": "logger.log", "input": { "message": "{{ item }} {{ item_index }} {{ item_count }}" } } ] }
                """#,
            mistakes: #"""
                4:19 [missing_key] /steps/0/for_each a "for_each" step needs "steps"
                4:38 [bad_name] /steps/0/as the loop's name "Line" must start with a small letter and hold letters, digits and _ only, at most 64 | for example "line"
                4:60 [out_of_range] /steps/0/batch_size "batch_size" must be from 1 to 100000, not 0
                4:74 [out_of_range] /steps/0/at_once "at_once" must be from 1 to 100, not 101
                5:19 [wrong_type] /steps/1/for_each "for_each" must be a formula in quotes, not a list
                5:35 [empty_steps] /steps/1/steps "steps" needs at least one step
                6:54 [wrong_type] /steps/2/at_once "at_once" must be a whole number, not "4"
                6:73 [wrong_type] /steps/2/batch_size "batch_size" must be a whole number, not 1.5
                6:105 [no_members] /steps/2/steps/0/wait "x" is a list and has no "y" | say which one: x.first.y
                7:19 [wrong_type] /steps/3/for_each "for_each" needs a list, but "lead.raw" is a text
                7:119 [unknown_name] /steps/3/steps/0/input/message nothing here is called "item_count" | names here: item, item_first?, item_index, item_last? and lead
                """#),
        BrokenRecipe(
            "a repeat",
            steps: #"""
                    { "repeat": [], "max": 0 },
                    { "repeat": [ { "id": "page", "use": "http.request", "input": { "url": "u" } } ], "while": "page.next.present? && pge", "max": 50001 },
                    { "if": "page.x", "then": [ { "wait": "1s" } ] }
                """#,
            mistakes: #"""
                4:17 [empty_steps] /steps/0/repeat "repeat" needs at least one step
                4:17 [missing_key] /steps/0/repeat a "repeat" step needs "while" | the steps run again while this formula is true
                4:28 [out_of_range] /steps/0/max "max" must be from 1 to 50000, not 0
                5:119 [unknown_name] /steps/1/while nothing here is called "pge" | did you mean "page"?
                5:132 [out_of_range] /steps/1/max "max" must be from 1 to 50000, not 50001
                6:14 [out_of_scope] /steps/2/if "page" belongs to a loop and is not there outside of it | collect what is needed with "append", to a variable that is set before the loop
                """#),
        BrokenRecipe(
            "a parallel",
            steps: #"""
                    { "parallel": [ [] ] },
                    { "parallel": {} },
                    { "parallel": { "a": [ { "id": "one", "use": "http.request", "input": { "url": "{{ two.x }}" } }, { "set": { "mine": 1 } } ],
                        "B": [ { "id": "two", "use": "http.request", "input": { "url": "{{ one.x }}{{ mine }}" } } ], "c": [], "d": 5 } },
                    { "return": { "a": "{{ one.x }} {{ two.x }} {{ mine }}" } }
                """#,
            mistakes: #"""
                4:19 [wrong_type] /steps/0/parallel "parallel" must be an object, not a list | write "parallel": { "one": [ … ], "other": [ … ] }
                5:19 [empty_steps] /steps/1/parallel "parallel" needs at least one step
                6:88 [parallel_branch] /steps/2/parallel/a/0/input/url "two" belongs to the branch "B", which runs at the same time | use it after the parallel step
                7:9 [bad_name] /steps/2/parallel/B the branch "B" must start with a small letter and hold letters, digits and _ only, at most 64 | for example "b"
                7:76 [parallel_branch] /steps/2/parallel/B/0/input/url "one" belongs to the branch "a", which runs at the same time | use it after the parallel step
                7:87 [parallel_branch] /steps/2/parallel/B/0/input/url "mine" belongs to the branch "a", which runs at the same time | use it after the parallel step
                7:108 [empty_steps] /steps/2/parallel/c the branch "c" needs at least one step
                7:117 [wrong_type] /steps/2/parallel/d the branch "d" must be a list of steps, not 5
                8:52 [out_of_scope] /steps/3/return/a the variable "mine" belongs to the parallel branch "a" and is not there after it | set it before the parallel step and "append" to it, or use the data of the branch's steps
                """#),
        BrokenRecipe(
            "setting what belongs outside, several times at once",
            steps: #"""
                    { "set": { "total": 0, "rows": "{{ [] }}" } },
                    { "for_each": "lead.body", "as": "x", "at_once": 4, "steps": [ { "set": { "total": "{{ total + 1 }}", "own": 1 } }, { "set": { "own": 2 } }, { "append": { "rows": "{{ x }}" } } ] },
                    { "parallel": { "a": [ { "for_each": "lead.body", "as": "y", "steps": [ { "set": { "total": 1 } } ] } ] } }
                """#,
            mistakes: #"""
                5:79 [set_in_concurrent_body] /steps/1/steps/0/set/total "total" belongs to the steps outside, and what runs here runs several times at once | use "append", or set a variable that only this part uses
                6:88 [set_in_concurrent_body] /steps/2/parallel/a/0/steps/0/set/total "total" belongs to the steps outside, and what runs here runs several times at once | use "append", or set a variable that only this part uses
                """#),
        BrokenRecipe(
            "a try",
            steps: #"""
                    { "try": [], "retry": {} , "catch": [] },
                    { "try": [ { "wait": "1s" } ], "catch": [ { "set": { "m": "{{ error.mesage }}" } } ] },
                    { "if": "error.message", "then": [ { "wait": "1s" } ] },
                    { "try": { "wait": "1s" }, "allow_repeat": "yes" }
                """#,
            mistakes: #"""
                4:14 [empty_steps] /steps/0/try "try" needs at least one step
                4:27 [missing_key] /steps/0/retry "retry" needs "times" | how many more tries: "times": 3
                5:73 [unknown_pill_field] /steps/1/catch/0/set/m "error" has no "mesage" | did you mean "message"?
                6:14 [out_of_scope] /steps/2/if "error" is only there in "catch" and in the "when" of a "retry"
                7:14 [wrong_type] /steps/3/try "try" must be a list of steps, not an object
                7:48 [wrong_type] /steps/3/allow_repeat "allow_repeat" must be true or false, not "yes"
                """#),
        BrokenRecipe(
            "what may not be repeated",
            steps: #"""
                    { "id": "risky", "try": [ { "use": "crm.delete_lead", "input": { "id": "1" } }, { "if": "true", "then": [ { "use": "http.request", "input": { "url": "u", "method": "post" } } ] }, { "use": "http.request", "input": { "url": "u", "method": "get" } }, { "use": "crm.delete_lead", "skip": true, "input": { "id": "1" } } ],
                      "retry": { "times": 2 } },
                    { "try": [ { "use": "crm.delete_lead", "input": { "id": "1" } } ], "retry": { "times": 2 } },
                    { "try": [ { "use": "crm.delete_lead", "input": { "id": "1" } } ], "retry": { "times": 0 } },
                    { "try": [ { "use": "crm.delete_lead", "input": { "id": "1" } } ], "allow_repeat": true, "retry": { "times": 2 } }
                """#,
            mistakes: #"""
                4:40 [unsafe_repeat] /steps/0/try/0/use when "risky" runs again, crm.delete_lead would be done twice | move it out of the try, or say "allow_repeat": true in the try if twice is fine
                4:120 [unsafe_repeat] /steps/0/try/1/then/0/use when "risky" runs again, http.request would be done twice | move it out of the try, or say "allow_repeat": true in the try if twice is fine
                6:25 [unsafe_repeat] /steps/1/try/0/use when the "try" around this step runs again, crm.delete_lead would be done twice | move it out of the try, or say "allow_repeat": true in the try if twice is fine
                """#),
        BrokenRecipe(
            "waits",
            steps: #"""
                    { "wait": 15 },
                    { "wait": "15 minutes" },
                    { "wait": "0s" },
                    { "wait": "{{ lead.body.x }" },
                    { "wait": "" },
                    { "wait_until": 5 },
                    { "wait_until": "{{ now }}" }
                """#,
            mistakes: #"""
                4:15 [wrong_type] /steps/0/wait "wait" must be a duration like "500ms", "2s", "15m", "1h30m" or "1d", not 15
                5:15 [bad_duration] /steps/1/wait "wait" must be a duration like "500ms", "2s", "15m", "1h30m" or "1d", not "15 minutes"
                6:15 [out_of_range] /steps/2/wait "wait" must be from 1ms to 10 years, not 0s
                7:31 [formula_syntax] /steps/3/wait "}" can't stand here | a pill ends with }}, an object opens with {
                8:15 [empty_text] /steps/4/wait "wait" must not be empty
                9:21 [wrong_type] /steps/5/wait_until "wait_until" must be a formula in quotes, not 5
                10:22 [pill_in_formula] /steps/6/wait_until "wait_until" is a formula already, so it takes no {{ }} | leave the {{ and }} out
                """#),
        BrokenRecipe(
            "set and append",
            steps: #"""
                    { "set": [] },
                    { "set": {} },
                    { "append": { "1st": 1, "now": 2 } },
                    { "append": "x" },
                    { "set": { "a": { "b": [ "{{ nobody }}" ] } } }
                """#,
            mistakes: #"""
                4:14 [wrong_type] /steps/0/set "set" must be an object, not a list | write "set": { "name": value }
                5:14 [missing_key] /steps/1/set "set" names no variable | for example "set": { "total": 0 }
                6:19 [bad_name] /steps/2/append/1st the variable "1st" must start with a small letter and hold letters, digits and _ only, at most 64 | for example "st"
                6:29 [reserved_name] /steps/2/append/now "now" has a meaning in formulas and can't be a name | choose another name
                7:17 [wrong_type] /steps/3/append "append" must be an object, not "x" | write "append": { "name": value }
                8:34 [unknown_name] /steps/4/set/a/b/0 nothing here is called "nobody" | names here: lead
                """#),
        BrokenRecipe(
            "stop, respond, return",
            steps: #"""
                    { "if": "true", "then": [ { "stop": "done" } ] },
                    { "if": "true", "then": [ { "stop": true, "reason": 5 } ] },
                    { "if": "true", "then": [ { "stop": "failed", "reason": "{{ x y }}" } ] },
                    { "respond": { "a": "{{ nobody }}" } },
                    { "if": "true", "then": [ { "stop": "failed", "reason": "" } ] },
                    { "return": "{{ nobody }}" }
                """#,
            mistakes: #"""
                4:41 [not_a_choice] /steps/0/then/0/stop "stop" must be "succeeded" or "failed", not "done"
                5:41 [wrong_type] /steps/1/then/0/stop "stop" must be a text, not true
                5:57 [wrong_type] /steps/1/then/0/reason "reason" must be a text, not 5
                6:67 [formula_syntax] /steps/2/then/0/reason "y" can't follow a value here | put an operator or a dot before it
                7:29 [unknown_name] /steps/3/respond/a nothing here is called "nobody" | names here: lead
                8:61 [empty_text] /steps/4/then/0/reason "reason" must not be empty
                9:21 [unknown_name] /steps/5/return nothing here is called "nobody" | names here: lead
                """#),
        BrokenRecipe(
            "what never runs",
            steps: #"""
                    { "if": "true", "then": [ { "return": 1 }, { "wait": "1s" }, { "wait": "2s" } ] },
                    { "stop": "succeeded", "skip": true },
                    { "stop": "succeeded" },
                    { "wait": "1s" }
                """#,
            mistakes: #"""
                4:48 [never_runs] (warning) /steps/0/then/1 this step never runs: the "return" before it ends the job
                7:5 [never_runs] (warning) /steps/3 this step never runs: the "stop" before it ends the job
                """#),
        BrokenRecipe(
            "two loops may use one name",
            steps: #"""
                    { "for_each": "lead.body", "as": "x", "steps": [ { "wait": "1s" } ] },
                    { "for_each": "lead.body", "as": "x", "steps": [ { "wait": "1s" } ] },
                    { "set": { "x": 1 } },
                    { "return": { "a": "{{ y }}" } }
                """#,
            mistakes: #"""
                7:28 [unknown_name] /steps/3/return/a nothing here is called "y" | names here: lead and x
                """#),
    ]
}
