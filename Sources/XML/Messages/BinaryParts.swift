// Binary values that travel beside the envelope (XOP 1.0).

/// Collects values while a message is written; each is replaced by a reference.
public final class BinaryParts {
    /// In base64, by their Content-ID.
    public private(set) var parts: [(id: String, base64: String)] = []

    public init() {}

    /// The element that stands for the value.
    func add(_ base64: String) -> XMLElement {
        let id = "part\(parts.count + 1)@galley"
        parts.append((id, base64))
        return XMLElement(
            "Include", namespace: "http://www.w3.org/2004/08/xop/include", prefix: "xop",
            attributes: [XMLAttribute("href", "cid:\(id)")])
    }
}
