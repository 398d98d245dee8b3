// An OpenAPI document of version 2.0, 3.0 or 3.1: its title, its operations, and where things stand in each version.

import JSONCore

/// What the importer reads of a document.
struct OpenAPIDocument {
    enum Version: Sendable { case two, three }

    let documents: DocumentSet
    let version: Version
    /// As written: `3.0.3`.
    let versionText: String
    var root: Node { documents.root }

    /// - Throws: what kind of document it is instead.
    init(_ documents: DocumentSet) throws(ImportError) {
        self.documents = documents
        let root = documents.root
        guard root.json.object != nil else { throw ImportError("this is no OpenAPI document: it is \(root.json.kind)") }
        func text(_ key: String) -> String? {
            switch root.json[key] {
            case .string(let text)?: text
            case .integer(let number)?: String(number)
            case .number(let number)?: number.text
            default: nil
            }
        }
        if let written = text("openapi"), written.hasPrefix("3") {
            (version, versionText) = (.three, written)
        } else if let written = text("swagger"), written.hasPrefix("2") {
            (version, versionText) = (.two, written)
        } else if let written = text("swaggerVersion") ?? text("swagger") ?? text("openapi") {
            throw ImportError(
                "this document is of version \(Printable.text(written, most: 20)); OpenAPI 3.0, 3.1 and Swagger 2.0 can be imported"
            )
        } else {
            throw ImportError("this is no OpenAPI document: it has neither \"openapi\" nor \"swagger\" at its top")
        }
    }

    var title: String {
        let title = root["info"]?.text("title").map { Printable.text($0, most: 80) } ?? ""
        return title.isEmpty ? "Imported API" : title
    }

    var summary: String { root["info"]?.text("description").map { Printable.prose($0, most: 200) } ?? "" }

    /// Where the interface is described for people; empty when the document doesn't say.
    var docs: String {
        let url = root["externalDocs"]?.text("url") ?? root["info"]?["contact"]?.text("url") ?? ""
        return url.hasPrefix("https://") || url.hasPrefix("http://") ? Printable.text(url, most: 300) : ""
    }

    var apiVersion: String {
        root["info"]?.json["version"].map { Printable.text($0.string ?? $0.compact, most: 40) } ?? ""
    }

    /// One operation of the document.
    struct Operation {
        /// In capitals.
        let method: String
        let path: String
        /// What several operations of the path share.
        let item: Node
        let node: Node
        var label: String { "\(method) \(Printable.text(path))" }
        var id: String? { node.text("operationId").flatMap { $0.isEmpty ? nil : $0 } }
        var tags: [String] { node.json["tags"]?.array?.compactMap(\.string) ?? [] }
    }

    static let methods = ["get", "put", "post", "delete", "options", "head", "patch", "trace"]

    /// All operations under `paths`, and what could not be read of them.
    func operations() -> (operations: [Operation], unreadable: [(label: String, reason: String)]) {
        var (operations, unreadable): ([Operation], [(String, String)]) = ([], [])
        for (path, item) in root["paths"]?.object ?? [] where !path.hasPrefix("x-") {
            do throws(ImportError) {
                let followed = try documents.followed(item)
                for method in Self.methods {
                    guard let node = followed[method] ?? item[method] else { continue }
                    let operation = try documents.followed(node)
                    guard operation.json.object != nil else { continue }
                    operations.append(
                        Operation(method: method.uppercased(), path: path, item: followed, node: operation))
                }
            } catch {
                unreadable.append((Printable.text(path), error.message))
            }
        }
        return (operations, unreadable)
    }
}
