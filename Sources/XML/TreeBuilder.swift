// From libxml2's events to a tree.

import CLibXML2

/// Takes the events of one parse. Children wait in one list for their parent's end, so that each element's own list is
/// made once, at its final size. It is reached through a pointer: a class would count references and check accesses at every
/// event, which costs as much as the parse.
struct TreeBuilder {
    private struct OpenElement {
        let label: XMLLabel
        let attributes: [XMLAttribute]
        let declarations: [XMLNamespace]
        let firstChild: Int
        let line: Int32
    }

    /// From here on the growth of a list shows in the memory it takes.
    private static let largeCount = 50_000

    private let limits: XMLLimits
    private var labels: LabelTable
    private var open: [OpenElement] = []
    private var waiting: [XMLNode] = []
    /// Text since the last tag: libxml2 hands it over in pieces.
    private var text: [UInt8] = []
    private var root: XMLElement?
    private var failure: XMLError?
    private var context: xmlParserCtxtPtr?

    private init(_ limits: XMLLimits) {
        self.limits = limits
        labels = LabelTable(limit: limits.names)
    }

    static func tree(of document: CheckedDocument, _ limits: XMLLimits) throws(XMLError) -> XMLElement {
        LibXML2.start()
        var builder = TreeBuilder(limits)
        // Memory that isn't written to costs nothing, so a large list gets all the room it can need at once.
        if document.nodes > largeCount { builder.waiting.reserveCapacity(document.nodes) }
        document.bytes.withUnsafeBytes { buffer in
            guard let base = buffer.baseAddress, !buffer.isEmpty else { return }
            builder.run(base.assumingMemoryBound(to: CChar.self), Int32(buffer.count))
        }
        if let failure = builder.failure { throw failure }
        guard let root = builder.root else {
            throw XMLError(.malformed, XMLError.noDocument, line: 1)
        }
        return root
    }

    private mutating func run(_ base: UnsafePointer<CChar>, _ count: Int32) {
        // The library copies the bytes, with the zero behind them that it needs.
        guard let context = xmlCreateMemoryParserCtxt(base, count) else {
            failure = Self.noMemory
            return
        }
        defer { xmlFreeParserCtxt(context) }
        xmlCtxtUseOptions(context, LibXML2.options)
        self.context = context
        // The context has a handler of its own, which it frees: ours is written over it.
        context.pointee.sax.pointee = Self.handler
        withUnsafeMutablePointer(to: &self) { builder in
            context.pointee.userData = UnsafeMutableRawPointer(builder)
            xmlParseDocument(context)
        }
        if failure == nil, context.pointee.wellFormed == 0 {
            failure = XMLError(.malformed, "the document is not well-formed XML")
        }
        self.context = nil
    }

    private static var noMemory: XMLError { XMLError(.tooLarge, "there is not enough memory to read the document") }
}

// What libxml2 calls. None may throw; `halt` ends the parse.
extension TreeBuilder {
    /// Stops at the first mistake. libxml2 tests for this state everywhere; its own `xmlStopParser` frees buffers, which
    /// is not safe in the middle of an error.
    private mutating func halt(_ error: XMLError) {
        if failure == nil { failure = error }
        context?.pointee.disableSAX = 1
        context?.pointee.instate = XML_PARSER_EOF
    }

    private var line: Int { Int(context?.pointee.input?.pointee.line ?? 0) }

    fileprivate mutating func report(_ error: UnsafePointer<xmlError>) {
        guard failure == nil, let mistake = XMLError(error.pointee, line: line) else { return }
        halt(mistake)
    }

    fileprivate mutating func forbidDoctype() {
        halt(XMLError(.forbidden, "the document has a DOCTYPE, which is refused", line: line))
    }

    fileprivate mutating func start(
        _ name: Characters, _ prefix: Characters, _ uri: Characters, spaces: Int, _ declared: CharacterList,
        count: Int, _ values: CharacterList
    ) {
        flushText()
        var (attributes, declarations): ([XMLAttribute], [XMLNamespace]) = ([], [])
        if spaces > 0, let declared {
            declarations.reserveCapacity(spaces)
            for index in 0..<spaces {
                declarations.append(
                    XMLNamespace(
                        prefix: labels.string(declared[2 * index]), uri: labels.string(declared[2 * index + 1]) ?? ""))
            }
        }
        if count > 0, let values {
            attributes.reserveCapacity(count)
            for index in stride(from: 0, to: 5 * count, by: 5) {
                guard let start = values[index + 3], let end = values[index + 4],
                    let label = labels.label(values[index], values[index + 1], values[index + 2])
                else { return tooManyNames() }
                let value = Self.value(UnsafeBufferPointer(start: start, count: end - start))
                attributes.append(XMLAttribute(label: label, value: value))
            }
        }
        guard let label = labels.label(name, prefix, uri) else { return tooManyNames() }
        open.append(
            OpenElement(
                label: label, attributes: attributes, declarations: declarations, firstChild: waiting.count,
                line: Int32(clamping: line)))
    }

