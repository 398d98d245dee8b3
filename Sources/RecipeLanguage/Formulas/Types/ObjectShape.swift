// What is known about the members of an object.

import JSONCore

/// What an object holds.
enum ObjectShape: Sendable {
    /// As a schema describes it.
    case described(Indirect<Schema>)
    /// The members that a formula wrote down.
    case written(WrittenMembers)
    /// Any keys, all values alike: what `group_by` gives.
    case uniform(UniformMembers)

    /// Members by name.
    final class WrittenMembers: Sendable {
        let names: [String]
        let types: [String: FormulaType]
        /// Whether there may be others.
        let isOpen: Bool

        init(_ members: [(name: String, type: FormulaType)], isOpen: Bool = false) {
            var (names, types): ([String], [String: FormulaType]) = ([], [:])
            for member in members {
                if types[member.name] == nil { names.append(member.name) }
                types[member.name] = member.type
            }
            (self.names, self.types, self.isOpen) = (names, types, isOpen)
        }
    }

    final class UniformMembers: Sendable {
        let key: FormulaType
        let value: FormulaType
        init(key: FormulaType, value: FormulaType) { (self.key, self.value) = (key, value) }
    }

    /// What reading a member gives.
    enum Lookup {
        case type(FormulaType)
        /// Not described, with a name nearly the same.
        case unlikely(near: String)
        case missing(known: [String])
    }

    func member(_ name: String) -> Lookup {
        switch self {
        case .described(let schema):
            switch schema.value.member(name) {
            case .known(let found):
                let type = FormulaType(describedBy: found)
                return .type(schema.value.property(name)?.required == true ? type : type.joined(.null))
            case .anything, .none: return .type(.unknown)
            case .unlikely(let near): return .unlikely(near: near)
            case .unknown(let known): return .missing(known: known)
            }
        case .written(let members):
            if let type = members.types[name] { return .type(type) }
            return members.isOpen ? .type(.unknown) : .missing(known: members.names)
        case .uniform(let members): return .type(members.value.joined(.null))
        }
    }

    /// What any of the values can be.
    var values: FormulaType {
        switch self {
        case .described(let schema):
            guard !schema.value.isOpen, schema.value.additional == nil, schema.value.alternatives.isEmpty else {
                return .unknown
            }
            return FormulaType.joined(schema.value.properties.map { FormulaType(describedBy: $0.schema).joined(.null) })
        case .written(let members): return members.isOpen ? .unknown : FormulaType.joined(members.types.values)
        case .uniform(let members): return members.value
        }
    }

    var keys: FormulaType {
        switch self {
        case .described: FormulaType(.string)
        case .written(let members): members.isOpen ? .unknown : FormulaType(.string)
        case .uniform(let members): members.key
        }
    }

    /// The members by name, where all of them are known.
    var known: [(name: String, type: FormulaType)]? {
        switch self {
        case .described(let schema):
            guard !schema.value.isOpen, schema.value.additional == nil, schema.value.alternatives.isEmpty else {
                return nil
            }
            return schema.value.properties.map { property in
                let type = FormulaType(describedBy: property.schema)
                return (property.name, property.required ? type : type.joined(.null))
            }
        case .written(let members):
            return members.isOpen ? nil : members.names.map { ($0, members.types[$0] ?? .unknown) }
        case .uniform: return nil
        }
    }

    var depth: Int {
        switch self {
        case .described: 1
        case .written(let members): members.types.values.reduce(1) { max($0, $1.depth) }
        case .uniform(let members): max(members.key.depth, members.value.depth)
        }
    }

