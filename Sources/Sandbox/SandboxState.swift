// What is in each app, and what changed since the sandbox was new: the last screen of the demo, and `/control/state`.

import GRDB
import JSONCore

/// A summary of all apps.
public struct SandboxState: Sendable, Hashable {
    /// One record that was made or changed.
    public struct Change: Sendable, Hashable {
        public let id: String
        public let isNew: Bool
        /// One line for people: `Lead L-1001: Ana Ruiz <ana@…>, score 85, owner …`.
        public let sentence: String
        /// The record itself.
        public let record: JSONObject
    }

    /// One kind of record: `lead`, `invoice`, `chat_message`, …
    public struct Kind: Sendable, Hashable {
        public let name: String
        public let total: Int
        /// In order of their making; at most `SandboxState.longestList`.
        public let changes: [Change]
        public let changeCount: Int
    }

    /// One app with its kinds, in a fixed order.
    public struct App: Sendable, Hashable {
        /// The path prefix: `crm`.
        public let name: String
        /// For people: "CRM".
        public let title: String
        public let kinds: [Kind]
    }

    /// Changes beyond this many of one kind are counted, not listed.
    public static let longestList = 100

    public let apps: [App]
    /// Entries in the ledger.
    public let ledgerCount: Int

    init(reading store: SandboxStore) async throws {
        self = try await store.write { try SandboxState(reading: $0) }
    }

    init(reading records: Records) throws {
        let titles = [
            ("crm", "CRM"), ("erp", "Billing (ERP)"), ("hr", "HR directory"), ("chat", "Chat"), ("mail", "Mailbox"),
        ]
        apps = try titles.map { name, title in
            App(
                name: name, title: title,
                kinds: try RecordKind.allCases.filter { $0.app == name }.map { try Kind(reading: $0, in: records) })
        }
        ledgerCount = try Int.fetchOne(records.db, sql: "SELECT COUNT(*) FROM ledger") ?? 0
    }

    /// `{"crm": {"lead": {"total", "changed", "changes": [{"id", "new", "summary", "record"}]}}, …, "ledger": n}`.
    public var json: JSON {
        var result = JSONObject()
        for app in apps {
            var kinds = JSONObject()
            for kind in app.kinds {
                kinds[kind.name] = [
                    "total": .integer(kind.total), "changed": .integer(kind.changeCount),
                    "changes": .array(
                        kind.changes.map { change in
                            [
                                "id": .string(change.id), "new": .bool(change.isNew),
                                "summary": .string(change.sentence), "record": .object(change.record),
                            ]
                        }),
                ]
            }
            result[app.name] = .object(kinds)
        }
        result["ledger"] = .integer(ledgerCount)
        return .object(result)
    }
}

extension SandboxState.Kind {
    init(reading kind: RecordKind, in records: Records) throws {
        name = kind.rawValue
        let counts = try Row.fetchOne(
            records.db,
            sql:
                "SELECT COUNT(*) AS total, SUM(origin = 'request' OR changed > 0) AS changed FROM record WHERE kind = ?",
            arguments: [kind.rawValue])
        total = counts?["total"] ?? 0
        changeCount = counts?["changed"] ?? 0
        changes = try Row.fetchAll(
            records.db,
            sql: """
                SELECT id, body, origin FROM record WHERE kind = ? AND (origin = 'request' OR changed > 0)
                ORDER BY sequence LIMIT ?
                """, arguments: [kind.rawValue, SandboxState.longestList]
        ).map { row in
            let record = try JSON(parsing: row["body"] as String).object ?? [:]
            return SandboxState.Change(
                id: row["id"], isNew: row["origin"] == "request", sentence: kind.sentence(for: record), record: record)
        }
    }
}

extension RecordKind {
    /// One line for people.
    func sentence(for record: JSONObject) -> String {
        /// The text of a field: numbers as written, nothing as a dash.
        func text(_ name: String) -> String {
            switch record[name] ?? .null {
            case .string(let text): text.isEmpty ? "-" : text
            case .null: "-"
            case let other: other.compact
            }
        }
        let id = text("id")
        switch self {
        case .account: return "account \(id): \(text("name")) (\(text("domain")))"
        case .lead:
            return "lead \(id): \(text("first_name")) \(text("last_name")) <\(text("email"))>, \(text("status")), "
                + "score \(text("score")), owner \(text("owner"))"
        case .opportunity:
            return "opportunity \(id): \(text("name")), \(text("stage")), \(text("amount")) \(text("currency"))"
        case .task: return "task \(id) for \(text("owner")): \(text("subject")), due \(text("due"))"
        case .customer: return "customer \(id): \(text("name"))"
        case .order:
            return "order \(id) (\(text("number"))): \(text("status")), total \(text("total")) \(text("currency"))"
        case .orderLine:
            return "order line \(id): \(text("quantity")) × \(text("sku")), \(text("net")) net"
        case .invoice: return "invoice \(id): \(text("status")), total \(text("total")) \(text("currency"))"
        case .employee: return "employee \(id): \(text("name")), starts \(text("start_date")), \(text("status"))"
        case .systemAccount: return "\(text("system")) account \(id): \(text("login"))"
        case .equipmentOrder:
            return "equipment order \(id): \(text("item")) for \(text("employee")), by \(text("deliver_by"))"
        case .chatMessage:
            let firstLine = text("text").prefix { !$0.isNewline }
            return "message \(id) in #\(text("channel")): \(firstLine.prefix(200))"
        case .mail: return "mail \(id) to \(text("to")): \(text("subject"))"
        }
    }
}
