// Binary values that travel beside the envelope (XOP 1.0).

/// Collects values while a message is written; each is replaced by a reference.
public final class BinaryParts {
    static let namespace = "http://www.w3.org/2004/08/xop/include"
    /// The element that stands for bytes.
    static let reference = QName(namespace, "Include")

    /// In base64, by their Content-ID.
    public private(set) var parts: [(id: String, base64: String)] = []

    public init() {}

    /// The element that stands for the value.
    func add(_ base64: String) -> XMLElement {
        let id = "part\(parts.count + 1)@galley"
        parts.append((id, base64))
        return XMLElement(
            Self.reference.name, namespace: Self.namespace, prefix: "xop",
            attributes: [XMLAttribute("href", "cid:\(id)")])
    }
}
