// The canonical form of a document: the same bytes for the same meaning, for signatures and comparisons.

import CLibXML2
import Glibc

/// Which canonical form.
public enum CanonicalForm: Sendable, Hashable {
    /// Canonical XML 1.0: with all declarations in force.
    case inclusive
    /// Exclusive XML Canonicalization 1.0: only declarations that names use, and those of the prefixes listed (`#default` for
    /// the one without a prefix).
    case exclusive(prefixes: [String] = [])
}

extension XMLElement {
    /// The canonical form of a document that has the element as its root.
    /// - Parameter comments: whether comments stay.
    /// - Throws: `unwritable` as `write` does.
    public func canonical(_ form: CanonicalForm, comments: Bool = false) throws(XMLError) -> [UInt8] {
        let limits = XMLLimits.generous
        let tree = try LibraryTree(CheckedDocument(try write(), charset: "UTF-8", limits: limits), limits)
        return try withExtendedLifetime(tree) { () throws(XMLError) in
            try Self.canonical(tree.document, form, comments)
        }
    }

    private static func canonical(
        _ document: xmlDocPtr, _ form: CanonicalForm, _ comments: Bool
    ) throws(XMLError) -> [UInt8] {
        var output: UnsafeMutablePointer<UInt8>?
        let length: Int32
        switch form {
        case .inclusive:
            length = xmlC14NDocDumpMemory(document, nil, Int32(XML_C14N_1_0.rawValue), nil, comments ? 1 : 0, &output)
        case .exclusive(let prefixes):
            var names = prefixes.map { xmlStrdup($0) }
            defer { for name in names { free(name) } }
            names.append(nil)
            length = names.withUnsafeMutableBufferPointer { names in
                xmlC14NDocDumpMemory(
                    document, nil, Int32(XML_C14N_EXCLUSIVE_1_0.rawValue), names.baseAddress, comments ? 1 : 0, &output)
            }
        }
        defer { free(output) }
        guard length >= 0, let output else {
            throw XMLError(.unwritable, "the document has no canonical form (a namespace that is no absolute address)")
        }
        return Array(UnsafeBufferPointer(start: output, count: Int(length)))
    }
}

extension XMLLimits {
    /// For documents that were made here.
    static var generous: XMLLimits {
        var limits = XMLLimits()
        (limits.bytes, limits.nodes) = (64 << 20, 8_000_000)
        return limits
    }
}
