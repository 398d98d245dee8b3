// The writing of one document: tags, indentation, escapes.

/// Appends a tree to its bytes. Depth is held to what reading allows, so that what is written can be read.
struct XMLWriter {
    var bytes: [UInt8] = []
    private let layout: XMLLayout
    private var scope = NamespaceScope()
    /// Names as they were written last: most elements share theirs with others.
    private var recent: [WrittenName?] = Array(repeating: nil, count: 64)

    /// The name of elements with one label, as long as the same declarations are in force.
    private struct WrittenName {
        let label: ObjectIdentifier
        let generation: Int
        let prefix: String?
        let bytes: [UInt8]
    }

    init(_ layout: XMLLayout) { self.layout = layout }

    mutating func declaration() {
        raw("<?xml version=\"1.0\" encoding=\"UTF-8\"?>")
        if layout == .indented { bytes.append(0x0A) }
    }

    mutating func element(_ element: XMLElement, level: Int) throws(XMLError) {
        guard level < XMLLimits().depth else {
            throw XMLError(.unwritable, "elements are nested deeper than \(XMLLimits().depth) (limit xml_depth)")
        }
        let mark = scope.mark
        let name = try name(of: element)
        bytes.append(UInt8(ascii: "<"))
        bytes.append(contentsOf: name)
        if !element.attributes.isEmpty { try attributes(of: element) }
        if scope.mark > mark { try declarations(since: mark) }
        switch element.content {
        case .none: raw("/>")
        case .text(let text):
            bytes.append(UInt8(ascii: ">"))
            try escaped(text, inAttribute: false, of: element.label)
            end(name)
        case .nodes(let nodes):
            bytes.append(UInt8(ascii: ">"))
            try children(nodes, of: element, level: level)
            end(name)
        }
        scope.leave(mark)
    }

    private mutating func end(_ name: [UInt8]) {
        raw("</")
        bytes.append(contentsOf: name)
        bytes.append(UInt8(ascii: ">"))
    }

    /// The element's name as written, with its own declarations and those that it needs now in the scope.
    private mutating func name(of element: XMLElement) throws(XMLError) -> [UInt8] {
        let label = ObjectIdentifier(element.label)
        let address = UInt(bitPattern: label)
        let place = Int((address >> 5 ^ address >> 11) & 63)
        if element.declarations.isEmpty, let written = recent[place], written.label == label,
            written.generation == scope.generation
        {
            scope.enter(with: written.prefix, element)
            return written.bytes
        }
        if !element.label.isValid { throw Self.badName(element.label.qualifiedName) }
        try scope.enter(element)
        let prefix = try scope.prefix(ofElement: element.label)
        let name = Array((prefix.map { $0 + ":" + element.name } ?? element.name).utf8)
        recent[place] = WrittenName(label: label, generation: scope.generation, prefix: prefix, bytes: name)
        return name
    }

    private mutating func attributes(of element: XMLElement) throws(XMLError) {
        if element.attributes.count > 1 { try checkUnique(element) }
        for attribute in element.attributes {
            if !attribute.label.isValid { throw Self.badName(attribute.label.qualifiedName) }
            bytes.append(0x20)
            if let prefix = try scope.prefix(ofAttribute: attribute.label) {
                text(prefix)
                bytes.append(UInt8(ascii: ":"))
            }
            text(attribute.name)
            raw("=\"")
            try escaped(attribute.value, inAttribute: true, of: element.label)
            bytes.append(UInt8(ascii: "\""))
        }
    }

    private func checkUnique(_ element: XMLElement) throws(XMLError) {
        var names: Set<[String]> = []
        let list = element.attributes
        for index in list.indices {
            // Few attributes are compared with each other, many are put into a set.
            let isRepeated =
                list.count > 16
                ? !names.insert([list[index].name, list[index].namespace ?? ""]).inserted
                : list[..<index].contains {
                    $0.name == list[index].name && $0.namespace == list[index].namespace
                }
            if isRepeated {
                throw XMLError(
                    .unwritable, "the element <\(element.name)> has the attribute \"\(list[index].name)\" twice")
            }
        }
    }

    private mutating func declarations(since mark: Int) throws(XMLError) {
        for space in scope.declared(since: mark) { try declaration(of: space) }
    }

    private mutating func declaration(of space: XMLNamespace) throws(XMLError) {
        raw(" xmlns")
        if let prefix = space.prefix {
            try Self.check(name: prefix)
            bytes.append(UInt8(ascii: ":"))
            text(prefix)
        }
        raw("=\"")
        try escaped(space.uri, inAttribute: true, of: nil)
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func children(
        _ nodes: [XMLNode], of element: XMLElement, level: Int
    ) throws(XMLError) {
        let isIndented = layout == .indented && element.holdsNoText
        for child in nodes {
            if isIndented {
                if case .text = child { continue }
                newLine(level + 1)
            }
            try node(child, of: element, level: level)
        }
        if isIndented { newLine(level) }
    }

    private mutating func node(_ node: XMLNode, of element: XMLElement, level: Int) throws(XMLError) {
        switch node {
        case .element(let child): try self.element(child, level: level + 1)
        case .text(let text): try escaped(text, inAttribute: false, of: element.label)
        case .cdata(let text):
            try Self.check(characters: text, of: element.name)
            // "]]>" can't stand in a section, so the section ends between its brackets and a new one begins.
            raw("<![CDATA[")
            var brackets = 0
            for byte in text.utf8 {
                if byte == UInt8(ascii: ">"), brackets >= 2 { raw("]]><![CDATA[") }
                brackets = byte == UInt8(ascii: "]") ? brackets + 1 : 0
                bytes.append(byte)
            }
            raw("]]>")
        case .comment(let text):
            try Self.check(characters: text, of: element.name)
            guard !text.utf8.elementsTwice(UInt8(ascii: "-")), text.utf8.last != UInt8(ascii: "-") else {
                throw XMLError(.unwritable, "a comment can't hold \"--\" or end in \"-\"")
            }
            raw("<!--")
            self.text(text)
            raw("-->")
        case .instruction(let target, let data):
            try Self.check(name: target)
            try Self.check(characters: data, of: element.name)
            guard target.lowercased() != "xml", !data.containsInstructionEnd else {
                throw XMLError(.unwritable, "an instruction can't be called \"xml\" or hold \"?>\"")
            }
            raw("<?")
            self.text(target)
            if !data.isEmpty { bytes.append(0x20) }
            self.text(data)
            raw("?>")
        }
    }

    private mutating func newLine(_ level: Int) {
        bytes.append(0x0A)
        bytes.append(contentsOf: repeatElement(0x20, count: 2 * level))
    }

    mutating func raw(_ text: StaticString) {
        bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    private mutating func text(_ text: String) { bytes.append(contentsOf: text.utf8) }
}

extension XMLElement {
    /// Whether white space can be added: there are child elements and no text but white space.
    fileprivate var holdsNoText: Bool {
        children.allSatisfy {
            switch $0 {
            case .text(let text): text.isBlankText
            case .cdata: false
            case .element, .comment, .instruction: true
            }
        }
            && children.contains {
                switch $0 {
                case .element, .comment, .instruction: true
                case .text, .cdata: false
                }
            }
    }
}

extension String.UTF8View {
    fileprivate func elementsTwice(_ byte: UInt8) -> Bool {
        zip(self, dropFirst()).contains { $0 == byte && $1 == byte }
    }
}

extension String {
    fileprivate var containsInstructionEnd: Bool {
        zip(utf8, utf8.dropFirst()).contains { $0 == UInt8(ascii: "?") && $1 == UInt8(ascii: ">") }
    }
}
