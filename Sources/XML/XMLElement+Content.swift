// Looking things up in a tree: child elements, attributes, text, prefixes.

extension XMLElement {
    /// The child elements in order.
    public var elements: [XMLElement] {
        children.compactMap { if case .element(let element) = $0 { element } else { nil } }
    }

    /// The first child element called `name`; in any namespace when none is given.
    public func first(_ name: String, namespace: String? = nil) -> XMLElement? {
        for case .element(let element) in children where element.isNamed(name, namespace) { return element }
        return nil
    }

    /// The child elements called `name`; in any namespace when none is given.
    public func all(_ name: String, namespace: String? = nil) -> [XMLElement] {
        elements.filter { $0.isNamed(name, namespace) }
    }

    /// The first element at the end of a path of names, in any namespace: `at("Body", "CreateOrder", "customer")`.
    public func at(_ names: String...) -> XMLElement? {
        var element: XMLElement? = self
        for name in names { element = element?.first(name) }
        return element
    }

    /// The value of the attribute; one without a namespace unless one is given.
    public func attribute(_ name: String, namespace: String? = nil) -> String? {
        attributes.first { $0.name == name && $0.namespace == namespace }?.value
    }

    /// All text in the element and below it, in order, as written.
    public var text: String {
        if case .text(let text) = content { return text }
        var text = ""
        appendText(to: &text)
        return text
    }

    /// `text` without white space at its ends.
    public var trimmedText: String { text.trimmedBlanks }

    private func appendText(to text: inout String) {
        for child in children {
            switch child {
            case .text(let part), .cdata(let part): text += part
            case .element(let element): element.appendText(to: &text)
            case .comment, .instruction: break
            }
        }
    }

    private func isNamed(_ name: String, _ namespace: String?) -> Bool {
        label.name == name && (namespace == nil || label.namespace == namespace)
    }
}

/// Whether `byte` is white space in the sense of XML (S).
@inline(__always)
func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 }

extension String {
    /// Whether it is white space only, or empty.
    var isBlankText: Bool { utf8.allSatisfy(isBlank) }
}
