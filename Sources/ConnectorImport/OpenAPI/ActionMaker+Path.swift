// The path of an action's request, safe to be a template whatever the document holds.

import JSONCore

extension ActionMaker {
    /// The path with its parameters; what is literal in it is made safe to be a template.
    func addPath(_ path: String, _ drafts: [ParameterDraft]) throws(ImportError) {
        var rest = path.prefix { $0 != "#" }
        let query = rest.firstIndex(of: "?").map { rest[rest.index(after: $0)...] } ?? Substring()
        rest = rest.prefix { $0 != "?" }
        // AWS tells operations of one address apart by what follows `#`, which is never sent.
        if path.contains("#") { draft.notes.append("what follows # in its path is not sent") }
        var text = rest.hasPrefix("/") ? "" : "/"
        var names: [String] = []
        while let first = rest.firstIndex(of: "{"), let close = rest[first...].firstIndex(of: "}") {
            // Of several braces the last one opens; the others are characters of the path.
            let open = rest[..<close].lastIndex(of: "{") ?? first
            text += Self.literal(rest[..<open])
            var name = String(rest[rest.index(after: open)..<close])
            // `{+name}` and `{name*}` are RFC 6570's ways to say how.
            let keepsSlashes = name.hasPrefix("+")
            if keepsSlashes { name.removeFirst() }
            while name.hasSuffix("*") || name.hasSuffix("=") { name.removeLast() }
            let plain = Self.placeholder(try Self.checked(name))
            text += "{\(plain)}"
            rest = rest[rest.index(after: close)...]
            guard !names.contains(plain) else { continue }
            names.append(plain)
            let draft = drafts.first { $0.place == "path" && $0.name == name }
            addParameter(plain, "path", draft, member: name, isRequired: true, allowsReserved: keepsSlashes)
        }
        text += Self.literal(rest)
        for draft in drafts where draft.place == "path" && properties[draft.name] == nil {
            note("the parameter \(Printable.text(draft.name)) has no place in its path, so it is left out")
        }
        while text.hasPrefix("//") { text.removeFirst() }
        draft.request["path"] = .string(text)
        for pair in query.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1)
            guard let name = parts.first, !pair.contains("{") else { continue }
            let value = parts.count > 1 ? DocumentPlace.decoded(String(parts[1])) : ""
            guard !value.contains("{{") else { continue }
            parameters.append([
                "name": .string(try Self.checked(DocumentPlace.decoded(String(name)))), "in": "query",
                "value": .string(value),
            ])
        }
    }

    /// Percent-encoded where the connector's check asks for it, and never with a brace.
    private static func literal(_ text: Substring) -> String {
        var result = ""
        for character in text {
            let isPlain = character.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F } && !"{}\\\"<>^`|".contains(character)
            if isPlain {
                result.append(character)
            } else {
                for byte in String(character).utf8 {
                    let digits = String(byte, radix: 16, uppercase: true)
                    result += "%" + (digits.count == 1 ? "0" : "") + digits
                }
            }
        }
        let folders = result.split(separator: "/", omittingEmptySubsequences: false)
        return folders.map { $0 == "." || $0 == ".." ? String(repeating: "%2E", count: $0.count) : String($0) }
            .joined(separator: "/")
    }

    /// A name as it may stand in a path's braces.
    private static func placeholder(_ name: String) -> String {
        String(
            String.UnicodeScalarView(
                name.unicodeScalars.map { scalar in
                    let isPlain =
                        scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
                    return isPlain || "_-.$:@".unicodeScalars.contains(scalar) ? scalar : "_"
                }))
    }

    /// A parameter's name as it may be kept.
    static func checked(_ name: String) throws(ImportError) -> String {
        guard !name.isEmpty, name.utf8.count <= 200 else {
            throw ImportError("a parameter's name is empty or longer than 200 bytes")
        }
        guard name.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
            throw ImportError("the name of the parameter \"\(Printable.text(name))\" has a control character in it")
        }
        return name
    }
}
