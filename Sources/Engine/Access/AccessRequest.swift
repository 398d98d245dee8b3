// What admins do with users and tokens: as values, as JSON for the owner's socket, and done.

import JSONCore
import JobHistory

/// A token to be made.
public struct NewToken: Sendable {
    public var name: String
    public var kind: StoredToken.Kind
    public var role: Role
    public var scopes: [String]
    public var perMinute: Int
    /// nil: it doesn't expire.
    public var lifeSeconds: Int?

    public init(
        name: String, kind: StoredToken.Kind = .api, role: Role = .viewer, scopes: [String] = [], perMinute: Int = 60,
        lifeSeconds: Int? = nil
    ) {
        (self.name, self.kind, self.role, self.scopes) = (name, kind, role, scopes)
        (self.perMinute, self.lifeSeconds) = (perMinute, lifeSeconds)
    }
}

/// One change of who may get in.
public enum AccessRequest: Sendable {
    case addUser(String, Role, password: String)
    case changeUser(String, role: Role?, password: String?)
    case removeUser(String)
    /// Everywhere: all sessions of a user end.
    case signOut(String)
    case addToken(NewToken)
    case removeToken(String)

    public var json: JSON {
        switch self {
        case .addUser(let name, let role, let password):
            ["add_user": .string(name), "role": .string(role.name), "password": .string(password)]
        case .changeUser(let name, let role, let password):
            [
                "change_user": .string(name), "role": role.map { .string($0.name) } ?? .null,
                "password": password.map { .string($0) } ?? .null,
            ]
        case .removeUser(let name): ["remove_user": .string(name)]
        case .signOut(let name): ["sign_out": .string(name)]
        case .addToken(let token):
            [
                "add_token": .string(token.name), "client": .bool(token.kind == .client),
                "role": .string(token.role.name), "scopes": .array(token.scopes.map { .string($0) }),
                "per_minute": .integer(token.perMinute),
                "life_seconds": token.lifeSeconds.map { .integer($0) } ?? .null,
            ]
        case .removeToken(let name): ["remove_token": .string(name)]
        }
    }

    /// nil for what `json` doesn't make.
    public init?(_ json: JSON) {
        let role = json["role"]?.string.flatMap { Role(name: $0) }
        if let name = json["add_user"]?.string, let role, let password = json["password"]?.string {
            self = .addUser(name, role, password: password)
        } else if let name = json["change_user"]?.string {
            self = .changeUser(name, role: role, password: json["password"]?.string)
        } else if let name = json["remove_user"]?.string {
            self = .removeUser(name)
        } else if let name = json["sign_out"]?.string {
            self = .signOut(name)
        } else if let name = json["add_token"]?.string, let role, let perMinute = json["per_minute"]?.integer {
            self = .addToken(
                NewToken(
                    name: name, kind: json["client"]?.bool == true ? .client : .api, role: role,
                    scopes: json["scopes"]?.array?.compactMap(\.string) ?? [], perMinute: perMinute,
                    lifeSeconds: json["life_seconds"]?.integer))
        } else if let name = json["remove_token"]?.string {
            self = .removeToken(name)
        } else {
            return nil
        }
    }

    /// As the audit log has it.
    var words: (action: String, subject: String) {
        switch self {
        case .addUser(let name, let role, _): ("user.add", "user \(name) as \(role.name)")
        case .changeUser(let name, let role?, _): ("user.role", "user \(name) to \(role.name)")
        case .changeUser(let name, nil, _): ("user.password", "user \(name)")
        case .removeUser(let name): ("user.remove", "user \(name)")
        case .signOut(let name): ("user.sign_out", "user \(name)")
        case .addToken(let token):
            (
                "token.add",
                token.kind == .client ? "client \(token.name)" : "token \(token.name) as \(token.role.name)"
            )
        case .removeToken(let name): ("token.remove", "token \(name)")
        }
    }
}

extension AccessControl {
    /// Carries a change out and notes it.
    /// - Returns: of a new token `{"name", "token"}`, the only time that it is shown; else an empty object.
    /// - Throws: `AccessError`, `StoreError`.
    public func perform(_ request: AccessRequest, by who: Principal, from: String = "") async throws -> JSON {
        var answer: JSON = [:]
        switch request {
        case .addUser(let name, let role, let password): try await store.add(newUser(name, role, password))
        case .changeUser(let name, let role, let password):
            guard role != nil || password != nil else {
                throw AccessError.refused("say what to change: the role or the password")
            }
            var hash: String?
            if let password { hash = try await newPassword(password) }
            try await store.change(user: name.lowercased(), role: role, password: hash)
        case .removeUser(let name): try await store.remove(user: name.lowercased())
        case .signOut(let name): try await store.removeSessions(of: name.lowercased())
        case .addToken(let new): answer = try await add(new, by: who)
        case .removeToken(let name): try await store.remove(token: name.lowercased())
        }
        losses.ring()
        let (action, subject) = request.words
        await note(action, subject, by: who, from: from)
        return answer
    }

    private func add(_ new: NewToken, by who: Principal) async throws -> JSON {
        let known = APIScope.allCases.map(\.rawValue)
        if let wrong = new.scopes.first(where: { !known.contains($0) }) {
            throw AccessError.refused("there is no scope \(wrong); there are \(known.joined(separator: ", "))")
        }
        guard (1...1_000_000).contains(new.perMinute), new.lifeSeconds.map({ (1...315_360_000).contains($0) }) ?? true
        else {
            throw AccessError.refused("a rate is from 1 to 1000000 a minute, a life from 1 second to 10 years")
        }
        let (secret, name) = (Self.tokenPrefix + Secret.text(), try Self.name(new.name))
        try await store.add(
            StoredToken(
                name: name, hash: Secret.hash(secret), kind: new.kind, role: new.role, scopes: new.scopes,
                perMinute: new.perMinute, createdAt: clock(), createdBy: who.name,
                expiresAt: new.lifeSeconds.map { clock() + Int64($0) * 1_000 }))
        return ["name": .string(name), "token": .string(secret)]
    }
}
