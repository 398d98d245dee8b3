// How the connector signs in: the ways that the document offers, the one that most operations take first.

import JSONCore

/// The ways to sign in of one import, and which operations take them.
struct Security {
    /// `connection.auth`: the way that most operations take, or a list of those of different types; nil where the document says
    /// nothing that can be used, and a connection says it.
    private(set) var auth: JSON?
    /// What it does not do.
    private(set) var note: String?
    /// The places that credentials go into, as `place name` in small letters: such parameters are no input.
    private(set) var covered: Set<String> = []
    private var chosen: [(way: Set<String>, type: String, auth: JSONObject)] = []
    private let document: OpenAPIDocument
    private let kinds: [String]
    private let base: String

    /// - Parameters:
    ///   - kinds: the kinds of `auth` that this galley knows.
    ///   - base: the connection's `base_url`, below which the addresses of tokens can be.
    init(_ document: OpenAPIDocument, _ operations: [OpenAPIDocument.Operation], kinds: [String], base: String) {
        (self.document, self.kinds, self.base) = (document, kinds, base)
        var counts: [Set<String>: Int] = [:]
        for operation in operations {
            for way in ways(of: operation) where !way.isEmpty { counts[way, default: 0] += 1 }
        }
        if counts.isEmpty {
            // Schemes that are described but never asked for: the document forgot to say so.
            for name in schemes.keys { counts[[name], default: 0] += 1 }
        }
        let plans = counts.keys.compactMap { way in plan(way).map { (way: way, plan: $0) } }
        let ranked = plans.sorted { one, other in
            let (first, second) = (counts[one.way, default: 0], counts[other.way, default: 0])
            if first != second { return first > second }
            if one.plan.rank != other.plan.rank { return one.plan.rank < other.plan.rank }
            return one.way.sorted().joined(separator: " ") < other.way.sorted().joined(separator: " ")
        }
        var (notes, taken): ([String], [(way: Set<String>, plan: Plan)]) = ([], [])
        for candidate in ranked {
            guard let same = taken.first(where: { $0.plan.type == candidate.plan.type }) else {
                taken.append(candidate)
                continue
            }
            guard same.plan.auth != candidate.plan.auth else { continue }
            notes.append(
                "signing in with \(Self.words(candidate.way)) is left out: it is \(candidate.plan.type) like \(Self.words(same.way))"
            )
        }
        // Nobody chooses to give nothing where something can be given.
        if taken.count > 1 { taken.removeAll { $0.plan.type == "none" } }
        if !taken.isEmpty {
            var ways = taken.map { JSON.object($0.plan.auth) }
            // Some operations can be had without signing in: so can a connection that is only for them.
            if ways != [["type": "none"]], operations.contains(where: { signIn($0) == "optional" }) {
                ways.append(["type": "none"])
            }
            auth = ways.count == 1 ? ways[0] : .array(ways)
            notes += taken.compactMap { entry in
                entry.plan.note.map { taken.count == 1 ? $0 : "\(entry.plan.type): \($0)" }
            }
            covered = taken.reduce(into: []) { $0.formUnion($1.plan.covered) }
            chosen = taken.map { ($0.way, $0.plan.type, $0.plan.auth) }
        } else if counts.isEmpty {
            notes.append("the document does not say how to sign in; where the system wants it, \(Self.hint)")
        } else {
            let names = Printable.text(counts.keys.map(Self.words).sorted().joined(separator: ", "))
            let what =
                schemes.isEmpty
                ? "the document doesn't describe \(names)" : "none of the ways to sign in can be used: \(names)"
            notes.append("\(what); \(Self.hint) if there is another one")
        }
        note = notes.isEmpty ? nil : notes.joined(separator: "; ")
    }

    private static let hint = "give \"auth\" with its \"type\" in a connection"

    private static func words(_ way: Set<String>) -> String { Printable.text(way.sorted().joined(separator: " and ")) }

    private var schemes: JSONObject {
        let node =
            document.version == .two
            ? document.root["securityDefinitions"] : document.root["components"]?["securitySchemes"]
        return node?.json.object ?? [:]
    }

    /// The sets of schemes that an operation takes, any of them; an empty one for nobody in particular.
    private func ways(of operation: OpenAPIDocument.Operation) -> [Set<String>] {
        let written = operation.node.json["security"]?.array ?? document.root.json["security"]?.array ?? []
        return written.map { Set($0.object?.keys ?? []) }
    }

