// What the interpreter gets from a recipe without mistakes: kinds, slots, addresses, names in order.

import JSONCore
import Testing

@testable import RecipeLanguage

struct CompiledRecipeTests {
    private func compile(_ source: String) throws -> Recipe {
        let checked = CheckedWorkspace.check(source)
        let text = SourceText(Array(source.utf8))
        try #require(checked.diagnostics.isEmpty, "\(checked.diagnostics.map { $0.text(in: text) })")
        return try #require(checked.recipe)
    }

    private func compile(steps: String) throws -> Recipe { try compile(CheckedWorkspace.recipe(steps)) }

    @Test func `the recipe of the design`() throws {
        let recipe = try compile(CheckedWorkspace.example)
        #expect((recipe.id, recipe.name, recipe.concurrency) == ("test", "Route new leads", 4))
        #expect(recipe.connections == ["crm": "sandbox-crm"] && recipe.checkpoint == .effects)
        #expect((recipe.trigger.pill, recipe.trigger.slot, recipe.trigger.use) == ("lead", 0, "webhook.received"))
        #expect(recipe.trigger.when?.source == "lead.body.email.present?" && recipe.trigger.dedupe != nil)
        #expect(recipe.report.map(\.title) == ["Company"])
        #expect(recipe.stepNames == ["account", "if-1", "set-2", "set-3", "try-4", "created", "stop-6"])
        #expect(recipe.slotNames == ["lead", "account", "owner", "error", "created"])
        guard case .action(let find) = recipe.steps[0].kind, case .try(let block) = recipe.steps[2].kind,
            case .branch(let branches, let otherwise) = recipe.steps[1].kind,
            case .set(let set)? = otherwise.first?.kind
        else {
            Issue.record("the kinds of the steps")
            return
        }
        #expect((find.connector, find.operation, find.connection) == ("crm", "find_account", "sandbox-crm"))
        #expect(branches.count == 1 && set[0].slot == 2)
        #expect((block.errorSlot, block.bodySlots, block.retry?.times) == (3, [4], 3))
        #expect(block.retry?.wait == .seconds(2) && block.retry?.backoff == 2 && block.retry?.errorSlot == 3)
        #expect(block.handler?[0].pointer == "/steps/2/catch/0")
    }

