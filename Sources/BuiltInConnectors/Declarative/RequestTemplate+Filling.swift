// A request template and the values of a call make a request: below the base URL, with nothing a value could change in it.

import ConnectorKit
import JSONCore
import RecipeLanguage

extension ConnectorDefinition {
    /// The base URL with the connection's settings in it, without a slash at its end.
    /// - Parameter own: of the request, where it has one.
    func base(_ own: PieceTemplate?, _ values: FormulaValues) throws(ConnectorError) -> String {
        var url = try (own ?? baseURL).address(values)
        while url.hasSuffix("/") { url.removeLast() }
        return url
    }

    /// The request without the credentials.
    func request(
        _ template: RequestTemplate, _ values: FormulaValues, isRepeatable: Bool, in context: ActionContext,
        changes: PageChanges = PageChanges()
    ) async throws -> HTTPRequest {
        let base = try base(template.baseURL, values)
        let input = values[.input]
        var request = HTTPRequest(template.method, base, isRepeatable: isRepeatable)
        switch template.signIn {
        case .always: break
        case .optional: request.signsIn = context.connection.map { !$0.credentials.isEmpty } ?? false
        case .never: request.signsIn = false
        }
        if let url = changes.url {
            request.url = try Self.nextURL(url, base: base)
        } else {
            request.url = base + (try Self.path(template.path, template.parameters, values, input))
            var query = try Self.pairs(template.query, values, "the query")
            for change in changes.query {
                query.removeAll { $0.name == change.name }
                query.append(change)
            }
            let changed = Set(changes.query.map(\.name))
            var encoded: [String] = []
            for parameter in template.parameters where parameter.place == .query && !changed.contains(parameter.name) {
                guard let value = try parameter.value(values, input: input) else { continue }
                encoded += try parameter.queryPairs(value)
            }
            request.addQuery(encoded: encoded)
            request.addQuery(query)
        }
        for header in headers + template.headers {
            guard let text = try Self.header(header.name, header.value, values) else { continue }
            request.setHeader(header.name, text)
        }
        try Self.addHeaders(template.parameters, to: &request, values, input)
        try addBody(template.body, to: &request, values, changes)
        if case .described(let body) = template.body {
            try await body.add(to: &request, input: input, changes: changes, in: context)
        }
        if case .multipart(let template) = template.body {
            let body = try await Self.multipart(template, values, context)
            request.body = body.bytes
            request.setHeader("Content-Type", body.contentType)
        }
        return request
    }

    /// Described headers, and cookies in one header.
    private static func addHeaders(
        _ parameters: [ParameterTemplate], to request: inout HTTPRequest, _ values: FormulaValues, _ input: JSON
    ) throws(ConnectorError) {
        var cookies: [String] = []
        for parameter in parameters where parameter.place == .header || parameter.place == .cookie {
            guard let value = try parameter.value(values, input: input) else { continue }
            if parameter.place == .header {
                request.setHeader(parameter.name, try parameter.headerText(value))
            } else {
                cookies += try parameter.cookiePairs(value)
            }
        }
        if !cookies.isEmpty { request.setHeader("Cookie", cookies.joined(separator: "; ")) }
    }

    /// The path, each value percent-encoded so that it stays within its segment.
    private static func path(
        _ path: PieceTemplate, _ parameters: [ParameterTemplate], _ values: FormulaValues, _ input: JSON
    ) throws(ConnectorError) -> String {
        var text = try path.text(values) { (text, source) throws(ConnectorError) in
            guard !text.isEmpty else {
                throw ConnectorError(type: "bad_input", "\(source) is empty, and the request's path needs it")
            }
            return PercentEncoding.component(text)
        }
        // A brace in a value has been encoded by now: these are all of the path's own.
        for parameter in parameters where parameter.place == .path {
            guard let value = try parameter.value(values, input: input) else {
                throw ConnectorError(
                    type: "bad_input", "\"\(parameter.name)\" has no value, and the request's path needs it")
            }
            text = text.replacing("{\(parameter.name)}", with: try parameter.pathText(value))
        }
        // A dot-segment that a value made would be taken out of the path, with the segment before it.
        guard !text.split(separator: "/").contains(where: { $0 == "." || $0 == ".." }) else {
            throw ConnectorError(type: "bad_input", "a value in the request's path is \".\" or \"..\"")
        }
        return text
    }

    /// Names with their values as texts; nil values are left out, a list gives its name once for each element.
    private static func pairs(
        _ templates: [(name: String, value: InputTemplate)], _ values: FormulaValues, _ what: String
    ) throws(ConnectorError) -> [(name: String, value: String)] {
        var pairs: [(name: String, value: String)] = []
        for template in templates {
            let value = try values.json(template.value, "\"\(template.name)\" of \(what)") ?? .null
            pairs += try texts(value, name: template.name, what)
        }
        return pairs
    }

    static func texts(_ value: JSON, name: String, _ what: String) throws(ConnectorError) -> [(
        name: String, value: String
    )] {
        switch value {
        case .null: return []
        case .array(let elements):
            var pairs: [(name: String, value: String)] = []
            for element in elements {
                guard let text = element.scalarText else { throw notText(name, what, element) }
                pairs.append((name, text))
            }
            return pairs
        default:
            guard let text = value.scalarText else { throw notText(name, what, value) }
            return [(name, text)]
        }
    }

    private static func notText(_ name: String, _ what: String, _ value: JSON) -> ConnectorError {
        ConnectorError(
            type: "bad_input", "\"\(name)\" of \(what) is \(value.kind); it must be a text, a number or true or false")
    }

