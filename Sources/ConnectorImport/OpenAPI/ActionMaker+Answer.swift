// What an action does when it is repeated, and what it gives.

import JSONCore

extension ActionMaker {
    /// What a repeat does, as the method promises (RFC 9110 §9.2).
    func effect(_ operation: OpenAPIDocument.Operation) {
        switch operation.method {
        case "GET", "HEAD", "OPTIONS": draft.effect = "read"
        case "PUT", "DELETE": if draft.effect != "keyed" { draft.effect = "idempotent" }
        default: break
        }
    }

    func answer(_ operation: OpenAPIDocument.Operation, _ body: BodyDraft?) {
        let answer = AnswerDraft(operation, document)
        if let type = answer.mediaType.flatMap({ MediaTypes.header($0) }), !type.contains("{{") {
            draft.request["headers"] = ["Accept": .string(MediaTypes.bare(type))]
        }
        if answer.isFile {
            draft.output = [
                "base64": "{{ response.base64 }}", "text": "{{ response.body }}",
                "content_type": "{{ response.headers['content-type'] }}",
            ]
            draft.outputSchema = [
                "type": "object",
                "properties": [
                    "base64": ["type": ["string", "null"], "description": "the file, where it is no text"],
                    "text": ["description": "the file, where it is a text"],
                    "content_type": ["type": ["string", "null"]],
                ],
            ]
            return
        }
        guard answer.isJSON else { return }
        let isList = operation.method == "GET" || operation.method == "POST" && body == nil
        if isList, let pages = PageRecognition(answer, pageParameters, documents) {
            let limit = unused("max_records", "all")
            properties[limit] = [
                "type": "integer", "minimum": 1, "maximum": 100_000, "default": 10_000,
                "description": "the most records to gather from all pages",
            ]
            let item = pages.item.map { converter.schema($0, .output) }
            draft.paginate = pages.json(item: item, limit: limit)
            return
        }
        if let schema = answer.schema { draft.outputSchema = converter.schema(schema, .output) }
    }
}
