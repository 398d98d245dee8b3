// Binary values of a message that are no base64 in its text: they travel beside it (XOP 1.0), or are files that are read
// while it is sent.

/// Collects values while a message is written; each is replaced by what stands for it.
public final class BinaryParts {
    /// A file that somebody else opens and reads.
    public struct File: Sendable, Hashable {
        /// As the input names it.
        public let name: String
        /// nil when the input doesn't say.
        public let contentType: String?

        public init(name: String, contentType: String?) { (self.name, self.contentType) = (name, contentType) }
    }

    public enum Content: Sendable {
        case base64(String)
        case file(File)
    }

    public static let namespace = "http://www.w3.org/2004/08/xop/include"
    /// The element that stands for bytes.
    public static let reference = QName(namespace, "Include")

    /// What travels beside the message, by Content-ID.
    public private(set) var parts: [(id: String, content: Content)] = []
    /// Files whose content in base64 has to stand in the message, by the texts that stand there now.
    public private(set) var places: [(text: String, file: File)] = []
    private let isXOP: Bool

    /// - Parameter isXOP: whether values travel beside the message; else only files are collected.
    public init(isXOP: Bool) { self.isXOP = isXOP }

    /// The type of texts that refer to an attachment (WS-I Attachments Profile 1.0 §4.4).
    public static let attachmentReference = QName("http://ws-i.org/profiles/basic/1.1/xsd", "swaRef")

    /// The text that refers to a value that travels beside the message.
    func address(_ content: Content) -> String {
        let id = "part\(parts.count + 1)@galley"
        parts.append((id, content))
        return "cid:\(id)"
    }

    /// What stands in the message for a value.
    func node(_ content: Content) -> XMLNode {
        if isXOP {
            return .element(
                XMLElement(
                    Self.reference.name, namespace: Self.namespace, prefix: "xop",
                    attributes: [XMLAttribute("href", address(content))]))
        }
        switch content {
        case .base64(let text): return .text(text)
        case .file(let file):
            // Nobody can write this text into a value beforehand.
            let text =
                "galley-file-\(places.count + 1)-\(UInt64.random(in: 0 ... .max))-\(UInt64.random(in: 0 ... .max))"
            places.append((text, file))
            return .text(text)
        }
    }
}
