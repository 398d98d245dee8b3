// Formulas as data, for `galley formula eval --cases`: one JSON object in, one out.

import BigInt
import JSONCore

/// Evaluates formulas given as JSON: `{"id", "expr", "vars", "tz", "now"}`.
///
/// Answers are `{"id", "ok": true, "type", "value"}` (with `"zone"` for times in a named zone) or
/// `{"id", "ok": false, "error", "message"}`. In `vars`, `{"$date": …}`, `{"$time": …, "zone": …}` and `{"$decimal": …}`
/// stand for what JSON has no form for.
public enum FormulaCases {
    /// The answer to one case.
    public static func answer(_ line: JSON) -> JSON {
        var answer: JSONObject = [:]
        if let id = line["id"] { answer["id"] = id }
        do {
            guard let source = line["expr"]?.string else {
                throw FormulaError(code: "bad_case", "the case has no \"expr\"", range: 0..<0)
            }
            let value = try evaluate(
                source, vars: line["vars"]?.object ?? [:], timeZone: line["tz"]?.string ?? "UTC",
                now: line["now"]?.string.flatMap(TimeText.parse), seed: line["id"]?.string ?? "")
            answer["ok"] = true
            for (key, part) in try typed(value) { answer[key] = part }
        } catch let error as FormulaError {
            answer["ok"] = false
            answer["error"] = .string(error.code)
            answer["message"] = .string(error.description)
        } catch {
            answer["ok"] = false
            answer["error"] = "internal"
            answer["message"] = .string("\(error)")
        }
        return .object(answer)
    }

    /// A formula's value, its variables given as JSON.
    public static func evaluate(
        _ source: String, vars: JSONObject, timeZone: String = "UTC", nowNanoseconds: Int64? = nil,
        limits: FormulaLimits = FormulaLimits(), tables: (any TableSource)? = nil, properties: JSONObject = [:]
    ) throws(FormulaError) -> Value {
        let formula = try Formula(parsing: source)
        let names = vars.entries.map(\.key)
        let bound = formula.bound { name in names.firstIndex(of: name) }
        let environment = FormulaEnvironment(
            nowNanoseconds: nowNanoseconds ?? 0, timeZone: timeZone, properties: properties, tables: tables,
            seed: source,
            limits: limits)
        return try bound.evaluate(vars.entries.map { value(of: $0.value) }, Evaluation(environment, address: "case"))
    }

    private static func evaluate(
        _ source: String, vars: JSONObject, timeZone: String, now: TimeText?, seed: String
    ) throws(FormulaError) -> Value {
        let zone = Zone.named(timeZone) ?? .utc
        let instant = now.map { Value.time($0.time(defaultZone: zone)).instantNanoseconds(timeZone: timeZone) ?? 0 }
        return try evaluate(source, vars: vars, timeZone: timeZone, nowNanoseconds: instant)
    }

    /// A variable with its tagged parts read.
    static func value(of json: JSON) -> Value {
        switch json {
        case .array(let array) where array.contains(where: isTagged): return .list(array.map { value(of: $0) })
        case .object(let object):
            if let text = object["$date"]?.string, let read = TimeText.parse(text) { return .date(read.date) }
            if let text = object["$decimal"]?.string, let decimal = DecimalNumber(parsing: text) {
                return Value(decimal.withPoint)
            }
            if let text = object["$time"]?.string, let read = TimeText.parse(text) {
                let zone = object["zone"]?.string.flatMap(Zone.named)
                let time = read.time(defaultZone: zone ?? .utc)
                return .time(zone.map { time.shown(in: $0) } ?? time)
            }
            guard object.entries.contains(where: { isTagged($0.value) }) else { return .jsonObject(object) }
            var builder = ValueTable.Builder()
            for entry in object.entries { builder[.string(entry.key)] = value(of: entry.value) }
            return builder.value
        default: return Value(json)
        }
    }

    private static func isTagged(_ json: JSON) -> Bool {
        switch json {
        case .array(let array): array.contains(where: isTagged)
        case .object(let object): object.entries.contains { $0.key.hasPrefix("$") || isTagged($0.value) }
        default: false
        }
    }

    /// The type and value of an answer.
    public static func typed(_ value: Value) throws(FormulaError) -> [(key: String, value: JSON)] {
        func answer(_ type: String, _ json: JSON) -> [(key: String, value: JSON)] {
            [("type", .string(type)), ("value", json)]
        }
        switch value {
        case .marker(let marker): return answer("marker", .string(marker.rawValue))
        case .duration(let duration): return answer("duration", .string(duration.isoText))
        case .bytes(let bytes): return answer("binary", .string(Encodings.hex(bytes)))
        case .range, .regex: return answer(value.kind == .range ? "range" : "regex", .string(value.text))
        case .pending(let pending): return answer("array", try plain(pending.list.value))
        case .time(let time):
            var parts = answer("datetime", try plain(value))
            // Ruby's zone library calls this zone by its full name.
            if let zone = time.zone.name { parts.append(("zone", .string(zone == "UTC" ? "Etc/UTC" : zone))) }
            return parts
        default: break
        }
        let type: String
        switch value.kind {
        case .null: type = "null"
        case .boolean: type = "boolean"
        case .integer: type = "integer"
        case .decimal: type = "number"
        case .rational: type = "rational"
        case .string: type = "string"
        case .list: type = "array"
        case .object: type = "object"
        default: type = value.kind.word
        }
        return answer(type, try plain(value))
    }

    /// As JSON, with times to the microsecond and their offset.
    private static func plain(_ value: Value) throws(FormulaError) -> JSON {
        switch value {
        case .time(let time):
            let local = TimePattern.write("%Y-%m-%dT%H:%M:%S.%6N", time)
            return .string(local + ZonedTime.offsetText(time.offset.seconds, colon: true))
        case .duration(let duration): return .string(duration.isoText)
        case .bytes(let bytes): return .string(Encodings.hex(bytes))
        case .range, .regex: return .string(value.text)
        case .list, .jsonList, .pending:
            let list: ValueList =
                if case .pending(let pending) = value { pending.list } else { value.list ?? ValueList([]) }
            var array: [JSON] = []
            for element in list { array.append(try plain(element)) }
            return .array(array)
        case .table(let table):
            var object = JSONObject()
            for entry in table.entries { object[entry.key.text] = try plain(entry.value) }
            return .object(object)
        case .big(let big):
            if case .rational = big.number { return .string(value.text) }
            return try value.json()
        default: return try value.json()
        }
    }
}
