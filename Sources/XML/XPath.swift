// XPath 1.0 over a document, within bounds.

import CLibXML2
import Dispatch
import Synchronization

/// What an XPath expression gives.
public enum XPathResult: Sendable, Hashable {
    /// In document order.
    case nodes([XPathNode])
    case text(String)
    /// May be not a number, or infinite.
    case number(Double)
    case boolean(Bool)
}

/// One node of a result.
public enum XPathNode: Sendable, Hashable {
    case element(XMLElement)
    case attribute(XMLAttribute)
    /// Text, a comment, or an instruction's data.
    case text(String)
}

/// An XPath 1.0 expression with its prefixes.
public struct XPath: Sendable, Hashable {
    /// Bytes of an expression.
    public static let longest = 2_000
    /// Parentheses and brackets inside each other: libxml2 calls itself for each.
    static let deepest = 32
    /// Nodes of a document, so that comparing two lists of nodes, which can't be interrupted, ends in seconds.
    static let mostNodes = 250_000

    /// Serial, so that it has a thread of its own even while all threads of the pools are busy.
    private static let watchQueue = DispatchQueue(label: "galley.xpath-watch")

    public let source: String
    private let namespaces: [String: String]
    private let variables: [String: Variable]

    /// A value that the expression refers to as `$name`: never a part of the expression, whatever it holds.
    public enum Variable: Sendable, Hashable {
        case text(String)
        case number(Double)
        case boolean(Bool)
    }

    /// - Parameters:
    ///   - namespaces: URIs by the prefixes that the expression uses; the document's own prefixes don't count.
    ///   - variables: values by the names that the expression uses, without the `$`.
    /// - Throws: `query` when it is empty or too long; other mistakes show when it is evaluated.
    public init(
        _ source: String, namespaces: [String: String] = [:], variables: [String: Variable] = [:]
    ) throws(XMLError) {
        guard !source.isBlankText else { throw XMLError(.query, "the XPath is empty") }
        guard source.utf8.count <= Self.longest, !source.utf8.contains(0) else {
            throw XMLError(.query, "the XPath is longer than \(Self.longest) bytes, or has a NUL character in it")
        }
        var (depth, deepest) = (0, 0)
        for byte in source.utf8 {
            if byte == UInt8(ascii: "(") || byte == UInt8(ascii: "[") { depth += 1 }
            if byte == UInt8(ascii: ")") || byte == UInt8(ascii: "]") { depth -= 1 }
            deepest = max(deepest, depth)
        }
        guard deepest <= Self.deepest else {
            throw XMLError(.query, "the XPath has more than \(Self.deepest) parentheses inside each other")
        }
        (self.source, self.namespaces, self.variables) = (source, namespaces, variables)
    }

    /// Evaluates it at the root of a document. Blocks for up to `seconds`, and longer while two long lists are compared.
    public func evaluate(
        in bytes: [UInt8], charset: String? = nil, limits: XMLLimits = XMLLimits(), seconds: Double = 1
    ) throws(XMLError) -> XPathResult {
        var limits = limits
        limits.nodes = min(limits.nodes, Self.mostNodes)
        let document = try CheckedDocument(bytes, charset: charset, limits: limits)
        let tree = try LibraryTree(document, limits)
        return try withExtendedLifetime(tree) { () throws(XMLError) in try evaluate(tree.document, limits, seconds) }
    }

    /// Evaluates it with `root` as the root of a document.
    public func evaluate(in root: XMLElement, seconds: Double = 1) throws(XMLError) -> XPathResult {
        try evaluate(in: root.write(), seconds: seconds)
    }

    private func evaluate(_ tree: xmlDocPtr, _ limits: XMLLimits, _ seconds: Double) throws(XMLError) -> XPathResult {
        guard let context = xmlXPathNewContext(tree) else { throw XMLError(.tooLarge, "there is not enough memory") }
        for (prefix, uri) in namespaces { xmlXPathRegisterNs(context, prefix, uri) }
        for (name, value) in variables {
            let object =
                switch value {
                case .text(let text): xmlXPathNewString(text)
                case .number(let number): xmlXPathNewFloat(number)
                case .boolean(let flag): xmlXPathNewBoolean(flag ? 1 : 0)
                }
            xmlXPathRegisterVariable(context, name, object)
        }
        let mistake = Mistake()
        context.pointee.userData = Unmanaged.passUnretained(mistake).toOpaque()
        context.pointee.error = { data, error in
            guard let data, let error else { return }
            Unmanaged<Mistake>.fromOpaque(data).takeUnretainedValue().take(error.pointee)
        }
        let watch = Watch(context)
        let timer = DispatchWorkItem { watch.stopEvaluation() }
        Self.watchQueue.asyncAfter(deadline: .now() + seconds, execute: timer)
        context.pointee.node = UnsafeMutableRawPointer(tree).assumingMemoryBound(to: xmlNode.self)
        let object = withExtendedLifetime(mistake) { xmlXPathEvalExpression(source, context) }
        let isLate = watch.end()
        timer.cancel()
        defer {
            xmlXPathFreeObject(object)
            xmlXPathFreeContext(context)
        }
        if isLate {
            throw XMLError(.query, "the XPath takes more than \(seconds) s on this document; make it narrower")
        }
        guard let object else {
            throw XMLError(.query, "the XPath \"\(source.prefix(200))\" is wrong: \(mistake.words)")
        }
        return try XPathConversion.result(of: object.pointee, limits)
    }
}

/// The first error of an evaluation.
private final class Mistake {
    private(set) var words = "it can't be evaluated"
    private var isTaken = false

    func take(_ error: xmlError) {
        guard !isTaken else { return }
        isTaken = true
        // XPath errors come without a message of their own.
        switch xmlParserErrors(rawValue: UInt32(clamping: error.code)) {
        case XML_XPATH_UNDEF_PREFIX_ERROR: words = "it has a prefix that is not among the namespaces"
        case XML_XPATH_UNKNOWN_FUNC_ERROR: words = "it has a function that XPath 1.0 does not know"
        case XML_XPATH_UNDEF_VARIABLE_ERROR: words = "it has a variable that is not given"
        case XML_XPATH_INVALID_ARITY: words = "a function has too few or too many arguments"
        case XML_XPATH_INVALID_TYPE: words = "a function or operator needs a list of nodes and has something else"
        case XML_XPATH_UNFINISHED_LITERAL_ERROR: words = "a quote is not closed"
        case XML_XPATH_UNCLOSED_ERROR: words = "a parenthesis or bracket is not closed"
        default: words = "it is not a whole expression"
        }
        if error.int1 > 0 { words += " (after character \(error.int1))" }
    }
}

/// Ends an evaluation that takes too long.
private final class Watch: Sendable {
    private enum State {
        case running(UInt)
        case late
        case ended
    }

    private let state: Mutex<State>

    /// `opLimit` must not be zero, or the evaluation doesn't look at it.
    init(_ context: xmlXPathContextPtr) {
        context.pointee.opLimit = .max
        state = Mutex(.running(UInt(bitPattern: context)))
    }

    /// Lowers the limit of operations under the evaluation's feet: it is one machine word, which the evaluation reads at
    /// every step, so the plain store is seen soon.
    func stopEvaluation() {
        state.withLock { state in
            guard case .running(let address) = state, let context = xmlXPathContextPtr(bitPattern: address) else {
                return
            }
            context.pointee.opLimit = 1
            state = .late
        }
    }

    /// After this the context may be freed. True when it was stopped.
    func end() -> Bool {
        state.withLock { state in
            if case .late = state { return true }
            state = .ended
            return false
        }
    }
}
