// Lists that come in pages: gathered up to a limit, never in circles.

import ConnectorKit
import JSONCore
import RecipeLanguage

extension DeclarativeConnector {
    /// Sends the request for each page and gives the records of all of them.
    func pages(
        of action: ActionDefinition, _ pagination: Pagination, _ values: inout FormulaValues, in context: ActionContext
    ) async throws -> JSON {
        var items: [JSON] = []
        let more = try await eachPage(of: action, pagination, &values, in: context) { items += $0 }
        values[.items] = .array(items)
        let count = items.count
        return try output(
            of: action, values,
            default: .object(
                JSONObject(uniqueEntries: [("items", .array(items)), ("count", .integer(count)), ("more", .bool(more))])
            ))
    }

    /// Sends the request for each page and hands its records on, up to the limit.
    /// - Returns: whether there are further records beyond the limit.
    func eachPage(
        of action: ActionDefinition, _ pagination: Pagination, _ values: inout FormulaValues, in context: ActionContext,
        _ visit: ([JSON]) async throws -> Void
    ) async throws -> Bool {
        let limit = try limit(pagination, values)
        var count = 0
        var changes = PageChanges()
        var seen: [PageChanges] = []
        var previous: [JSON] = []
        for page in 1...pagination.mostPages {
            let request = try await definition.request(
                action.request, values, isRepeatable: action.spec.effect.isRepeatable, in: context, changes: changes)
            let answer = try await send(request, in: context)
            try take(answer, of: action, &values)
            let found = try records(pagination, values)
            // One that does not heed the page's number would give its first page for ever.
            guard pagination.heedsAnswer || found.isEmpty || found != previous else {
                throw ConnectorError(
                    type: "bad_answer",
                    "\(definition.spec.title) gave the same page of records twice, so the list would never end")
            }
            previous = found
            let taken = found.prefix(limit - count)
            count += taken.count
            (values[.page], values[.count]) = (.integer(page), .integer(count))
            var next = try nextPage(pagination, values, found: found.count)
            if let url = next?.url { next?.url = answer.resolved(url) }
            try await visit(Array(taken))
            guard let next, count < limit else { return next != nil || taken.count < found.count }
            // A server that gives the same cursor again would be asked for ever.
            guard !seen.contains(next) else {
                throw ConnectorError(
                    type: "bad_answer",
                    "\(definition.spec.title) gave the same next page twice, so the list would never end")
            }
            if page == pagination.mostPages {
                throw ConnectorError(
                    type: "too_large",
                    "the list has more than \(page) pages (max_pages of the connector); ask for fewer records, or give a limit"
                )
            }
            seen = Array(seen.suffix(99)) + [next]
            changes = next
            try Task.checkCancellation()
        }
        return false
    }

    private func limit(_ pagination: Pagination, _ values: FormulaValues) throws(ConnectorError) -> Int {
        guard let value = try values.json(pagination.limit, "the limit of the list"), !value.isNull else {
            return 10_000
        }
        guard let limit = value.integer ?? value.string.flatMap({ Int($0) }), (1...Pagination.mostItems).contains(limit)
        else {
            throw ConnectorError(
                type: "bad_input", "the limit of the list must be a whole number from 1 to \(Pagination.mostItems)")
        }
        return limit
    }

    private func records(_ pagination: Pagination, _ values: FormulaValues) throws(ConnectorError) -> [JSON] {
        let value = try values.value(pagination.items, "the list of records", outcome: .unknown)
        switch try? value.json() {
        case .array(let records)?: return records
        case .null?: return []
        case let other:
            throw ConnectorError(
                type: "bad_answer",
                "where \(definition.spec.title) should give a list of records (\(pagination.items.source.prefix(120))), it gave "
                    + (other.map { "\($0.kind)" } ?? "something else"))
        }
    }

    /// What the next page changes; nil when this was the last.
    private func nextPage(_ pagination: Pagination, _ values: FormulaValues, found: Int) throws(ConnectorError)
        -> PageChanges?
    {
        if let goesOn = pagination.goesOn {
            guard try values.value(goesOn, "\"while\" of the list").isTrue else { return nil }
        } else if found == 0 {
            return nil
        }
        var changes = PageChanges()
        var (isComplete, isEmpty) = (true, true)
        switch pagination.next {
        case .query(let templates):
            for template in templates {
                let value = try values.json(template.value, "\"\(template.name)\" of the next page") ?? .null
                let texts = try ConnectorDefinition.texts(value, name: template.name, "the next page")
                if texts.allSatisfy({ $0.value.isEmpty }) { isComplete = false } else { isEmpty = false }
                changes.query += texts
            }
        case .body(let templates):
            for template in templates {
                let value = try values.json(template.value, "\"\(template.name)\" of the next page") ?? .null
                if value.isNull || value == "" { isComplete = false } else { isEmpty = false }
                changes.body.append((template.name, value))
            }
        case .url(let template):
            let value = try values.json(template, "the address of the next page") ?? .null
            changes.url = value.string
            if value.string?.isEmpty ?? true { isComplete = false } else { isEmpty = false }
        }
        guard pagination.goesOn != nil else { return isComplete ? changes : nil }
        // "while" has said that there is one.
        guard !isEmpty else {
            throw ConnectorError(
                type: "bad_answer",
                "\(definition.spec.title) says that there is another page, but \"next\" of the connector finds no value for it"
            )
        }
        return changes
    }
}
