// Broken recipes with all their mistakes: triggers and their schemas.

extension BrokenRecipe {
    static let inTriggers: [BrokenRecipe] = [
        BrokenRecipe(
            "a trigger without a kind",
            source: #"""
                { "galley": 1,
                  "trigger": { "id": "a b", "whn": "true" },
                  "steps": [ { "wait": "1s" } ] }
                """#,
            mistakes: #"""
                2:14 [missing_key] /trigger the trigger needs "use" | for example "use": "manual"
                2:22 [bad_name] /trigger/id the trigger's id "a b" must start with a small letter and hold letters, digits and _ only, at most 64 | for example "a_b"
                2:29 [unknown_key] /trigger/whn the trigger has no "whn" | did you mean "when"?
                """#),
        BrokenRecipe(
            "an unknown trigger",
            source: #"""
                { "galley": 1,
                  "trigger": { "use": "manul" },
                  "steps": [ { "wait": "1s" } ] }
                """#,
            mistakes: #"""
                2:23 [unknown_trigger] /trigger/use there is no trigger "manul" | did you mean "manual"?
                """#),
        BrokenRecipe(
            "an unknown trigger of the language",
            source: #"""
                { "galley": 1,
                  "trigger": { "use": "webhook.recieved", "input": { "path": "x" } },
                  "steps": [ { "wait": "1s" } ] }
                """#,
            mistakes: #"""
                2:23 [unknown_trigger] /trigger/use there is no trigger "webhook.recieved" | did you mean "webhook.received"?
                """#),
        BrokenRecipe(
            "an action as trigger",
            source: #"""
                { "galley": 1,
                  "trigger": { "use": "crm.find_account" },
                  "steps": [ { "wait": "1s" } ] }
                """#,
            mistakes: #"""
                2:23 [connection_required] /trigger/use crm needs a connection | write "connections": { "crm": "sandbox-crm" } in the recipe
                2:23 [not_a_trigger] /trigger/use "crm.find_account" is an action and can't start a recipe | use it in a step
                """#),
        BrokenRecipe(
            "an unknown trigger of a connector, without a connection",
            source: #"""
                { "galley": 1,
                  "trigger": { "use": "crm.new_leed" },
                  "steps": [ { "wait": "1s" } ] }
                """#,
            mistakes: #"""
                2:23 [connection_required] /trigger/use crm needs a connection | write "connections": { "crm": "sandbox-crm" } in the recipe
                2:23 [unknown_trigger] /trigger/use there is no trigger "crm.new_leed" | did you mean "crm.new_lead"?
                """#),
        BrokenRecipe(
            "a trigger that needs a connection",
            source: #"""
                { "galley": 1,
                  "trigger": { "use": "crm.new_lead" },
                  "steps": [ { "wait": "1s" } ] }
                """#,
            mistakes: #"""
                2:23 [connection_required] /trigger/use crm needs a connection | write "connections": { "crm": "sandbox-crm" } in the recipe
                """#),
        BrokenRecipe(
            "a trigger of an unknown connector",
            source: #"""
                { "galley": 1,
                  "trigger": { "use": "cmr.new_lead" },
                  "steps": [ { "wait": "1s" } ] }
                """#,
            mistakes: #"""
                2:23 [unknown_connector] /trigger/use there is no connector or connection name "cmr" | did you mean "crm"?
                """#),
        BrokenRecipe(
            "a trigger that says too much and too little",
            source: #"""
                { "galley": 1,
                  "trigger": { "use": "webhook.received", "title": "", "input": { "method": "GTE", "pth": "x" } },
                  "steps": [ { "wait": "1s" } ] }
                """#,
            mistakes: #"""
                2:52 [empty_text] /trigger/title "title" must not be empty
                2:65 [missing_field] /trigger/input webhook.received needs "path"
                2:77 [not_a_choice] /trigger/input/method "method" must be one of "GET", "POST", "PUT", "PATCH", "DELETE", not "GTE" | did you mean "GET"?
                2:84 [unknown_field] /trigger/input/pth webhook.received has no field "pth" | did you mean "path"?
                """#),
        BrokenRecipe(
            "a trigger with wrong input",
            source: #"""
                { "galley": 1,
                  "trigger": { "use": "webhook.received", "input": [ 1 ] },
                  "steps": [ { "wait": "1s" } ] }
                """#,
            mistakes: #"""
                2:52 [wrong_type] /trigger/input the input must be an object, not a list
                """#),
        BrokenRecipe(
            "pills in a trigger's settings",
            source: #"""
                { "galley": 1,
                  "trigger": { "use": "webhook.received", "input": { "path": "{{ now }}",
                    "schema": { "type": "object", "description": "with {{ braces }}" } } },
                  "steps": [ { "wait": "1s" } ] }
                """#,
            mistakes: #"""
                2:62 [pill_in_setting] /trigger/input/path "path" takes no {{ }}: a trigger's settings are there before any data is | write the value itself
                """#),
        BrokenRecipe(
            "a pill for all of a trigger's settings",
            source: #"""
                { "galley": 1,
                  "trigger": { "use": "schedule", "input": "{{ properties.times }}" },
                  "steps": [ { "wait": "1s" } ] }
                """#,
            mistakes: #"""
                2:44 [pill_in_setting] /trigger/input the input takes no {{ }}: a trigger's settings are there before any data is | write the value itself
                """#),
        BrokenRecipe(
            "formulas of a trigger",
            source: #"""
                { "galley": 1,
                  "trigger": { "id": "lead", "use": "webhook.received", "input": { "path": "x" },
                    "when": "{{ lead.body.email }}", "dedupe": "lead.bdy.id" },
                  "steps": [ { "wait": "1s" } ] }
                """#,
            mistakes: #"""
                3:14 [pill_in_formula] /trigger/when "when" is a formula already, so it takes no {{ }} | leave the {{ and }} out
                3:54 [unknown_pill_field] /trigger/dedupe "lead" has no "bdy" | did you mean "body"?
                """#),
        BrokenRecipe(
            "formulas of a trigger see only the trigger",
            source: #"""
                { "galley": 1,
                  "trigger": { "use": "manual", "when": "account.id", "dedupe": "" },
                  "steps": [ { "id": "account", "use": "http.request", "input": { "url": "x" } } ] }
                """#,
            mistakes: #"""
                2:42 [step_not_run_yet] /trigger/when the step "account" (line 3) runs after this one, so its data is not there yet | move it in front of this step
                2:65 [empty_formula] /trigger/dedupe "dedupe" is empty | write a formula
                """#),
        BrokenRecipe(
            "a mistake in a schema",
            source: #"""
                { "galley": 1,
                  "trigger": { "use": "manual", "input": { "schema": { "type": "object", "properties": { "n": { "type": "intger" }, "m": { "$ref": "#/$defs/x" } } } } },
                  "steps": [ { "wait": "1s" } ] }
                """#,
            mistakes: #"""
                2:105 [bad_schema] /trigger/input/schema/properties/n/type no type is called "intger"; there are string, integer, number, boolean, array, object, null | did you mean "integer"?
                2:132 [bad_schema] /trigger/input/schema/properties/m/$ref nothing in this file is at "#/$defs/x"
                """#),
        BrokenRecipe(
            "pills that the schema does not have",
            source: #"""
                { "galley": 1,
                  "trigger": { "use": "manual", "input": { "schema": { "type": "object", "additionalProperties": false,
                      "properties": { "email": { "type": "string" }, "lines": { "type": "array", "items": { "type": "object", "additionalProperties": false, "properties": { "sku": {} } } } } } } },
                  "steps": [
                    { "return": { "a": "{{ trigger.emial }}", "b": "{{ trigger.email.domain }}", "c": "{{ trigger.lines.sku }}" } } ] }
                """#,
            mistakes: #"""
                5:36 [unknown_pill_field] /steps/0/return/a "trigger" has no "emial" | did you mean "email"?
                5:70 [no_members] /steps/0/return/b "trigger.email" is a text and has no "domain"
                5:105 [no_members] /steps/0/return/c "trigger.lines" is a list and has no "sku" | say which one: trigger.lines.first.sku
                """#),
        BrokenRecipe(
            "pills that an open schema does not describe",
            source: #"""
                { "galley": 1,
                  "trigger": { "use": "manual", "input": { "schema": { "properties": { "email": { "type": "string" } } } } },
                  "steps": [
                    { "return": { "a": "{{ trigger.emial }}", "b": "{{ trigger.phone }}" } } ] }
                """#,
            mistakes: #"""
                4:36 [unlikely_pill_field] (warning) /steps/0/return/a "trigger" is not described as having "emial" | did you mean "email"?
                """#),
        BrokenRecipe(
            "reserved and bad names of the trigger",
            source: #"""
                { "galley": 1,
                  "trigger": { "id": "now", "use": "manual" },
                  "steps": [ { "wait": "1s" } ] }
                """#,
            mistakes: #"""
                2:22 [reserved_name] /trigger/id "now" has a meaning in formulas and can't be a name | choose another name
                """#),
    ]
}
