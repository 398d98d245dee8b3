// JSON Schemas of messages, made from their types level by level as something asks for them.

import JSONCore
import RecipeLanguage
import Synchronization
import XML

/// The schemas of one service's types, for inputs or for outputs.
final class MessageSchemas: Sendable {
    /// The member of an input or output with SOAP headers.
    static let headersMember = "headers!"
    /// That with attachments.
    static let attachmentsMember = "attachments!"
    /// Those that say where what is attached to the answer goes.
    static let saveToMember = "save_to!"
    static let overwriteMember = "overwrite!"
    /// That with the seconds a call may take.
    static let timeoutMember = "timeout!"
    /// Derived types beyond this are not told apart before a run.
    private static let mostSubstitutes = 400

    private let catalog: MessageCatalog
    /// Whether values may be given in shorter forms than they come in.
    let isInput: Bool
    private let made = Mutex<[Int: Schema]>([:])

    init(_ catalog: MessageCatalog, isInput: Bool) { (self.catalog, self.isInput) = (catalog, isInput) }

    /// What a step gives or gets for a message.
    func schema(of message: SOAPOperation.Message) -> Schema {
        var schema: Schema
        if (try? message.isFlat(catalog)) == true {
            schema = self.schema(message.parts[0].type)
        } else {
            schema = .object(message.parts.map { self.property($0, isPart: true) })
            for name in message.attachments {
                var attachment = binary
                attachment.summary = "An attachment: base64, or a file."
                schema.properties.append(.member(name, attachment))
            }
        }
        add([attachments], to: &schema)
        guard !message.headers.isEmpty else { return schema }
        var headers = Schema.object(
            message.headers.map { use in
                Schema.Property(name: use.key, schema: Indirect(deferred: { [self] in value(use) }), required: false)
            })
        headers.summary = "SOAP headers."
        let headersProperty = Schema.Property(name: Self.headersMember, schema: headers, required: false)
        add([headersProperty], to: &schema)
        return schema
    }

    /// What a step gives for an operation: its message, how long the call may take, and where what is attached to the answer goes.
    func schema(of operation: SOAPOperation) -> Schema {
        var schema = schema(of: operation.input)
        add([.number(Self.timeoutMember, "Seconds for the whole call; 120 when left out.")], to: &schema)
        if operation.output != nil {
            add(
                [
                    .string(
                        Self.saveToMember,
                        "A file of the workspace for the answer's attachment, or its binary value, of up to 1 GiB; further ones get a number."
                    ),
                    .boolean(
                        Self.overwriteMember,
                        "With save_to!: whether files that are there are replaced; true when left out."),
                ], to: &schema)
        }
        return schema
    }

    private func add(_ properties: [Schema.Property], to schema: inout Schema) {
        guard schema.alternatives.isEmpty else {
            schema.alternatives = schema.alternatives.map { alternative in
                var alternative = alternative
                if alternative.kinds == [.object] { alternative.properties += properties }
                return alternative
            }
            return
        }
        schema.properties += properties
    }

    func property(_ use: ElementUse, isOptional: Bool = false, isPart: Bool = false) -> Schema.Property {
        let isSentEmpty = use.fixed != nil || use.defaultValue != nil || (use.isNilWhenLeftOut && !isPart)
        return Schema.Property(
            name: use.key, schema: Indirect(deferred: { [self] in value(use) }),
            required: use.occurs.least > 0 && !isOptional && !(isInput && isSentEmpty))
    }

    /// The schema of what one element can be, repeated or not.
    private func value(_ use: ElementUse) -> Schema {
        var schema = schema(use.type)
        if use.isNillable, !schema.isAny {
            if schema.kinds.isEmpty, !schema.alternatives.isEmpty {
                schema.alternatives.append(Schema(kinds: [.null]))
            } else {
                schema.kinds.insert(.null)
            }
            if schema.choices != nil { schema.choices?.append(.null) }
        }
        if use.occurs.isRepeated {
            var list = Schema.array(schema)
            if use.occurs.least > 1 { list.minItems = use.occurs.least }
            list.maxItems = use.occurs.most
            schema = list
        }
        if let fixed = use.fixed, schema.kinds == [.string] { schema.choices = [.string(fixed)] }
        if let summary = use.summary { schema.summary = summary }
        return schema
    }

    // MARK: - Types

    func schema(_ reference: TypeReference) -> Schema {
        switch reference {
        case .builtin(.base64Binary): return binary
        case .builtin(let type): return schema(type)
        case .declared(let number):
            if let known = made.withLock({ $0[number] }) { return known }
            let schema = schema(declared: number)
            made.withLock { $0[number] = schema }
            return schema
        }
    }

    private func schema(declared number: Int) -> Schema {
        guard let type = try? catalog.type(number), let substitutes = try? catalog.substitutes(of: number) else {
            return .any
        }
        if substitutes.count > 1 || type.isAbstract, case .complex = type.shape {
            guard substitutes.count <= Self.mostSubstitutes, !substitutes.isEmpty else {
                return Schema(kinds: [.object])
            }
            var schema = Schema()
            schema.alternatives = substitutes.compactMap { substitute in
                guard let type = try? catalog.type(substitute) else { return nil }
                return self.schema(of: type, isDeclared: substitute == number)
            }
            return schema
        }
        if type.name == BinaryParts.attachmentReference { return binary }
        return schema(of: type, isDeclared: true, saysType: false)
    }

    /// - Parameters:
    ///   - isDeclared: whether it is the type that is expected, which need not be said.
    ///   - saysType: whether there are others, so that a value may say which it has.
    private func schema(of type: MessageType, isDeclared: Bool, saysType: Bool = true) -> Schema {
        switch type.shape {
        case .simple(.base64Binary, _): return binary
        case .simple(let base, let facets): return schema(base, facets)
        case .list(let item, let facets):
            return list(of: schema(item), facets)
        case .union(let members, let facets):
            var schema = Schema()
            schema.alternatives = members.map { self.schema($0) }
            if !facets.values.isEmpty {
                // A value may be a number or true to one of the members: it is compared as it is written.
                schema.choices = facets.values.map { .string($0) }
            }
            return schema
        case .array(let item): return .array(schemaOfItems(item))
        case .complex(let content):
            var schema = self.schema(of: content)
            guard saysType, let name = type.name else { return schema }
            let property = Schema.Property.string(
                MessageWriter.typeMember, required: !isDeclared, "Which type it has.", choices: [name.name])
            if schema.alternatives.isEmpty {
                schema.properties.insert(property, at: 0)
            } else {
                schema.alternatives = schema.alternatives.map { alternative in
                    var alternative = alternative
                    if alternative.kinds == [.object] { alternative.properties.insert(property, at: 0) }
                    return alternative
                }
            }
            return schema
        }
    }

    private func schemaOfItems(_ item: TypeReference) -> Schema {
        var schema = schema(item)
        if !schema.isAny, !schema.kinds.isEmpty { schema.kinds.insert(.null) }
        if schema.kinds.isEmpty, !schema.alternatives.isEmpty { schema.alternatives.append(Schema(kinds: [.null])) }
        return schema
    }
}
