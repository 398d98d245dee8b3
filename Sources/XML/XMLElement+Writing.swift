// A tree as text.

/// How a document is laid out.
public enum XMLLayout: Sendable {
    /// Nothing added.
    case compact
    /// Elements on lines of their own, two spaces a level, where an element holds no text beside its child elements.
    case indented
}

extension XMLElement {
    /// The document in UTF-8.
    ///
    /// Every namespace is declared where it is first needed, under the element's own prefix where that is free.
    /// - Parameter declaration: whether it begins with `<?xml version="1.0" encoding="UTF-8"?>`.
    /// - Throws: `unwritable` for names that aren't XML names, characters that XML can't hold (most control characters),
    ///   attributes given twice, and a comment or instruction that would end early.
    public func write(_ layout: XMLLayout = .compact, declaration: Bool = true) throws(XMLError) -> [UInt8] {
        var writer = XMLWriter(layout)
        if declaration { writer.declaration() }
        try writer.element(self, level: 0)
        if layout == .indented { writer.bytes.append(0x0A) }
        return writer.bytes
    }

    /// `write` as a string, without a declaration unless asked for.
    public func string(_ layout: XMLLayout = .compact, declaration: Bool = false) throws(XMLError) -> String {
        String(decoding: try write(layout, declaration: declaration), as: UTF8.self)
    }
}
