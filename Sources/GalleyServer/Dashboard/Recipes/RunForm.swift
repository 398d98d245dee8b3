// The form that runs a recipe: a field for each member of what its trigger takes, and back from the form to an event.

import JSONCore
import JobHistory
import RecipeLanguage

struct RunForm: Sendable {
    private let trigger: Trigger
    /// What the fields describe: the body of a webhook, the input of others.
    private let schema: Schema
    private let now: Milliseconds

    init(_ trigger: Trigger, now: Milliseconds) {
        (self.trigger, self.now) = (trigger, now)
        let body = trigger.event.property("body")?.schema
        schema = Self.hasBody(trigger) ? body ?? .any : trigger.event
    }

    private static func hasBody(_ trigger: Trigger) -> Bool {
        [LanguageTriggers.webhook.name, LanguageTriggers.request.name].contains(trigger.use)
    }

    private var isSchedule: Bool { trigger.use == LanguageTriggers.schedule.name }

    /// Whether one field takes the whole as JSON.
    private var isWhole: Bool { schema.properties.isEmpty }

    // MARK: Fields

    var fields: PageValue {
        if isSchedule { return .none }
        guard !isWhole else {
            let label = Self.hasBody(trigger) ? "The body, as JSON" : "The input, as JSON"
            return [field("whole", label, nil, isRequired: false, Self.area("whole", "{}", isRequired: false))]
        }
        return .items(schema.properties.enumerated()) { index, property in
            let name = "f\(index)"
            let label = property.schema.title ?? property.name.replacing("_", with: " ")
            return field(
                name, label, property.schema.summary, isRequired: property.required,
                Self.control(name, property.schema, isRequired: property.required))
        }
    }

    private func field(
        _ name: String, _ label: String, _ hint: String?, isRequired: Bool, _ control: Markup
    ) -> PageValue {
        [
            "fieldID": .text(name), "label": .text(label), "hint": .text(hint), "isRequired": .flag(isRequired),
            "control": .markup(control),
        ]
    }

    private static func control(_ name: String, _ schema: Schema, isRequired: Bool) -> Markup {
        let needed = isRequired ? "" : nil
        let known = schema.defaultValue.map { $0.string ?? $0.compact } ?? ""
        if let choices = schema.choices {
            let options = (isRequired ? [] : [""]) + choices.map { $0.string ?? $0.compact }
            return select(name, options, known)
        }
        switch Self.kind(schema) {
        case .boolean: return select(name, isRequired ? ["false", "true"] : ["", "false", "true"], known)
        case .integer, .number:
            return .element(
                "input",
                ["id": name, "name": name, "type": "text", "inputmode": "decimal", "value": known, "required": needed])
        case .string:
            let types = ["email": "email", "date": "date", "uri": "url"]
            return .element(
                "input",
                [
                    "id": name, "name": name, "type": schema.format.flatMap { types[$0] } ?? "text", "value": known,
                    "required": needed,
                ])
        default:
            return area(name, schema.kinds.contains(.array) ? "[]" : isRequired ? "{}" : "", isRequired: isRequired)
        }
    }

    private static func select(_ name: String, _ options: [String], _ chosen: String) -> Markup {
        .element(
            "select", ["id": name, "name": name],
            options.map { option in
                Markup.element(
                    "option", ["value": option, "selected": option == chosen && !chosen.isEmpty ? "" : nil],
                    text: option.isEmpty ? "–" : option)
            }.joined())
    }

    private static func area(_ name: String, _ text: String, isRequired: Bool) -> Markup {
        .element("textarea", ["id": name, "name": name, "required": isRequired ? "" : nil], text: text)
    }

    private static func kind(_ schema: Schema) -> Schema.Kind? {
        let kinds = schema.kinds.subtracting([.null])
        return kinds.count == 1 ? kinds.first : kinds == [.integer, .number] ? .number : nil
    }

    // MARK: The event

    /// - Throws: `Problem` that names the field.
    func event(_ form: JSONObject) throws(Problem) -> JSON {
        if isSchedule {
            return ["scheduled_at": .string(InstantText.iso(now)), "previous_at": .null, "missed": 0]
        }
        let input = isWhole ? try parsed(form["whole"]?.string ?? "{}", "the input") : try members(form)
        guard Self.hasBody(trigger) else { return input }
        return ["body": input, "headers": [:], "query": [:], "raw": .string(input.compact)]
    }

    private func members(_ form: JSONObject) throws(Problem) -> JSON {
        var object = JSONObject()
        for (index, property) in schema.properties.enumerated() {
            let text = form["f\(index)"]?.string ?? ""
            guard !text.isEmpty else {
                if property.required, Self.kind(property.schema) != .string {
                    throw Problem(.unprocessableContent, "\"\(property.name)\" is needed")
                }
                if property.required { object[property.name] = "" }
                continue
            }
            if let choice = property.schema.choices?.first(where: { ($0.string ?? $0.compact) == text }) {
                object[property.name] = choice
            } else if Self.kind(property.schema) == .string {
                object[property.name] = .string(text)
            } else {
                object[property.name] = try parsed(text, "\"\(property.name)\"")
            }
        }
        return .object(object)
    }

    private func parsed(_ text: String, _ what: String) throws(Problem) -> JSON {
        do {
            return try JSON(parsing: Array(text.utf8))
        } catch {
            throw Problem(.unprocessableContent, "\(what) is not JSON: \(error.message)")
        }
    }
}
