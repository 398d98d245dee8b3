// The records of all apps: leads, orders, messages, … as JSON with an id, at most one other unique key, and a parent.

import Foundation
import GRDB
import JSONCore

/// The records within one transaction.
struct Records {
    /// Who writes: the first fill, or a request.
    enum Origin: String { case seed, request }

    let db: Database
    let origin: Origin
    /// Milliseconds since 1970, UTC; the same for the whole transaction.
    let nowMilliseconds: Int64

    init(db: Database, origin: Origin) {
        (self.db, self.origin) = (db, origin)
        // What is there from the start has a fixed date, so that two sandboxes begin the same.
        nowMilliseconds = origin == .seed ? 1_767_225_600_000 : Int64(Date().timeIntervalSince1970 * 1000)
    }

    /// The time as ISO 8601 text with milliseconds.
    var now: JSON { .string(Self.timestamp(nowMilliseconds)) }

    static func timestamp(_ milliseconds: Int64) -> String {
        Date(timeIntervalSince1970: Double(milliseconds) / 1000)
            .formatted(
                .iso8601.year().month().day().time(includingFractionalSeconds: true).timeZone(separator: .omitted))
    }

    /// The next id of a kind: `L-1001`, `L-1002`, …
    func nextId(_ prefix: String, from first: Int = 1001) throws -> String {
        let number = try Int.fetchOne(
            db,
            sql: """
                INSERT INTO counter (prefix, last) VALUES (?, ?)
                ON CONFLICT (prefix) DO UPDATE SET last = last + 1 RETURNING last
                """, arguments: [prefix, first])
        return "\(prefix)-\(number ?? first)"
    }

    /// Adds a record; `id` becomes its first member.
    /// - Throws: a 409 when another record of the kind has the unique key.
    func insert(
        _ kind: RecordKind, id: String, uniqueKey: String? = nil, parent: String? = nil, _ body: JSONObject
    ) throws {
        if let uniqueKey, let other = try find(kind, uniqueKey: uniqueKey) {
            let otherId = other["id"]?.string ?? ""
            throw Refusal(
                409, "duplicate", "\(kind.title) \(otherId) already has \(uniqueKey)",
                details: ["existing_id": .string(otherId)])
        }
        try db.execute(
            sql: "INSERT INTO record (app, kind, id, unique_key, parent, body, origin) VALUES (?, ?, ?, ?, ?, ?, ?)",
            arguments: [
                kind.app, kind.rawValue, id, uniqueKey, parent, JSON.object(body).compact, origin.rawValue,
            ])
    }

    /// Replaces the body of a record that is there.
    func update(_ kind: RecordKind, id: String, uniqueKey: String? = nil, _ body: JSONObject) throws {
        try db.execute(
            sql: """
                UPDATE record SET body = ?, changed = changed + 1, unique_key = COALESCE(?, unique_key)
                WHERE kind = ? AND id = ?
                """,
            arguments: [JSON.object(body).compact, uniqueKey, kind.rawValue, id])
    }

    func find(_ kind: RecordKind, id: String) throws -> JSONObject? {
        try object(
            String.fetchOne(
                db, sql: "SELECT body FROM record WHERE kind = ? AND id = ?", arguments: [kind.rawValue, id]))
    }

    func find(_ kind: RecordKind, uniqueKey: String) throws -> JSONObject? {
        try object(
            String.fetchOne(
                db, sql: "SELECT body FROM record WHERE kind = ? AND unique_key = ?",
                arguments: [kind.rawValue, uniqueKey]))
    }

    /// The record, or a 404 that names it.
    func get(_ kind: RecordKind, id: String) throws -> JSONObject {
        guard let body = try find(kind, id: id) else { throw Refusal.notFound("\(kind.title) \(id)") }
        return body
    }

    /// All records of a kind below one parent, in order of their making.
    func children(_ kind: RecordKind, of parent: String) throws -> [JSONObject] {
        try String.fetchAll(
            db, sql: "SELECT body FROM record WHERE kind = ? AND parent = ? ORDER BY sequence",
            arguments: [kind.rawValue, parent]
        ).compactMap(object)
    }

    /// One page in order of making, and the cursor of the next (nil at the end).
    /// - Parameter changedSince: only records whose `updated_at` is this time (as `now` writes it) or later.
    func page(
        _ kind: RecordKind, parent: String? = nil, after cursor: String?, changedSince: String? = nil, limit: Int
    ) throws -> (items: [JSON], next: String?) {
        var start: Int64 = 0
        if let cursor {
            guard let place = Int64(cursor, radix: 36), place >= 0 else {
                throw Refusal(422, "invalid_parameter", "the cursor is not one that this list gave out")
            }
            start = place
        }
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT sequence, body FROM record
                WHERE kind = ? AND sequence > ? AND (? IS NULL OR parent = ?)
                AND (? IS NULL OR json_extract(body, '$.updated_at') >= ?) ORDER BY sequence LIMIT ?
                """,
            arguments: [kind.rawValue, start, parent, parent, changedSince, changedSince, limit + 1])
        let items = try rows.prefix(limit).compactMap { row in try object(row["body"] as String?).map(JSON.object) }
        let last: Int64? = rows.count > limit ? rows[limit - 1]["sequence"] : nil
        return (items, last.map { String($0, radix: 36) })
    }

    private func object(_ text: String?) throws -> JSONObject? {
        try text.flatMap { try JSON(parsing: $0).object }
    }
}

/// What the apps keep.
enum RecordKind: String, Sendable, CaseIterable {
    case account, lead, opportunity, task
    case customer, order, orderLine = "order_line", invoice
    case employee, systemAccount = "system_account", equipmentOrder = "equipment_order"
    case chatMessage = "chat_message"
    case mail

    /// The app it belongs to.
    var app: String {
        switch self {
        case .account, .lead, .opportunity, .task: "crm"
        case .customer, .order, .orderLine, .invoice: "erp"
        case .employee, .systemAccount, .equipmentOrder: "hr"
        case .chatMessage: "chat"
        case .mail: "mail"
        }
    }

    /// In sentences.
    var title: String { rawValue.split(separator: "_").joined(separator: " ") }
}
