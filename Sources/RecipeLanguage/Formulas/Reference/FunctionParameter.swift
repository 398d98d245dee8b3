// The parameters of a function, read from the line of the tables that defines it.

/// One parameter of a function.
public struct FunctionParameter: Sendable, Hashable {
    /// How it is given.
    public enum Use: String, Sendable {
        case required, optional
        /// Any number of them.
        case several
        /// By name: `half: 'even'`.
        case named
        /// Any names, as one object.
        case names
        /// A block that may be given, and one that must.
        case block
        case requiredBlock = "required block"
    }

    public let name: String
    /// `text`, `integer`, `any`, …; empty for a block.
    public let type: String
    public let use: Use

    /// As it stands in a signature: `limit?`.
    public var written: String {
        switch use {
        case .required: name
        case .optional: name + "?"
        case .several: name + "…"
        case .named: name + ":"
        case .names: "**" + name
        case .block, .requiredBlock: "{ |\(name)| … }"
        }
    }

    /// Whether it is a block.
    var isBlock: Bool { use == .block || use == .requiredBlock }

    /// Reads the small language of `FunctionSpec.parameters`.
    static func all(in text: String) -> [FunctionParameter] {
        text.utf8.split(separator: UInt8(ascii: ",")).map { part in
            var part = part.drop { $0 == UInt8(ascii: " ") }
            if part.first == UInt8(ascii: "&") {
                part = part.dropFirst()
                let isRequired = part.first == UInt8(ascii: "!")
                return FunctionParameter(
                    name: string(isRequired ? part.dropFirst() : part), type: "",
                    use: isRequired ? .requiredBlock : .block)
            }
            if let mark = part.firstIndex(of: UInt8(ascii: "=")) {
                return FunctionParameter(
                    name: string(part[..<mark]), type: string(part[part.index(after: mark)...]), use: .named)
            }
            var use = Use.required
            if part.first == UInt8(ascii: "*") {
                use = .names
                part = part.drop { $0 == UInt8(ascii: "*") }
            } else if part.last == UInt8(ascii: "?") {
                use = .optional
                part = part.dropLast()
            } else if part.suffix(3).elementsEqual("…".utf8) {
                use = .several
                part = part.dropLast(3)
            }
            let name = part.prefix { $0 != UInt8(ascii: ":") }
            let type = part.dropFirst(name.count + 1).drop { $0 == UInt8(ascii: " ") }
            return FunctionParameter(name: string(name), type: string(type), use: use)
        }
    }

    private static func string(_ part: Substring.UTF8View) -> String { String(part) ?? "" }
}

extension FunctionSpec {
    /// Its parameters in order.
    public var arguments: [FunctionParameter] { FunctionParameter.all(in: parameters) }

    /// For people: `split(separator?, limit?)`.
    public var signature: String {
        let arguments = arguments
        let plain = arguments.filter { !$0.isBlock }.map(\.written)
        let text = name + (plain.isEmpty ? "" : "(" + plain.joined(separator: ", ") + ")")
        return text + arguments.filter(\.isBlock).map { " " + $0.written }.joined()
    }
}
