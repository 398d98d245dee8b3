// The top of connector.json and its `connection`: settings, sign-in, address, error rules, limits.

import ConnectorKit
import JSONCore
import RecipeLanguage

extension ConnectorReader {
    /// Reads one file.
    /// - Parameter name: of the folder, which the connector's own name has to be.
    /// - Returns: the connector when there is no error, and everything that was found.
    static func read(
        _ bytes: [UInt8], name: String, file: String, folder: ConnectorFiles
    ) -> (ConnectorDefinition?, [Diagnostic]) {
        let reader: ConnectorReader
        switch Self.reader(of: bytes, JSONLimits(bytes: mostBytes), file: file, folder: folder) {
        case .failure(let broken): return (nil, [broken.diagnostic])
        case .success(let made): reader = made
        }
        let document = reader.document
        let definition = reader.definition(Entry(node: document.root, pointer: JSONPointer()), name: name)
        let isUsable = !reader.diagnostics.contains { $0.severity == .error }
        return (isUsable ? definition : nil, Diagnostic.sorted(reader.diagnostics))
    }

    /// A text that is no JSON.
    private struct Broken: Error { let diagnostic: Diagnostic }

    /// A reader over a file's text; repeated names are reported.
    private static func reader(
        of bytes: [UInt8], _ limits: JSONLimits, file: String, folder: ConnectorFiles, isActionFile: Bool = false
    ) -> Result<ConnectorReader, Broken> {
        let document: JSONDocument
        do {
            document = try JSONDocument(parsing: bytes, limits: limits)
        } catch {
            let place = min(error.offset, bytes.count)
            let end = min(place + 1, bytes.count)
            return .failure(
                Broken(
                    diagnostic: Diagnostic(
                        code: "bad_json", "this is not JSON: \(error.message)", file: file, range: place..<end,
                        pointer: "")))
        }
        let reader = ConnectorReader(document: document, file: file, folder: folder, isActionFile: isActionFile)
        for repeated in document.duplicates {
            let key = repeated.pointer.tokens.last ?? ""
            reader.report(
                "duplicate_key", "\"\(key)\" is there twice", hint: "keep one of the two", range: repeated.range,
                pointer: repeated.pointer)
        }
        return .success(reader)
    }

    /// Reads an action that has a file of its own.
    /// - Parameter settings: of the connection, which formulas are held against.
    static func readAction(
        _ bytes: [UInt8], _ file: ActionFile, path: String, folder: ConnectorFiles, settings: Schema?,
        mostSchemas: Int
    ) -> (ActionDefinition?, [Diagnostic]) {
        switch reader(of: bytes, ConnectorFiles.limits, file: path, folder: folder, isActionFile: true) {
        case .failure(let broken): return (nil, [broken.diagnostic])
        case .success(let reader):
            (reader.settings, reader.mostSchemas) = (settings, mostSchemas)
            let action = reader.action(
                Entry(node: reader.document.root, pointer: JSONPointer()), name: file.name, file: file)
            let isUsable = !reader.diagnostics.contains { $0.severity == .error }
            return (isUsable ? action : nil, Diagnostic.sorted(reader.diagnostics))
        }
    }

    private func definition(_ root: Entry, name: String) -> ConnectorDefinition? {
        let keys = [
            "galley_connector", "name", "title", "summary", "docs", "connection", "objects", "actions", "triggers",
        ]
        guard let top = fields(root, "the connector", allowed: keys) else { return nil }
        if let version = required("galley_connector", of: top, "the connector", hint: "write \"galley_connector\": 1"),
            version.node.json != 1
        {
            report(
                "unknown_version", "this galley reads connectors of version 1, not \(version.words)",
                hint: "write \"galley_connector\": 1, or update galley if the connector was made for a newer one",
                at: version)
        }
        if let entry = required("name", of: top, "the connector"), let text = text(entry, "\"name\"") {
            checkName(text, "the connector's name", range: entry.node.range, pointer: entry.pointer)
            if text != name {
                report(
                    "wrong_name", "the connector is in the folder \"\(name)\" but calls itself \"\(text.prefix(64))\"",
                    hint: "give the folder and the connector the same name", at: entry)
            }
        }
        let title = text(required("title", of: top, "the connector"), "\"title\"") ?? name
        if let objects = top["objects"], let members = members(objects, "\"objects\"") {
            for member in members.members { _ = schema(member.value) }
        }
        let connection = self.connection(top["connection"])
        let errors = connection.map { errorRules($0.entries["errors"], .errors) } ?? []
        let (actions, specs) = self.actions(required("actions", of: top, "the connector"))
        let triggers = self.triggers(top["triggers"], actions: actions)
        guard let connection, let baseURL = connection.baseURL else { return nil }
        let defaults = (settings?.properties ?? []).compactMap { setting in
            setting.schema.defaultValue.map { (setting.name, $0) }
        }
        // An address whose settings all have defaults is whole without a connection.
        let isWhole = baseURL.constant != nil || defaults.count == settings?.properties.count ?? -1
        let spec = ConnectorSpec(
            name: name, title: title, summary: text(top["summary"], "\"summary\"") ?? "",
            docs: text(top["docs"], "\"docs\"") ?? "", actions: specs, triggers: triggers.specs, settings: settings,
            connectionRequired: connection.isRequired || !isWhole, signIn: connection.schemes.first?.spec,
            otherSignIns: connection.schemes.dropFirst().compactMap(\.spec))
        return ConnectorDefinition(
            spec: spec, schemes: connection.schemes, baseURL: baseURL, headers: connection.headers,
            test: connection.test, errors: errors, limits: connection.limits, actions: actions,
            settingDefaults: JSONObject(defaults), polls: triggers.polls, webhooks: triggers.webhooks)
    }

