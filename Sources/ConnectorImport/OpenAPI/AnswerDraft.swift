// The answer of an operation that means success: its type, its schema, its headers.

import JSONCore

struct AnswerDraft {
    let mediaType: String?
    let schema: Node?
    /// In small letters.
    let headers: Set<String>

    var isJSON: Bool { mediaType.map { MediaTypes.isJSON($0) } ?? true }
    /// Whether it is a file: neither JSON nor text nor XML.
    var isFile: Bool { mediaType.map { MediaTypes.form(of: $0) == "file" && MediaTypes.header($0) != nil } ?? false }

    init(_ operation: OpenAPIDocument.Operation, _ document: OpenAPIDocument) {
        let answers = operation.node["responses"]?.object ?? []
        let order = ["200", "201", "202", "203", "2XX", "2xx", "206", "204", "default"]
        let chosen =
            order.lazy.compactMap { code in answers.first { $0.key == code } }.first
            ?? answers.first { $0.key.hasPrefix("2") }
        guard let written = chosen?.value, let answer = try? document.documents.followed(written) else {
            (mediaType, schema, headers) = (nil, nil, [])
            return
        }
        headers = Set((answer["headers"]?.object ?? []).map { $0.key.lowercased() })
        if document.version == .two {
            let types =
                (operation.node.json["produces"] ?? document.root.json["produces"])?.array?.compactMap(\.string) ?? []
            (mediaType, schema) = (MediaTypes.preferred(types), answer["schema"])
            return
        }
        let content = answer["content"]?.object ?? []
        let type = MediaTypes.preferred(content.map(\.key))
        let media = content.first { $0.key == type }?.value
        mediaType = type
        schema = media.flatMap { try? document.documents.followed($0) }?["schema"]
    }
}
