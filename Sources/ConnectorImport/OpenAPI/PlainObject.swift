// Whether a body's schema is an object of plain members, which an action's input can take as members of its own.

import JSONCore

/// The members of an object that is described by nothing but its members.
struct PlainObject {
    var members: [(name: String, schema: Node)] = []
    var required: Set<String> = []

    /// nil when the schema says more than members can: alternatives, further members, null, limits.
    init?(_ schema: Node, _ documents: DocumentSet) {
        guard let parts = documents.parts(of: schema), parts.allSatisfy({ add($0) }) else { return nil }
        let names = Set(members.map(\.name))
        guard !names.isEmpty, names.count <= 400, required.isSubset(of: names) else { return nil }
    }

    private static let more = [
        "oneOf", "anyOf", "not", "if", "discriminator", "patternProperties", "minProperties", "maxProperties", "enum",
        "const", "dependentRequired", "dependentSchemas", "propertyNames", "items", "unevaluatedProperties",
    ]

    private mutating func add(_ part: Node) -> Bool {
        guard let object = part.json.object else { return false }
        if object["$ref"] != nil { return true }
        let kinds = SchemaKinds(object)
        guard kinds.names.isEmpty || kinds.names == ["object"], !kinds.isNullable,
            !Self.more.contains(where: { part[$0] != nil })
        else { return false }
        if let further = object["additionalProperties"], further != false { return false }
        for member in part["properties"]?.object ?? [] {
            if let place = members.firstIndex(where: { $0.name == member.key }) {
                members[place].schema = member.value
            } else {
                members.append((member.key, member.value))
            }
        }
        for name in object["required"]?.array?.compactMap(\.string) ?? [] { required.insert(name) }
        return true
    }
}
