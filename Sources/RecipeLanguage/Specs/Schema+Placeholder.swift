// Stand-ins for the output of a step that a dry run does not call.

import JSONCore

extension Schema {
    /// A value of this shape whose texts say where they would come from: `<created.id>`. Numbers are 0, truth values
    /// false, lists have one element.
    public func placeholder(named name: String) -> JSON { placeholder(named: name, depth: 0) }

    private func placeholder(named name: String, depth: Int) -> JSON {
        if let first = choices?.first { return first }
        guard depth < 8 else { return .null }
        if kinds.contains(.object) || !properties.isEmpty {
            return .object(
                JSONObject(
                    properties.map { ($0.name, $0.schema.placeholder(named: "\(name).\($0.name)", depth: depth + 1)) }))
        }
        if kinds.contains(.array) {
            return .array(items.map { [$0.value.placeholder(named: "\(name)[0]", depth: depth + 1)] } ?? [])
        }
        if kinds.contains(.string) { return .string("<\(name)>") }
        if kinds.contains(.integer) || kinds.contains(.number) { return 0 }
        if kinds.contains(.boolean) { return false }
        return kinds.isEmpty && depth == 0 ? [:] : .null
    }
}