    @Test func `slots of loops and concurrent bodies`() throws {
        let recipe = try compile(
            steps: #"""
                { "set": { "rows": [], "total": 0 } },
                { "id": "lines", "for_each": "lead.body", "as": "line", "at_once": 4, "batch_size": 2, "steps": [
                    { "id": "found", "use": "crm.search" }, { "set": { "own": [] } },
                    { "for_each": "line", "as": "one", "steps": [ { "append": { "rows": "{{ one }}", "own": 1 } } ] } ] },
                { "repeat": [ { "append": { "rows": 1 } }, { "set": { "mine": 1, "total": 2 } } ], "while": "mine > 0", "max": 5 },
                { "parallel": { "a": [ { "id": "x", "use": "crm.search" }, { "append": { "rows": 2 } } ], "b": [ { "set": { "t": 1 } } ] } },
                { "return": "{{ x.email }}{{ lines.count }}" }
                """#)
        let slots = Dictionary(recipe.slotNames.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        func slot(_ name: String) -> Int { slots[name] ?? -1 }
        guard case .forEach(let loop) = recipe.steps[1].kind, case .repeat(let again) = recipe.steps[2].kind,
            case .parallel(let branches) = recipe.steps[3].kind
        else {
            Issue.record("the kinds of the steps")
            return
        }
        #expect(
            [loop.item, loop.index, loop.isFirst, loop.isLast]
                == ["line", "line_index", "line_first?", "line_last?"].map(slot))
        #expect((loop.batchSize, loop.atOnce) == (2, 4))
        #expect(loop.appendedSlots == [slot("rows")])
        #expect(loop.bodySlots == ["found", "own", "one", "one_index", "one_first?", "one_last?"].map(slot))
        #expect(again.bodySlots == [slot("mine")] && again.max == 5)
        #expect(branches.map(\.name) == ["a", "b"])
        #expect(branches.map(\.appendedSlots) == [[slot("rows")], []])
        #expect(branches.map(\.bodySlots) == [[slot("x")], []])
    }

    @Test func `numbers are reading order and names are addresses`() throws {
        let recipe = try compile(
            steps: #"""
                { "if": "true", "then": [ { "wait": "1s" } ], "else_if": [ { "if": "false", "then": [ { "wait_until": "now" } ] } ], "else": [ { "id": "e", "respond": 1 } ] },
                { "id": "c", "call": "score", "input": { "email": "a" }, "wait": false },
                { "return": { "a": [ 1, "{{ c.job }}" ] } }
                """#)
        #expect(recipe.stepNames == ["if-0", "wait-1", "wait_until-2", "e", "c", "return-5"])
        #expect(recipe.steps.map(\.number) == [0, 4, 5])
        #expect(recipe.steps.map(\.name) == ["if-0", "c", "return-5"])
        #expect(recipe.steps.map(\.kind.key) == ["if", "call", "return"])
        guard case .return(.object(let members)) = recipe.steps[2].kind, case .array(let elements) = members[0].value,
            case .constant(1) = elements[0], case .template(_, let pointer) = elements[1]
        else {
            Issue.record("what is constant and what is not")
            return
        }
        #expect(pointer == "/steps/2/return/a/1")
    }

    @Test(arguments: [
        // A skipped step may be read (nil), the other branch too, and what a try did before it failed.
        #"{ "if": "true", "then": [ { "id": "a", "use": "crm.search" } ], "else": [ { "wait": "{{ a.delay }}" } ] }, { "wait_until": "a.at" }"#,
        #"{ "try": [ { "id": "a", "use": "crm.search" } ], "catch": [ { "stop": "failed", "reason": "{{ a.x }} {{ error.type }}" } ] }"#,
        #"{ "try": [ { "try": [ { "wait": "1s" } ], "catch": [ { "stop": "failed", "reason": "{{ error.message }}" } ] } ], "catch": [] }"#,
        // A variable of a loop can be used again in the next one.
        #"{ "for_each": "lead.body", "as": "x", "steps": [ { "set": { "v": 1 } } ] }, { "for_each": "lead.body", "as": "x", "steps": [ { "set": { "v": "{{ x }}" } }, { "wait": "{{ v }}" } ] }"#,
        // Append makes a list where there was no variable.
        #"{ "append": { "rows": { "a": 1 } } }, { "return": "{{ rows }}" }"#,
        #"{ "use": "crm.create_lead", "connection": "sandbox-crm", "input": { "email": "{{ lead.body.email }}", "score": "{{ 1 + 2 }}", "lines": [ { "sku": 5, "qty": "3" } ] } }"#,
        #"{ "use": "http.request", "input": { "url": "x", "anything": { "goes": [ "\\{{ not a pill }}" ] } }, "retry": { "times": 2, "when": "error.status == 409" }, "timeout": "1m", "mask": true }"#,
        #"{ "id": "s", "set": { "a": 1 } }, { "id": "r", "repeat": [ { "wait": "1s" } ], "while": "false" }, { "return": { "a": "{{ s.a }}", "b": "{{ r.count }}" } }"#,
        #"{ "if": "properties.region == 'north' && lookup('territories', country: 'NO')['owner'].present?", "then": [] }"#,
        #"{ "id": "account", "use": "crm.find_account", "input": { "domain": "x" } }, { "wait": "{{ account.contacts.first.email }}{{ account.contacts[0].phone }}{{ account.contacts.map { |c| c.email }.first }}" }"#,
        #"{ "return": 1 }, { "wait": "1s", "skip": true }"#,
    ])
    func `these are no mistakes`(steps: String) throws {
        let found = CheckedWorkspace.check(CheckedWorkspace.recipe(steps)).diagnostics.filter { $0.severity == .error }
        #expect(found.map(\.message) == [])
    }

    @Test func `the pills of the language's triggers`() throws {
        let steps = #"[ { "return": "{{ trigger.a }}{{ trigger.caller.job }}" } ]"#
        let schema =
            #"{ "type": "object", "additionalProperties": false, "properties": { "a": { "type": "string" } } }"#
        let called = try compile(
            #"{ "galley": 1, "trigger": { "use": "recipe.called", "input": { "schema": \#(schema), "result": { "type": "integer" } } }, "steps": \#(steps) }"#
        )
        #expect(called.trigger.result == .integer && called.trigger.event.property("caller") != nil)
        let manual = CheckedWorkspace.check(
            #"{ "galley": 1, "trigger": { "use": "manual", "input": { "schema": \#(schema) } }, "steps": \#(steps) }"#)
        #expect(manual.diagnostics.map(\.message) == [#""trigger" has no "caller""#])
        _ = try compile(
            #"{ "galley": 1, "trigger": { "id": "t", "use": "schedule", "input": { "cron": "0 9 * * mon-fri", "dst": "skip" } }, "steps": [ { "return": "{{ t.scheduled_at }}{{ t.previous_at }}{{ t.missed }}" } ] }"#
        )
        let request = CheckedWorkspace.check(
            #"{ "galley": 1, "trigger": { "id": "r", "use": "api.request", "input": { "method": "POST", "path": "/x/{id}", "request": \#(schema) } }, "steps": [ { "return": "{{ r.path.id }}{{ r.client.name }}{{ r.headers['x-y'] }}{{ r.body.b }}" } ] }"#
        )
        #expect(request.diagnostics.map(\.message) == [#""r.body" has no "b""#])
        let lead = try compile(
            #"{ "galley": 1, "connections": { "crm": "sandbox-crm" }, "trigger": { "use": "crm.new_lead" }, "steps": [ { "return": "{{ trigger.email }}" } ] }"#
        )
        #expect(lead.trigger.event.property("email") != nil)
    }

    @Test func `a recipe may call itself`() throws {
        let recipe = try compile(
            #"{ "galley": 1, "checkpoint": "every_step", "trigger": { "use": "recipe.called", "input": { "schema": { "required": ["n"] } } }, "steps": [ { "call": "test", "input": { "n": 1 } } ] }"#
        )
        #expect(recipe.checkpoint == .everyStep)
        let missing = CheckedWorkspace.check(
            #"{ "galley": 1, "trigger": { "use": "recipe.called", "input": { "schema": { "required": ["n"] } } }, "steps": [ { "call": "test" } ] }"#
        )
        #expect(missing.diagnostics.map(\.message) == [#"the recipe test needs "n""#])
    }
}
