// From libxml2's events to a tree.

import CLibXML2

/// Takes the events of one parse. Children wait in one list for their parent's end, so that each element's own list is
/// made once, at its final size.
final class TreeBuilder {
    private struct OpenElement {
        let label: XMLLabel
        let attributes: [XMLAttribute]
        let declarations: [XMLNamespace]
        let firstChild: Int
        let line: Int32
    }

    private let limits: XMLLimits
    private let labels: LabelTable
    private var open: [OpenElement] = []
    private var waiting: [XMLNode] = []
    /// Text since the last tag: libxml2 hands it over in pieces.
    private var text: [UInt8] = []
    private var root: XMLElement?
    private var failure: XMLError?
    fileprivate var context: xmlParserCtxtPtr?

    private init(_ limits: XMLLimits) {
        self.limits = limits
        labels = LabelTable(limit: limits.names)
    }

    /// - Parameter document: checked by `MarkupScan`, in UTF-8.
    static func tree(of document: ArraySlice<UInt8>, _ limits: XMLLimits) throws(XMLError) -> XMLElement {
        LibXML2.start()
        let builder = TreeBuilder(limits)
        document.withUnsafeBytes { buffer in
            guard let base = buffer.baseAddress, !buffer.isEmpty else { return }
            builder.run(base.assumingMemoryBound(to: CChar.self), Int32(buffer.count))
        }
        if let failure = builder.failure { throw failure }
        guard let root = builder.root else {
            throw XMLError(.malformed, "there is no XML: the text is empty or doesn't start with \"<\"", line: 1)
        }
        return root
    }

    private func run(_ base: UnsafePointer<CChar>, _ count: Int32) {
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
        withExtendedLifetime(self) {
            context.pointee.userData = Unmanaged.passUnretained(self).toOpaque()
            xmlParseDocument(context)
        }
        if failure == nil, context.pointee.wellFormed == 0 || context.pointee.nsWellFormed == 0 {
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
    private func halt(_ error: XMLError) {
        if failure == nil { failure = error }
        context?.pointee.disableSAX = 1
        context?.pointee.instate = XML_PARSER_EOF
    }

    private var line: Int { Int(context?.pointee.input?.pointee.line ?? 0) }

    fileprivate func report(_ error: UnsafePointer<xmlError>) {
        guard failure == nil, let sentence = LibXML2.sentence(error.pointee, line: line) else { return }
        halt(sentence)
    }

    fileprivate func forbidDoctype() {
        halt(XMLError(.forbidden, "the document has a DOCTYPE, which is refused", line: line))
    }

    fileprivate func start(
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

    fileprivate func end() {
        flushText()
        guard let element = open.popLast() else { return }
        let first = element.firstChild
        let children = first == waiting.count ? [] : Array(waiting[first...])
        waiting.removeSubrange(first...)
        let tree = XMLElement(
            label: element.label, attributes: element.attributes, declarations: element.declarations,
            children: children, line: element.line)
        if open.isEmpty { root = tree } else { waiting.append(.element(tree)) }
    }

    fileprivate func characters(_ start: UnsafePointer<UInt8>, _ count: Int) {
        text.append(contentsOf: UnsafeBufferPointer(start: start, count: count))
    }

    fileprivate func add(_ node: XMLNode) {
        guard !open.isEmpty else { return }
        flushText()
        waiting.append(node)
    }

    private func flushText() {
        guard !text.isEmpty else { return }
        waiting.append(.text(String(decoding: text, as: UTF8.self)))
        text.removeAll(keepingCapacity: true)
    }

    private func tooManyNames() {
        halt(
            XMLError(
                .tooLarge, "the document has more than \(limits.names) different names (limit xml_names)", line: line))
    }
}

private typealias Characters = UnsafePointer<UInt8>?
private typealias CharacterList = UnsafeMutablePointer<UnsafePointer<UInt8>?>?

extension TreeBuilder {
    fileprivate static func from(_ data: UnsafeMutableRawPointer?) -> TreeBuilder? {
        data.map { Unmanaged<TreeBuilder>.fromOpaque($0).takeUnretainedValue() }
    }

    private static func string(_ characters: Characters) -> String { characters.map { String(cString: $0) } ?? "" }

    /// Only the events of documents without a DTD: everything about entities and declarations is missing, and a DOCTYPE
    /// that got this far ends the parse.
    fileprivate static var handler: xmlSAXHandler {
        var handler = xmlSAXHandler()
        handler.initialized = UInt32(XML_SAX2_MAGIC)
        handler.internalSubset = { data, _, _, _ in TreeBuilder.from(data)?.forbidDoctype() }
        handler.startElementNs = { data, name, prefix, uri, spaces, declared, count, _, values in
            TreeBuilder.from(data)?.start(
                name, prefix, uri, spaces: Int(spaces), declared, count: Int(count), values)
        }
        handler.endElementNs = { data, _, _, _ in TreeBuilder.from(data)?.end() }
        let characters: charactersSAXFunc = { data, start, count in
            if let start { TreeBuilder.from(data)?.characters(start, Int(count)) }
        }
        handler.characters = characters
        handler.ignorableWhitespace = characters
        handler.cdataBlock = { data, start, count in
            guard let start else { return }
            let text = String(decoding: UnsafeBufferPointer(start: start, count: Int(count)), as: UTF8.self)
            TreeBuilder.from(data)?.add(.cdata(text))
        }
        handler.comment = { data, text in TreeBuilder.from(data)?.add(.comment(TreeBuilder.string(text))) }
        handler.processingInstruction = { data, target, text in
            TreeBuilder.from(data)?.add(
                .instruction(target: TreeBuilder.string(target), data: TreeBuilder.string(text)))
        }
        handler.serror = { data, error in
            if let error { TreeBuilder.from(data)?.report(error) }
        }
        return handler
    }
}
