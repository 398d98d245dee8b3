// The parameters of a Content-Type header.

/// Reads what stands behind the media type.
public enum ContentTypeHeader {
    /// The value of a parameter, without its quotes; nil when it is not there or empty.
    public static func parameter(_ name: String, of header: String) -> String? {
        var isQuoted = false
        // Parameters are separated by ";" outside of quotes.
        var parts: [Substring] = []
        var start = header.startIndex
        for place in header.indices {
            if header[place] == "\"" { isQuoted.toggle() }
            if header[place] == ";", !isQuoted {
                parts.append(header[start..<place])
                start = header.index(after: place)
            }
        }
        parts.append(header[start...])
        for part in parts.dropFirst() {
            let pair = part.split(separator: "=", maxSplits: 1)
            guard pair.count == 2, pair[0].filter({ $0 != " " && $0 != "\t" }).lowercased() == name else { continue }
            let value = pair[1].drop { $0 == " " || $0 == "\t" }.filter { $0 != "\"" }
            let trimmed = String(value.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
            return trimmed.isEmpty ? nil : trimmed
        }
        return nil
    }

    /// A parameter that is a Content-ID, without angle brackets.
    public static func identifier(_ name: String, of header: String) -> String? {
        guard let id = parameter(name, of: header) else { return nil }
        return id.hasPrefix("<") && id.hasSuffix(">") ? String(id.dropFirst().dropLast()) : id
    }
}
