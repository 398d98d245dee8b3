// The tree of an XML document: elements, attributes and text as values.

/// An element: its name, attributes and children. A value: changing a copy leaves the original alone.
///
///     let order = XMLElement("order", namespace: "urn:shop", children: [.element(XMLElement("id", text: "7"))])
///     try order.string()  // <order xmlns="urn:shop"><id xmlns="">7</id></order>
public struct XMLElement: Sendable {
    /// Name, namespace and prefix together: elements of one document share theirs, which keeps trees small.
    var label: XMLLabel
    /// In document order, without namespace declarations.
    public var attributes: [XMLAttribute]
    /// The declarations (`xmlns`, `xmlns:p`) written on this element. Writing adds those that its names need, so a tree
    /// made by hand can leave this empty; it matters for prefixes inside values, like `xsi:type="p:Order"`.
    public var declarations: [XMLNamespace]
    /// Most elements hold just a text: keeping that without a list saves most of a tree's allocations.
    var content: Content
    /// The line on which the start tag ends, from 1; 0 when the element was not read from a text.
    public let line: Int32

    /// - Parameter prefix: the one to write; writing picks another when this one is taken.
    public init(
        _ name: String, namespace: String? = nil, prefix: String? = nil, attributes: [XMLAttribute] = [],
        declarations: [XMLNamespace] = [], children: [XMLNode] = []
    ) {
        label = XMLLabel.of(name, namespace: namespace, prefix: prefix)
        (self.attributes, self.declarations, content, line) = (attributes, declarations, Content(children), 0)
    }

    /// An element that holds just a text.
    public init(_ name: String, namespace: String? = nil, prefix: String? = nil, text: String) {
        self.init(name, namespace: namespace, prefix: prefix, children: text.isEmpty ? [] : [.text(text)])
    }

    init(
        label: XMLLabel, attributes: [XMLAttribute] = [], declarations: [XMLNamespace] = [], content: Content = .none,
        line: Int32 = 0
    ) {
        (self.label, self.attributes, self.declarations) = (label, attributes, declarations)
        (self.content, self.line) = (content, line)
    }

    /// In document order.
    public var children: [XMLNode] {
        get {
            switch content {
            case .none: []
            case .text(let text): [.text(text)]
            case .nodes(let nodes): nodes
            }
        }
        set { content = Content(newValue) }
        _modify {
            // The list is taken out first: with a second owner each append would copy it.
            var nodes = children
            content = .none
            defer { content = Content(nodes) }
            yield &nodes
        }
    }

    enum Content: Sendable {
        case none
        case text(String)
        case nodes([XMLNode])

        init(_ nodes: [XMLNode]) {
            if nodes.isEmpty {
                self = .none
            } else if nodes.count == 1, case .text(let text) = nodes[0] {
                self = .text(text)
            } else {
                self = .nodes(nodes)
            }
        }
    }

    /// The name without its prefix.
    public var name: String {
        get { label.name }
        set { label = XMLLabel.of(newValue, namespace: label.namespace, prefix: label.prefix) }
    }

    /// The URI of the namespace; nil for none.
    public var namespace: String? {
        get { label.namespace }
        set { label = XMLLabel.of(label.name, namespace: newValue, prefix: label.prefix) }
    }

    /// The prefix as written; nil for none.
    public var prefix: String? {
        get { label.prefix }
        set { label = XMLLabel.of(label.name, namespace: label.namespace, prefix: newValue) }
    }

    /// `prefix:name`, or just the name.
    public var qualifiedName: String { label.qualifiedName }
}

/// What an element can hold.
public enum XMLNode: Sendable, Hashable {
    case element(XMLElement)
    case text(String)
    /// Text that was, or shall be, written in a CDATA section.
    case cdata(String)
    case comment(String)
    /// A processing instruction.
    case instruction(target: String, data: String)
}

/// One attribute.
public struct XMLAttribute: Sendable {
    var label: XMLLabel
    public var value: String

    public init(_ name: String, _ value: String, namespace: String? = nil, prefix: String? = nil) {
        label = XMLLabel.of(name, namespace: namespace, prefix: prefix)
        self.value = value
    }

    init(label: XMLLabel, value: String) { (self.label, self.value) = (label, value) }

    /// The name without its prefix.
    public var name: String { label.name }
    /// The URI of the namespace; nil for none, as for all attributes without a prefix.
    public var namespace: String? { label.namespace }
    /// The prefix as written; nil for none.
    public var prefix: String? { label.prefix }
    /// `prefix:name`, or just the name.
    public var qualifiedName: String { label.qualifiedName }
}

/// The declaration of a prefix.
public struct XMLNamespace: Sendable, Hashable {
    /// nil for the default namespace (`xmlns="…"`).
    public let prefix: String?
    /// Empty takes the default namespace back (`xmlns=""`).
    public let uri: String

    public init(prefix: String?, uri: String) { (self.prefix, self.uri) = (prefix, uri) }

    /// The namespace of `xml:lang` and `xml:space`, whose prefix is never declared.
    public static let xml = "http://www.w3.org/XML/1998/namespace"
    /// The namespace of `xmlns`, in which nothing else can be.
    static let xmlns = "http://www.w3.org/2000/xmlns/"
    /// The namespace of `xsi:type` and `xsi:nil`.
    public static let schemaInstance = "http://www.w3.org/2001/XMLSchema-instance"
}

/// A name with its namespace and prefix.
final class XMLLabel: Sendable {
    let name: String
    let namespace: String?
    let prefix: String?
    /// Whether XML allows the name and the prefix.
    let isValid: Bool

    /// An empty namespace or prefix counts as none.
    init(name: String, namespace: String?, prefix: String?) {
        self.name = name
        self.namespace = namespace.flatMap { $0.isEmpty ? nil : $0 }
        self.prefix = prefix.flatMap { $0.isEmpty ? nil : $0 }
        isValid = XMLName.isName(name) && (self.prefix.map { XMLName.isName($0) } ?? true)
    }

    var qualifiedName: String { prefix.map { $0 + ":" + name } ?? name }
}

// Two trees are equal when they mean the same: prefixes, declarations and lines don't count.
extension XMLElement: Hashable {
    public static func == (one: XMLElement, other: XMLElement) -> Bool {
        one.label.name == other.label.name && one.label.namespace == other.label.namespace
            && one.attributes == other.attributes && one.children == other.children
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(label.name)
        hasher.combine(label.namespace)
        hasher.combine(attributes)
        hasher.combine(children)
    }
}

extension XMLAttribute: Hashable {
    public static func == (one: XMLAttribute, other: XMLAttribute) -> Bool {
        one.label.name == other.label.name && one.label.namespace == other.label.namespace && one.value == other.value
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(label.name)
        hasher.combine(label.namespace)
        hasher.combine(value)
    }
}
