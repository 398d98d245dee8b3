// Makes the bytes of a described body: JSON, form, parts, XML, text or a file.

import ConnectorKit
import JSONCore
import RecipeLanguage

extension BodyTemplate {
    private static let mostBytes = 64 << 20

    /// Puts the body into the request; leaves it without one when there is none.
    func add(to request: inout HTTPRequest, input: JSON, changes: PageChanges, in context: ActionContext) async throws {
        guard var value = value(of: input) else {
            if isRequired {
                throw ConnectorError(type: "bad_input", "the request needs a body, and the input has none")
            }
            return
        }
        if case .object(var object) = value, !changes.body.isEmpty {
            for change in changes.body { object[change.name] = change.value }
            value = .object(object)
        }
        let standard: String
        switch form {
        case .json: (request.body, standard) = (value.compactBytes, "application/json")
        case .form: (request.body, standard) = (try formBytes(value), "application/x-www-form-urlencoded")
        case .text:
            (request.body, standard) = (Array((value.scalarText ?? value.compact).utf8), "text/plain; charset=utf-8")
        case .xml:
            var writer = XMLBodyWriter(files: files, top: top)
            (request.body, standard) = (
                try writer.document(value, root: root, schema: schema), "application/xml; charset=utf-8"
            )
        case .multipart:
            let parts = try parts(value)
            if parts.isEmpty { return addEmptyMultipart(to: &request) }
            let body = try await MultipartBody(parts, context: context)
            request.body = body.bytes
            let type = mediaType.map { String($0.prefix { $0 != ";" }) } ?? "multipart/form-data"
            request.setHeader(
                "Content-Type", body.contentType.replacing("multipart/form-data", with: type, maxReplacements: 1))
            return
        case .file:
            let (bytes, type) = try await file(value, context)
            (request.body, standard) = (bytes, type ?? "application/octet-stream")
            // The step knows best what its file is.
            if let type { return request.setHeader("Content-Type", type) }
        }
        if request.header("content-type") == nil { request.setHeader("Content-Type", mediaType ?? standard) }
    }

    /// A body of parts that has none: only its end, where the system wants a body at all.
    private func addEmptyMultipart(to request: inout HTTPRequest) {
        guard isRequired else { return }
        request.body = Array("--galley-empty--\r\n".utf8)
        request.setHeader("Content-Type", "multipart/form-data; boundary=galley-empty")
    }

    private func object(_ value: JSON) throws(ConnectorError) -> JSONObject {
        if let object = value.object { return object }
        throw ConnectorError(type: "bad_input", "the body of the request is \(value.kind); it must be an object")
    }

    private func formBytes(_ value: JSON) throws(ConnectorError) -> [UInt8] {
        var pairs: [String] = []
        for entry in try object(value) where !entry.value.isNull {
            let encoding = encodings[entry.key] ?? Encoding()
            let parameter = ParameterTemplate(
                name: entry.key, place: .query, style: encoding.style, explode: encoding.explode,
                allowsReserved: encoding.allowsReserved, source: .member(entry.key), fallback: nil)
            // An object without a style of its own is a JSON text (OpenAPI 3.1 §4.8.15: application/json).
            if entry.value.object != nil, encodings[entry.key] == nil {
                pairs.append(
                    PercentEncoding.component(entry.key) + "=" + PercentEncoding.component(entry.value.compact))
            } else {
                pairs += try parameter.queryPairs(entry.value)
            }
        }
        return Array(pairs.joined(separator: "&").utf8)
    }

    private func parts(_ value: JSON) throws(ConnectorError) -> [JSON] {
        var parts: [JSON] = []
        for entry in try object(value) where !entry.value.isNull {
            let encoding = encodings[entry.key] ?? Encoding()
            func add(_ value: JSON) throws(ConnectorError) {
                if encoding.isFile {
                    parts.append(try FileValue.part(value, name: entry.key, contentType: encoding.contentType))
                    return
                }
                var part: JSONObject = ["name": .string(entry.key), "value": value]
                if let type = encoding.contentType {
                    part["content_type"] = .string(type)
                    // A type of JSON is for the value as a whole, quotes included.
                    if type.contains("json"), value.scalarText != nil { part["value"] = .string(value.compact) }
                }
                parts.append(.object(part))
            }
            if case .array(let elements) = entry.value, encoding.contentType?.contains("json") != true {
                for element in elements { try add(element) }
            } else {
                try add(entry.value)
            }
        }
        return parts
    }

    /// The bytes of a body that is one file, and its type where the step says one.
    private func file(_ value: JSON, _ context: ActionContext) async throws -> ([UInt8], String?) {
        if let text = value.scalarText { return (Array(text.utf8), nil) }
        let part = try FileValue.part(value, name: "body", contentType: nil)
        let input = ActionInput(part)
        let type = try input.text("content_type")
        if let type, !HeaderText.isValue(type) {
            throw ConnectorError(type: "bad_input", "\"content_type\" of the body has a control character in it")
        }
        if let path = try input.text("file") {
            let files = context.files
            let bytes = try await BlockingWork.run { _ in
                try OpenedFile(path, in: files).readAll(limit: Self.mostBytes)
            }
            return (bytes, type)
        }
        if let encoded = try input.text("base64") {
            guard let bytes = Base64Text.decode(encoded) else {
                throw ConnectorError(type: "bad_input", "\"base64\" of the body is not base64")
            }
            return (bytes, type)
        }
        return (Array(try input.requiredText("text").utf8), type)
    }
}
