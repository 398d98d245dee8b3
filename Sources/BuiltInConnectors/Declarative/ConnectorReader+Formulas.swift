// Formulas and templates of a connector: syntax at its exact place, and only names that have a value there.

import JSONCore
import RecipeLanguage

/// The names that formulas of a connector may use, each with its slot.
enum FormulaName: String, CaseIterable {
    /// The action's input.
    case input
    /// The connection's settings; never its credentials.
    case settings
    /// The answer: `status`, `headers`, `body`.
    case response
    /// Stable for this job and step, across attempts.
    case idempotencyKey = "idempotency_key"
    /// One record of a list.
    case item
    /// Where a polling trigger stands.
    case cursor
    /// The number of the page that was read, from 1.
    case page
    /// How many records have been collected.
    case count
    /// The records collected from all pages.
    case items
    /// What an action gave.
    case output
    /// What a webhook delivered.
    case body, headers, query
    /// What subscribing to a webhook gave, and the address that it calls.
    case subscription
    case webhookURL = "webhook_url"
    /// The secret that galley makes for a subscription.
    case webhookSecret = "webhook_secret"
    /// The answer that began a long operation.
    case started
    /// A request that is to be signed: its method, url, host, path, query, headers, body and body_sha256.
    case request
    /// The moment and the number of a signature, and the id of its key.
    case timestamp, date, nonce
    case timestampMS = "timestamp_ms"
    case isoDate = "iso_date"
    case keyID = "key_id"
    /// The credentials of a connection, and its access token: only where they are put into SOAP headers.
    case auth, token
    /// What a SOAP service said went wrong: code, string, fault, detail.
    case fault

    var slot: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

extension ConnectorReader {
    /// What may be used at one place of the file.
    struct Scope {
        var names: Set<FormulaName>
        /// The schema of `input`, where there is one.
        var input: Schema?
        /// As it is written.
        var inputSource: JSON = [:]
        /// The members of `auth`, where it is seen.
        var credentials: Schema?
        /// The schema of `item`, where it is known.
        var item: Schema?

        static let connection = Scope(names: [.settings])
        static let errors = Scope(names: [.settings, .response, .input])

        func adding(_ more: FormulaName...) -> Scope {
            Scope(names: names.union(more), input: input, inputSource: inputSource)
        }

        /// With `item`, a record as `schema` describes it.
        func adding(item schema: Schema?) -> Scope {
            var scope = adding(.item)
            scope.item = schema
            return scope
        }
    }

    /// Words that formulas understand by themselves.
    private static let wordsOfFormulas: Set<String> = [
        "now", "today", "uuid", "lookup", "properties", "skip", "clear", "null", "nil", "true", "false", "workato",
    ]

    /// A bare formula (`when`, `items`, `while`).
    func formula(_ entry: Entry?, _ name: String, _ scope: Scope) -> BoundFormula? {
        guard let entry, let text = text(entry, name) else { return nil }
        if let pill = text.firstRange(of: "{{") {
            let offset = text.utf8.distance(from: text.startIndex, to: pill.lowerBound)
            report(
                "pill_in_formula", "\(name) is a formula already, so it takes no {{ }}",
                hint: "leave the {{ and }} out",
                range: range(offset..<offset + 2, in: entry), pointer: entry.pointer)
            return nil
        }
        do {
            let formula = try Formula(parsing: text)
            check(formula.names, offset: 0, in: entry, scope)
            return formula.bound { FormulaName(rawValue: $0)?.slot }
        } catch {
            report(error, in: entry)
            return nil
        }
    }

    /// A text with pills.
    func template(_ entry: Entry, _ scope: Scope) -> Template? {
        guard let text = entry.text else { return nil }
        do {
            let template = try Template(parsing: text)
            for (offset, formula) in template.formulas { check(formula.names, offset: offset, in: entry, scope) }
            return template
        } catch {
            report(error, in: entry)
            return nil
        }
    }

    /// A text with pills whose values are looked at one by one: paths, addresses, XML.
    func pieces(_ entry: Entry?, _ name: String, _ scope: Scope) -> PieceTemplate? {
        guard let entry, text(entry, name) != nil, let template = template(entry, scope) else { return nil }
        return PieceTemplate(template, name: name)
    }