    /// What `connection` says.
    private struct ConnectionPart {
        let entries: Entries
        var schemes: [SchemeTemplate] = []
        var baseURL: PieceTemplate?
        var headers: [(name: String, value: InputTemplate)] = []
        var test: RequestTemplate?
        var limits = CallLimits()
        var isRequired = false
    }

    private func connection(_ entry: Entry?) -> ConnectionPart? {
        guard let entry else {
            report(
                "missing_key", "the connector needs \"connection\"", hint: "with its \"base_url\" at least",
                range: 0..<1, pointer: JSONPointer())
            return nil
        }
        let keys = ["settings", "auth", "base_url", "headers", "test", "errors", "limits"]
        guard let entries = fields(entry, "\"connection\"", allowed: keys) else { return nil }
        var part = ConnectionPart(entries: entries)
        settings = schema(entries["settings"], isClosed: true)
        if let auth = entries["auth"] { part.schemes = schemes(auth) }
        part.isRequired =
            !part.schemes.isEmpty && part.schemes.allSatisfy { $0.type != nil && $0.type != "none" }
            || settings?.properties.contains { $0.required } == true
        if let base = required("base_url", of: entries, "\"connection\"", hint: "like \"https://api.acme.example/v3\"")
        {
            part.baseURL = baseURL(base)
        }
        part.headers = self.headers(entries["headers"], .connection)
        if let test = entries["test"] { part.test = request(test, "\"test\"", .connection) }
        part.limits = limits(entries["limits"])
        return part
    }

    func limits(_ entry: Entry?) -> CallLimits {
        var limits = CallLimits()
        guard let entry, let found = fields(entry, "\"limits\"", allowed: ["per_second", "at_once", "breaker"]) else {
            return limits
        }
        limits.perSecond = positive(found["per_second"], "\"per_second\"", most: 100_000)
        limits.atOnce = integer(found["at_once"], "\"at_once\"", in: 1...10_000)
        if let breaker = found["breaker"] { limits.breaker = self.breaker(breaker) }
        return limits
    }

    /// `false`, or how many failures in a row open it and how long it stays so.
    private func breaker(_ entry: Entry) -> BreakerSettings {
        var settings = BreakerSettings()
        if case .bool(let flag) = entry.node.content {
            settings.isOn = flag
            return settings
        }
        guard let found = fields(entry, "\"breaker\"", allowed: ["failures", "wait"]) else { return settings }
        settings.failures = integer(found["failures"], "\"failures\"", in: 1...1_000) ?? settings.failures
        settings.wait = duration(found["wait"], "\"wait\"", in: .seconds(1)...(.seconds(3_600))) ?? settings.wait
        return settings
    }

    /// A text like `5s`, between two bounds.
    func duration(_ entry: Entry?, _ name: String, in bounds: ClosedRange<Duration>) -> Duration? {
        guard let entry, let text = text(entry, name) else { return nil }
        guard let duration = DurationText.parse(text) else {
            report("bad_duration", "\(name) must be a time like \"5s\" or \"2m\", not \(entry.words)", at: entry)
            return nil
        }
        guard bounds.contains(duration) else {
            report(
                "out_of_range",
                "\(name) must be from \(bounds.lowerBound.components.seconds) s to \(bounds.upperBound.components.seconds) s",
                at: entry)
            return nil
        }
        return duration
    }

    func baseURL(_ entry: Entry, _ name: String = "\"base_url\"") -> PieceTemplate? {
        guard let pieces = pieces(entry, name, .connection) else { return nil }
        guard case .literal(let start)? = pieces.pieces.first else { return pieces }
        let lower = start.lowercased()
        if !lower.hasPrefix("https://") && !lower.hasPrefix("http://") {
            report("bad_url", "\(name) must start with https:// (or http:// for a system inside)", at: entry)
        } else if start.contains("?") || start.contains("#") || start.contains("@") {
            report(
                "bad_url", "\(name) has no query, no # and no user name in it",
                hint: "a query goes into \"query\" of a request", at: entry)
        }
        return pieces
    }

    func errorRules(_ entry: Entry?, _ scope: Scope) -> [ErrorRule] {
        guard let entry else { return [] }
        guard case .array(let elements) = entry.node.content else {
            report("wrong_type", "\"errors\" must be a list, not \(entry.words)", at: entry)
            return []
        }
        return elements.enumerated().compactMap { place, node in
            let rule = Entry(node: node, pointer: entry.pointer.appending(String(place)))
            guard
                let entries = fields(
                    rule, "an error rule", allowed: ["when", "type", "message", "transient", "retry_after"])
            else { return nil }
            let when = required("when", of: entries, "an error rule", hint: "like \"response.status == 409\"")
            let type = required("type", of: entries, "an error rule", hint: "like \"conflict\"")
            if let type, let text = type.text {
                checkName(text, "the error's type", range: type.node.range, pointer: type.pointer)
            }
            guard let formula = formula(when, "\"when\"", scope), let word = text(type, "\"type\"") else { return nil }
            return ErrorRule(
                when: formula, type: word, message: input(entries["message"], scope),
                isTransient: flag(entries["transient"], "\"transient\""),
                retryAfter: input(entries["retry_after"], scope))
        }
    }
}