    static func joined(_ one: FormulaType, _ two: FormulaType) -> ObjectShape? {
        if !one.kinds.contains(.object) { return two.object }
        if !two.kinds.contains(.object) { return one.object }
        guard let first = one.object, let second = two.object else { return nil }
        switch (first, second) {
        case (.described(let one), .described(let two)) where one === two || one == two: return first
        case (.written(let one), .written(let two)) where one === two: return first
        case (.uniform(let one), .uniform(let two)):
            return .uniform(UniformMembers(key: one.key.joined(two.key), value: one.value.joined(two.value)))
        default: break
        }
        guard let members = first.known, let others = second.known,
            members.count <= FormulaType.mostWritten, others.count <= FormulaType.mostWritten
        else { return nil }
        let right = Dictionary(others.map { ($0.name, $0.type) }, uniquingKeysWith: { $1 })
        let left = Dictionary(members.map { ($0.name, $0.type) }, uniquingKeysWith: { $1 })
        let both = members.map { ($0.name, right[$0.name].map($0.type.joined) ?? $0.type.joined(.null)) }
        let rest = others.filter { left[$0.name] == nil }.map { ($0.name, $0.type.joined(.null)) }
        return .written(WrittenMembers(both + rest))
    }

    func isSame(as other: ObjectShape) -> Bool {
        switch (self, other) {
        case (.described(let one), .described(let two)): one === two || one == two
        case (.written(let one), .written(let two)):
            one === two
                || one.isOpen == two.isOpen && one.names == two.names
                    && one.names.allSatisfy { (one.types[$0] ?? .never).isSame(as: two.types[$0] ?? .never) }
        case (.uniform(let one), .uniform(let two)): one.key.isSame(as: two.key) && one.value.isSame(as: two.value)
        default: false
        }
    }
}

extension FormulaType {
    /// An object with these members.
    static func object(_ members: [(name: String, type: FormulaType)], isOpen: Bool = false) -> FormulaType {
        FormulaType(.object, object: .written(ObjectShape.WrittenMembers(members, isOpen: isOpen)))
    }

    /// An object of values that are all alike.
    static func object(key: FormulaType, value: FormulaType) -> FormulaType {
        FormulaType(.object, object: .uniform(ObjectShape.UniformMembers(key: key, value: value)))
    }

    /// What a value described by a schema can be. Nothing is taken for granted that the schema does not say: without a
    /// type it can be anything.
    init(describedBy schema: Schema) {
        let kinds = Self.kinds(of: schema)
        let describesObject = !schema.properties.isEmpty || !schema.isOpen || schema.additional != nil
        let object: ObjectShape? =
            describesObject || !schema.alternatives.isEmpty ? .described(Indirect(schema)) : nil
        self.init(
            kinds,
            list: schema.alternatives.isEmpty
                ? schema.items.map { ListShape(FormulaType(describedBy: $0.value)) } : nil,
            object: object)
    }

    private static func kinds(of schema: Schema) -> KindSet {
        if !schema.kinds.isEmpty {
            return schema.kinds.reduce(into: KindSet()) { $0.formUnion($1.valueKinds) }
        }
        guard !schema.alternatives.isEmpty else {
            guard let choices = schema.choices, !choices.isEmpty else { return .every }
            let kinds = KindSet(choices.map { KindSet(Value($0).kind) })
            return kinds.isDisjoint(with: .number) ? kinds : kinds.union(.real)
        }
        return schema.alternatives.reduce(into: KindSet()) { $0.formUnion(kinds(of: $1)) }
    }

    /// Of longer lists and larger objects nothing is remembered but the kind.
    static let mostWritten = 64

    /// What a JSON value is.
    init(json: JSON) {
        switch json {
        case .array(let elements):
            self =
                elements.count > Self.mostWritten ? FormulaType(.list) : .tuple(elements.map { FormulaType(json: $0) })
        case .object(let members) where members.count > Self.mostWritten: self.init(.object)
        case .object(let members): self = .object(members.map { (name: $0.key, type: FormulaType(json: $0.value)) })
        default: self.init(KindSet(Value(json).kind))
        }
    }
}

extension Schema.Kind {
    /// The kinds of value it allows. A whole number may be written `5.0`.
    var valueKinds: KindSet {
        switch self {
        case .null: .null
        case .boolean: .boolean
        case .integer, .number: .real
        case .string: .string
        case .array: .list
        case .object: .object
        }
    }
}
