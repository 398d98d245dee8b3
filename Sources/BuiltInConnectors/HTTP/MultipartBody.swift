// multipart/form-data (RFC 7578): fields and files in one body.

import ConnectorKit
import JSONCore
import RecipeLanguage

/// A body of parts.
///
/// The boundary follows from the step's idempotency key, so that every attempt sends the same bytes.
struct MultipartBody {
    let bytes: [UInt8]
    let contentType: String

    /// All parts together.
    private static let mostBytes = 64 << 20

    private struct Part {
        let name: String
        let filename: String?
        let contentType: String?
        let content: [UInt8]
    }

    /// - Throws: `bad_input` naming the part, `file` or `too_large`.
    init(_ list: [JSON], context: ActionContext) async throws {
        guard !list.isEmpty else {
            throw ConnectorError(type: "bad_input", "\"multipart\" must have at least one part")
        }
        var parts: [Part] = []
        var total = 0
        for (place, element) in list.enumerated() {
            let part = try await Self.part(ActionInput(element), place: place, context: context)
            total += part.content.count
            guard total <= Self.mostBytes else {
                throw ConnectorError(type: "too_large", "the parts of \"multipart\" are larger than 64 MiB together")
            }
            parts.append(part)
        }
        let boundary = Self.boundary(context.idempotencyKey, parts)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(total + parts.count * 200)
        for part in parts {
            bytes += Array("--\(boundary)\r\nContent-Disposition: form-data; name=\"\(Self.quoted(part.name))\"".utf8)
            if let filename = part.filename { bytes += Array("; filename=\"\(Self.quoted(filename))\"".utf8) }
            bytes += Array("\r\n".utf8)
            if let type = part.contentType { bytes += Array("Content-Type: \(type)\r\n".utf8) }
            bytes += Array("\r\n".utf8) + part.content + Array("\r\n".utf8)
        }
        bytes += Array("--\(boundary)--\r\n".utf8)
        (self.bytes, contentType) = (bytes, "multipart/form-data; boundary=\(boundary)")
    }

    private static func part(_ input: ActionInput, place: Int, context: ActionContext) async throws -> Part {
        let name = try input.filledText("name")
        let kinds = ["value", "file", "text", "base64"].filter { input.value($0) != nil }
        guard kinds.count == 1, let kind = kinds.first else {
            throw ConnectorError(
                type: "bad_input",
                "part \(place + 1) of \"multipart\" must have one of \"value\", \"file\", \"text\" or \"base64\"")
        }
        let type = try input.text("content_type")
        if let type, !type.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) {
            throw ConnectorError(
                type: "bad_input", "\"content_type\" of part \(place + 1) has a character that is not allowed")
        }
        let filename = try input.text("filename")
        switch kind {
        case "value":
            let content: [UInt8]
            switch input.value("value") {
            case .array?, .object?:
                content = input.value("value")?.compactBytes ?? []
                return Part(name: name, filename: filename, contentType: type ?? "application/json", content: content)
            default: content = Array((try input.text("value") ?? "").utf8)
            }
            return Part(name: name, filename: filename, contentType: type, content: content)
        case "file":
            let path = try input.filledText("file")
            let files = context.files
            let content = try await BlockingWork.run { _ in
                try OpenedFile(path, in: files).readAll(limit: mostBytes)
            }
            let last = path.split(separator: "/").last.map { String($0) } ?? path
            return Part(
                name: name, filename: filename ?? last, contentType: type ?? "application/octet-stream",
                content: content)
        case "text":
            return Part(
                name: name, filename: filename ?? name, contentType: type ?? "text/plain; charset=utf-8",
                content: Array(try input.requiredText("text").utf8))
        default:
            guard let content = Base64Text.decode(try input.requiredText("base64")) else {
                throw ConnectorError(type: "bad_input", "\"base64\" of part \(place + 1) is not base64")
            }
            return Part(
                name: name, filename: filename ?? name, contentType: type ?? "application/octet-stream",
                content: content)
        }
    }

    /// A text that occurs in no part.
    private static func boundary(_ key: String, _ parts: [Part]) -> String {
        let letters = key.utf8.filter {
            (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0)
        }
        let stem = "galley-" + String(decoding: letters.suffix(40), as: UTF8.self)
        var number = 0
        while parts.contains(where: { contains($0.content, Array("--\(stem)-\(number)".utf8)) }) { number += 1 }
        return "\(stem)-\(number)"
    }

    private static func contains(_ content: [UInt8], _ text: [UInt8]) -> Bool {
        guard content.count >= text.count, let first = text.first else { return false }
        var place = 0
        while let found = content[place...].firstIndex(of: first), found + text.count <= content.count {
            if content[found..<found + text.count].elementsEqual(text) { return true }
            place = found + 1
        }
        return false
    }

    /// As browsers quote names: no way out of the quotes or the line.
    private static func quoted(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "%22"
            case "\r": result += "%0D"
            case "\n": result += "%0A"
            case _ where scalar.value < 0x20 || scalar.value == 0x7F: result += "_"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
