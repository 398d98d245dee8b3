// Whether a body's schema is an object of plain members, which an action's input can take as members of its own.

import JSONCore

/// The members of an object that is described by nothing but its members.
struct PlainObject {
    var members: [(name: String, schema: Node)] = []
    var required: Set<String> = []

    /// nil when the schema says more than members can: alternatives, further members, null, limits.
    init?(_ schema: Node, _ documents: DocumentSet) {
        guard add(schema, documents, depth: 0), !members.isEmpty, members.count <= 400 else { return nil }
    }

    private static let more = [
        "oneOf", "anyOf", "not", "if", "discriminator", "patternProperties", "minProperties", "maxProperties", "enum",
        "const", "dependentRequired", "dependentSchemas", "propertyNames", "items", "unevaluatedProperties",
    ]

    private mutating func add(_ schema: Node, _ documents: DocumentSet, depth: Int) -> Bool {
        guard depth < 16, let followed = try? documents.followed(schema), followed.json.object != nil else {
            return false
        }
        let kinds = SchemaKinds(followed.json.object ?? [:])
        guard kinds.names.isEmpty || kinds.names == ["object"], !kinds.isNullable,
            !Self.more.contains(where: { followed[$0] != nil })
        else { return false }
        if let further = followed.json["additionalProperties"], further != false { return false }
        for part in followed["allOf"]?.array ?? [] {
            guard add(part, documents, depth: depth + 1) else { return false }
        }
        for member in followed["properties"]?.object ?? [] {
            if let place = members.firstIndex(where: { $0.name == member.key }) {
                members[place].schema = member.value
            } else {
                members.append((member.key, member.value))
            }
        }
        for name in followed.json["required"]?.array?.compactMap(\.string) ?? [] { required.insert(name) }
        return required.allSatisfy { name in depth > 0 || members.contains { $0.name == name } }
    }
}
