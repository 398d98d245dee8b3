// Users, tokens and the audit log as JSON; no hash of a secret is in it.

import JSONCore
import JobHistory

extension User {
    public var json: JSON {
        ["name": .string(name), "role": .string(role.name), "created_at": .time(createdAt)]
    }
}

extension StoredToken {
    public var json: JSON {
        var object: JSONObject = ["name": .string(name), "kind": .string(kind.name)]
        switch kind {
        case .api:
            object["role"] = .string(role.name)
            object["scopes"] = .array(scopes.map { .string($0) })
        case .client: object["per_minute"] = .integer(perMinute)
        }
        object["created_at"] = .time(createdAt)
        object["created_by"] = .string(createdBy)
        object["expires_at"] = .time(expiresAt)
        object["used_at"] = .time(usedAt)
        return .object(object)
    }
}

extension AuditEntry {
    public var json: JSON {
        [
            "id": .integer(Int(id)), "at": .time(at), "who": .string(who), "kind": .string(kind),
            "from": .string(from), "action": .string(action), "subject": .string(subject),
        ]
    }
}
