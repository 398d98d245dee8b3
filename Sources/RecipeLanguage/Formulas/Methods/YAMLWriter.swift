// Writing YAML as Ruby's Psych does.

import Foundation
import Yams

/// Writes a value as a YAML document: blocks, and quotes only where a text would be read as something else.
enum YAMLWriter {
    static func write(_ value: Value, _ call: Call) throws -> Value {
        var writer = NodeWriter(call: call)
        let node = try writer.node(value, depth: 0)
        do {
            return try call.made(
                serialize(
                    node: node, allowUnicode: true, explicitStart: true, sequenceStyle: .block, mappingStyle: .block))
        } catch let error as YamlError {
            throw call.fail("bad_yaml", "\(call.name) could not write the value: \(error)")
        }
    }

    private struct NodeWriter {
        let call: Call
        // One tag for all of a kind, because each one holds tables of its own.
        let plainTag = Tag(.str, .basic, Constructor([:], [:], [:]))
        let listTag = Tag(.seq, .basic, Constructor([:], [:], [:]))
        let objectTag = Tag(.map, .basic, Constructor([:], [:], [:]))

        mutating func node(_ value: Value, depth: Int) throws -> YAMLNode {
            guard depth < JSONForm.deepest else {
                throw call.fail("limit", "the value is nested more than \(JSONForm.deepest) deep (formula.depth)")
            }
            try call.run.tick(call.range)
            try call.run.charge(8, call.range)
            if let list = value.list {
                var nodes: [YAMLNode] = []
                for element in list { nodes.append(try node(element, depth: depth + 1)) }
                return .sequence(YAMLNode.Sequence(nodes, listTag, .block))
            }
            if let members = value.members {
                var pairs: [(YAMLNode, YAMLNode)] = []
                for entry in members.entries {
                    pairs.append((try node(entry.key, depth: depth + 1), try node(entry.value, depth: depth + 1)))
                }
                return .mapping(YAMLNode.Mapping(pairs, objectTag, .block))
            }
            switch value {
            case .null, .marker: return plain("")
            case .string(let text): return scalar(text)
            case .date(let date): return plain(date.isoText)
            case .time(let time):
                let written = TimePattern.write("%Y-%m-%d %H:%M:%S.%9N", time)
                return plain(
                    written + (time.isUTC ? " Z" : " " + ZonedTime.offsetText(time.offset.seconds, colon: true)))
            case .bytes(let bytes):
                return String(validating: bytes, as: UTF8.self).map { scalar($0) }
                    ?? .scalar(YAMLNode.Scalar(Data(bytes).base64EncodedString(), Tag("!binary"), .literal))
            case .pending(let pending): return try node(pending.list.value, depth: depth + 1)
            case .duration(let duration): return plain(Value(duration.length).text)
            case .bool, .integer, .decimal, .number, .big: return plain(value.text)
            default: return scalar(value.text)
            }
        }

        private func plain(_ text: String) -> YAMLNode { .scalar(YAMLNode.Scalar(text, plainTag, .plain)) }

        private func scalar(_ text: String) -> YAMLNode {
            .scalar(YAMLNode.Scalar(text, plainTag, style(text)))
        }

        private func style(_ text: String) -> YAMLNode.Scalar.Style {
            let scalars = text.unicodeScalars
            let body = scalars.last == "\n" ? scalars.dropLast() : scalars[...]
            // A line end that is not the last thing in the text.
            if body.dropLast(body.last == "\n" ? 1 : 0).contains("\n") { return .literal }
            if text == "<<" { return .singleQuoted }
            if text.utf8.reversed().starts(with: [0x0A, 0x0A]) { return .doubleQuoted }
            if text == "y" || text == "n" { return .doubleQuoted }
            if let first = scalars.first, !isWord(first), !text.contains("\"") { return .doubleQuoted }
            if YAMLScalar.plainValue(text, call).kind != .string || text.hasPrefix(":") || isOctalLike(text) {
                return .singleQuoted
            }
            return .plain
        }

        private func isWord(_ scalar: Unicode.Scalar) -> Bool {
            let properties = scalar.properties
            switch properties.generalCategory {
            case .decimalNumber, .connectorPunctuation, .nonspacingMark, .spacingMark, .enclosingMark, .letterNumber:
                return true
            default: return properties.isAlphabetic
            }
        }

        /// `08`: what looks octal and is not.
        private func isOctalLike(_ text: String) -> Bool {
            guard text.utf8.first == 0x30 else { return false }
            let rest = text.utf8.dropFirst().drop { (0x30...0x37).contains($0) }
            return rest.first == 0x38 || rest.first == 0x39
        }
    }
}
