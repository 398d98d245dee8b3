// What goes wrong with PostgreSQL, typed by its SQLSTATE (PostgreSQL 15, appendix A).

import CPostgres
import ConnectorKit
import JSONCore

/// Errors of the server and of the connection to it.
enum PostgresFailure {
    /// What the server says about a statement. It was in a transaction, so nothing was done, unless the end of that was sent.
    static func of(_ result: OpaquePointer, _ server: PostgresServer, isCommitting: Bool) -> ConnectorError {
        func field(_ code: Character) -> String? {
            code.asciiValue.flatMap { PQresultErrorField(result, Int32($0)) }.map { String(cString: $0) }
        }
        let state = field("C") ?? ""
        guard !state.isEmpty else {
            return lost(String(cString: PQresultErrorMessage(result)), server, isCommitting: isCommitting)
        }
        var message = redacted(field("M") ?? "the statement failed", server)
        if let detail = field("D") { message += " (\(redacted(detail, server)))" }
        if let place = field("P") { message += " at character \(place)" }
        let (type, isTransient, hint) = kind(of: state)
        let details: [(String, JSON)] = [
            ("sqlstate", .string(state)), ("table", field("t").map { .string($0) } ?? .null),
            ("column", field("c").map { .string($0) } ?? .null),
            ("constraint", field("n").map { .string($0) } ?? .null),
        ]
        // A server that goes down while it ends a transaction may have ended it.
        let isUnknown = isCommitting && (state.hasPrefix("57P") || state.hasPrefix("08"))
        return ConnectorError(
            type: type, "PostgreSQL says: \(message) [\(state)]\(hint)", isTransient: isTransient,
            outcome: isUnknown ? .unknown : .refused,
            details: .object(JSONObject(uniqueEntries: details.map { (key: $0.0, value: $0.1) })))
    }

    /// - Returns: a type for recipes, whether trying again may help, and what to do.
    private static func kind(of state: String) -> (type: String, isTransient: Bool, hint: String) {
        switch (state, String(state.prefix(2))) {
        case ("40001", _), ("40P01", _), ("55P03", _): ("conflict", true, "")
        case (_, "23"): ("conflict", false, "")
        case ("57014", _): ("timeout", false, "")
        case ("25006", _): ("bad_input", false, "; a statement that changes something is for postgres.execute")
        case ("42P01", _), ("3D000", _), ("3F000", _): ("not_found", false, "")
        case ("42501", _): ("not_allowed", false, "")
        case (_, "28"): ("auth", false, "")
        case (_, "08"): ("connection", true, "")
        case (_, "53"), (_, "57"), (_, "58"): ("server", true, "")
        case (_, "54"): ("too_large", false, "")
        case (_, "XX"): ("server", false, "")
        case (_, "22"), (_, "42"), (_, "0A"), (_, "21"), (_, "25"), (_, "26"), (_, "2B"), (_, "34"):
            ("bad_input", false, "")
        case (_, "40"): ("conflict", true, "")
        default: ("refused", false, "")
        }
    }

    /// Why there is no connection, from libpq's words.
    static func connecting(_ said: String, _ server: PostgresServer) -> ConnectorError {
        let message = oneLine(redacted(said, server))
        func has(_ words: String...) -> Bool { words.contains { message.contains($0) } }
        if has("authentication failed", "no password supplied", "role \"", "no pg_hba.conf entry", "SCRAM") {
            return ConnectorError(type: "auth", "\(server.place) does not let \(server.username) in: \(message)")
        }
        if has("database \""), has("does not exist") {
            return ConnectorError(type: "not_found", "\(server.place) has no database \"\(server.database)\"")
        }
        if has("too many connections", "remaining connection slots", "the database system is") {
            return ConnectorError(
                type: "server", "\(server.place) takes no connection now: \(message)", isTransient: true)
        }
        if has("certificate", "SSL", "TLS") {
            return ConnectorError(type: "tls", "there is no safe connection to \(server.place): \(message)")
        }
        return ConnectorError(
            type: "connection", "\(server.place) can't be reached on port \(server.port): \(message)", isTransient: true
        )
    }

    /// The connection ended in the middle.
    static func lost(_ said: String, _ server: PostgresServer, isCommitting: Bool) -> ConnectorError {
        let message = oneLine(redacted(said, server))
        return ConnectorError(
            type: "connection", "the connection to \(server.place) was lost" + (message.isEmpty ? "" : ": \(message)"),
            isTransient: true, outcome: isCommitting ? .unknown : .refused)
    }

    private static func oneLine(_ text: String) -> String {
        text.split(whereSeparator: \.isNewline).map { $0.trimmingPrefix("\t") }.joined(separator: "; ")
    }

    private static func redacted(_ text: String, _ server: PostgresServer) -> String {
        let text = (try? CertificateFiles(server.network))?.redacted(text) ?? text
        guard let password = server.password, password.utf8.count >= 3 else { return text }
        return text.replacing(password, with: "…")
    }
}
