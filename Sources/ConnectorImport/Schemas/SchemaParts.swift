// What one schema is put together of: its references and the parts of its `allOf`, in every depth.

extension DocumentSet {
    /// How many parts are looked at.
    static let mostParts = 500

    /// The schema and everything that it takes over, what is taken over first; each schema that is referred to once, however
    /// often it is. A schema with a reference stands beside what it refers to, since it can say more (OpenAPI 3.1).
    /// - Returns: nil when something refers to nothing, or when there are more than `mostParts`.
    func parts(of schema: Node) -> [Node]? {
        var (parts, seen) = ([Node](), Set<Target>())
        return add(schema, &parts, &seen, depth: 0) ? parts : nil
    }

    private func add(_ schema: Node, _ parts: inout [Node], _ seen: inout Set<Target>, depth: Int) -> Bool {
        guard depth < 64, parts.count < Self.mostParts else { return false }
        if let reference = schema.text("$ref") {
            guard let (target, found) = try? target(reference, from: schema.document) else { return false }
            if seen.insert(target).inserted {
                guard add(found, &parts, &seen, depth: depth + 1) else { return false }
            }
        }
        for part in schema["allOf"]?.array ?? [] {
            guard add(part, &parts, &seen, depth: depth + 1) else { return false }
        }
        parts.append(schema)
        return true
    }
}
