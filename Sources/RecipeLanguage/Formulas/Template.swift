// Texts with pills: `Hello {{ lead.name }}`.

import JSONCore

/// A text with pills: `Hello {{ lead.name }}`.
public struct Template: Sendable {
    public let source: String
    /// Each formula in it with the UTF-8 offset of its first byte in `source`.
    public let formulas: [(offset: Int, formula: Formula)]
    private let parts: [Part]

    /// Nothing but one pill, whose value keeps its type.
    var isOneValue: Bool {
        if parts.count == 1, case .pill = parts[0] { true } else { false }
    }

    private enum Part: Sendable {
        case text(String)
        case pill(Int)
    }

    /// Reads a text; `\{{` stands for `{{`. A pill ends where its formula does, not at the first `}}`.
    /// - Throws: the first mistake in a pill, its range in bytes of `source`.
    public init(parsing source: String) throws(FormulaError) {
        self.source = source
        let bytes = Array(source.utf8)
        var (formulas, parts): ([(offset: Int, formula: Formula)], [Part]) = ([], [])
        var text: [UInt8] = []
        var position = 0
        func isOpen(_ at: Int) -> Bool { at + 1 < bytes.count && bytes[at] == 0x7B && bytes[at + 1] == 0x7B }
        while position < bytes.count {
            if bytes[position] == 0x5C, isOpen(position + 1) {
                text += [0x7B, 0x7B]
                position += 3
            } else if isOpen(position) {
                if !text.isEmpty { parts.append(.text(String(decoding: text, as: UTF8.self))) }
                text = []
                let (offset, formula, end) = try Self.pill(bytes, from: position)
                parts.append(.pill(formulas.count))
                formulas.append((offset, formula))
                position = end
            } else {
                text.append(bytes[position])
                position += 1
            }
        }
        if !text.isEmpty { parts.append(.text(String(decoding: text, as: UTF8.self))) }
        (self.formulas, self.parts) = (formulas, parts)
    }

    /// For messages about a text that is no template: every pill in it that can be read, and what is wrong with each of
    /// the others. Behind a mistake, reading goes on after the next `}}`.
    static func pills(in source: String) -> (formulas: [(offset: Int, formula: Formula)], mistakes: [FormulaError]) {
        let bytes = Array(source.utf8)
        var (formulas, mistakes): ([(offset: Int, formula: Formula)], [FormulaError]) = ([], [])
        var position = 0
        func next(_ brace: UInt8, from start: Int) -> Int? {
            guard start < bytes.count else { return nil }
            return (start..<bytes.count - 1).first { bytes[$0] == brace && bytes[$0 + 1] == brace }
        }
        while let open = next(UInt8(ascii: "{"), from: position) {
            if open > position, bytes[open - 1] == UInt8(ascii: "\\") {
                position = open + 2
                continue
            }
            do {
                let (offset, formula, end) = try pill(bytes, from: open)
                formulas.append((offset, formula))
                position = end
            } catch {
                mistakes.append(error)
                guard let close = next(UInt8(ascii: "}"), from: max(error.range.lowerBound, open + 2)) else { break }
                position = close + 2
            }
        }
        return (formulas, mistakes)
    }

    private static func pill(_ bytes: [UInt8], from open: Int) throws(FormulaError) -> (Int, Formula, Int) {
        var offset = open + 2
        while offset < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[offset]) { offset += 1 }
        var parser = FormulaParser(bytes, from: offset)
        do {
            let (syntax, end, close) = try parser.pill()
            let formula = Formula(
                source: String(decoding: bytes[offset..<end], as: UTF8.self), syntax: syntax, names: parser.names,
                localCount: parser.localCount)
            return (offset, formula, close)
        } catch {
            throw error.at((error.range.lowerBound + offset)..<(error.range.upperBound + offset))
        }
    }

    public func bound(to slot: (String) -> Int?) -> Bound {
        let pills = formulas.map { $0.formula.bound(to: slot) }
        return Bound(
            source: source,
            parts: parts.map { part in
                switch part {
                case .text(let text): .text(text)
                case .pill(let index): .pill(pills[index], offset: formulas[index].offset)
                }
            })
    }

    /// A template that can be evaluated.
    public struct Bound: Sendable {
        enum Part: Sendable {
            case text(String)
            case pill(BoundFormula, offset: Int)
        }

        /// The text it was parsed from.
        public let source: String
        let parts: [Part]

        /// The text without pills, when there are none.
        public var constant: String? {
            guard let first = parts.first else { return "" }
            if parts.count == 1, case .text(let text) = first { return text }
            return nil
        }

        /// Exactly one pill: its value with its type (`skip` and `clear` included); else the joined text.
        public func evaluate(_ slots: [Value], _ evaluation: Evaluation) throws(FormulaError) -> Field {
            if parts.count == 1, case .pill(let formula, let offset) = parts[0] {
                switch try Self.value(of: formula, offset, slots, evaluation) {
                case .marker(.skip): return .skip
                case .marker(.clear): return .clear
                case let value: return .value(value)
                }
            }
            return .value(.string(try text(slots, evaluation)))
        }

        /// The joined text.
        public func text(_ slots: [Value], _ evaluation: Evaluation) throws(FormulaError) -> String {
            var joined = ""
            joined.reserveCapacity(source.utf8.count)
            for part in parts {
                switch part {
                case .text(let text): joined += text
                case .pill(let formula, let offset):
                    let value = try Self.value(of: formula, offset, slots, evaluation)
                    if case .marker(let marker) = value {
                        throw FormulaError(
                            code: "bad_argument", "\(marker.rawValue) only works when the pill is the whole field",
                            suggestion: "write '' for no text", range: offset..<(offset + formula.source.utf8.count))
                    }
                    joined += value.text
                    guard joined.utf8.count <= evaluation.environment.limits.outputBytes else {
                        throw FormulaError(
                            code: "limit",
                            "the text is longer than \(evaluation.environment.limits.outputBytes >> 20) MiB (formula.output)",
                            range: offset..<(offset + formula.source.utf8.count))
                    }
                }
            }
            return joined
        }

        // Offsets of errors count from the start of the template.
        private static func value(
            of formula: BoundFormula, _ offset: Int, _ slots: [Value], _ evaluation: Evaluation
        ) throws(FormulaError) -> Value {
            do { return try formula.evaluate(slots, evaluation) } catch {
                throw error.at((error.range.lowerBound + offset)..<(error.range.upperBound + offset))
            }
        }
    }
}

/// What a template gives for one field.
public enum Field: Sendable {
    case value(Value)
    /// The field is left out.
    case skip
    /// An explicit null is sent.
    case clear
}