    /// Whether an operation wants the connection's credentials, as a request says it; nil where it does.
    func signIn(_ operation: OpenAPIDocument.Operation) -> String? {
        guard operation.node.json["security"]?.array != nil || document.root.json["security"]?.array != nil else {
            return nil
        }
        let ways = ways(of: operation)
        if ways.isEmpty { return operation.node.json["security"] == nil ? nil : "never" }
        guard ways.contains(where: \.isEmpty) else { return nil }
        return ways.allSatisfy(\.isEmpty) ? "never" : "optional"
    }

    /// Why the connection's credentials are not enough for an operation; nil when they are.
    func objection(_ operation: OpenAPIDocument.Operation) -> String? {
        let ways = ways(of: operation)
        if ways.isEmpty || ways.contains(where: \.isEmpty) { return nil }
        let types = chosen.filter { choice in ways.contains { $0.isSubset(of: choice.way) } }.map(\.type)
        if let usual = chosen.first, types.contains(usual.type) { return nil }
        let names = ways.map(Self.words).joined(separator: " or ")
        if !types.isEmpty {
            return
                "it signs in with \(names): a connection for it says \"type\": \(types.map { "\"\($0)\"" }.joined(separator: " or ")) in \"auth\""
        }
        // Two tokens that are sent alike: a credential of its own is all that it takes.
        if let same = chosen.first(where: { choice in ways.contains { plan($0)?.auth == choice.auth } }) {
            return
                "it signs in with \(names), sent like \(Self.words(same.way)): give it a connection with that credential"
        }
        return
            "it signs in with \(names), and the connection with \(chosen.isEmpty ? "nothing" : chosen.map { Self.words($0.way) }.joined(separator: " or "))"
    }

    // MARK: - Plans

    private struct Plan {
        var auth: JSONObject
        var note: String?
        var covered: Set<String>
        /// Lower is easier for people.
        var rank: Int
        var type: String { auth["type"]?.string ?? "none" }
    }

    private func plan(_ way: Set<String>) -> Plan? {
        let parts = way.sorted().compactMap { name in self.scheme(name).map { (name, $0) } }
        guard parts.count == way.count else { return nil }
        // A client certificate is the connection's own, below all that is sent.
        let sent = parts.filter { $0.1.text("type")?.lowercased() != "mutualtls" }
        let isMutual = sent.count < parts.count
        let certificate = "it asks for a client certificate: give it under \"network\" of the connection"
        if sent.isEmpty {
            return isMutual ? Plan(auth: ["type": "none"], note: certificate, covered: [], rank: 5) : nil
        }
        var plan: Plan?
        if sent.count == 1 {
            plan = single(sent[0].1, sent[0].0)
        } else {
            let keys = sent.compactMap { key($0.1, member: SnakeCase.words($0.0, most: 60)) }
            if keys.count == sent.count {
                plan = Plan(
                    auth: ["type": "api_keys", "keys": .array(keys.map(\.json))], note: nil,
                    covered: Set(keys.map(\.covered)), rank: 3)
            }
        }
        guard isMutual, var plan else { return plan }
        plan.note = [plan.note, certificate].compactMap(\.self).joined(separator: "; ")
        return plan
    }

    private func scheme(_ name: String) -> Node? {
        guard let json = schemes[name] else { return nil }
        return try? document.documents.followed(Node(json: json, document: 0))
    }

    private func single(_ scheme: Node, _ name: String) -> Plan? {
        switch (scheme.text("type")?.lowercased(), scheme.text("scheme")?.lowercased()) {
        case ("basic", _), ("http", "basic"):
            return Plan(auth: ["type": "basic"], note: nil, covered: ["header authorization"], rank: 2)
        case ("http", "bearer"):
            return Plan(auth: ["type": "bearer"], note: nil, covered: ["header authorization"], rank: 0)
        case ("http", let word?)
        where !["digest", "negotiate", "mutual", "hoba", "scram-sha-1", "scram-sha-256", "vapid", "privatetoken"]
            .contains(word):
            // A word of its own in front of the token: `Token`, `DPoP`.
            guard word.utf8.allSatisfy({ (0x21..<0x7F).contains($0) }) else { return nil }
            return Plan(
                auth: [
                    "type": "api_key", "in": "header", "name": "Authorization",
                    "prefix": .string((scheme.text("scheme") ?? word) + " "),
                ], note: nil, covered: ["header authorization"], rank: 2)
        case ("apikey", _):
            guard let key = key(scheme, member: "key") else { return nil }
            var auth = key.json.object ?? [:]
            auth["member"] = nil
            auth["type"] = "api_key"
            return Plan(auth: auth, note: nil, covered: [key.covered], rank: 1)
        case ("oauth2", _): return oauth(scheme)
        case ("openidconnect", _):
            return Plan(
                auth: ["type": "bearer"],
                note:
                    "it signs in by OpenID Connect (\(Printable.text(scheme.text("openIdConnectUrl") ?? ""))): give an access token as \"token\"",
                covered: ["header authorization"], rank: 4)
        default: return nil
        }
    }

    private func key(_ scheme: Node, member: String) -> (json: JSON, covered: String)? {
        let word = scheme.text("scheme")?.lowercased()
        let type = scheme.text("type")?.lowercased()
        if type == "oauth2" || type == "openidconnect" || type == "http" && word == "bearer" {
            return (
                ["member": .string(member), "in": "header", "name": "Authorization", "prefix": "Bearer "],
                "header authorization"
            )
        }
        guard type == "apikey", let name = scheme.text("name"), let place = scheme.text("in"),
            ["header", "query", "cookie"].contains(place), !name.isEmpty,
            name.utf8.allSatisfy({ (0x21..<0x7F).contains($0) })
        else { return nil }
        return (
            ["member": .string(member), "in": .string(place), "name": .string(name)], "\(place) \(name.lowercased())"
        )
    }

    private func oauth(_ scheme: Node) -> Plan {
        let token = Plan(
            auth: ["type": "bearer"],
            note:
                "it signs in by OAuth 2.0 (\(Printable.text(flows(scheme).map(\.key).joined(separator: ", ")))): give an access token as \"token\"",
            covered: ["header authorization"], rank: 4)
        guard kinds.contains("oauth2") else { return token }
        let grants = [
            ("authorizationCode", "authorization_code"), ("accessCode", "authorization_code"),
            ("clientCredentials", "client_credentials"), ("application", "client_credentials"),
        ]
        for (key, grant) in grants {
            guard let flow = flows(scheme).first(where: { $0.key == key })?.value,
                let tokenURL = flow.text("tokenUrl").flatMap(address)
            else { continue }
            var auth: JSONObject = ["type": "oauth2", "grant": .string(grant)]
            if grant == "authorization_code" {
                guard let url = flow.text("authorizationUrl").flatMap(address) else { continue }
                auth["pkce"] = true
                auth["authorize_url"] = .string(url)
            }
            auth["token_url"] = .string(tokenURL)
            // Who signs in as itself needs nobody's browser: a connection may choose.
            let byItself = flows(scheme).first { ["clientCredentials", "application"].contains($0.key) }?.value
            if grant == "authorization_code", byItself?.text("tokenUrl").flatMap(address) == tokenURL {
                auth["grant"] = ["authorization_code", "client_credentials"]
            }
            let scopes = (flow.json["scopes"]?.object?.keys ?? []).filter {
                $0.utf8.allSatisfy { (0x21..<0x7F).contains($0) && $0 != 0x7B }
            }
            if !scopes.isEmpty { auth["scopes"] = .array(scopes.map { .string($0) }) }
            let note =
                scopes.count > 1
                ? "it asks for all \(scopes.count) scopes of the document: take out those that you don't need, or give \"scopes\" in \"auth\" of a connection"
                : nil
            return Plan(auth: auth, note: note, covered: ["header authorization"], rank: 3)
        }
        return token
    }

    private func flows(_ scheme: Node) -> [(key: String, value: Node)] {
        if let flow = scheme.text("flow") { return [(flow, scheme)] }
        return scheme["flows"]?.object ?? []
    }

    /// An address as it is, or one below the server's (OpenAPI 3.1 §4.6); nil for what can't be one.
    private func address(_ text: String) -> String? {
        if Self.isURL(text) { return text }
        guard text.hasPrefix("/"), !text.hasPrefix("//"), Self.isURL("https://h" + text), !base.isEmpty else {
            return nil
        }
        guard !base.hasPrefix("{{") else {
            return base.firstRange(of: "}}").map { base[..<$0.upperBound] + text }
        }
        let parts = base.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
        return parts.count >= 3 && !parts[2].isEmpty ? parts.prefix(3).joined(separator: "/") + text : nil
    }

    private static func isURL(_ text: String) -> Bool {
        (text.hasPrefix("https://") || text.hasPrefix("http://")) && !text.contains("{")
            && text.utf8.allSatisfy { (0x21..<0x7F).contains($0) }
    }
}
