// Types of pills at check time: what is found before any run, and what is left alone.

import JSONCore
import Testing

@testable import RecipeLanguage

struct TypeCheckTests {
    /// A recipe whose trigger describes an order.
    private static func recipe(_ steps: String) -> String {
        #"""
        { "galley": 1, "connections": { "crm": "sandbox-crm" },
          "trigger": { "id": "order", "use": "manual", "input": { "schema": {
            "type": "object", "additionalProperties": false, "required": ["customer", "lines"], "properties": {
              "customer": { "type": "string" }, "note": { "type": ["string", "null"] }, "total": { "type": "number" },
              "placed_on": { "type": "string", "format": "date" }, "paid": { "type": "boolean" }, "free": {},
              "tags": { "type": "array", "items": { "type": "string" } },
              "lines": { "type": "array", "items": { "type": "object", "additionalProperties": false, "properties": {
                "sku": { "type": "string" }, "qty": { "type": "integer" }, "price": { "type": "number" } } } } } } } },
          "steps": [ \#(steps) ] }
        """#
    }

    private static func found(_ steps: String) -> [String] {
        CheckedWorkspace.check(recipe(steps)).diagnostics.map { diagnostic in
            "[\(diagnostic.code)] \(diagnostic.message)" + (diagnostic.suggestion.map { " | \($0)" } ?? "")
        }
    }

    @Test(arguments: [
        (
            "order.customer.to_dat",
            "[no_members] \"order.customer\" is a text and has no \"to_dat\" | did you mean \"to_date\"?"
        ),
        (
            "order.customer.where(a: 1)",
            "[wrong_type] where works on list, object or range, but order.customer is a text"
        ),
        (
            "order.customer&.where(a: 1)",
            "[wrong_type] where works on list, object or range, but order.customer is a text"
        ),
        (
            "order.customer.round",
            "[wrong_type] round works on number, time or duration, but order.customer is a text | convert it first: order.customer.to_f.round"
        ),
        ("order.custmer", "[unknown_pill_field] \"order\" has no \"custmer\" | did you mean \"customer\"?"),
        (
            "order.lines.map { |line| line.skuu }",
            "[unknown_pill_field] \"line\" has no \"skuu\" | did you mean \"sku\"?"
        ),
        ("order.lines.select { |l| l.qty > 1 }.first.prize", "has no \"prize\" | did you mean \"price\"?"),
        ("order.lines.where(sku: 'A').first.prise", "has no \"prise\" | did you mean \"price\"?"),
        ("order.lines.where('skew !=': 'A')", "\"an element of order.lines\" has no \"skew\""),
        ("order.lines.pluck('pric')", "\"an element of order.lines\" has no \"pric\" | did you mean \"price\"?"),
        ("order.lines.format_map('%{sku}: %{kty}')", "has no \"kty\" | did you mean \"qty\"?"),
        ("order.lines.group_by { |l| l.sku }.map { |k, ls| ls.sum { |l| l.cost } }", "\"l\" has no \"cost\""),
        ("order.lines.sort_by { |l| l.price }.last.sku.even?", "[wrong_type] even? works on integer"),
        (
            "order.lines.each_with_index.map { |l, i| i.upcase }",
            "[wrong_type] upcase works on text, but i is a whole number"
        ),
        (
            "order.lines.sum",
            "[wrong_type] sum adds up numbers, but the elements of order.lines are each an object | say what to add: .sum { |item| item.qty }"
        ),
        (
            "order.total + order.customer",
            "[wrong_type] + can't be used with order.total (a number) and order.customer (a text) | make it a number"
        ),
        ("order.customer > 5", "order.customer (a text) can't be compared with 5 (a whole number)"),
        ("order.customer.split('@').upcase", "[wrong_type] upcase works on text"),
        (
            "order.lines['sku']",
            "[no_members] \"order.lines\" is a list and has no \"sku\" | say which one: order.lines.first.sku"
        ),
        ("order.lines.first.qty.upcase", "[wrong_type] upcase works on text"),
        ("nil.upcase", "[nil_value] nil is nil (empty), so .upcase can't be used on it"),
        (
            "order.customer.ljust",
            "[bad_argument] ljust takes 1 to 2 arguments but was given 0 | write: ljust(width, filler?)"
        ),
        ("order.customer.ljust('a')", "[wrong_type] ljust needs a whole number, but 'a' is a text"),
        // What may be left out has its type too.
        ("order.customer.ljust(9, 0)", "[wrong_type] ljust needs a text, but 0 is a whole number"),
        ("order.total.round(order.customer)", "[wrong_type] round needs a whole number, but order.customer is a text"),
        ("order.total.round(plases: 2)", "[bad_argument] round has no option \"plases\""),
        ("order.lines.partition", "[bad_argument] partition needs a block"),
        ("(order.paid ? order.customer : order.note).days", "[wrong_type] days works on number"),
        (
            "order.placed_on.strftime('%Y')",
            "[wrong_type] strftime works on date or time, but order.placed_on is a text | convert it first: order.placed_on.to_date.strftime"
        ),
        ("'Hello #{order.customer}'", "[single_quotes] #{ } stays as it is written"),
    ])
    func `found before any run`(formula: String, message: String) throws {
        let json = JSON.string("{{ \(formula) }}")
        let found = Self.found("{ \"return\": { \"a\": \(json.compact) } }")
        #expect(found.count == 1, "\(found)")
        #expect(found.first?.contains(message) == true, "\(found)")
    }

    @Test(arguments: [
        "order.free.anything.at.all", "order.free.to_i.upcased", "order.customer.to_f.round(2)", "order.note&.upcase",
        "order.note.presence || 'none'", "order.total + 1", "order.customer + order.total",
        "order.lines.map { |l| l.qty * l.price }.sum.round(2)", "order.lines.sum { |l| l.qty.to_i * l.price.to_f }",
        "order.lines.first&.sku&.upcase", "order.lines[0].sku", "order.lines.first['sku']", "order.lines.size > 3",
        "order.placed_on.to_date + 3.days", "order.placed_on.to_date.strftime('%d.%m.%Y')", "order.tags.join(', ')",
        "order.lines.each_with_index.map { |l, i| \"#{i}: #{l.sku}\" }.join", "order.tags.first(2).map(&:upcase)",
        "order.lines.group_by { |l| l.sku }.keys.join", "order.lines.map { |l| [l.sku, l.qty] }.to_h.values.sum",
        "order.lines.to_h { |l| [l.sku, l.price] }['A-1'].to_f.round", "order.keys.size",
        "order.lines.pluck('sku').uniq",
        "order.lines.where('qty >': 1).where.not(sku: 'x').size", "order.lines.partition { |l| l.qty > 1 }.first.size",
        "(order.paid ? 'a' : 5).to_s", "order.total.to_s.rjust(8, '0')", "order.lines.inject(0) { |s, l| s + l.qty }",
        "order.lines.max_by { |l| l.price }&.sku", "order.lines.dig(0, 'sku').to_s",
        "order.customer.split(' ').last.downcase",
        "now - 2.hours > order.placed_on.to_time", "order.customer =~ /a/ ? 1 : 2", "order.total.ceil.days.from_now",
        "order.lines.flat_map { |l| [l.sku] * 2 }", "{ a: order.total }.merge(b: 1).a + 1",
        "order.customer[0, 3].upcase",
    ])
    func `left alone`(formula: String) throws {
        let json = JSON.string("{{ \(formula) }}")
        #expect(Self.found("{ \"return\": { \"a\": \(json.compact) } }") == [])
    }

    @Test(arguments: [
        (
            #"{ "for_each": "order.customer", "as": "x", "steps": [ { "wait": "1s" } ] }"#,
            "[wrong_type] \"for_each\" needs a list, but \"order.customer\" is a text"
        ),
        (
            #"{ "for_each": "order.lines.where('qty >': 1)", "as": "x", "steps": [ { "set": { "v": "{{ x.prise }}" } } ] }"#,
            "[unknown_pill_field] \"x\" has no \"prise\" | did you mean \"price\"?"
        ),
        (
            #"{ "for_each": "'a'..order.customer", "as": "x", "steps": [ { "wait": "1s" } ] }"#,
            "[wrong_type] \"for_each\" needs a list, but \"'a'..order.customer\" is a range"
        ),
        (
            #"{ "for_each": "1..order.lines.size", "as": "n", "steps": [ { "set": { "v": "{{ n.upcase }}" } } ] }"#,
            "[wrong_type] upcase works on text, but n is a whole number"
        ),
        (
            #"{ "set": { "name": "{{ order.customer.upcase }}" } }, { "return": "{{ name.pluck('a') }}" }"#,
            "[wrong_type] pluck works on list, but name is a text"
        ),
        (
            #"{ "set": { "rows": [] } }, { "for_each": "order.lines", "as": "l", "steps": [ { "append": { "rows": { "sku": "{{ l.sku }}" } } } ] }, { "return": "{{ rows.map { |r| r.sky } }}" }"#,
            "[unknown_pill_field] \"r\" has no \"sky\" | did you mean \"sku\"?"
        ),
        (
            #"{ "set": { "text": "a" } }, { "append": { "text": "b" } }"#,
            "[wrong_type] \"text\" is a text"
        ),
        (
            #"{ "wait_until": "order.paid" }"#,
            "[wrong_type] \"wait_until\" needs a date or a time, but \"order.paid\" is true or false"
        ),
        (
            #"{ "use": "crm.create_lead", "input": { "email": "{{ order.customer }}", "score": "{{ order.lines }}" } }"#,
            "[wrong_type] \"score\" must be a whole number, not order.lines (a list)"
        ),
        (
            #"{ "use": "crm.create_lead", "input": { "email": "a", "lines": "{{ order.tags }}" } }"#,
            "[wrong_type] each element of \"lines\" must be an object, not a text"
        ),
        (
            #"{ "use": "crm.create_lead", "input": { "email": "a", "lines": "{{ order.lines.map { |l| { qty: l.qty } } }}" } }"#,
            "[missing_field] crm.create_lead needs \"sku\" of each element of \"lines\""
        ),
    ])
    func `steps know the types of what they are given`(steps: String, message: String) {
        let found = Self.found(steps)
        #expect(found.count == 1 && found[0].hasPrefix(message), "\(found)")
    }

    @Test(arguments: [
        #"{ "set": { "total": 0 } }, { "for_each": "order.lines", "as": "l", "steps": [ { "set": { "total": "{{ total + l.qty * l.price }}" } } ] }, { "return": "{{ total.round(2) }}" }"#,
        #"{ "set": { "v": 1 } }, { "if": "order.paid", "then": [ { "set": { "v": "text" } } ] }, { "return": "{{ v.upcase }}" }"#,
        #"{ "set": { "page": 0 } }, { "repeat": [ { "set": { "page": "{{ page + 1 }}" } } ], "while": "page < 3" }"#,
        #"{ "use": "crm.create_lead", "input": { "email": "{{ order.customer }}", "score": "{{ order.customer }}", "owner": "{{ order.total }}" } }"#,
        #"{ "use": "crm.create_lead", "input": { "email": "a", "score": "{{ order.paid ? 5 : skip }}", "lines": "{{ order.lines }}" } }"#,
        #"{ "wait_until": "order.placed_on" }, { "wait_until": "now + 2.hours" }"#,
        #"{ "if": "order.paid", "then": [ { "set": { "v": 5 } } ], "else": [ { "append": { "v": 1 } } ] }"#,
        #"{ "append": { "v": 1 } }, { "set": { "v": 5 } }"#,
        #"{ "for_each": "order.lines", "as": "l", "steps": [ { "append": { "v": 1 } }, { "set": { "v": 5 } } ] }"#,
    ])
    func `steps take what can be right`(steps: String) {
        #expect(Self.found(steps) == [])
    }

    @Test func `the result of a called recipe is held against its schema`() {
        let source = #"""
            { "galley": 1, "trigger": { "use": "recipe.called", "input": {
                "schema": { "type": "object", "properties": { "names": { "type": "array", "items": { "type": "string" } } } },
                "result": { "type": "object", "required": ["points"], "properties": { "points": { "type": "integer" } } } } },
              "steps": [ { "if": "trigger.names.empty?", "then": [ { "return": {} } ] }, { "return": { "points": "{{ trigger.names }}" } } ] }
            """#
        #expect(
            CheckedWorkspace.check(source).diagnostics.map(\.message) == [
                "the result of this recipe needs \"points\"",
                "\"points\" must be a whole number, not trigger.names (a list)",
            ])
    }

    /// A thousand steps with thousands of pills.
    @Test func `a large recipe is checked soon`() {
        let step =
            #"{ "set": { "v%": "{{ order.lines.select { |l| l.qty > 1 }.map { |l| l.price * l.qty }.sum + (v# || 0) }}", "w%": "{{ order.customer }} {{ order.total }} {{ order.lines.first.sku }}" } }"#
        let steps = (0..<990).map {
            step.replacing("%", with: "\($0)").replacing("v# || 0", with: $0 == 0 ? "0" : "v\($0 - 1) || 0")
        }.joined(separator: ",")
        let clock = ContinuousClock()
        var found: [String] = []
        let time = clock.measure { found = Self.found(steps) }
        #expect(found == [])
        #expect(time < .seconds(120))
    }
}
