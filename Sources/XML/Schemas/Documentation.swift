// What schemas and WSDL documents say to people about their parts.

/// The documentation of a schema's component, short enough for a form.
enum Documentation {
    static let mostCharacters = 160

    static func words(of node: XMLElement) -> String? {
        guard let text = node.first("annotation")?.first("documentation")?.text ?? node.first("documentation")?.text
        else { return nil }
        // The first sentences: whole words, without the HTML that some tools write.
        var (plain, isTag) = ("", false)
        for character in text.prefix(2_000) {
            if character == "<" { isTag = true }
            plain.append(isTag ? " " : character)
            if character == ">" { isTag = false }
        }
        var words = ""
        for word in plain.split(whereSeparator: \.isWhitespace) {
            if words.count + word.count + 1 > mostCharacters {
                return words.isEmpty ? nil : words + "…"
            }
            words += words.isEmpty ? String(word) : " " + word
        }
        return words.isEmpty ? nil : words
    }
}
