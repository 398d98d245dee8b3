// A step's input: JSON with templates in its strings.

import JSONCore

/// A JSON value with templates in its strings: the input of a step.
public indirect enum InputTemplate: Sendable {
    case constant(JSON)
    case template(Template.Bound, pointer: String)
    case array([InputTemplate])
    case object([(key: String, value: InputTemplate)])

    /// The value as JSON; nil for `skip`. Members and elements that are skipped are left out. A value that is exactly one
    /// pill path is passed along untouched (`10.00` stays `10.00`).
    /// - Parameters:
    ///   - droppingNil: members whose template gives nil are left out too: nil is "nothing" to a connector, and
    ///     `clear` the way to send an explicit null.
    ///   - tables: what the members of the outermost object say about a table. nil is null in values that are looked for, which
    ///     would mean something else without it; an object that a pill gives is a value to look for, never conditions of its own:
    ///     what comes from outside must not choose other rows than the recipe does.
    /// - Throws: `InputError`, which adds the pointer of the template to the formula's error.
    public func json(
        _ slots: [Value], _ evaluation: Evaluation, droppingNil: Bool = false, tables: TableUse? = nil
    ) throws(InputError) -> JSON? {
        switch self {
        case .constant(let json): return json
        case .template(let template, let pointer):
            do {
                switch try template.evaluate(slots, evaluation) {
                case .value(.null) where droppingNil: return nil
                case .value(let value): return try value.json()
                case .clear: return .null
                case .skip: return nil
                }
            } catch {
                throw InputError(pointer: pointer, source: template.source, error: Self.placed(error, in: template))
            }
        case .array(let elements):
            var array: [JSON] = []
            array.reserveCapacity(elements.count)
            for element in elements {
                // A nil element keeps its place in the list.
                let drops = if case .template = element { false } else { droppingNil }
                if let json = try element.json(slots, evaluation, droppingNil: drops) { array.append(json) }
            }
            return .array(array)
        case .object(let members):
            var entries: [(key: String, value: JSON)] = []
            entries.reserveCapacity(members.count)
            for member in members {
                let json: JSON?
                if tables?.conditions.contains(member.key) == true {
                    json = try member.value.conditions(slots, evaluation)
                } else {
                    let drops = droppingNil && tables?.sought.contains(member.key) != true
                    json = try member.value.json(slots, evaluation, droppingNil: drops)
                }
                if let json {
                    entries.append((member.key, json))
                }
            }
            return .object(JSONObject(uniqueEntries: entries))
        }
    }

    /// Conditions on rows: one object, or a list of them.
    private func conditions(_ slots: [Value], _ evaluation: Evaluation) throws(InputError) -> JSON? {
        switch self {
        case .constant, .template: return try json(slots, evaluation)
        case .array(let groups):
            var array: [JSON] = []
            for group in groups { if let json = try group.conditions(slots, evaluation) { array.append(json) } }
            return .array(array)
        case .object(let columns):
            var entries: [(key: String, value: JSON)] = []
            for (column, value) in columns {
                guard let json = try value.json(slots, evaluation) else { continue }
                let isValue = if case .template = value { json.object != nil } else { false }
                entries.append((column, isValue ? TableFilter.equal(to: json) : json))
            }
            return .object(JSONObject(uniqueEntries: entries))
        }
    }

    /// The value with its formula types (dates stay dates); nil for `skip`.
    public func value(_ slots: [Value], _ evaluation: Evaluation) throws(InputError) -> Value? {
        switch self {
        case .constant(let json): return Value(json)
        case .template(let template, let pointer):
            do {
                switch try template.evaluate(slots, evaluation) {
                case .value(let value): return value
                case .clear: return .null
                case .skip: return nil
                }
            } catch {
                throw InputError(pointer: pointer, source: template.source, error: error)
            }
        case .array(let elements):
            var values: [Value] = []
            values.reserveCapacity(elements.count)
            for element in elements {
                if let value = try element.value(slots, evaluation) { values.append(value) }
            }
            return .list(values)
        case .object(let members):
            var entries: [(key: Value, value: Value)] = []
            entries.reserveCapacity(members.count)
            for member in members {
                if let value = try member.value.value(slots, evaluation) {
                    entries.append((.string(member.key), value))
                }
            }
            return .table(ValueTable(uniqueEntries: entries))
        }
    }

    // Errors of the conversion to JSON have no place of their own: they are about the whole pill.
    private static func placed(_ error: FormulaError, in template: Template.Bound) -> FormulaError {
        error.range.isEmpty ? error.at(0..<template.source.utf8.count) : error
    }
}
