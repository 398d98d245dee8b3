// A parameter of an operation, as the three versions of OpenAPI write it.

import JSONCore

/// One parameter that goes into path, query, header or cookie, or a field of a form of Swagger 2.0.
struct ParameterDraft {
    let name: String
    /// path, query, header, cookie, formData
    let place: String
    let isRequired: Bool
    let description: String
    let schema: Node?
    var style: String?
    var explode: Bool?
    var allowsReserved = false
    /// What its schema could not say.
    var note: String?

    init?(_ node: Node, _ version: OpenAPIDocument.Version) {
        guard let name = node.text("name"), let place = node.text("in") else { return nil }
        (self.name, self.place) = (name, place)
        isRequired = node.json["required"] == true || place == "path"
        description = node.text("description") ?? ""
        allowsReserved = node.json["allowReserved"] == true
        if version == .two {
            schema = node["type"] == nil && node["schema"] != nil ? node["schema"] : node
            guard node.text("type") == "array" else { return }
            (style, explode) = Self.style(ofCollection: node.text("collectionFormat") ?? "csv", in: place)
            if node.text("collectionFormat") == "tsv" { note = "a list separated by tabs is sent with commas" }
            return
        }
        if let schema = node["schema"] {
            self.schema = schema
            (style, explode) = (node.text("style"), node.json["explode"]?.bool)
        } else if let media = node["content"]?.object.first {
            schema = media.value["schema"]
            style = media.key.lowercased().contains("json") ? "json" : nil
        } else {
            // Documents of 3.x with parameters of 2.0 are common.
            schema = node["type"] == nil ? nil : node
        }
    }

    private static func style(ofCollection format: String, in place: String) -> (String?, Bool?) {
        switch (format, place) {
        case ("multi", _): ("form", true)
        case ("ssv", "query"), ("ssv", "formData"): ("spaceDelimited", false)
        case ("pipes", "query"), ("pipes", "formData"): ("pipeDelimited", false)
        case (_, "query"), (_, "formData"): ("form", false)
        default: (nil, false)
        }
    }
}

extension OpenAPIDocument {
    /// The parameters of an operation: its own, and those of its path that it doesn't replace.
    func parameters(of operation: Operation) throws(ImportError) -> [(node: Node, draft: ParameterDraft?)] {
        var found: [(node: Node, draft: ParameterDraft?)] = []
        var known: Set<String> = []
        for node in (operation.node["parameters"]?.array ?? []) + (operation.item["parameters"]?.array ?? []) {
            let node = try documents.followed(node)
            let draft = ParameterDraft(node, version)
            guard known.insert("\(node.text("in") ?? "") \(node.text("name") ?? "")").inserted else { continue }
            found.append((node, draft))
        }
        return found
    }
}
