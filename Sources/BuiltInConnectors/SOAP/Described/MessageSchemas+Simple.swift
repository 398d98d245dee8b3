// JSON Schemas of simple values, and of what is attached to messages.

import JSONCore
import RecipeLanguage
import XML

extension MessageSchemas {
    /// What travels beside the message and isn't referred to by one of its members.
    var attachments: Schema.Property {
        let members: [Schema.Property] =
            isInput
            ? AttachmentInput.members
            : [
                .string("id", "its Content-ID"), .string("content_type"),
                .string("base64", "its content, without save_to!"), .string("file", "with save_to!: the file it is in"),
                .integer("size_bytes", "of the file"),
            ]
        let summary =
            isInput ? "Attachments that no member stands for." : "Attachments that the message doesn't refer to."
        return .member(Self.attachmentsMember, .array(.object(members)), summary)
    }

    /// A binary value.
    var binary: Schema {
        var schema = Schema(kinds: [.string, .object])
        (schema.format, schema.isOpen) = ("base64", false)
        schema.properties =
            isInput
            ? AttachmentInput.fileMembers
            : [
                .string(MessageWriter.fileMember, required: true, "with save_to!: the file it is in"),
                .integer("size_bytes", required: true, "of the file"), .string("content_type"),
            ]
        return schema
    }

    /// A list of simple values: an input may be a text with blanks between them.
    func list(of item: Schema, _ facets: Facets = Facets()) -> Schema {
        var list = Schema.array(item)
        (list.minItems, list.maxItems) = (facets.minLength, facets.maxLength)
        if isInput { list.kinds.insert(.string) }
        return list
    }

    func schema(_ type: XSDBuiltin, _ facets: Facets = Facets()) -> Schema {
        var schema: Schema
        switch type.family {
        case .any: return .any
        case .boolean: schema = .boolean
        case .integer:
            schema = .integer
            schema.minimum = type.bounds.least.map { .integer($0) }
            schema.maximum = type.bounds.most.map { .integer($0) }
        case .decimal, .float: schema = .number
        case .list: return list(of: .string)
        case .text, .binary, .hex, .moment, .name:
            schema = .string
            switch type {
            case .date: schema.format = "date"
            case .dateTime: schema.format = "date-time"
            case .time: schema.format = "time"
            case .duration: schema.format = "duration"
            case .anyURI: schema.format = "uri"
            case .base64Binary: schema.format = "base64"
            default: break
            }
            if type.family == .text, facets.values.isEmpty {
                schema.minLength = facets.minLength
                // Blanks that are collapsed don't count.
                if !isInput || type.keepsLength(facets) { schema.maxLength = facets.maxLength }
            }
        }
        if !facets.values.isEmpty {
            schema.choices = facets.values.map { schema.kinds == [.string] ? .string($0) : type.value($0) }
        }
        if schema.kinds != [.string] {
            if let minimum = facets.minimum.flatMap({ JSON(number: $0) }) { schema.minimum = minimum }
            if let maximum = facets.maximum.flatMap({ JSON(number: $0) }) { schema.maximum = maximum }
            if type.family == .integer {
                if let above = facets.above.flatMap({ Int($0) }), above < .max { schema.minimum = .integer(above + 1) }
                if let below = facets.below.flatMap({ Int($0) }), below > .min { schema.maximum = .integer(below - 1) }
            }
        } else if type.family == .text, let pattern = facets.patterns.last {
            // The one of the last derivation: a schema here has just one.
            schema.pattern = SchemaPattern.forJSONSchema(pattern)
        }
        guard type.family == .float, facets.values.isEmpty else { return schema }
        var either = Schema()
        either.alternatives = [schema, Schema(kinds: [.string])]
        either.alternatives[1].choices = XSDBuiltin.noNumbers.map { .string($0) }
        return either
    }
}

extension XSDBuiltin {
    /// Whether a text is as long for the service as it is here.
    fileprivate func keepsLength(_ facets: Facets) -> Bool {
        switch facets.whiteSpace {
        case nil: self == .string || self == .normalizedString
        case "collapse"?: false
        default: true
        }
    }
}
