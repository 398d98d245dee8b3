// The form in which types are kept: one line of JSON each, defaults left out.

import JSONCore

/// Why a description can't be read: it was changed by hand, or by another version.
public struct DescriptionError: Error, Sendable, Hashable, CustomStringConvertible {
    public let description: String
    init(_ description: String) { self.description = description }
}

/// Namespaces by number, so that names are short.
public struct NamespaceTable: Sendable {
    public private(set) var uris: [String] = []
    private var numbers: [String: Int] = [:]

    public init(_ uris: [String] = []) { for uri in uris { _ = number(of: uri) } }

    mutating func number(of uri: String) -> Int {
        if let number = numbers[uri] { return number }
        numbers[uri] = uris.count
        uris.append(uri)
        return uris.count - 1
    }

    func name(_ json: JSON, _ name: String, key: String = "s") throws(DescriptionError) -> QName {
        guard let number = json[key] else { return QName(nil, name) }
        guard let place = number.integer, uris.indices.contains(place) else {
            throw DescriptionError("the name \"\(name.prefix(60))\" has an unknown namespace")
        }
        return QName(uris[place], name)
    }
}

extension TypeReference {
    var json: JSON {
        switch self {
        case .builtin(let type): .string(type.rawValue)
        case .declared(let number): .integer(number)
        }
    }

    init(_ json: JSON?) throws(DescriptionError) {
        switch json {
        case .string(let name)?:
            guard let type = XSDBuiltin(rawValue: name) else { throw DescriptionError("there is no type \"\(name)\"") }
            self = .builtin(type)
        case .integer(let number)?: self = .declared(number)
        default: throw DescriptionError("a type is missing")
        }
    }
}

/// Members that are not there when they say nothing.
private struct Members {
    var object = JSONObject()

    mutating func put(_ key: String, _ value: String?) { object[key] = value.map { .string($0) } }
    mutating func put(_ key: String, _ value: Int?) { object[key] = value.map { .integer($0) } }
    mutating func put(_ key: String, _ flag: Bool) { if flag { object[key] = .bool(true) } }
    mutating func put(_ name: QName, _ namespaces: inout NamespaceTable) {
        object["n"] = .string(name.name)
        if let uri = name.namespace { object["s"] = .integer(namespaces.number(of: uri)) }
    }
    mutating func put(_ facets: Facets) {
        if !facets.values.isEmpty { object["e"] = .array(facets.values.map { .string($0) }) }
        put("lo", facets.minLength)
        put("hi", facets.maxLength)
        put("min", facets.minimum)
        put("max", facets.maximum)
        put("gt", facets.above)
        put("lt", facets.below)
        put("td", facets.totalDigits)
        put("fd", facets.fractionDigits)
        put("ws", facets.whiteSpace)
        if !facets.patterns.isEmpty { object["re"] = .array(facets.patterns.map { .string($0) }) }
    }
    mutating func put(_ occurs: Occurs) {
        if occurs.least != 1 { object["i"] = .integer(occurs.least) }
        if occurs.most != 1 { object["a"] = .integer(occurs.most ?? -1) }
    }
}

extension Occurs {
    init(_ json: JSON) {
        let most = json["a"]?.integer ?? 1
        self.init(max(0, json["i"]?.integer ?? 1), most < 0 ? nil : most)
    }
}

extension ElementUse {
    public func json(_ namespaces: inout NamespaceTable) -> JSON {
        var members = Members()
        members.put(name, &namespaces)
        members.put("k", key == name.name ? nil : key)
        members.object["t"] = type.json
        members.put(occurs)
        members.put("z", isNillable)
        members.put("f", fixed)
        members.put("d", defaultValue)
        members.put("h", summary)
        return .object(members.object)
    }

    public init(_ json: JSON, _ namespaces: NamespaceTable) throws(DescriptionError) {
        guard let name = json["n"]?.string else { throw DescriptionError("an element has no name") }
        self.init(
            name: try namespaces.name(json, name), type: try TypeReference(json["t"]), occurs: Occurs(json),
            isNillable: json["z"] == true, fixed: json["f"]?.string, defaultValue: json["d"]?.string,
            summary: json["h"]?.string, key: json["k"]?.string)
    }
}

extension AttributeUse {
    func json(_ namespaces: inout NamespaceTable) -> JSON {
        var members = Members()
        members.put(name, &namespaces)
        members.put("k", key == "@" + name.name ? nil : key)
        members.object["t"] = type.json
        members.put("r", isRequired)
        members.put("f", fixed)
        members.put("d", defaultValue)
        members.put("h", summary)
        return .object(members.object)
    }

    init(_ json: JSON, _ namespaces: NamespaceTable) throws(DescriptionError) {
        guard let name = json["n"]?.string else { throw DescriptionError("an attribute has no name") }
        self.init(
            name: try namespaces.name(json, name), type: try TypeReference(json["t"]), isRequired: json["r"] == true,
            fixed: json["f"]?.string, defaultValue: json["d"]?.string, summary: json["h"]?.string,
            key: json["k"]?.string)
    }
}

