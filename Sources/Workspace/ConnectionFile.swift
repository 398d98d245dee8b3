// Reads one file of Connections/: connector, settings, auth and network permissions, with every mistake.

import ConnectorKit
import JSONCore
import RecipeLanguage

/// A connection's file as written: secrets are named, not resolved.
final class ConnectionFile {
    static let known = ["connector", "title", "note", "settings", "auth", "network", "limits"]
    /// Members of `auth` that are secrets: written out in the file they would be shared with everyone who has it.
    static let secretMembers: Set<String> = [
        "password", "token", "key", "secret", "client_secret", "secret_key", "secret_access_key", "private_key",
        "access_token", "refresh_token", "session_token", "passphrase",
    ]

    private let reading: DocumentReading
    private(set) var connector: String?
    /// What people call it; lists show it.
    private(set) var title: String?
    private(set) var settings: JSONNode?
    private(set) var auth = JSONObject()
    private var authNode: JSONNode?
    private(set) var network = NetworkPermissions()
    /// The connection's own, over the connector's.
    private(set) var limits = CallLimits()
    private var rootRange = 0..<0

    var diagnostics: [Diagnostic] { reading.diagnostics }
    var errors: [Diagnostic] { reading.errors }

    init(_ bytes: [UInt8], file: String) {
        reading = DocumentReading(file: file)
        guard let root = reading.root(of: bytes) else { return }
        rootRange = root.range.lowerBound..<min(root.range.lowerBound + 1, root.range.upperBound)
        for member in reading.members(of: root, at: "", known: Self.known, what: "a connection") {
            switch member.key {
            case "connector": connector = reading.string(member, at: "")
            case "title": title = reading.string(member, at: "")
            case "note": _ = reading.string(member, at: "")  // for who reads the file
            case "settings": settings = member.value
            case "auth": readAuth(member.value)
            case "limits": readLimits(member.value)
            case "network": network.read(member.value, at: "/network", for: .connection, reading)
            default: break
            }
        }
        if connector == nil, errors.isEmpty {
            reading.add(
                "missing_key", "a connection needs \"connector\": the name of the connector it is for",
                range: rootRange,
                pointer: "")
        }
    }

    /// The secrets that `auth` and `settings` name.
    var secretNames: Set<String> {
        var names = Set<String>()
        visit { if case .secret(let name) = CredentialForm($1) { names.insert(name) } }
        for place in [network.clientCertificate, network.clientKey].compactMap(\.self)
        where place.hasPrefix(NetworkPermissions.secretMark) {
            names.insert(String(place.dropFirst(NetworkPermissions.secretMark.count)))
        }
        return names
    }

    /// Secrets that stand in the file itself, under `CONNECTION.MEMBER`.
    func writtenSecrets(of connection: String) -> [(name: String, value: String)] {
        var secrets: [(name: String, value: String)] = []
        visit { key, value in
            if let text = value.string, Self.secretMembers.contains(key) {
                secrets.append(("\(connection).\(key)", text))
            }
        }
        return secrets
    }

    /// Every member of `auth` and `settings`, nested ones too.
    private func visit(_ body: (String, JSON) -> Void) {
        var objects = [auth, settings?.json.object ?? [:]]
        while let object = objects.popLast() {
            for (key, value) in object {
                body(key, value)
                if case .nested(let nested) = CredentialForm(value) { objects.append(nested) }
            }
        }
    }

    private func readLimits(_ node: JSONNode) {
        for member in reading.members(of: node, at: "/limits", known: ["per_second", "at_once"], what: "\"limits\"") {
            if member.key == "at_once" {
                limits.atOnce = reading.integer(member, at: "/limits", in: 1...10_000)
            } else if let rate = member.value.json.double, rate > 0, rate <= 100_000 {
                limits.perSecond = rate
            } else {
                reading.add(
                    "out_of_range", "\"per_second\" must be a number above 0, at most 100000",
                    range: member.value.range,
                    pointer: "/limits/per_second")
            }
        }
    }

    /// Members of `auth` that the connector's way to sign in does not have.
    private func checkAuth(against spec: ConnectorSpec) {
        let signIn = spec.signIn(of: auth["type"]?.string)
        let type = signIn?.type ?? auth["type"]?.string ?? ""
        checkChoice(against: spec)
        guard let authNode, signIn != nil || ["oauth2", "hmac", "aws_sigv4"].contains(type) else { return }
        var known = ["type"] + (signIn ?? SignInSpec(type)).members.map(\.name)
        if signIn == nil {
            known += SignInSpec.schemeMembers(type)
        } else if type == "oauth2" {
            known += OAuthSettings.choosableMembers
        }
        _ = reading.members(of: authNode, at: "/auth", known: known, what: "\"auth\" of a connection of \(spec.title)")
    }

