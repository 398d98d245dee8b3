// Reading YAML as Ruby's Psych does, with YAML 1.1's booleans, numbers and dates.

import BigInt
import Foundation
import Yams

/// A node of a YAML document, as Yams reads it.
typealias YAMLNode = Yams.Node

/// Reads the first document of a YAML text. Tags that name a program's types are not followed; what aliases repeat is
/// counted, so that a small text can't become a huge value.
enum YAMLReader {
    static func read(_ text: String, _ call: Call) throws -> Value {
        try refuseAliasesInKeys(text, call)
        let root: YAMLNode?
        do {
            // Plain scalars are told apart here, so that Yams need not resolve any.
            root = try Parser(yaml: text, resolver: .basic).nextRoot()
        } catch let error as YamlError {
            throw call.fail("bad_yaml", "\(call.name) could not read the text: \(sentence(error))")
        }
        guard let root else { return .null }
        var reader = NodeReader(call: call)
        return try reader.value(root, depth: 0)
    }

    /// Yams compares all keys of an object; keys that hold aliases of aliases would take exponential work.
    private static func refuseAliasesInKeys(_ text: String, _ call: Call) throws {
        guard text.utf8.contains(UInt8(ascii: "*")), text.utf8.contains(UInt8(ascii: "&")) else { return }
        func finds(_ pattern: String) throws -> Bool {
            guard let regex = try? FormulaRegex.cached(pattern, flags: "") else { return false }
            return try TextSearch.matches(regex, text, call.run, call.range)
        }
        guard try finds(#"(?:^|[\s\[{,:-])\*[^\s,\[\]{}]"#) else { return }
        if try finds(#"(?:^|[\s\[{,:-])\?(?:\s|$)|[\]}][ \t]*:|(?:^|[\s\[{,:-])\*[^\s,\[\]{}:]+[ \t]*:"#) {
            throw call.fail(
                "bad_yaml", "\(call.name) does not read aliases (*name) beside names that are lists, objects or aliases"
            )
        }
    }

    private static func sentence(_ error: YamlError) -> String {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            "\(problem) in line \(mark.line)"
        case .duplicatedKeysInMapping(let names, let context):
            "the name \(Call.shown(names.first ?? "")) stands twice in the object of line \(context.mark.line)"
        case .reader(let problem, _, _, _): problem
        default: "it is no YAML"
        }
    }

    private struct NodeReader {
        let call: Call

        mutating func value(_ node: YAMLNode, depth: Int, isName: Bool = false) throws -> Value {
            guard depth < JSONForm.deepest else {
                throw call.fail("limit", "the YAML is nested more than \(JSONForm.deepest) deep (formula.depth)")
            }
            try call.run.tick(call.range)
            switch node {
            case .scalar(let scalar):
                try call.run.charge(16 + scalar.string.utf8.count, call.range)
                return try YAMLScalar.value(scalar, isName: isName, call)
            case .sequence(let sequence):
                var values: [Value] = []
                for element in sequence { values.append(try value(element, depth: depth + 1)) }
                return .list(values)
            case .mapping(let mapping):
                var made = ValueTable.Builder()
                for (key, inner) in mapping {
                    let name = try value(key, depth: depth + 1, isName: true)
                    let content = try value(inner, depth: depth + 1)
                    if case .string("<<") = name, isPlain(key), merge(content, into: &made) { continue }
                    made[name] = content
                }
                return made.value
            case .alias: throw call.fail("bad_yaml", "\(call.name) met an alias without its anchor")
            }
        }

        private func isPlain(_ node: YAMLNode) -> Bool { node.scalar?.style == .plain }

        /// `<<: *defaults`: the members of one object or of several.
        private func merge(_ content: Value, into made: inout ValueTable.Builder) -> Bool {
            if let members = content.members {
                for entry in members.entries { made[entry.key] = entry.value }
                return true
            }
            guard let list = content.list, list.allSatisfy({ $0.members != nil }) else { return false }
            for members in list.reversed().compactMap(\.members) {
                for entry in members.entries { made[entry.key] = entry.value }
            }
            return true
        }
    }
}

/// What a scalar stands for, by the rules of Ruby's Psych.
enum YAMLScalar {
    static func value(_ scalar: YAMLNode.Scalar, isName: Bool, _ call: Call) throws -> Value {
        let text = scalar.string
        // Yams has looked at the tags of names already, and so made texts of them.
        if isName, scalar.style == .plain { return plainValue(text, call) }
        switch scalar.tag.description {
        case "tag:yaml.org,2002:str", "!str": return .string(text)
        case "tag:yaml.org,2002:binary", "!binary": return .bytes(Encodings.base64(text))
        case "tag:yaml.org,2002:float", "!float":
            let plain = plainValue(text, call)
            guard plain.kind.isNumeric, let number = plain.number else {
                throw call.fail("bad_yaml", "\(call.name) met \(Call.shown(text)), which is marked as a number")
            }
            return Value(number.decimal.withPoint)
        default: return plainValue(text, call)
        }
    }

