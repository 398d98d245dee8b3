// Names of actions: from the operation's id, else from its method and path; unique, and the same at every import.

struct ActionNames {
    /// What a connector has of its own, or a formula could take for something else.
    private static let reserved: Set<String> = ["custom_request"]

    /// Of all operations, in their order.
    static func names(of operations: [OpenAPIDocument.Operation]) -> [String] {
        var wanted = operations.map { wish($0) }
        // Where two wish for the same name, both get a longer one: the order of the document does not matter.
        for lengthen in [withTag, withPath, withHash] {
            let counts = Dictionary(wanted.map { ($0, 1) }, uniquingKeysWith: +)
            for place in wanted.indices where counts[wanted[place], default: 0] > 1 || reserved.contains(wanted[place])
            {
                wanted[place] = lengthen(operations[place], wanted[place])
            }
        }
        return wanted
    }

    private static func wish(_ operation: OpenAPIDocument.Operation) -> String {
        if let id = operation.id {
            let name = name(id)
            // `index`, `list1`, `get`: says nothing without its tag.
            if !name.isEmpty, !isBare(name) { return name }
        }
        if let id = operation.id, let tag = operation.tags.first {
            let both = name(tag + " " + id)
            if !both.isEmpty { return both }
        }
        return fromPath(operation)
    }

    private static func isBare(_ name: String) -> Bool {
        let letters = name.filter { $0.isLetter }
        return letters.count < 3
            || [
                "get", "list", "index", "create", "update", "delete", "show", "post", "put", "patch", "add", "remove",
                "find", "all", "search", "read", "retrieve",
            ].contains(letters)
    }

    /// `GET /pets/{petId}/toys` is `get_pets_by_pet_id_toys`.
    private static func fromPath(_ operation: OpenAPIDocument.Operation) -> String {
        let words = operation.path.prefix { $0 != "?" }.split(separator: "/").map { part in
            part.hasPrefix("{") ? "by_" + part.dropFirst() : String(part)
        }
        return name(operation.method.lowercased() + "_" + words.joined(separator: "_"))
    }

    private static func withTag(_ operation: OpenAPIDocument.Operation, _ name: String) -> String {
        guard let tag = operation.tags.first else { return name }
        return self.name("\(tag)_\(name)")
    }

    private static func withPath(_ operation: OpenAPIDocument.Operation, _ name: String) -> String {
        fromPath(operation)
    }

    private static func withHash(_ operation: OpenAPIDocument.Operation, _ name: String) -> String {
        String(name.prefix(55)) + "_" + SnakeCase.hash("\(operation.method) \(operation.path)")
    }

    /// As an action may be called: starting with a letter, at most 64 characters.
    private static func name(_ text: String) -> String {
        let words = SnakeCase.words(text, most: 62)
        guard let first = words.utf8.first else { return "" }
        return (0x61...0x7A).contains(first) ? words : "a_" + words
    }

    /// For people, where the document has no summary: `list_pet_owners` is "List pet owners".
    static func title(_ name: String) -> String {
        let text = name.split(separator: "_").joined(separator: " ")
        return text.prefix(1).uppercased() + text.dropFirst()
    }
}
