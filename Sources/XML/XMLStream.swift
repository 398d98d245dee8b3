// Documents larger than memory: read once from the front, one element of interest at a time.

import CLibXML2
import Glibc

/// Goes through a file and hands out the elements of one name, each as a whole tree; what lies between is not kept.
///
///     let stream = try XMLStream(path: path)
///     while let order = try stream.next("order") { … }
///
/// The document has to be UTF-8 (or say another encoding in its declaration), without a DOCTYPE. It belongs to one thread,
/// which may block.
public final class XMLStream {
    /// Bytes of one tag: its attributes are compared with each other.
    static let longestTag = 32 << 10

    private let source: StreamSource
    private let reader: xmlTextReaderPtr
    private let limits: XMLLimits
    private var isOnElement = false

    /// - Parameter limits: `nodes`, `depth` and `bytes` hold for each element that is handed out, not for the document.
    /// - Throws: `malformed` when there is no such file.
    public init(path: String, limits: XMLLimits = XMLLimits()) throws(XMLError) {
        LibXML2.start()
        self.limits = limits
        let source = try StreamSource(path: path)
        let data = Unmanaged.passUnretained(source).toOpaque()
        let made = xmlReaderForIO(
            { data, buffer, count in
                guard let data, let buffer else { return -1 }
                return Unmanaged<StreamSource>.fromOpaque(data).takeUnretainedValue().read(into: buffer, count)
            }, nil, data, nil, nil, Int32(XML_PARSE_NONET.rawValue))
        guard let made else { throw XMLError(.tooLarge, "there is not enough memory to read the document") }
        (self.source, reader) = (source, made)
        xmlTextReaderSetStructuredErrorHandler(
            made,
            { data, error in
                guard let data, let error else { return }
                Unmanaged<StreamSource>.fromOpaque(data).takeUnretainedValue().take(error.pointee)
            }, data)
    }

    deinit { xmlFreeTextReader(reader) }

    /// The next element called `name`, at any depth but not inside one that was handed out; nil at the end.
    /// - Parameter namespace: any when nil.
    public func next(_ name: String, namespace: String? = nil) throws(XMLError) -> XMLElement? {
        while try advance() {
            guard xmlTextReaderNodeType(reader) == Int32(XML_READER_TYPE_ELEMENT.rawValue),
                Self.text(xmlTextReaderConstLocalName(reader)) == name
            else { continue }
            if let namespace, Self.text(xmlTextReaderConstNamespaceUri(reader)) != namespace { continue }
            let line = Int(xmlTextReaderGetParserLineNumber(reader))
            let start = source.position
            source.limit = start + limits.bytes
            guard let node = xmlTextReaderExpand(reader) else {
                throw source.isOverLimit
                    ? XMLError(
                        .tooLarge, "<\(name)> has more than the \(limits.bytes) bytes allowed (limit xml_bytes)",
                        line: line)
                    : source.mistake ?? XMLError(.malformed, "the document ends inside <\(name)>", line: line)
            }
            source.limit = nil
            isOnElement = true
            var conversion = XPathConversion(limits)
            return try conversion.element(node)
        }
        return nil
    }

    /// Moves on; past the whole element after one was handed out. False at the end.
    private func advance() throws(XMLError) -> Bool {
        let result = isOnElement ? xmlTextReaderNext(reader) : xmlTextReaderRead(reader)
        isOnElement = false
        if let mistake = source.mistake { throw mistake }
        guard result >= 0 else { throw XMLError(.malformed, "the document is not well-formed XML") }
        guard Int(xmlTextReaderDepth(reader)) <= limits.depth else {
            throw XMLError(.tooLarge, "elements are nested deeper than \(limits.depth) (limit xml_depth)")
        }
        return result == 1
    }

    private static func text(_ text: UnsafePointer<UInt8>?) -> String { text.map { String(cString: $0) } ?? "" }
}

/// The bytes of the file on their way to libxml2, which sees no DOCTYPE and no endless tag.
private final class StreamSource {
    private enum Place {
        /// Before the root element.
        case prolog, content, tag
    }

    private let descriptor: CInt
    private(set) var position = 0
    /// Where reading ends at the latest; nil for nowhere.
    var limit: Int?
    private(set) var mistake: XMLError?
    private(set) var isOverLimit = false
    private var place = Place.prolog
    private var tagBytes = 0
    private var line = 1
    private var previous: UInt8 = 0

    init(path: String) throws(XMLError) {
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw XMLError(.malformed, "the file can't be opened") }
    }

    deinit { close(descriptor) }

    func take(_ error: xmlError) {
        if mistake == nil { mistake = XMLError(error, line: max(1, Int(error.line))) }
    }

    func read(into buffer: UnsafeMutablePointer<CChar>, _ count: Int32) -> Int32 {
        if mistake != nil { return -1 }
        if let limit, position > limit {
            isOverLimit = true
            return -1
        }
        var found = -1
        repeat { found = Glibc.read(descriptor, buffer, Int(count)) } while found < 0 && errno == EINTR
        guard found >= 0 else { return -1 }
        position += found
        let bytes = UnsafeRawBufferPointer(start: buffer, count: found)
        return isSafe(bytes) ? Int32(found) : -1
    }

    /// Looks for what libxml2 must not see.
    private func isSafe(_ bytes: UnsafeRawBufferPointer) -> Bool {
        for byte in bytes {
            if byte == 0x0A { line += 1 }
            // Before the root element "<!" is followed by "--" or by a DOCTYPE.
            if place == .prolog, previous == UInt8(ascii: "!"), byte | 0x20 == UInt8(ascii: "d") {
                mistake = XMLError(.forbidden, "the document has a DOCTYPE, which is refused", line: line)
                return false
            }
            if previous == UInt8(ascii: "<"), byte != UInt8(ascii: "!"), byte != UInt8(ascii: "?") {
                (place, tagBytes) = (.tag, 0)
            }
            if place == .tag {
                tagBytes += 1
                if byte == UInt8(ascii: ">") { place = .content }
                if tagBytes > XMLStream.longestTag {
                    mistake = XMLError(
                        .tooLarge, "a tag has more than \(XMLStream.longestTag) bytes", line: line)
                    return false
                }
            }
            previous = byte
        }
        return true
    }
}
