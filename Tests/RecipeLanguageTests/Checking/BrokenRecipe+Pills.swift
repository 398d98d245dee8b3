// Broken recipes with all their mistakes: formulas and pills.

extension BrokenRecipe {
    static let inPills: [BrokenRecipe] = [
        BrokenRecipe(
            "a pill with a mistake beside others",
            steps: #"""
                { "set": { "a": "🎉 {{ led.x }} {{ lead.y( }} \\{{ ok {{ lead + }} {{ laed }} {{ lead" } }
                """#,
            mistakes: #"""
                4:23 [unknown_name] /steps/0/set/a nothing here is called "led" | did you mean "lead"?
                4:43 [formula_syntax] /steps/0/set/a a value is missing before }
                4:64 [formula_syntax] /steps/0/set/a a value is missing before }
                4:70 [unknown_name] /steps/0/set/a nothing here is called "laed" | did you mean "lead"?
                4:81 [formula_syntax] /steps/0/set/a the pill is not closed | add }} after the formula
                """#),
        BrokenRecipe(
            "pills that can't be",
            steps: #"""
                    { "set": { "a": "{{ rand }} {{ rand(5) }}", "b": "x{{ skip }}", "c": "{{ \"#{lead.x}\" }}{{" } },
                    { "return": { "{{ lead.a }}": 1, "{{ lead.b ? 1 : skip }}x": "{{ lead.body ? 'c' : skip }}!" } }
                """#,
            mistakes: #"""
                4:25 [unknown_function] /steps/0/set/a rand is not available, because a resumed job would see another number | use uuid
                4:36 [unknown_function] /steps/0/set/a rand is not available, because a resumed job would see another number | use uuid
                4:59 [bad_argument] /steps/0/set/b skip only works when the pill is the whole field | write '' for no text
                4:96 [formula_syntax] /steps/0/set/c the pill is not closed | add a formula and }}
                5:19 [pill_in_key] (warning) /steps/1/return/{{ lead.a }} a key is no template: "{{ lead.a }}" stays as it is | make the whole object in one pill: {{ { name => value } }}
                5:38 [pill_in_key] (warning) /steps/1/return/{{ lead.b ? 1 : skip }}x a key is no template: "{{ lead.b ? 1 : skip }}x" stays as it is | make the whole object in one pill: {{ { name => value } }}
                """#),
        BrokenRecipe(
            "a wrong name for the error in a catch",
            steps: #"""
                { "try": [ { "wait": "1s" } ], "catch": [ { "set": { "a": "{{ eror.message }}" } } ] }
                """#,
            mistakes: #"""
                4:63 [unknown_name] /steps/0/catch/0/set/a nothing here is called "eror" | did you mean "error"?
                """#),
        BrokenRecipe(
            "names that are not there yet",
            steps: #"""
                    { "id": "first", "use": "logger.log", "input": { "message": "{{ second.id }} {{ first.x }} {{ total }}" } },
                    { "id": "second", "use": "crm.find_account", "input": { "domain": "{{ leed.body }}" } },
                    { "set": { "total": 1, "twice": "{{ total * 2 }}" } },
                    { "if": "secnod.id.present?", "then": [ { "wait": "1s" } ] }
                """#,
            mistakes: #"""
                4:69 [step_not_run_yet] /steps/0/input/message the step "second" (line 5) runs after this one, so its data is not there yet | move it in front of this step
                4:85 [step_not_run_yet] /steps/0/input/message the step "first" can't use its own data: it is not finished yet
                4:99 [variable_not_set_yet] /steps/0/input/message the variable "total" is set later (line 6), so it has no value yet | set it in a step before this one
                5:75 [unknown_name] /steps/1/input/domain nothing here is called "leed" | did you mean "lead"?
                6:41 [variable_not_set_yet] /steps/2/set/twice the variable "total" is set later (line 6), so it has no value yet | set it in a step before this one
                7:14 [unknown_name] /steps/3/if nothing here is called "secnod" | did you mean "second"?
                """#),
        BrokenRecipe(
            "fields that an output does not have",
            steps: #"""
                    { "id": "account", "use": "crm.find_account", "input": { "domain": "x" } },
                    { "return": { "a": "{{ account.employes }}", "b": "{{ account.country.code }}", "c": "{{ account.contacts.email }}", "d": "{{ account.contacts.first.email }}", "e": "{{ account.owner }}" } },
                    { "wait": "{{ account.contacts.first.emial }}{{ account.contacts[0].fax }}{{ account['nme'] }}{{ account.name.lenght }}" }
                """#,
            mistakes: #"""
                5:36 [unknown_pill_field] /steps/1/return/a "account" has no "employes" | did you mean "employees"?
                5:75 [no_members] /steps/1/return/b "account.country" is a text and has no "code"
                5:111 [no_members] /steps/1/return/c "account.contacts" is a list and has no "email" | say which one: account.contacts.first.email
                5:182 [unknown_pill_field] /steps/1/return/e "account" has no "owner" | it has id, name, country, employees and contacts
                6:5 [never_runs] (warning) /steps/2 this step never runs: the "return" before it ends the job
                6:42 [unknown_pill_field] /steps/2/wait "account.contacts.first" has no "emial" | did you mean "email"?
                6:73 [unknown_pill_field] /steps/2/wait "account.contacts[]" has no "fax" | it has email and phone
                6:90 [unknown_pill_field] /steps/2/wait "account" has no "nme" | did you mean "name"?
                6:115 [no_members] /steps/2/wait "account.name" is a text and has no "lenght" | did you mean "length"?
                """#),
        BrokenRecipe(
            "steps without data",
            steps: #"""
                    { "id": "pause", "wait": "1s" },
                    { "id": "loop", "for_each": "lead.body", "as": "x", "steps": [ { "wait": "1s" } ] },
                    { "return": { "a": "{{ pause.at }}", "b": "{{ loop.count }}", "c": "{{ loop.items }}" } }
                """#,
            mistakes: #"""
                6:28 [no_output] /steps/2/return/a the step "pause" (wait) gives no data
                6:81 [unknown_pill_field] /steps/2/return/c "loop" has no "items" | it has count
                """#),
        BrokenRecipe(
            "formulas that are none",
            steps: #"""
                    { "if": "", "then": [ { "wait": "1s" } ] },
                    { "if": true, "then": [ { "wait": "1s" } ] },
                    { "if": "lead.body.x ==", "then": [ { "wait": "1s" } ] },
                    { "if": "{{ lead.body.x }}", "then": [ { "wait": "1s" } ] },
                    { "wait_until": "lead.body.x +* 2" }
                """#,
            mistakes: #"""
                4:13 [empty_formula] /steps/0/if "if" is empty | write a formula
                5:13 [wrong_type] /steps/1/if "if" must be a formula in quotes, not true
                6:26 [formula_syntax] /steps/2/if a value is missing after ==
                7:14 [pill_in_formula] /steps/3/if "if" is a formula already, so it takes no {{ }} | leave the {{ and }} out
                8:35 [formula_syntax] /steps/4/wait_until a value is missing here
                """#),
        BrokenRecipe(
            "formula mistakes behind escapes",
            steps: #"""
                    { "return": { "a": "\u00e9\n\"{{ lead.body.x +* 1 }}\"", "b": "日本 {{ lead.body.nme.upcas }} {{ unknwn }}" } }
                """#,
            mistakes: #"""
                4:51 [formula_syntax] /steps/0/return/a a value is missing here
                4:100 [unknown_name] /steps/0/return/b nothing here is called "unknwn" | names here: lead
                """#),
        BrokenRecipe(
            "unknown functions",
            steps: #"""
                    { "return": { "a": "{{ lead.body.name.upcase2() }}", "b": "{{ looukp('territories', country: 'NO') }}", "c": "{{ 5.foo }}" } }
                """#,
            mistakes: #"""
                4:43 [unknown_function] /steps/0/return/a there is no method "upcase2" | did you mean "upcase"?
                4:67 [unknown_function] /steps/0/return/b there is no function "looukp" | did you mean "lookup"?
                4:120 [no_members] /steps/0/return/c "5" is a whole number and has no "foo"
                """#),
        BrokenRecipe(
            "calls that can't work",
            steps: #"""
                    { "return": { "a": "{{ 'a'.ljust }}", "b": "{{ nil.upcase }}", "c": "{{ 'x #{lead.body}' }}" } }
                """#,
            mistakes: #"""
                4:32 [bad_argument] /steps/0/return/a ljust takes 1 to 2 arguments but was given 0 | write: ljust(width, filler?)
                4:56 [nil_value] /steps/0/return/b nil is nil (empty), so .upcase can't be used on it | write nil&.upcase, or give it a value first: (nil || '').upcase
                4:77 [single_quotes] (warning) /steps/0/return/c #{ } stays as it is written in a text in single quotes | write the text in double quotes
                """#),
        BrokenRecipe(
            "pills that are not closed",
            steps: #"""
                    { "return": { "a": "Hello {{ lead.body.name", "b": "{{ }}", "c": "{{ 'a }}" } }
                """#,
            mistakes: #"""
                4:34 [formula_syntax] /steps/0/return/a the pill is not closed | add }} after the formula
                4:60 [formula_syntax] /steps/0/return/b the pill {{ }} is empty
                4:74 [formula_syntax] /steps/0/return/c the text is not closed | add ' at its end
                """#),
        BrokenRecipe(
            "what the workspace does not have",
            steps: #"""
                    { "return": { "a": "{{ properties.regoin }}", "b": "{{ properties['zzz'] }}", "c": "{{ lookup('teritories', country: 'NO')['owner'] }}",
                        "d": "{{ lookup('territories', contry: 'NO')['ownr'] }}", "e": "{{ lookup('zzz', a: 1) }}" } }
                """#,
            mistakes: #"""
                4:39 [unknown_property] /steps/0/return/a the workspace has no property "regoin" | did you mean "region"?
                4:71 [unknown_property] /steps/0/return/b the workspace has no property "zzz" | add it under "properties" in galley.json
                4:99 [unknown_table] /steps/0/return/c the workspace has no table "teritories" | did you mean "territories"?
                5:40 [unknown_column] /steps/0/return/d the table "territories" has no column "contry" | did you mean "country"?
                5:54 [unknown_column] /steps/0/return/d the table "territories" has no column "ownr" | did you mean "owner"?
                5:83 [unknown_table] /steps/0/return/e the workspace has no table "zzz" | add it as Tables/zzz.csv or Tables/zzz.json
                """#),
        BrokenRecipe(
            "items know their fields",
            steps: #"""
                    { "id": "account", "use": "crm.find_account", "input": { "domain": "x" } },
                    { "for_each": "account.contacts", "as": "contact", "steps": [ { "use": "logger.log", "input": { "message": "{{ contact.mail }}" } } ] },
                    { "for_each": "account.contacts", "as": "some", "batch_size": 10, "steps": [ { "use": "logger.log", "input": { "message": "{{ some.email }}" } } ] }
                """#,
            mistakes: #"""
                5:124 [unknown_pill_field] /steps/1/steps/0/input/message "contact" has no "mail" | did you mean "email"?
                6:136 [no_members] /steps/2/steps/0/input/message "some" is a list and has no "email" | say which one: some.first.email
                """#),
        BrokenRecipe(
            "names of a loop outside of it",
            steps: #"""
                    { "for_each": "lead.body", "as": "x", "steps": [ { "id": "inner", "use": "http.request", "input": { "url": "u" } }, { "set": { "v": 1 } } ] },
                    { "return": { "a": "{{ inner.id }}", "b": "{{ v }}", "c": "{{ x }}", "d": "{{ x_index }}" } }
                """#,
            mistakes: #"""
                5:28 [out_of_scope] /steps/1/return/a "inner" belongs to a loop and is not there outside of it | collect what is needed with "append", to a variable that is set before the loop
                5:51 [out_of_scope] /steps/1/return/b "v" belongs to a loop and is not there outside of it | collect what is needed with "append", to a variable that is set before the loop
                5:67 [out_of_scope] /steps/1/return/c "x" belongs to a loop and is not there outside of it | collect what is needed with "append", to a variable that is set before the loop
                5:83 [out_of_scope] /steps/1/return/d "x_index" belongs to a loop and is not there outside of it | collect what is needed with "append", to a variable that is set before the loop
                """#),
    ]
}
