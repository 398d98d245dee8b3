// Objects and lists as XML, as ActiveSupport's to_xml writes them.

import Foundation
import JSONCore

/// Writes XML with types in attributes: `<id type="integer">1</id>`, lists as `<rows type="array"><row>…`.
struct ValueXML {
    let call: Call
    private(set) var text = ""
    private let indent: Int
    /// Without indentation there are no line ends either.
    private var end: String { indent == 0 ? "" : "\n" }
    private let skipsTypes: Bool
    private let dashes: Bool
    private let camel: String?

    init(_ call: Call) throws {
        self.call = call
        indent = max(0, min(20, try call.keyword("indent").map { try call.integer($0) } ?? 2))
        skipsTypes = call.keyword("skip_types")?.isTrue ?? false
        dashes = call.keyword("dasherize")?.isTrue ?? true
        camel = call.keyword("camelize").flatMap { $0.isTrue ? $0.text : nil }
    }

    static func write(_ call: Call) throws -> Value {
        var writer = try ValueXML(call)
        if !(call.keyword("skip_instruct")?.isTrue ?? false) {
            writer.text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>" + writer.end
        }
        let root = try call.keyword("root").map { try call.string($0) } ?? defaultRoot(call.receiver)
        try writer.element(root, call.receiver, level: 0, children: call.keyword("children")?.text)
        return try call.made(writer.text)
    }

    private static func defaultRoot(_ value: Value) -> String {
        guard let list = value.list else { return "hash" }
        let names = Set(
            list.map { value -> String in
                switch value.kind {
                case .string: "strings"
                case .integer: "integers"
                case .decimal: "floats"
                case .date: "dates"
                default: "objects"
                }
            })
        return list.isEmpty ? "nil_classes" : names.count == 1 ? names.first ?? "objects" : "objects"
    }

    private mutating func line(_ level: Int, _ content: String) throws {
        text += String(repeating: " ", count: indent * level) + content + end
        if text.utf8.count > call.run.environment.limits.outputBytes {
            try call.run.charge(text.utf8.count, call.range)
        }
    }

    private mutating func element(_ name: String, _ value: Value, level: Int, children: String? = nil) throws {
        guard level <= JSONForm.deepest else {
            throw call.fail("limit", "the value is nested more than \(JSONForm.deepest) deep (formula.depth)")
        }
        try call.run.tick(call.range)
        let tag = try tag(name)
        if let members = value.members {
            try line(level, "<\(tag)>")
            for entry in members.entries { try element(entry.key.text, entry.value, level: level + 1) }
            try line(level, "</\(tag)>")
        } else if let list = value.list {
            let open = tag + (skipsTypes ? "" : " type=\"array\"")
            guard !list.isEmpty else { return try line(level, "<\(open)/>") }
            try line(level, "<\(open)>")
            let child = children ?? Inflections.singular(name)
            for item in list { try element(child, item, level: level + 1) }
            try line(level, "</\(tag)>")
        } else {
            try leaf(tag, value, level)
        }
    }

    private mutating func leaf(_ tag: String, _ value: Value, _ level: Int) throws {
        var (type, content): (String?, String)
        switch value {
        case .null, .marker: return try line(level, "<\(tag) nil=\"true\"/>")
        case .bool: (type, content) = ("boolean", value.text)
        case .date(let date): (type, content) = ("date", date.isoText)
        case .time(let time): (type, content) = ("dateTime", time.isoText(digits: 0))
        case .bytes(let bytes):
            (type, content) = (nil, String(validating: bytes, as: UTF8.self) ?? Data(bytes).base64EncodedString())
        default:
            content = value.text
            type = value.kind == .integer ? "integer" : value.kind == .decimal ? "float" : nil
        }
        try line(
            level,
            "<\(tag)" + (type.map { skipsTypes ? "" : " type=\"\($0)\"" } ?? "") + ">\(escaped(content))</\(tag)>")
    }

    private func escaped(_ text: String) -> String {
        var made = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": made += "&amp;"
            case "<": made += "&lt;"
            case ">": made += "&gt;"
            case "\t", "\n", "\r", "\u{20}"...: made.unicodeScalars.append(scalar)
            default: made += "*"  // what XML can't hold
            }
        }
        return made
    }

    private func tag(_ name: String) throws -> String {
        var made = name
        if let camel { made = Words.camelize(made, lower: camel == "lower") }
        if dashes {
            let bare = TextCase.strip(made, left: true, right: true)
            let head = bare.prefix { $0 == "_" }
            let rest = bare.dropFirst(head.count)
            let tail = rest.reversed().prefix { $0 == "_" }
            made =
                head + rest.dropLast(tail.count).map { $0 == "_" || $0 == " " ? "-" : String($0) }.joined()
                + String(tail)
        }
        let scalars = made.unicodeScalars
        guard let first = scalars.first, first.properties.isAlphabetic || first == "_",
            scalars.allSatisfy({
                $0.properties.isAlphabetic || $0.properties.numericType == .decimal
                    || "_-.:".unicodeScalars.contains($0)
            })
        else { throw call.bad("\(Call.shown(name)) can't be the name of an XML element") }
        return made
    }
}