    private static func header(_ name: String, _ template: InputTemplate, _ values: FormulaValues)
        throws(ConnectorError) -> String?
    {
        guard let value = try values.json(template, "the header \(name)"), !value.isNull else { return nil }
        guard let text = value.scalarText else { throw notText(name, "the headers", value) }
        guard HeaderText.isValue(text) else {
            throw ConnectorError(type: "bad_input", "the header \(name) has a line break or a control character in it")
        }
        return text
    }

    private func addBody(
        _ body: RequestTemplate.Body, to request: inout HTTPRequest, _ values: FormulaValues, _ changes: PageChanges
    ) throws(ConnectorError) {
        var media: String?
        switch body {
        case .none, .multipart, .described: return
        case .json(let template):
            guard var json = try values.json(template, "the body of the request") else { return }
            if case .object(var object) = json, !changes.body.isEmpty {
                for change in changes.body { object[change.name] = change.value }
                json = .object(object)
            }
            request.body = json.compactBytes
            media = "application/json"
        case .form(let template):
            let value = try values.json(template, "the form of the request") ?? [:]
            guard var object = value.object else {
                throw ConnectorError(
                    type: "bad_input", "the form of the request is \(value.kind); it must be an object")
            }
            for change in changes.body { object[change.name] = change.value }
            var pairs: [(name: String, value: String)] = []
            for entry in object { pairs += try Self.texts(entry.value, name: entry.key, "the form") }
            request.body = Array(PercentEncoding.form(pairs).utf8)
            media = "application/x-www-form-urlencoded"
        case .text(let template):
            let value = try values.json(template, "the text of the request") ?? ""
            guard let text = value.isNull ? "" : value.scalarText else {
                throw ConnectorError(type: "bad_input", "the text of the request is \(value.kind)")
            }
            request.body = Array(text.utf8)
            media = "text/plain; charset=utf-8"
        case .xml(let template):
            let text = try template.text(values) { (text, _) throws(ConnectorError) in try Self.escapedForXML(text) }
            request.body = Array(text.utf8)
            media = "application/xml; charset=utf-8"
        }
        if let media, request.header("content-type") == nil { request.setHeader("Content-Type", media) }
    }

    /// Parts whose content is nil are left out: optional fields.
    private static func multipart(
        _ template: InputTemplate, _ values: FormulaValues, _ context: ActionContext
    ) async throws -> MultipartBody {
        let value = try values.json(template, "the parts of the request") ?? .null
        guard let parts = value.array else {
            throw ConnectorError(
                type: "bad_input", "the parts of the request are \(value.kind); they must be a list of objects")
        }
        let contents = ["value", "file", "text", "base64"]
        return try await MultipartBody(
            parts.filter { part in
                part.object.map { part in contents.contains { part[$0] != nil && part[$0] != .null } } ?? true
            }, context: context)
    }

    /// Right between tags and in attributes of either quote.
    static func escapedForXML(_ text: String) throws(ConnectorError) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            case "\r": escaped += "&#13;"
            case "\t", "\n": escaped.unicodeScalars.append(scalar)
            default:
                guard scalar.value >= 0x20, scalar.value != 0xFFFE, scalar.value != 0xFFFF else {
                    throw ConnectorError(
                        type: "bad_input", "a value has a control character in it, which XML can't carry")
                }
                escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }

    /// The address of the next page (or whatever `what` says), which has to be on the same host: credentials go there.
    static func nextURL(_ url: String, base: String, _ what: String = "the next page") throws(ConnectorError) -> String
    {
        guard let origin = Origin(base) else { throw ConnectorError(type: "internal", "the base URL has no host") }
        if url.hasPrefix("/"), !url.hasPrefix("//") { return origin.text + url }
        guard url.contains("://") || url.hasPrefix("//") else {
            throw ConnectorError(
                type: "bad_answer", "the answer says where \(what) is, but that is no http or https address")
        }
        guard Origin(url) == origin else {
            throw ConnectorError(
                type: "bad_answer",
                "the answer says that \(what) is on another host, where the credentials must not go")
        }
        return url
    }
}

/// What the next page changes in the request.
struct PageChanges: Equatable {
    var query: [(name: String, value: String)] = []
    var body: [(name: String, value: JSON)] = []
    var url: String?

    static func == (one: PageChanges, other: PageChanges) -> Bool {
        one.url == other.url && one.query.elementsEqual(other.query) { $0 == $1 }
            && one.body.elementsEqual(other.body) { $0 == $1 }
    }
}

/// Scheme, host and port of an address, in lower case.
struct Origin: Equatable {
    let text: String

    /// nil unless `url` is http or https with a host and without a user's name.
    init?(_ url: String) {
        let lower = url.lowercased()
        guard let scheme = ["https://", "http://"].first(where: { lower.hasPrefix($0) }) else { return nil }
        var authority = String(
            lower.dropFirst(scheme.count).prefix { $0 != "/" && $0 != "?" && $0 != "#" && $0 != "\\" })
        guard !authority.isEmpty, !authority.contains("@") else { return nil }
        let standard = scheme == "https://" ? ":443" : ":80"
        if authority.hasSuffix(standard) { authority.removeLast(standard.count) }
        text = scheme + authority
    }
}

extension JSON {
    /// As it is written in a query, a form or a header; nil for lists and objects. null is empty.
    var scalarText: String? {
        switch self {
        case .null: ""
        case .string(let text): text
        case .integer(let integer): String(integer)
        case .number(let number): number.text
        case .bool(let flag): flag ? "true" : "false"
        case .array, .object: nil
        }
    }
}
