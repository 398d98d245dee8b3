// Reads galley.json and galley.ENVIRONMENT.json onto the settings, one after the other.

import ConnectorKit
import Foundation
import JSONCore
import RecipeLanguage

/// Reads settings files; what a later file says replaces what an earlier one said, properties name by name.
struct SettingsReader {
    /// The format that `"galley"` names, as in recipes.
    private static let format = 1
    static let known = [
        "galley", "name", "time_zone", "properties", "network", "limits", "retention_days", "alerts",
        "commands", "public_url",
    ]

    var settings: WorkspaceSettings
    private(set) var diagnostics: [Diagnostic] = []

    init(_ settings: WorkspaceSettings) { self.settings = settings }

    mutating func read(_ bytes: [UInt8], file: String) {
        let reading = DocumentReading(file: file)
        defer { diagnostics += reading.diagnostics }
        guard let root = reading.root(of: bytes) else { return }
        for member in reading.members(of: root, at: "", known: Self.known, what: "the workspace's settings") {
            switch member.key {
            case "galley": _ = reading.integer(member, at: "", in: Self.format...Self.format)
            case "name": if let name = reading.string(member, at: "") { settings.name = name }
            case "time_zone": readTimeZone(member, reading)
            case "public_url":
                if let text = reading.string(member, at: "") {
                    do throws(PublicURL.Mistake) {
                        settings.publicURL = try PublicURL.read(text)
                    } catch {
                        reading.add(
                            "bad_address", error.sentence, suggestion: "like \"https://galley.example.com\"",
                            range: member.value.range, pointer: "/public_url")
                    }
                }
            case "properties":
                for property in reading.members(of: member.value, at: "/properties", known: nil, what: "\"properties\"")
                {
                    settings.properties[property.key] = property.value.json
                }
            case "network":
                settings.network.read(member.value, at: "/network", for: .workspace, reading)
            case "limits": readLimits(member.value, reading)
            case "alerts":
                // An environment's alerts take the place of the plain ones: who is told differs there.
                let alerts = AlertReader(member.value, reading)
                (settings.alerts, settings.alertReferences) = (alerts.rules, alerts.references)
            // As a whole: an environment may allow fewer programs.
            case "commands": settings.commands = CommandReader(member.value, reading).commands
            case "retention_days":
                if case .null = member.value.content {
                    settings.retentionDays = nil
                } else if let days = reading.integer(member, at: "", in: 1...36_500) {
                    settings.retentionDays = days
                }
            default: break
            }
        }
    }

    private mutating func readTimeZone(_ member: JSONMember, _ reading: DocumentReading) {
        guard let name = reading.string(member, at: "") else { return }
        guard Self.isTimeZone(name) else {
            return reading.add(
                "unknown_time_zone", "there is no time zone \"\(WorkspaceName.printable(name))\"",
                suggestion: "use a name like \"Europe/Berlin\", \"America/New_York\" or \"UTC\"",
                range: member.value.range, pointer: "/time_zone")
        }
        settings.timeZone = name
    }

    private mutating func readLimits(_ node: JSONNode, _ reading: DocumentReading) {
        let known = Limit.allCases.map(\.rawValue)
        for member in reading.members(of: node, at: "/limits", known: known, what: "\"limits\"") {
            guard let limit = Limit(rawValue: member.key) else { continue }
            guard limit.isSettable else {
                reading.add(
                    "fixed_limit",
                    "the limit \"\(member.key)\" can't be changed in this version: it is \(limit.standard)",
                    suggestion: "remove it", range: member.keyRange, pointer: "/limits/" + member.key)
                continue
            }
            if let value = reading.integer(member, at: "/limits", in: limit.range) { settings.limits[limit] = value }
        }
    }

    /// Whether `name` is an IANA name: by the system's own list of zones where there is one (quick), else by Foundation's.
    static func isTimeZone(_ name: String) -> Bool {
        let isSafe = name.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                || byte == UInt8(ascii: "/") || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
                || byte == UInt8(ascii: "+")
        }
        guard isSafe, let first = name.utf8.first, first != UInt8(ascii: "/") else { return false }
        if name == "UTC" { return true }
        if Disk.kind(of: "/usr/share/zoneinfo/" + name) == .file {
            // "posixrules" and "leapseconds" are files there too; zones start in upper case.
            return (0x41...0x5A).contains(first)
        }
        return TimeZone.knownTimeZoneIdentifiers.contains(name)
    }
}

extension NetworkPermissions {
    /// Before the name of a secret that stands in place of a file, until it is resolved.
    static let secretMark = "secret:"

    /// A file, or the name of a secret that holds what would be in it.
    private static func place(
        _ member: JSONMember, at pointer: String, for owner: Owner, _ reading: DocumentReading
    ) -> String? {
        guard owner == .connection, case .object = member.value.content else {
            return reading.string(member, at: pointer)
        }
        if case .secret(let name) = CredentialForm(member.value.json), WorkspaceName.isAllowedForSecret(name) {
            return secretMark + name
        }
        reading.add(
            "wrong_type",
            "\"\(member.key)\" must be a file, or { \"secret\": \"NAME\" } with the PEM text in that secret",
            range: member.value.range, pointer: pointer + "/" + member.key)
        return nil
    }

    /// Whose permissions are read: a proxy is the workspace's to allow.
    enum Owner { case workspace, connection }

    /// Reads a `network` object; unknown members and wrong types are reported.
    mutating func read(_ node: JSONNode, at pointer: String, for owner: Owner, _ reading: DocumentReading) {
        var known = [
            "private_addresses", "bodies_without_length", "certificate_authority", "client_certificate", "client_key",
            "maximum_answer_bytes",
        ]
        if owner == .workspace { known.append("proxy") }
        for member in reading.members(of: node, at: pointer, known: known, what: "\"network\"") {
            switch member.key {
            case "private_addresses": privateAddresses = reading.bool(member, at: pointer) ?? privateAddresses
            case "bodies_without_length": bodiesWithoutLength = reading.bool(member, at: pointer) ?? bodiesWithoutLength
            case "certificate_authority": certificateAuthority = reading.string(member, at: pointer)
            case "client_certificate": clientCertificate = Self.place(member, at: pointer, for: owner, reading)
            case "client_key": clientKey = Self.place(member, at: pointer, for: owner, reading)
            case "proxy": proxy = reading.string(member, at: pointer)
            case "maximum_answer_bytes":
                maximumAnswerBytes = reading.integer(member, at: pointer, in: 1024...(1 << 30))
            default: break
            }
        }
    }
}