    private static func matches(_ pattern: String, _ text: String, _ flags: String = "") -> Bool {
        guard let regex = try? FormulaRegex.cached(pattern, flags: flags) else { return false }
        let bytes = Array(text.utf8)
        return bytes.withUnsafeBufferPointer { (try? regex.search($0, from: 0) { false }).flatMap { $0 } != nil }
    }

    /// What a scalar without quotes stands for; Psych's own order of questions.
    static func plainValue(_ text: String, _ call: Call) -> Value {
        guard !text.isEmpty else { return .null }
        // Nothing that long is a number or a date.
        guard text.utf8.count <= 1_000 else { return .string(text) }
        if text.utf8.contains(0x0A) || matches(#"^[^\d.:-]?[[:alpha:]_\s!@#$%\^&*(){}<>|/\\~;=]+"#, text) {
            switch text.lowercased() {
            case "~", "null": return .null
            case "yes", "true", "on": return .bool(true)
            case "no", "false", "off": return .bool(false)
            default: return .string(text)
            }
        }
        if matches(
            #"^-?\d{4}-\d{1,2}-\d{1,2}(?:[Tt]|\s+)\d{1,2}:\d\d:\d\d(?:\.\d*)?(?:\s*(?:Z|[-+]\d{1,2}:?(?:\d\d)?))?$"#,
            text)
        {
            return time(text) ?? .string(text)
        }
        if matches(#"^\d{4}-(?:1[012]|0\d|\d)-(?:[12]\d|3[01]|0\d|\d)$"#, text) {
            let parts = text.split(separator: "-").compactMap { Int($0) }
            guard parts.count == 3, let date = CivilDate(year: parts[0], month: parts[1], day: parts[2]) else {
                return .string(text)
            }
            return .date(date)
        }
        if text.hasPrefix(":"), text.utf8.count > 1 {
            var name = String(text.dropFirst())
            if let quote = name.first, quote == "\"" || quote == "'", name.count > 1, name.last == quote {
                name = String(name.dropFirst().dropLast())
            }
            return .string(name)
        }
        if matches(#"^[-+]?[0-9][0-9_]*(:[0-5]?[0-9]){1,2}(\.[0-9_]*)?$"#, text) { return sexagesimal(text) }
        if matches(#"^(?:[-+]?([0-9][0-9_,]*)?\.[0-9]*([eE][-+][0-9]+)?)$"#, text) {
            let bare = text.filter { $0 != "," && $0 != "_" }
            guard bare.contains(where: \.isNumber) else { return .string(text) }
            return NumberText.leadingDecimal(bare).map { Value($0) } ?? .string(text)
        }
        return integer(text) ?? .string(text)
    }

    private static func integer(_ text: String) -> Value? {
        let bare = text.replacing(",", with: "").replacing("_", with: "")
        if matches(#"^[-+]?0b[0-1_,]+$"#, text) { return NumberText.leadingInteger(bare, radix: 2) }
        if matches(#"^[-+]?0[0-7_,]+$"#, text) { return NumberText.leadingInteger(bare, radix: 8) }
        if matches(#"^[-+]?(?:0|[1-9](?:[0-9]|,[0-9]|_[0-9])*)$"#, text) {
            return NumberText.leadingInteger(bare, radix: 10)
        }
        if matches(#"^[-+]?0x[0-9a-fA-F_,]+$"#, text) { return NumberText.leadingInteger(bare, radix: 16) }
        return nil
    }

    /// Base 60, as YAML 1.1 has it for times: `1:30` is 90 minutes of seconds.
    private static func sexagesimal(_ text: String) -> Value {
        let isFraction = text.contains(".")
        var sum = BigInt(0)
        var fraction = DecimalNumber(0)
        for (index, part) in text.split(separator: ":").enumerated() {
            let weight = [3600, 60, 1][min(index, 2)]
            if isFraction {
                let scaled = NumberText.leadingDecimal(String(part)) ?? DecimalNumber(0)
                let term = DecimalNumber(scaled.significand * BigInt(weight), scaled.exponent)
                if case .decimal(let next)? = try? Number.add(.decimal(fraction), .decimal(term)) { fraction = next }
            } else if let whole = NumberText.leadingInteger(String(part), radix: 10)?.number?.whole {
                sum += whole * BigInt(weight)
            }
        }
        return isFraction ? Value(fraction.withPoint) : Value(whole: sum)
    }

    private static func time(_ text: String) -> Value? {
        guard let read = TimeText.parse(text) else { return nil }
        return .time(read.time(defaultZone: .utc))
    }
}
