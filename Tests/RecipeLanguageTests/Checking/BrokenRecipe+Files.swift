// Broken recipes with all their mistakes: a file and its settings.

extension BrokenRecipe {
    static let inFiles: [BrokenRecipe] = [
        BrokenRecipe(
            "text that stops",
            source: #"""
                { "galley": 1,
                  "steps": [ { "wait": "1s" }
                """#,
            mistakes: #"""
                2:30 [bad_json]  this is not JSON: the text ends too early: the list that starts at line 2, column 12 is not closed with ]
                """#),
        BrokenRecipe(
            "a comma too many",
            source: #"""
                { "galley": 1, }
                """#,
            mistakes: #"""
                1:1 [missing_key]  a recipe needs "trigger" | for example "trigger": { "use": "manual" }
                1:1 [missing_key]  a recipe needs "steps"
                1:14 [bad_json]  this is not JSON: trailing comma: nothing follows it, so remove it or add what is missing
                """#),
        BrokenRecipe(
            "slips of the hand, and mistakes behind them",
            source: #"""
                { "galley": 1, // our first
                  'name': "🚀 it's",
                  "trigger": { "use": "manuel", }
                  "steps": [ { "use": "logger.lgo", "input": { "message": "x	y" }, },
                    { "set": { "a": True, “b”: 01, "c": "two
                lines" } } { "stop": "fail" } ], }
                """#,
            mistakes: #"""
                1:16 [bad_json]  this is not JSON: JSON has no comments
                2:3 [bad_json]  this is not JSON: names and texts need double quotes ("), not this kind
                3:23 [unknown_trigger] /trigger/use there is no trigger "manuel" | did you mean "manual"?
                3:31 [bad_json]  this is not JSON: trailing comma: nothing follows it, so remove it or add what is missing
                4:3 [bad_json]  this is not JSON: a comma is missing between two members
                4:23 [unknown_action] /steps/0/use logger has no action "lgo" | did you mean "log"?
                4:61 [bad_json]  this is not JSON: a tab inside a text must be written \t
                4:66 [bad_json]  this is not JSON: trailing comma: nothing follows it, so remove it or add what is missing
                5:21 [bad_json]  this is not JSON: this is not a JSON value; did you mean true?
                5:27 [bad_json]  this is not JSON: these are typographic quotes; names and texts need the plain kind (")
                5:32 [bad_json]  this is not JSON: a number can't start with a zero before other digits
                5:41 [bad_json]  this is not JSON: this text is not closed on its line; a line break inside a text is written \n
                6:12 [bad_json]  this is not JSON: a comma is missing between two elements
                6:22 [not_a_choice] /steps/2/stop "stop" must be "succeeded" or "failed", not "fail"
                6:32 [bad_json]  this is not JSON: trailing comma: nothing follows it, so remove it or add what is missing
                """#),
        BrokenRecipe(
            "a quote that is missing hides the rest",
            source: #"""
                { "galley": 1, "nmae": "a",
                  "trigger": { "use": "manual },
                  "steps": [] }
                """#,
            mistakes: #"""
                2:23 [bad_json]  this is not JSON: this text is not closed on its line; a line break inside a text is written \n
                """#),
        BrokenRecipe(
            "an empty file",
            source: #"""

                """#,
            mistakes: #"""
                1:1 [bad_json]  this is not JSON: the text is empty; a JSON value was expected
                """#),
        BrokenRecipe(
            "a list instead of an object",
            source: #"""
                [ 1 ]
                """#,
            mistakes: #"""
                1:1 [wrong_type]  a recipe must be an object, not a list
                """#),
        BrokenRecipe(
            "a text instead of an object",
            source: #"""
                "recipe"
                """#,
            mistakes: #"""
                1:1 [wrong_type]  a recipe must be an object, not "recipe"
                """#),
        BrokenRecipe(
            "nothing in it",
            source: #"""
                {}
                """#,
            mistakes: #"""
                1:1 [missing_key]  a recipe needs "galley" | write "galley": 1
                1:1 [missing_key]  a recipe needs "trigger" | for example "trigger": { "use": "manual" }
                1:1 [missing_key]  a recipe needs "steps"
                """#),
        BrokenRecipe(
            "keys twice, one of them twice again",
            source: #"""
                { "galley": 1, "name": "a",
                  "name": "b", "trigger": { "use": "manual", "use": "manual" },
                  "name": "c",
                  "steps": [ { "wait": "1s", "wait": "2s" } ] }
                """#,
            mistakes: #"""
                2:3 [duplicate_key] /name "name" is there twice | keep one of the two
                2:46 [duplicate_key] /trigger/use "use" is there twice | keep one of the two
                3:3 [duplicate_key] /name "name" is there twice | keep one of the two
                4:30 [duplicate_key] /steps/0/wait "wait" is there twice | keep one of the two
                """#),
        BrokenRecipe(
            "a version of the future",
            source: #"""
                { "galley": 2, "trigger": { "use": "manual" }, "steps": [ { "wait": "1s" } ] }
                """#,
            mistakes: #"""
                1:13 [unknown_version] /galley this galley reads recipes of version 1, not 2 | write "galley": 1, or update galley if the recipe was made for a newer one
                """#),
        BrokenRecipe(
            "a version in quotes",
            source: #"""
                { "galley": "1", "trigger": { "use": "manual" }, "steps": [ { "wait": "1s" } ] }
                """#,
            mistakes: #"""
                1:13 [unknown_version] /galley this galley reads recipes of version 1, not "1" | write "galley": 1, or update galley if the recipe was made for a newer one
                """#),
        BrokenRecipe(
            "wrong settings of the recipe",
            source: #"""
                { "galley": 1, "name": 5, "description": "", "tags": [ "a", 1 ],
                  "trigger": { "use": "manual" },
                  "conections": {}, "zzz": 1,
                  "concurrency": 0, "checkpoint": "evry_step",
                  "report": [ "x" ],
                  "steps": {} }
                """#,
            mistakes: #"""
                1:24 [wrong_type] /name "name" must be a text, not 5
                1:42 [empty_text] /description "description" must not be empty
                1:61 [wrong_type] /tags/1 a tag must be a text, not 1
                3:3 [unknown_key] /conections a recipe has no "conections" | did you mean "connections"?
                3:21 [unknown_key] /zzz a recipe has no "zzz" | it may have galley, name, description, tags, note, trigger, connections, concurrency, checkpoint, record, report and steps
                4:18 [out_of_range] /concurrency "concurrency" must be from 1 to 1000, not 0
                4:35 [not_a_choice] /checkpoint "checkpoint" must be "effects" or "every_step", not "evry_step" | did you mean "every_step"?
                5:13 [wrong_type] /report "report" must be an object, not a list
                6:12 [wrong_type] /steps "steps" must be a list of steps, not an object
                """#),
        BrokenRecipe(
            "more wrong settings",
            source: #"""
                { "galley": 1, "tags": "a", "note": 1,
                  "trigger": "manual",
                  "connections": [],
                  "concurrency": "4", "checkpoint": 1,
                  "report": { "Name": 5, "Sum": "trigger.x +", "Gone": "nothing.x" },
                  "steps": [] }
                """#,
            mistakes: #"""
                1:24 [wrong_type] /tags "tags" must be a list of texts, not "a"
                1:37 [wrong_type] /note "note" must be a text, not 1
                2:14 [wrong_type] /trigger the trigger must be an object, not "manual"
                3:18 [wrong_type] /connections "connections" must be an object, not a list
                4:18 [wrong_type] /concurrency "concurrency" must be a whole number, not "4"
                4:37 [wrong_type] /checkpoint "checkpoint" must be a text, not 1
                5:23 [wrong_type] /report/Name "Name" must be a formula in quotes, not 5
                5:44 [formula_syntax] /report/Sum a value is missing after +
                5:57 [unknown_name] /report/Gone nothing here is called "nothing" | names here: trigger
                6:12 [empty_steps] /steps "steps" needs at least one step
                """#),
        BrokenRecipe(
            "connections that are not there",
            source: #"""
                { "galley": 1, "trigger": { "use": "manual" },
                  "connections": { "a": "sandbox-crn", "b": "zzz", "c": 5, "d": "old" },
                  "steps": [
                    { "use": "a.find_account", "input": {} },
                    { "use": "d.find_account" },
                    { "use": "crm.find_account", "input": { "domain": "x" } },
                    { "use": "sandbox-crm.find_account", "input": { "domain": "x" } },
                    { "use": "crm.find_account", "connection": "erp-main", "input": { "domain": "x" } },
                    { "use": "crm.find_account", "connection": "sandbox-cm", "input": { "domain": "x" } },
                    { "use": "erp.post", "connection": 5 } ] }
                """#,
            mistakes: #"""
                2:25 [unknown_connection] /connections/a the workspace has no connection "sandbox-crn" | did you mean "sandbox-crm"?
                2:45 [unknown_connection] /connections/b the workspace has no connection "zzz" | add it: galley connections add zzz
                2:57 [wrong_type] /connections/c the connection "c" must be a text, not 5
                4:41 [missing_field] /steps/0/input a.find_account needs "domain"
                5:14 [unknown_connector] /steps/1/use the connection "old" is for the connector "gone", which is not installed
                6:14 [connection_required] /steps/2/use crm needs a connection | write "connections": { "crm": "sandbox-crm" } in the recipe
                7:14 [unknown_connector] /steps/3/use there is no connector or connection name "sandbox-crm" | "sandbox-crm" is a connection of the workspace: give it a name under "connections" first
                8:48 [wrong_connection] /steps/4/connection the connection "erp-main" is for erp, but this step is for crm | name a connection of crm
                9:48 [unknown_connection] /steps/5/connection the workspace has no connection "sandbox-cm" | did you mean "sandbox-crm"?
                10:14 [unknown_action] /steps/6/use erp has no action "post" | it has none
                10:40 [wrong_type] /steps/6/connection "connection" must be a text, not 5
                """#),
    ]
}
