// Which of several media types a request is sent in and an answer is read in.

enum MediaTypes {
    /// Without parameters, in small letters.
    static func bare(_ type: String) -> String {
        let bare = type.prefix { $0 != ";" }.lowercased()
        return String(bare.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }

    static func isJSON(_ type: String) -> Bool {
        let bare = bare(type)
        return bare == "application/json" || bare == "text/json" || bare.hasSuffix("+json")
            || bare == "application/*" || bare == "*/*" || bare.hasPrefix("application/json")
    }

    static func isXML(_ type: String) -> Bool {
        let bare = bare(type)
        return bare == "application/xml" || bare == "text/xml" || bare.hasSuffix("+xml")
    }

    static func isForm(_ type: String) -> Bool { bare(type) == "application/x-www-form-urlencoded" }
    static func isMultipart(_ type: String) -> Bool { bare(type).hasPrefix("multipart/") }
    static func isText(_ type: String) -> Bool {
        bare(type).hasPrefix("text/")
            || [
                "application/graphql", "application/jwt", "application/sql", "application/yaml", "application/x-yaml",
                "application/x-ndjson", "application/jsonl",
            ].contains(bare(type))
    }

    /// How a body of this type is made.
    static func form(of type: String) -> String {
        if isJSON(type) { return "json" }
        if isForm(type) { return "form" }
        if isMultipart(type) { return "multipart" }
        if isXML(type) { return "xml" }
        return isText(type) ? "text" : "file"
    }

    private static let order = ["json", "form", "multipart", "xml", "text", "file"]

    /// The type that is easiest to make: plain JSON before its relatives, files last.
    static func preferred(_ types: [String]) -> String? {
        types.enumerated().min { one, other in
            (rank(one.element), one.offset) < (rank(other.element), other.offset)
        }?.element
    }

    private static func rank(_ type: String) -> Int {
        if type.contains("*") { return 5 }
        if bare(type) == "application/json" { return 0 }
        return 1 + 10 * (order.firstIndex(of: form(of: type)) ?? 0)
    }

    /// As a header may carry it; nil for a range like `*/*` and for what is no media type.
    static func header(_ type: String) -> String? {
        let isType =
            !type.contains("*") && type.contains("/") && type.utf8.count <= 200
            && type.utf8.allSatisfy { (0x20..<0x7F).contains($0) && $0 != UInt8(ascii: "{") && $0 != UInt8(ascii: "}") }
        return isType ? type : nil
    }
}
