// The part of JSON Schema that inputs, outputs and forms are described with.

import JSONCore

/// A JSON Schema (2020-12, the keywords below), read once into a value.
///
/// Keywords: `type`, `properties`, `required`, `additionalProperties`, `items`, `prefixItems`, `enum`,
/// `const`, `format`, `default`,
/// `title`, `description`, `minimum`, `maximum`, `exclusiveMinimum`, `exclusiveMaximum`, `multipleOf`, `minLength`,
/// `maxLength`, `pattern`, `minItems`, `maxItems`, `uniqueItems`, `minProperties`, `maxProperties`,
/// `dependentRequired`, `examples`,
/// `allOf`/`anyOf`/`oneOf`, and local `$ref`s, resolved when read. Others are not enforced.
public struct Schema: Sendable, Hashable {
    /// The value kinds of JSON Schema.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        case null, boolean, integer, number, string, array, object
    }

    /// One member of an object.
    public struct Property: Sendable, Hashable {
        public let name: String
        public var schema: Schema { described.value }
        public let required: Bool
        private let described: Indirect<Schema>

        public init(name: String, schema: Schema, required: Bool) {
            self.init(name: name, schema: Indirect(schema), required: required)
        }

        /// A member whose schema is perhaps made when it is first asked for.
        public init(name: String, schema: Indirect<Schema>, required: Bool) {
            (self.name, described, self.required) = (name, schema, required)
        }
    }

    /// The allowed kinds; empty means any.
    public var kinds: Set<Kind> = []
    public var title: String?
    public var summary: String?
    /// Members in order, when this describes an object.
    public var properties: [Property] = []
    /// Whether members that are not among `properties` are allowed (`additionalProperties` not false).
    public var isOpen: Bool = true
    /// The schema of further members, where one is given.
    public var additional: Indirect<Schema>?
    /// The schema of elements, when this describes a list.
    public var items: Indirect<Schema>?
    /// The only values allowed; nil for no such limit.
    public var choices: [JSON]?
    /// `email`, `date`, `date-time`, `uri`, … (not enforced, used for typing and forms).
    public var format: String?
    public var defaultValue: JSON?
    public var alternatives: [Schema] = []
    public var minimum: JSON?
    public var maximum: JSON?
    public var minLength: Int?
    public var maxLength: Int?
    public var pattern: String?
    public var minItems: Int?
    public var maxItems: Int?
    /// What few schemas say.
    public var rarer: Indirect<RarerLimits>?

    /// Limits that few schemas have; but for the last they are held only where a value is asked for strictly, as is `pattern`.
    public struct RarerLimits: Sendable, Hashable {
        var exclusiveMinimum: JSON?
        var exclusiveMaximum: JSON?
        /// Above zero.
        var multipleOf: JSON?
        var minProperties: Int?
        var maxProperties: Int?
        var uniqueItems = false
        /// The members that have to be there when a member is; held always, as `required` is.
        var dependentRequired: [String: [String]] = [:]
    }

    /// Anything at all.
    public static let any = Schema()

    public init(kinds: Set<Kind> = []) { self.kinds = kinds }

    /// Whether nothing is said about the value.
    public var isAny: Bool {
        kinds.isEmpty && properties.isEmpty && isOpen && choices == nil && items == nil && additional == nil
            && alternatives.isEmpty && minimum == nil && maximum == nil && minLength == nil && maxLength == nil
            && minItems == nil && maxItems == nil && pattern == nil && rarer == nil
    }

    /// The member called `name`.
    public func property(_ name: String) -> Property? { properties.first { $0.name == name } }
}

// Short forms for specs written in Swift: `.object([.string("email", required: true)])`.
extension Schema {
    /// An object with exactly these members; `open` allows others.
    public static func object(_ properties: [Property], open: Bool = false, _ summary: String? = nil) -> Schema {
        var schema = Schema(kinds: [.object])
        (schema.properties, schema.isOpen, schema.summary) = (properties, open, summary)
        return schema
    }

    /// A list of `items`.
    public static func array(_ items: Schema, _ summary: String? = nil) -> Schema {
        var schema = Schema(kinds: [.array])
        (schema.items, schema.summary) = (Indirect(items), summary)
        return schema
    }

    public static let string = Schema(kinds: [.string])
    public static let integer = Schema(kinds: [.integer])
    public static let number = Schema(kinds: [.number])
    public static let boolean = Schema(kinds: [.boolean])
}

extension Schema.Property {
    public static func member(_ name: String, _ schema: Schema, required: Bool = false, _ summary: String? = nil)
        -> Self
    {
        var schema = schema
        if let summary { schema.summary = summary }
        return Self(name: name, schema: schema, required: required)
    }

    public static func string(
        _ name: String, required: Bool = false, _ summary: String? = nil, choices: [String]? = nil
    ) -> Self {
        var schema = Schema.string
        schema.choices = choices?.map { .string($0) }
        return member(name, schema, required: required, summary)
    }

    public static func integer(_ name: String, required: Bool = false, _ summary: String? = nil) -> Self {
        member(name, .integer, required: required, summary)
    }

    public static func number(_ name: String, required: Bool = false, _ summary: String? = nil) -> Self {
        member(name, .number, required: required, summary)
    }

    public static func boolean(_ name: String, required: Bool = false, _ summary: String? = nil) -> Self {
        member(name, .boolean, required: required, summary)
    }

    public static func any(_ name: String, required: Bool = false, _ summary: String? = nil) -> Self {
        member(name, .any, required: required, summary)
    }
}
