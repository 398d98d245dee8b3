// Names with their namespace, as schemas and WSDL documents refer to things.

/// An expanded name: a namespace (nil for none) and a local name.
public struct QName: Sendable, Hashable {
    public let namespace: String?
    public let name: String

    /// An empty namespace counts as none.
    public init(_ namespace: String?, _ name: String) {
        self.namespace = namespace.flatMap { $0.isEmpty ? nil : $0 }
        self.name = name
    }

    /// The namespace of XML Schema 1.0 and its parts.
    public static let schemaNamespace = "http://www.w3.org/2001/XMLSchema"
    /// The namespace of arrays and references in SOAP 1.1's encoding (§5).
    public static let encodingNamespace = "http://schemas.xmlsoap.org/soap/encoding/"
    /// The same of SOAP 1.2 (part 2 §3).
    public static let encodingNamespace12 = "http://www.w3.org/2003/05/soap-encoding"
}

extension QName: CustomStringConvertible {
    /// For messages: `name (in urn:x)`.
    public var description: String { namespace.map { "\(name) (in \($0))" } ?? name }
}
