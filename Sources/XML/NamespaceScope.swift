// Which prefix stands for which namespace at a place in a document that is being written.

/// The declarations in force, innermost last.
struct NamespaceScope {
    private var bindings: [XMLNamespace] = []
    /// Where the declarations of the element being written begin.
    private var own = 0
    /// Prefixes that the names of the element being written rely on: declaring them anew would change those names.
    private var used: [String?] = []
    /// Changes whenever the declarations in force do.
    private(set) var generation = 0

    /// A place to go back to when an element ends.
    var mark: Int { bindings.count }

    mutating func leave(_ mark: Int) {
        guard mark < bindings.count else { return }
        bindings.removeSubrange(mark...)
        generation += 1
    }

    func declared(since mark: Int) -> ArraySlice<XMLNamespace> { bindings[mark...] }

    /// Takes over the declarations that the element itself asks for.
    mutating func enter(_ element: XMLElement) throws(XMLError) {
        (own, used) = (bindings.count, [])
        if element.declarations.isEmpty { return }
        generation += 1
        for space in element.declarations {
            if space.prefix == "xml", space.uri == XMLNamespace.xml { continue }
            // What XML keeps for itself (Namespaces in XML 1.0 §3), and a prefix that stands for nothing.
            let isReserved = space.uri == XMLNamespace.xml || space.uri == XMLNamespace.xmlns
            guard !isReserved, space.prefix != "xml", space.prefix != "xmlns", space.prefix == nil || !space.uri.isEmpty
            else {
                let name = space.prefix.map { "prefix \"\($0)\"" } ?? "default namespace"
                throw XMLError(.unwritable, "the \(name) can't be declared like this")
            }
            guard !ownPrefixes.contains(space.prefix) else {
                throw XMLError(.unwritable, "the prefix \"\(space.prefix ?? "")\" is declared twice on one element")
            }
            // A default namespace would swallow an element that has none.
            if space.prefix == nil, element.namespace == nil, !space.uri.isEmpty { continue }
            bindings.append(space)
        }
    }

    /// Goes on with an element whose name is known to have `prefix` here, and which declares nothing itself.
    mutating func enter(with prefix: String?, _ element: XMLElement) {
        own = bindings.count
        used = element.attributes.contains { $0.namespace != nil } ? [prefix] : []
    }

    /// The prefix for an element's name, declared if need be.
    mutating func prefix(ofElement label: XMLLabel) throws(XMLError) -> String? {
        guard let namespace = label.namespace else {
            used.append(nil)
            if let uri = uri(of: nil), !uri.isEmpty {
                bindings.append(XMLNamespace(prefix: nil, uri: ""))
                generation += 1
            }
            return nil
        }
        if namespace == XMLNamespace.xml { return "xml" }
        if uri(of: label.prefix) == namespace { return use(label.prefix) }
        if label.prefix == nil, let prefix = prefix(boundTo: namespace) { return use(prefix) }
        return try declare(namespace, as: label.prefix)
    }

    /// The prefix for an attribute's name, declared if need be; attributes never use the default namespace.
    mutating func prefix(ofAttribute label: XMLLabel) throws(XMLError) -> String? {
        guard let namespace = label.namespace else { return nil }
        if namespace == XMLNamespace.xml { return "xml" }
        if let prefix = label.prefix, uri(of: prefix) == namespace { return use(prefix) }
        if let prefix = prefix(boundTo: namespace) { return use(prefix) }
        return try declare(namespace, as: label.prefix ?? freePrefix)
    }

    private var ownPrefixes: [String?] { bindings[own...].map(\.prefix) }

    private mutating func declare(_ namespace: String, as wanted: String?) throws(XMLError) -> String? {
        guard namespace != XMLNamespace.xmlns else {
            throw XMLError(.unwritable, "no name can be in the namespace \(namespace)")
        }
        // A prefix that this element has declared already, or that XML reserves, gives way to a new one.
        let isTaken = ownPrefixes.contains(wanted) || used.contains(wanted) || wanted == "xml" || wanted == "xmlns"
        let prefix = isTaken ? freePrefix : wanted
        bindings.append(XMLNamespace(prefix: prefix, uri: namespace))
        generation += 1
        return use(prefix)
    }

    private mutating func use(_ prefix: String?) -> String? {
        used.append(prefix)
        return prefix
    }

    private var freePrefix: String {
        var number = 1
        while bindings.contains(where: { $0.prefix == "ns\(number)" }) { number += 1 }
        return "ns\(number)"
    }

    private func uri(of prefix: String?) -> String? { bindings.last { $0.prefix == prefix }?.uri }

    /// The innermost prefix that stands for `namespace` and is not covered by a later declaration.
    private func prefix(boundTo namespace: String) -> String? {
        bindings.last { $0.prefix != nil && $0.uri == namespace && uri(of: $0.prefix) == namespace }?.prefix
    }
}
