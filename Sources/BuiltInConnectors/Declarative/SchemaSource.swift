// The schemas of an action as they are written, and as one JSON Schema each.

import JSONCore

/// Input and output of one action, with what their references point into.
struct SchemaSource: Sendable {
    let input: JSON?
    let output: JSON?
    /// What `#/…` points into.
    let top: JSON
    let files: ConnectorFiles

    /// One schema by itself: what it refers to stands under its `$defs`.
    func bundled(_ which: KeyPath<SchemaSource, JSON?>) -> JSON {
        var bundle = SchemaBundle(top: top, files: files)
        return bundle.whole(self[keyPath: which] ?? [:])
    }
}

/// Gathers what a schema refers to. Each file and each place of the same file once, so that loops end.
private struct SchemaBundle {
    private static let most = 20_000
    private static let deepest = 500
    let top: JSON
    let files: ConnectorFiles
    private var names: [String: String] = [:]
    private var definitions = JSONObject()
    private var waiting: [(name: String, schema: JSON, file: String)] = []

    init(top: JSON, files: ConnectorFiles) { (self.top, self.files) = (top, files) }

    mutating func whole(_ schema: JSON) -> JSON {
        var schema = rewritten(schema, file: "", depth: 0)
        while let next = waiting.popLast(), definitions.count < Self.most {
            definitions[next.name] = rewritten(next.schema, file: next.file, depth: 0)
        }
        if !definitions.isEmpty, case .object(var object) = schema {
            object["$defs"] = .object(definitions)
            schema = .object(object)
        }
        return schema
    }

    private mutating func rewritten(_ schema: JSON, file: String, depth: Int) -> JSON {
        guard depth < Self.deepest else { return [:] }
        switch schema {
        case .array(let elements): return .array(elements.map { rewritten($0, file: file, depth: depth + 1) })
        case .object(let object):
            var entries: [(key: String, value: JSON)] = []
            for entry in object {
                if entry.key == "$ref", let text = entry.value.string {
                    entries.append(("$ref", .string("#/$defs/" + name(of: text, file: file))))
                } else {
                    entries.append((entry.key, rewritten(entry.value, file: file, depth: depth + 1)))
                }
            }
            return .object(JSONObject(uniqueEntries: entries))
        default: return schema
        }
    }

    /// The name under `$defs` of what a reference leads to.
    private mutating func name(of reference: String, file: String) -> String {
        let isLocal = reference.hasPrefix("#")
        let key = isLocal ? file + reference : reference
        if let known = names[key] { return known }
        let place = isLocal ? file : reference
        let root = place.isEmpty ? top : files.schema(place) ?? [:]
        var target: JSON? = root
        if isLocal {
            target = JSONPointer(parsing: String(reference.dropFirst())).flatMap { root[pointer: $0] }
        }
        let last = reference.split(separator: "/").last.map { String($0) } ?? "schema"
        let bare = last.hasSuffix(".json") ? String(last.dropLast(5)) : last
        var name = bare
        var number = 2
        while definitions[name] != nil || names.values.contains(name) {
            name = "\(bare)_\(number)"
            number += 1
        }
        names[key] = name
        waiting.append((name, target ?? [:], place))
        return name
    }
}
