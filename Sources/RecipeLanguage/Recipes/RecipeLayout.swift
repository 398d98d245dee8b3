// Writes a recipe's values: on one line where that is short, else member by member.

import JSONCore

/// One writing of a file.
struct RecipeLayout {
    /// What is longer gets lines of its own.
    static let columns = 100

    var output: [UInt8] = []

    /// - Parameter trailing: columns taken by what follows on the same line (a comma).
    mutating func write(_ node: JSONNode, as part: RecipePart, indent: Int, trailing: Int = 0) {
        let column = output.count - (output.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0)
        if !Self.isAlwaysOpen(node, part, indent: indent) {
            var line = Line(room: Self.columns - Self.scalars(in: output.suffix(column)) - trailing)
            line.write(node, as: part)
            if line.fits {
                output += line.bytes
                return
            }
        }
        switch node.content {
        case .array(let elements):
            output.append(UInt8(ascii: "["))
            for (place, element) in elements.enumerated() {
                startLine(indent + 1)
                let isLast = place == elements.count - 1
                write(element, as: part.element, indent: indent + 1, trailing: isLast ? 0 : 1)
                if !isLast { output.append(UInt8(ascii: ",")) }
            }
            startLine(indent)
            output.append(UInt8(ascii: "]"))
        case .object(let members):
            let keys = members.map(\.key)
            output.append(UInt8(ascii: "{"))
            for (place, member) in part.sorted(members).enumerated() {
                startLine(indent + 1)
                let isLast = place == members.count - 1
                Self.write(member.key, to: &output)
                output += Array(": ".utf8)
                let child = part.member(member.key, among: keys)
                write(member.value, as: child, indent: indent + 1, trailing: isLast ? 0 : 1)
                if !isLast { output.append(UInt8(ascii: ",")) }
            }
            startLine(indent)
            output.append(UInt8(ascii: "}"))
        default: Self.write(scalar: node, to: &output)
        }
    }

    private mutating func startLine(_ indent: Int) {
        output.append(UInt8(ascii: "\n"))
        output += [UInt8](repeating: UInt8(ascii: " "), count: 2 * indent)
    }

    /// The recipe itself, its steps, and lists of several steps always stand on lines of their own.
    private static func isAlwaysOpen(_ node: JSONNode, _ part: RecipePart, indent: Int) -> Bool {
        switch (part, node.content) {
        case (.recipe, .object(let members)): !members.isEmpty
        case (.steps, .array(let elements)): elements.count > 1 || (indent == 1 && !elements.isEmpty)
        default: false
        }
    }

    private static func scalars(in bytes: some Sequence<UInt8>) -> Int {
        bytes.reduce(into: 0) { if $1 & 0xC0 != 0x80 { $0 += 1 } }
    }

    /// A value on one line, given up as soon as it is too long.
    struct Line {
        let room: Int
        var bytes: [UInt8] = []
        var fits = true

        init(room: Int) { self.room = room }

        mutating func write(_ node: JSONNode, as part: RecipePart) {
            guard fits else { return }
            switch node.content {
            case .array(let elements):
                if elements.isEmpty { return add("[]") }
                if case .steps = part, elements.count > 1 { fits = false }
                // Lists of plain values sit tight, `["a", "b"]`; those of objects and lists get air: `[ { … } ]`.
                let isAiry = elements.contains(where: \.isContainer)
                for (place, element) in elements.enumerated() where fits {
                    add(place > 0 ? ", " : isAiry ? "[ " : "[")
                    write(element, as: part.element)
                }
                add(isAiry ? " ]" : "]")
            case .object(let members):
                if members.isEmpty { return add("{}") }
                guard members.count <= room else {
                    fits = false
                    return
                }
                let keys = members.map(\.key)
                for (place, member) in part.sorted(members).enumerated() where fits {
                    add(place == 0 ? "{ " : ", ")
                    RecipeLayout.write(member.key, to: &bytes)
                    add(": ")
                    write(member.value, as: part.member(member.key, among: keys))
                }
                add(" }")
            default:
                RecipeLayout.write(scalar: node, to: &bytes)
                check()
            }
        }

        private mutating func add(_ text: StaticString) {
            text.withUTF8Buffer { bytes += $0 }
            check()
        }

        private mutating func check() {
            if bytes.count > room, scalars(in: bytes) > room { fits = false }
        }
    }

    // MARK: - Scalars

    private static func write(scalar node: JSONNode, to output: inout [UInt8]) {
        switch node.content {
        case .null: output += Array("null".utf8)
        case .bool(let truth): output += Array((truth ? "true" : "false").utf8)
        case .integer(let number): output += Array(String(number).utf8)
        case .number(let number): output += Array(number.text.utf8)
        case .string(let text): write(text, to: &output)
        case .array, .object: break
        }
    }

    /// Readable characters stand for themselves, control and invisible ones are escaped.
    private static func write(_ text: String, to output: inout [UInt8]) {
        output.append(UInt8(ascii: "\""))
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": output += Array("\\\"".utf8)
            case "\\": output += Array("\\\\".utf8)
            case "\n": output += Array("\\n".utf8)
            case "\r": output += Array("\\r".utf8)
            case "\t": output += Array("\\t".utf8)
            case "\u{8}": output += Array("\\b".utf8)
            case "\u{C}": output += Array("\\f".utf8)
            default:
                if isShown(scalar) {
                    output += Array(String(scalar).utf8)
                } else {
                    let digits = String(scalar.value, radix: 16)
                    output += Array(("\\u" + String(repeating: "0", count: 4 - digits.count) + digits).utf8)
                }
            }
        }
        output.append(UInt8(ascii: "\""))
    }

    private static func isShown(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F..<0xA0, 0xAD, 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x206F, 0xFEFF: false
        default: true
        }
    }
}

extension JSONNode {
    fileprivate var isContainer: Bool {
        switch content {
        case .array, .object: true
        default: false
        }
    }
}
