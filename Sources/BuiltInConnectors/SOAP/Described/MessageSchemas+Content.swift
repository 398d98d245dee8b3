// JSON Schemas of what complex types hold: attributes, texts, and the elements of their content models.

import JSONCore
import RecipeLanguage
import XML

extension MessageSchemas {
    func schema(of content: ComplexContent) -> Schema {
        var properties = content.attributes.map { attribute in
            Schema.Property(
                name: attribute.key,
                schema: Indirect(deferred: { [self] in
                    var schema = schema(attribute.type)
                    // Those of attributes stand in them.
                    if schema.format == "base64" { (schema.kinds, schema.properties) = ([.string], []) }
                    if let summary = attribute.summary { schema.summary = summary }
                    return schema
                }), required: attribute.isRequired && attribute.fixed == nil)
        }
        if let text = content.text {
            let scalar = schema(text)
            if properties.isEmpty, !content.hasAnyAttribute { return scalar }
            let isPlain = content.attributes.allSatisfy { !$0.isRequired || $0.fixed != nil }
            properties.append(.member(JSONMapping.textMember, scalar))
            let object = Schema.object(properties, open: content.hasAnyAttribute)
            guard isInput, isPlain else { return object }
            var either = Schema()
            either.alternatives = [scalar, object]
            return either
        }
        var seen: Set<String> = []
        if let particle = content.particle { add(particle, to: &properties, &seen, isOptional: false) }
        let isOpenText = content.isMixed || (content.particle == nil && content.hasAnyAttribute)
        if isOpenText { properties.append(.string(JSONMapping.textMember, "Text among the elements.")) }
        return .object(properties, open: content.hasAnyAttribute)
    }

    private func add(
        _ particle: Particle, to properties: inout [Schema.Property], _ seen: inout Set<String>, isOptional: Bool
    ) {
        switch particle {
        case .element(let use):
            if seen.insert(use.key).inserted {
                properties.append(property(use, isOptional: isOptional))
            } else if let place = properties.firstIndex(where: { $0.name == use.key }) {
                // At several places: a list, or one value where it stands in alternatives.
                properties[place] = .any(use.key)
            }
        case .wildcard(let occurs, _):
            if seen.insert(MessageWriter.anyMember).inserted {
                properties.append(
                    .any(
                        MessageWriter.anyMember, required: isInput && !isOptional && occurs.least > 0,
                        "Further elements: objects with their names, or texts with XML."))
            }
        case .group(let order, let occurs, let parts, let key):
            if let key {
                var (inner, names): ([Schema.Property], Set<String>) = ([], [])
                for part in parts { add(part, to: &inner, &names, isOptional: order == .choice) }
                // Either in their order under one name, or each by itself.
                let needed = occurs.least > 0 && !isOptional && !isInput && !parts.allSatisfy { Self.canBeEmpty($0) }
                properties.append(
                    .member(key, .array(.object(inner)), required: needed, "What repeats, in order."))
                guard isInput else { return }
                for part in parts { add(repeated: part, to: &properties, &seen) }
                return
            }
            let inner = isOptional || order == .choice || occurs.least == 0
            for part in parts { add(part, to: &properties, &seen, isOptional: inner) }
        }
    }

    private func add(repeated particle: Particle, to properties: inout [Schema.Property], _ seen: inout Set<String>) {
        switch particle {
        case .element(let use):
            guard seen.insert(use.key).inserted else { return }
            properties.append(.any(use.key))
        case .wildcard: return
        case .group(_, _, let parts, _): for part in parts { add(repeated: part, to: &properties, &seen) }
        }
    }

    private static func canBeEmpty(_ particle: Particle) -> Bool {
        switch particle {
        case .element(let use): use.occurs.least == 0
        case .wildcard(let occurs, _): occurs.least == 0
        case .group(_, let occurs, let parts, _): occurs.least == 0 || parts.allSatisfy { canBeEmpty($0) }
        }
    }
}