    /// libxml2 writes each `&` of an attribute as `&#38;` unless it is told NOENT, and leaves no other `&`.
    private static func value(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
        guard bytes.contains(UInt8(ascii: "&")) else { return String(decoding: bytes, as: UTF8.self) }
        var plain: [UInt8] = []
        var index = 0
        while index < bytes.count {
            plain.append(bytes[index])
            index += bytes[index] == UInt8(ascii: "&") ? 5 : 1
        }
        return String(decoding: plain, as: UTF8.self)
    }

    fileprivate mutating func end() {
        flushText()
        guard let element = open.popLast() else { return }
        let tree = XMLElement(
            label: element.label, attributes: element.attributes, declarations: element.declarations,
            content: takeContent(from: element.firstChild), line: element.line)
        if open.isEmpty { root = tree } else { waiting.append(.element(tree)) }
    }

    private mutating func takeContent(from first: Int) -> XMLElement.Content {
        switch waiting.count - first {
        case 0: return .none
        case 1:
            if case .text(let text) = waiting[first] {
                waiting.removeLast()
                return .text(text)
            }
        default: break
        }
        // What holds all that is waiting gets the list itself, if it is well filled: no second copy of a large document.
        if first == 0, waiting.count > Self.largeCount, waiting.count > waiting.capacity / 2 {
            defer { waiting = [] }
            return .nodes(waiting)
        }
        // Moved over, not copied: that saves counting the references of each node up and down.
        let count = waiting.count - first
        let nodes = [XMLNode](unsafeUninitializedCapacity: count) { target, initialized in
            waiting.withUnsafeMutableBufferPointer { source in
                _ = target.moveInitialize(fromContentsOf: source[first...])
                source[first...].initialize(repeating: .text(""))
            }
            initialized = count
        }
        waiting.removeLast(count)
        return .nodes(nodes)
    }

    fileprivate mutating func characters(_ start: UnsafePointer<UInt8>, _ count: Int) {
        text.append(contentsOf: UnsafeBufferPointer(start: start, count: count))
    }

    fileprivate mutating func add(_ node: XMLNode) {
        guard !open.isEmpty else { return }
        flushText()
        waiting.append(node)
    }

    private mutating func flushText() {
        guard !text.isEmpty else { return }
        waiting.append(.text(String(decoding: text, as: UTF8.self)))
        text.removeAll(keepingCapacity: true)
    }

    private mutating func tooManyNames() {
        halt(
            XMLError(
                .tooLarge, "the document has more than \(limits.names) different names (limit xml_names)", line: line))
    }
}

private typealias Characters = UnsafePointer<UInt8>?
private typealias CharacterList = UnsafeMutablePointer<UnsafePointer<UInt8>?>?

extension TreeBuilder {
    fileprivate static func from(_ data: UnsafeMutableRawPointer?) -> UnsafeMutablePointer<TreeBuilder>? {
        data?.assumingMemoryBound(to: TreeBuilder.self)
    }

    private static func string(_ characters: Characters) -> String { characters.map { String(cString: $0) } ?? "" }

    /// Only the events of documents without a DTD: everything about entities and declarations is missing, and a DOCTYPE
    /// that got this far ends the parse.
    fileprivate static var handler: xmlSAXHandler {
        var handler = xmlSAXHandler()
        handler.initialized = UInt32(XML_SAX2_MAGIC)
        handler.internalSubset = { data, _, _, _ in TreeBuilder.from(data)?.pointee.forbidDoctype() }
        handler.startElementNs = { data, name, prefix, uri, spaces, declared, count, _, values in
            TreeBuilder.from(data)?.pointee.start(
                name, prefix, uri, spaces: Int(spaces), declared, count: Int(count), values)
        }
        handler.endElementNs = { data, _, _, _ in TreeBuilder.from(data)?.pointee.end() }
        let characters: charactersSAXFunc = { data, start, count in
            if let start { TreeBuilder.from(data)?.pointee.characters(start, Int(count)) }
        }
        handler.characters = characters
        handler.ignorableWhitespace = characters
        handler.cdataBlock = { data, start, count in
            guard let start else { return }
            let text = String(decoding: UnsafeBufferPointer(start: start, count: Int(count)), as: UTF8.self)
            TreeBuilder.from(data)?.pointee.add(.cdata(text))
        }
        handler.comment = { data, text in TreeBuilder.from(data)?.pointee.add(.comment(TreeBuilder.string(text))) }
        handler.processingInstruction = { data, target, text in
            TreeBuilder.from(data)?.pointee.add(
                .instruction(target: TreeBuilder.string(target), data: TreeBuilder.string(text)))
        }
        handler.serror = { data, error in
            if let error { TreeBuilder.from(data)?.pointee.report(error) }
        }
        return handler
    }
}
