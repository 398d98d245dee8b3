// What messages are made of, as they are kept beside a connector: types, elements, groups and attributes.

/// Where a type is described.
public enum TypeReference: Sendable, Hashable {
    case builtin(XSDBuiltin)
    /// The number of a type in its catalog.
    case declared(Int)
}

/// One type of a schema, with everything it inherits worked in.
public final class MessageType: Sendable {
    public enum Shape: Sendable {
        /// Derived from a built-in type, perhaps with only some values allowed.
        case simple(XSDBuiltin, facets: Facets)
        /// Values separated by blanks.
        case list(TypeReference, facets: Facets)
        case union([TypeReference], facets: Facets)
        case complex(ComplexContent)
        /// A SOAP-encoded array (SOAP 1.1 §5.4): any number of elements of one type, whatever they are called.
        case array(TypeReference)
    }

    /// nil for a type that is written where it is used.
    public let name: QName?
    public let shape: Shape
    /// Types derived from this one, which a value can have instead (`xsi:type`).
    public let derived: [Int]
    /// Whether a value must have a derived type.
    public let isAbstract: Bool

    public init(name: QName?, shape: Shape, derived: [Int] = [], isAbstract: Bool = false) {
        (self.name, self.shape, self.derived, self.isAbstract) = (name, shape, derived, isAbstract)
    }
}

/// What an element of a complex type holds.
public struct ComplexContent: Sendable {
    public let attributes: [AttributeUse]
    /// Child elements; nil for none.
    public let particle: Particle?
    /// The type of the text of an element without child elements; nil when there is none.
    public let text: TypeReference?
    /// Whether text may stand among the child elements.
    public let isMixed: Bool
    /// Whether further attributes may be there.
    public let hasAnyAttribute: Bool
    /// Attributes that have a value where they are not there.
    let defaults: [AttributeUse]
    /// The elements by local name, groups in groups included, made once.
    let index: ParticleIndex

    public init(
        attributes: [AttributeUse] = [], particle: Particle? = nil, text: TypeReference? = nil, isMixed: Bool = false,
        hasAnyAttribute: Bool = false
    ) {
        (self.attributes, self.particle, self.text) = (attributes, particle, text)
        (self.isMixed, self.hasAnyAttribute) = (isMixed, hasAnyAttribute)
        defaults = attributes.filter { $0.defaultValue != nil }
        index = ParticleIndex(particle)
    }
}

/// One attribute of a complex type.
public struct AttributeUse: Sendable {
    public let name: QName
    public let type: TypeReference
    public let isRequired: Bool
    public let fixed: String?
    /// What the attribute is where it is not there.
    public let defaultValue: String?
    public let summary: String?
    /// Its member in JSON: `@` and the local name, unless another attribute there has the same in another namespace.
    public var key: String

    public init(
        name: QName, type: TypeReference, isRequired: Bool = false, fixed: String? = nil, defaultValue: String? = nil,
        summary: String? = nil, key: String? = nil
    ) {
        (self.name, self.type, self.isRequired) = (name, type, isRequired)
        (self.fixed, self.defaultValue) = (fixed, defaultValue)
        (self.summary, self.key) = (summary, key ?? "@" + name.name)
    }
}

/// How often something may occur in a row.
public struct Occurs: Sendable, Hashable {
    public let least: Int
    /// nil for any number.
    public let most: Int?

    public init(_ least: Int = 1, _ most: Int? = 1) { (self.least, self.most) = (least, most) }

    public static let once = Occurs()
    public var isRepeated: Bool { most.map { $0 > 1 } ?? true }

    static func * (one: Occurs, other: Occurs) -> Occurs {
        func product(_ one: Int, _ other: Int) -> Int {
            let (value, overflow) = one.multipliedReportingOverflow(by: other)
            return overflow ? .max : value
        }
        var most: Int?
        if let first = one.most, let second = other.most { most = product(first, second) }
        if one.most == 0 || other.most == 0 { most = 0 }
        return Occurs(product(one.least, other.least), most)
    }
}

/// A child element at one place of a content model.
public struct ElementUse: Sendable {
    public let name: QName
    /// Its member in JSON: the local name, unless another element there has the same in another namespace.
    public var key: String
    public let type: TypeReference
    public let occurs: Occurs
    public let isNillable: Bool
    public let fixed: String?
    public let defaultValue: String?
    /// The first words of its documentation.
    public let summary: String?

    public init(
        name: QName, type: TypeReference, occurs: Occurs = .once, isNillable: Bool = false, fixed: String? = nil,
        defaultValue: String? = nil, summary: String? = nil, key: String? = nil
    ) {
        (self.name, self.key, self.type, self.occurs) = (name, key ?? name.name, type, occurs)
        (self.isNillable, self.fixed, self.defaultValue, self.summary) = (isNillable, fixed, defaultValue, summary)
    }

    /// Whether it is sent as nil where a value is not given: it has to be there, and may say that there is nothing in it.
    public var isNilWhenLeftOut: Bool { isNillable && occurs == .once }

    func occurring(_ occurs: Occurs) -> ElementUse {
        ElementUse(
            name: name, type: type, occurs: occurs, isNillable: isNillable, fixed: fixed, defaultValue: defaultValue,
            summary: summary, key: key)
    }
}

/// A part of a content model.
public indirect enum Particle: Sendable {
    public enum Order: String, Sendable { case sequence, choice, all }

    case element(ElementUse)
    /// - `key`: the member that lists the occurrences of a group that repeats, like `group!`; nil for one that doesn't.
    case group(Order, Occurs, [Particle], key: String?)
    /// Elements that the schema leaves open; of one namespace only where it says so.
    case wildcard(Occurs, namespace: String? = nil)
}