    /// A value with pills in its texts.
    /// - Parameter left: members of an object that are read elsewhere.
    func input(_ entry: Entry?, _ scope: Scope, without left: [String] = []) -> InputTemplate? {
        guard let entry else { return nil }
        switch entry.node.content {
        case .string(let text):
            guard text.contains("{{") else { return .constant(.string(text)) }
            return template(entry, scope).map {
                .template($0.bound { FormulaName(rawValue: $0)?.slot }, pointer: entry.pointer.description)
            }
        case .array(let elements):
            let inner = elements.enumerated().compactMap {
                input(Entry(node: $1, pointer: entry.pointer.appending(String($0))), scope)
            }
            return .array(inner)
        case .object(let members):
            var inner: [(key: String, value: InputTemplate)] = []
            for member in members where !left.contains(member.key) {
                let value = input(Entry(node: member.value, pointer: entry.pointer.appending(member.key)), scope)
                if let value { inner.append((member.key, value)) }
            }
            return .object(inner)
        default: return .constant(entry.node.json)
        }
    }

    private func report(_ error: FormulaError, in entry: Entry) {
        report(
            error.code, error.message, hint: error.suggestion, range: range(error.range, in: entry),
            pointer: entry.pointer)
    }

    /// The bytes in the file of bytes of a string's text.
    private func range(_ decoded: Range<Int>, in entry: Entry) -> Range<Int> {
        let start = document.fileOffset(ofDecoded: decoded.lowerBound, in: entry.node)
        let end = document.fileOffset(ofDecoded: decoded.upperBound, in: entry.node)
        return start..<max(start, end)
    }

    /// - Parameter offset: of the formula in the entry's text, in UTF-8 bytes.
    private func check(_ uses: [NameUse], offset: Int, in entry: Entry, _ scope: Scope) {
        func place(_ range: Range<Int>) -> Range<Int> {
            self.range(range.lowerBound + offset..<range.upperBound + offset, in: entry)
        }
        let visible = FormulaName.allCases.filter { scope.names.contains($0) }.map(\.rawValue)
        for use in uses where !Self.wordsOfFormulas.contains(use.name) {
            guard let name = FormulaName(rawValue: use.name), scope.names.contains(name) else {
                let hint =
                    ["credentials", "connection", "auth", "password", "token", "key"].contains(use.name)
                    ? "credentials are put into the request by \"auth\"; formulas never see them"
                    : Suggestion.didYouMean(use.name, among: visible) ?? "here are \(visible.joined(separator: ", "))"
                report(
                    "unknown_name", "nothing here is called \"\(use.name)\"", hint: hint, range: place(use.range),
                    pointer: entry.pointer)
                continue
            }
            switch name {
            case .input: check(use, against: scope.input, in: entry, place)
            case .settings:
                let none = Schema.object([])
                check(use, against: settings ?? none, in: entry, place)
            case .auth: check(use, against: scope.credentials, in: entry, place)
            case .item: check(use, against: scope.item, in: entry, place)
            case .response, .started:
                let known = ["status", "headers", "body", "base64"]
                if let member = use.path.first, let range = use.pathRanges.first, !known.contains(member) {
                    report(
                        "unknown_pill_field", "\(use.name) has no \"\(member)\"",
                        hint: Suggestion.didYouMean(member, among: known) ?? "it has status, headers and body",
                        range: place(range), pointer: entry.pointer)
                }
            default: break
            }
        }
    }

    /// Members that the schema of `input`, `settings` or a record does not have, as deep as it is plain to see.
    private func check(
        _ use: NameUse, against schema: Schema?, in entry: Entry, _ place: (Range<Int>) -> Range<Int>
    ) {
        guard var schema else { return }
        var owner = use.name
        for (member, range) in zip(use.path, use.pathRanges) {
            switch schema.member(member) {
            case .known(let inner): schema = inner
            case .unknown(let known):
                return report(
                    "unknown_pill_field", "\(owner) has no \"\(member)\"",
                    hint: Suggestion.didYouMean(member, among: known)
                        ?? (known.isEmpty ? "it has no members" : "it has \(known.joined(separator: ", "))"),
                    range: place(range), pointer: entry.pointer)
            case .unlikely(let near):
                return report(
                    "unlikely_pill_field", "\(owner) is not described as having \"\(member)\"",
                    hint: "did you mean \"\(near)\"?", range: place(range), pointer: entry.pointer,
                    severity: .warning)
            case .anything, .none: return
            }
            owner += "." + member
        }
    }
}
