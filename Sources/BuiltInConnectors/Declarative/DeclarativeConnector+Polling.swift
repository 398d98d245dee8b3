// Triggers that ask: the poll's action called with the cursor, each record an event with its key.

import ConnectorKit
import JSONCore
import RecipeLanguage

extension DeclarativeConnector: PollingConnector {
    public func firstCursor(of trigger: String, _ input: JSON, in context: ActionContext) throws -> JSON? {
        let poll = try poll(trigger)
        guard let start = poll.start, poll.cursor != nil else { return nil }
        var values = FormulaValues(context, definition, action: "\(spec.name).\(trigger)")
        values[.input] = input
        let cursor = try values.json(start, "\"start\" of the trigger")
        return cursor.flatMap { $0.isNull ? nil : $0 }
    }

    public func poll(
        _ trigger: String, _ input: JSON, from cursor: JSON?, in context: ActionContext,
        page: @Sendable ([PolledEvent]) async throws -> Void
    ) async throws -> PollEnd {
        let poll = try poll(trigger)
        let action = try definition.actions.action(poll.action, of: spec)
        if spec.connectionRequired, context.connection == nil {
            throw ConnectorError(type: "bad_input", "\(spec.title) needs a connection: name one under \"connections\"")
        }
        var values = FormulaValues(context, definition, action: "\(spec.name).\(trigger)")
        (values[.input], values[.cursor]) = (input, cursor ?? .null)
        var reading = PollReading(poll: poll, values: values, newest: cursor)
        var call = FormulaValues(context, definition, action: "\(spec.name).\(poll.action)")
        call[.input] = try Self.input(of: poll, action, values)
        guard poll.items == nil, action.output == nil, let pagination = action.pagination else {
            let output = try await execute(poll.action, call[.input], in: context)
            try await page(try reading.events(of: try reading.records(in: output, of: spec.title)))
            return PollEnd(cursor: reading.newest, hasMore: action.pagination != nil && output["more"]?.bool == true)
        }
        let more = try await eachPage(of: action, pagination, &call, in: context) { records in
            try await page(try reading.events(of: records))
        }
        return PollEnd(cursor: reading.newest, hasMore: more)
    }

    private func poll(_ trigger: String) throws -> PollDefinition {
        if let poll = definition.polls[trigger] { return poll }
        throw ConnectorError(
            type: "bad_input", "the connector \"\(spec.name)\" has no trigger \"\(trigger)\" that asks")
    }

    /// What the action is given; members without a value are left out: at first there is no cursor.
    private static func input(
        of poll: PollDefinition, _ action: ActionDefinition, _ values: FormulaValues
    ) throws(ConnectorError) -> JSON {
        var filled = try values.json(poll.input, "the input of the poll") ?? [:]
        if let object = filled.object { filled = .object(JSONObject(object.entries.filter { !$0.value.isNull })) }
        let (typed, mismatches) = action.spec.input.typed(filled)
        guard let first = mismatches.first else { return typed }
        throw ConnectorError(type: "bad_input", "the input of the poll does not fit \(poll.action): \(first.message)")
    }
}

extension PolledEvent {
    /// The value of a `dedupe` as a key; nil for one that tells nothing.
    static func key(_ value: JSON) -> String? {
        value.isNull || value == "" ? nil : value.string ?? value.canonical
    }
}

/// What one poll has read so far.
private struct PollReading {
    let poll: PollDefinition
    var values: FormulaValues
    /// The cursor furthest on.
    var newest: JSON?

    /// The records in what the action gave.
    func records(in output: JSON, of title: String) throws(ConnectorError) -> [JSON] {
        var found: JSON? = output.array == nil ? output["items"] : output
        if let items = poll.items {
            var values = values
            values[.output] = output
            found = try list(try values.value(items, "\"items\" of the poll", outcome: .unknown))
        }
        switch found {
        case .array(let records)?: return records
        case .null? where poll.items != nil: return []
        default:
            throw ConnectorError(
                type: "bad_answer",
                "a poll of \(title) needs a list of records, and \(poll.action) gave \(output.kind) without one: say in \"items\" where it is"
            )
        }
    }

    private func list(_ value: Value) throws(ConnectorError) -> JSON {
        do { return try value.json() } catch {
            throw ConnectorError(type: "bad_answer", "\"items\" of the poll is no list: \(error)")
        }
    }

    mutating func events(of records: [JSON]) throws(ConnectorError) -> [PolledEvent] {
        var events: [PolledEvent] = []
        for record in records {
            values[.item] = record
            let key = try values.json(poll.dedupe, "\"dedupe\" of the poll") ?? .null
            events.append(PolledEvent(event: record, key: PolledEvent.key(key)))
            guard let template = poll.cursor else { continue }
            let cursor = try values.json(template, "\"cursor\" of the poll") ?? .null
            if !cursor.isNull, CursorOrder.isLater(cursor, than: newest) { newest = cursor }
        }
        return events
    }
}

/// Which of two cursors is further on.
enum CursorOrder {
    /// Numbers, and texts of digits, by size; times with an offset by the instant; other texts by their characters.
    static func isLater(_ one: JSON, than other: JSON?) -> Bool {
        guard let other, !other.isNull else { return true }
        if let (one, other) = both(one, other, \.number) { return one > other }
        guard let one = one.string, let other = other.string else { return true }
        if let (first, second) = both(one, other, InstantText.instant) { return first > second }
        if one.utf8.allSatisfy(isDigit), other.utf8.allSatisfy(isDigit) {
            let (one, other) = (one.drop { $0 == "0" }, other.drop { $0 == "0" })
            return one.utf8.count == other.utf8.count ? one > other : one.utf8.count > other.utf8.count
        }
        return one > other
    }

    private static func both<Source, Value>(
        _ one: Source, _ other: Source, _ read: (Source) -> Value?
    ) -> (Value, Value)? {
        guard let first = read(one), let second = read(other) else { return nil }
        return (first, second)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}

extension JSON {
    fileprivate var number: Double? { string == nil ? double : nil }
}
