// A payload column as it was read: nothing, a JSON text, or the hash of one that is stored apart.

import GRDB
import JSONCore

enum StoredPayload: Sendable {
    case none
    case text([UInt8])
    case hash([UInt8])

    init(_ row: SQLStatement, _ column: Int32) throws {
        self =
            row.isNull(column)
            ? .none : row.isBlob(column) ? .hash(Array(row.bytes(column))) : .text(Array(row.bytes(column)))
    }

    /// Of the text or the hash.
    var byteCount: Int {
        switch self {
        case .none: 0
        case .text(let bytes), .hash(let bytes): bytes.count
        }
    }

    /// With the text in place of its hash.
    func resolved(in database: Database) throws -> StoredPayload {
        guard case .hash(let hash) = self else { return self }
        let find = try SQLStatement(database, "SELECT body FROM payload WHERE hash = ?")
        find.bind(1, hash)
        guard let body = try find.one({ Array($0.bytes(0)) }) else {
            throw StoreError.corrupt("the history lacks a stored payload; restore it from a backup")
        }
        return .text(body)
    }

    /// The value of a resolved payload. What was written is read whatever its depth.
    /// - Parameter name: for the message.
    func json(_ name: @autoclosure () -> String) throws -> JSON? {
        guard case .text(let bytes) = self else { return nil }
        var limits = JSONLimits()
        (limits.depth, limits.bytes) = (1_024, .max)
        do {
            return try JSON(parsing: bytes, limits: limits)
        } catch {
            throw StoreError.corrupt(
                "\(name()) is no JSON any more (\(error.message)); restore the history from a backup")
        }
    }
}
