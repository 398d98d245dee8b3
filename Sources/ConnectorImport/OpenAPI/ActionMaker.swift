// Makes actions of operations: what each part of an operation adds is in the files beside this one.

import JSONCore

/// Makes actions of the operations of one document.
final class ActionMaker {
    let document: OpenAPIDocument
    let security: Security
    private(set) var servers: Servers
    private let shelf: SchemaShelf
    /// Of the operation that is being made.
    var draft = ActionDraft()
    var properties = JSONObject()
    var required: [String] = []
    var parameters: [JSON] = []
    var pageParameters: [PageParameter] = []

    init(_ document: OpenAPIDocument, _ security: Security, _ shelf: SchemaShelf) {
        (self.document, self.security, self.shelf) = (document, security, shelf)
        servers = Servers(document)
    }

    var documents: DocumentSet { document.documents }

    lazy var converter = SchemaConverter(shelf: shelf) { [unowned self] text in
        if !draft.notes.contains(text) { draft.notes.append(text) }
    }

    /// - Throws: why the operation can't be carried over.
    func action(_ operation: OpenAPIDocument.Operation, name: String) throws(ImportError) -> ActionDraft {
        (draft, properties, required, parameters, pageParameters) = (ActionDraft(), [:], [], [], [])
        guard operation.method != "TRACE" else { throw ImportError("TRACE requests are not sent") }
        let summary = operation.node.text("summary").map { Printable.prose($0, most: 100) } ?? ""
        draft.title = summary.isEmpty ? ActionNames.title(name) : summary
        draft.summary = operation.node.text("description").map { Printable.prose($0, most: 300) } ?? ""
        if operation.node.json["deprecated"] == true { draft.summary = "Deprecated. " + draft.summary }
        draft.request["method"] = .string(operation.method)
        if let word = security.signIn(operation) { draft.request["sign_in"] = .string(word) }
        if let url = servers.own(operation) { draft.request["base_url"] = .string(url) }
        let found = try document.parameters(of: operation)
        try addPath(operation.path, found.compactMap(\.draft))
        for parameter in found.compactMap(\.draft) where ["query", "header", "cookie"].contains(parameter.place) {
            try add(parameter)
        }
        let body = try BodyDraft(operation, found, document)
        if let body { try add(body) }
        effect(operation)
        answer(operation, body)
        if let objection = security.objection(operation) { draft.notes.append(objection) }
        if !parameters.isEmpty { draft.request["parameters"] = .array(parameters) }
        draft.input["type"] = "object"
        if !required.isEmpty { draft.input["required"] = .array(required.map { .string($0) }) }
        draft.input["properties"] = .object(properties)
        return draft
    }
}