extension Particle {
    func json(_ namespaces: inout NamespaceTable) -> JSON {
        switch self {
        case .element(let use): return use.json(&namespaces)
        case .wildcard(let occurs, let namespace):
            var members = Members()
            members.put("w", true)
            members.put(occurs)
            if let namespace { members.object["s"] = .integer(namespaces.number(of: namespace)) }
            return .object(members.object)
        case .group(let order, let occurs, let parts, let key):
            var members = Members()
            members.put("g", order.rawValue)
            members.put(occurs)
            members.put("k", key)
            members.object["c"] = .array(parts.map { $0.json(&namespaces) })
            return .object(members.object)
        }
    }

    /// - Parameter depth: how many groups are around it.
    init(_ json: JSON, _ namespaces: NamespaceTable, depth: Int = 0) throws(DescriptionError) {
        guard depth < 64 else { throw DescriptionError("groups are nested too deep") }
        if json["w"] == true {
            self = .wildcard(Occurs(json), namespace: try namespaces.name(json, "any").namespace)
        } else if let order = json["g"]?.string {
            guard let order = Order(rawValue: order) else { throw DescriptionError("there is no group \"\(order)\"") }
            var parts: [Particle] = []
            for part in json["c"]?.array ?? [] { parts.append(try Particle(part, namespaces, depth: depth + 1)) }
            self = .group(order, Occurs(json), parts, key: json["k"]?.string)
        } else {
            self = .element(try ElementUse(json, namespaces))
        }
    }
}

extension Facets {
    fileprivate init(_ json: JSON) {
        self.init()
        values = json["e"]?.array?.compactMap(\.string) ?? []
        (minLength, maxLength) = (json["lo"]?.integer, json["hi"]?.integer)
        (minimum, maximum) = (json["min"]?.string, json["max"]?.string)
        (above, below) = (json["gt"]?.string, json["lt"]?.string)
        (totalDigits, fractionDigits) = (json["td"]?.integer, json["fd"]?.integer)
        whiteSpace = json["ws"]?.string
        patterns = json["re"]?.array?.compactMap(\.string) ?? []
    }
}

extension MessageType {
    public func json(_ namespaces: inout NamespaceTable) -> JSON {
        var members = Members()
        if let name { members.put(name, &namespaces) }
        switch shape {
        case .simple(let base, let facets):
            members.put("b", base.rawValue)
            members.put(facets)
        case .list(let item, let facets):
            members.object["l"] = item.json
            members.put(facets)
        case .union(let types, let facets):
            members.object["u"] = .array(types.map(\.json))
            members.put(facets)
        case .array(let item): members.object["arr"] = item.json
        case .complex(let content):
            if !content.attributes.isEmpty {
                members.object["at"] = .array(content.attributes.map { $0.json(&namespaces) })
            }
            members.object["p"] = content.particle?.json(&namespaces)
            members.object["t"] = content.text?.json
            members.put("x", content.isMixed)
            members.put("aa", content.hasAnyAttribute)
        }
        if !derived.isEmpty { members.object["d"] = .array(derived.map { .integer($0) }) }
        members.put("abs", isAbstract)
        return .object(members.object)
    }

    public convenience init(_ json: JSON, _ namespaces: NamespaceTable) throws(DescriptionError) {
        let name = try json["n"]?.string.map { (text) throws(DescriptionError) in try namespaces.name(json, text) }
        let shape: Shape
        if json["b"] != nil {
            guard case .builtin(let base) = try TypeReference(json["b"]) else {
                throw DescriptionError("a simple type has no base")
            }
            shape = .simple(base, facets: Facets(json))
        } else if json["l"] != nil {
            shape = .list(try TypeReference(json["l"]), facets: Facets(json))
        } else if let types = json["u"]?.array {
            var references: [TypeReference] = []
            for type in types { references.append(try TypeReference(type)) }
            shape = .union(references, facets: Facets(json))
        } else if json["arr"] != nil {
            shape = .array(try TypeReference(json["arr"]))
        } else {
            var attributes: [AttributeUse] = []
            for attribute in json["at"]?.array ?? [] { attributes.append(try AttributeUse(attribute, namespaces)) }
            let particle = try json["p"].map { (json) throws(DescriptionError) in try Particle(json, namespaces) }
            let text = try json["t"].map { (json) throws(DescriptionError) in try TypeReference(json) }
            shape = .complex(
                ComplexContent(
                    attributes: attributes, particle: particle, text: text, isMixed: json["x"] == true,
                    hasAnyAttribute: json["aa"] == true))
        }
        self.init(
            name: name, shape: shape, derived: json["d"]?.array?.compactMap(\.integer) ?? [],
            isAbstract: json["abs"] == true)
    }
}
