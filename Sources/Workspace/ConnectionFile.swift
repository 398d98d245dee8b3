// Reads one file of Connections/: connector, settings, auth and network permissions, with every mistake.

import ConnectorKit
import JSONCore
import RecipeLanguage

/// A connection's file as written: secrets are named, not resolved.
final class ConnectionFile {
    static let known = ["connector", "title", "note", "settings", "auth", "network"]
    /// Members of `auth` that are secrets: written out in the file they would be shared with everyone who has it.
    static let secretMembers: Set<String> = [
        "password", "token", "key", "secret", "client_secret", "secret_key", "secret_access_key", "private_key",
        "access_token", "refresh_token", "session_token", "passphrase",
    ]

    private let reading: DocumentReading
    private(set) var connector: String?
    private(set) var settings: JSONNode?
    private(set) var auth = JSONObject()
    private(set) var network = NetworkPermissions()
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
            case "title", "note": _ = reading.string(member, at: "")
            case "settings": settings = member.value
            case "auth": readAuth(member.value)
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

    private func readAuth(_ node: JSONNode) {
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

    /// The settings held against the connector's schema, defaults filled in; what doesn't fit is reported.
    func checkedSettings(against spec: ConnectorSpec) -> JSONObject {
        guard connector == spec.name else { return [:] }
        guard let schema = spec.settings else {
            if let settings, case .object(let members) = settings.content, !members.isEmpty {
                reading.add(
                    "unknown_key", "the connector \"\(spec.name)\" has no settings", range: settings.range,
                    pointer: "/settings")
            }
            return [:]
        }
        var members: [JSONMember] = []
        if let settings {
            let known = schema.isOpen || schema.isAny ? nil : schema.properties.map(\.name)
            members = reading.members(
                of: settings, at: "/settings", known: known, what: "the settings of \"\(spec.name)\"")
        }
        var object = JSONObject()
        for member in members {
            object[member.key] = member.value.json
            if let property = schema.property(member.key) { check(member, against: property.schema) }
        }
        for property in schema.properties where object[property.name] == nil {
            if let value = property.schema.defaultValue {
                object[property.name] = value
            } else if property.required {
                reading.add(
                    "missing_key",
                    "the settings of \"\(spec.name)\" need \"\(property.name)\""
                        + (property.schema.summary ?? property.schema.title).map { " (\($0))" }.orEmpty,
                    range: settings?.range ?? rootRange, pointer: settings == nil ? "" : "/settings")
            }
        }
        return object
    }

    private func check(_ member: JSONMember, against schema: Schema) {
        let value = member.value.json
        if case .secret = CredentialForm(value) { return }
        let pointer = "/settings/" + DocumentReading.escaped(member.key)
        if !schema.kinds.isEmpty, !schema.kinds.contains(where: { $0.accepts(value) }) {
            let wanted = schema.kinds.map(\.inWords).sorted().joined(separator: " or ")
            reading.add(
                "wrong_type", "\"\(member.key)\" must be \(wanted) but is \(member.value.kindInWords)",
                range: member.value.range, pointer: pointer)
        } else if let choices = schema.choices, !choices.contains(value) {
            let texts = choices.map { $0.string ?? $0.compact }
            reading.add(
                "wrong_value", "\"\(member.key)\" must be one of \(texts.joined(separator: ", "))",
                suggestion: value.string.flatMap { nearestName(to: $0, among: texts) }.map {
                    "did you mean \"\($0)\"?"
                },
                range: member.value.range, pointer: pointer)
        }
    }
}

extension Schema.Kind {
    /// Whether `value` is of this kind; `12.0` and `1e3` count as integers when they are whole.
    fileprivate func accepts(_ value: JSON) -> Bool {
        switch (self, value) {
        case (.null, .null), (.boolean, .bool), (.integer, .integer), (.number, .integer), (.number, .number): true
        case (.string, .string), (.array, .array), (.object, .object): true
        case (.integer, .number(let number)): number.double.isFinite && number.double == number.double.rounded()
        default: false
        }
    }

    /// With its article.
    fileprivate var inWords: String {
        switch self {
        case .null: "null"
        case .boolean: "true or false"
        case .integer: "a whole number"
        case .number: "a number"
        case .string: "a text"
        case .array: "a list"
        case .object: "an object"
        }
    }
}

extension Optional where Wrapped == String {
    /// The text, or none.
    fileprivate var orEmpty: String { self ?? "" }
}