    /// A `type` that is none of those that the connector lets a connection choose from.
    private func checkChoice(against spec: ConnectorSpec) {
        let types = spec.signIns.map(\.type)
        guard types.count > 1, let type = auth["type"]?.string, !types.contains(type),
            case .object(let members)? = authNode?.content, let member = members.last(where: { $0.key == "type" })
        else { return }
        reading.add(
            "not_a_choice",
            "connections of \(spec.title) sign in with \(types.joined(separator: " or ")), not \"\(type)\"",
            suggestion: Suggestion.didYouMean(type, among: types), range: member.value.range, pointer: "/auth/type")
    }

    private func readAuth(_ node: JSONNode) {
        authNode = node
        for member in reading.members(of: node, at: "/auth", known: nil, what: "\"auth\"") {
            auth[member.key] = member.value.json
            let pointer = "/auth/" + DocumentReading.escaped(member.key)
            switch CredentialForm(member.value.json) {
            case .secret(let name) where !WorkspaceName.isAllowedForSecret(name):
                reading.add(
                    "bad_secret_name",
                    "\"\(WorkspaceName.printable(name))\" can't be the name of a secret: "
                        + "use letters, digits and \"_\", not starting with a digit",
                    range: member.value.range, pointer: pointer)
            case .open(.string(let text)) where !text.isEmpty && Self.secretMembers.contains(member.key):
                guard case .string = member.value.content else { break }
                reading.add(
                    "secret_in_file", "\"\(member.key)\" is a secret and stands in the file for all to read",
                    severity: .warning,
                    suggestion: "store it with: galley secrets set NAME, and write { \"secret\": \"NAME\" } here; "
                        + "or write { \"public\": … } if it is none",
                    range: member.value.range, pointer: pointer)
            default: break
            }
        }
    }

    /// The settings held against the connector's schema, defaults filled in; what doesn't fit is reported, in `auth` too.
    func checkedSettings(against spec: ConnectorSpec) -> JSONObject {
        guard connector == spec.name else { return [:] }
        checkAuth(against: spec)
        guard let schema = spec.settings else {
            if let settings, case .object(let members) = settings.content, !members.isEmpty {
                reading.add(
                    "unknown_key", "the connector \"\(spec.name)\" has no settings", range: settings.range,
                    pointer: "/settings")
            }
            return [:]
        }
        var object = JSONObject()
        if let settings {
            guard let given = settings.json.object else {
                _ = reading.members(of: settings, at: "/settings", known: nil, what: "\"settings\"")
                return [:]
            }
            object = given
        }
        // What a secret holds is not known here; a text stands in for it, and what that has against the schema is dropped.
        let secrets = object.filter { if case .secret = CredentialForm($0.value) { true } else { false } }
        for secret in secrets { object[secret.key] = .string(secret.key) }
        for property in schema.properties where object[property.name] == nil {
            object[property.name] = property.schema.defaultValue
        }
        let (typed, mismatches) = schema.typed(.object(object))
        for mismatch in mismatches where !secrets.contains(where: { $0.key == mismatch.pointer.tokens.first }) {
            let name = "\"" + WorkspaceName.printable(mismatch.pointer.tokens.joined(separator: ".")) + "\""
            reading.add(
                mismatch.code, mismatch.sentence(naming: name) + description(of: mismatch.pointer.tokens, in: schema),
                suggestion: mismatch.suggestion, range: range(of: mismatch.pointer.tokens),
                pointer: "/settings" + mismatch.pointer.description)
        }
        object = typed.object ?? object
        for secret in secrets { object[secret.key] = secret.value }
        return object
    }

    /// What the schema says about a member, in brackets.
    private func description(of tokens: [String], in schema: Schema) -> String {
        guard tokens.count == 1, let member = schema.property(tokens[0])?.schema else { return "" }
        return (member.summary ?? member.title).map { " (\($0))" } ?? ""
    }

    /// Where the member stands, or the object it is missing from.
    private func range(of tokens: [String]) -> Range<Int> {
        guard var node = settings else { return rootRange }
        for token in tokens {
            switch node.content {
            case .object(let members):
                guard let member = members.last(where: { $0.key == token }) else { return node.range }
                node = member.value
            case .array(let elements):
                guard let place = Int(token), elements.indices.contains(place) else { return node.range }
                node = elements[place]
            default: return node.range
            }
        }
        return node.range
    }
}
