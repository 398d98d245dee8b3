// Texts with pills whose values must not change what the text around them means: paths, addresses, XML, headers.

import ConnectorKit
import RecipeLanguage

/// A template that hands over each pill's text on its own.
struct PieceTemplate: Sendable {
    enum Piece: Sendable {
        case literal(String)
        case pill(Template.Bound, source: String)
    }
    let pieces: [Piece]
    /// As messages call it: `"path"`.
    let name: String

    init(_ template: Template, name: String) {
        self.name = name
        let bytes = Array(template.source.utf8)
        var pieces: [Piece] = []
        var place = 0
        func isSpace(_ index: Int) -> Bool { bytes[index] == 0x20 || (0x09...0x0D).contains(bytes[index]) }
        for (offset, formula) in template.formulas {
            var open = offset
            while open > place, isSpace(open - 1) { open -= 1 }
            Self.addLiteral(bytes[place..<max(place, open - 2)], to: &pieces)
            // A pill on its own, so that its value is seen and not its text in the whole.
            if let single = try? Template(parsing: "{{ \(formula.source) }}") {
                let source = formula.source.split(separator: " ").joined(separator: " ")
                pieces.append(.pill(single.bound { FormulaName(rawValue: $0)?.slot }, source: source))
            }
            place = min(offset + formula.source.utf8.count, bytes.count)
            while place < bytes.count, isSpace(place) { place += 1 }
            place = min(place + 2, bytes.count)
        }
        Self.addLiteral(bytes[place...], to: &pieces)
        self.pieces = pieces
    }

    private static func addLiteral(_ bytes: ArraySlice<UInt8>, to pieces: inout [Piece]) {
        guard !bytes.isEmpty else { return }
        pieces.append(.literal(String(decoding: bytes, as: UTF8.self).replacing("\\{{", with: "{{")))
    }

    /// Whether it starts with a pill.
    var startsWithPill: Bool { if case .pill? = pieces.first { true } else { false } }
    /// The text when there is no pill in it.
    var constant: String? {
        switch pieces.count {
        case 0: return ""
        case 1: if case .literal(let text) = pieces[0] { return text } else { return nil }
        default: return nil
        }
    }

    /// The text, each pill's value as `encode` gives it back.
    /// - Parameter encode: given the value's text and the formula; nil values and `skip` come as an empty text.
    func text(
        _ values: FormulaValues, encode: (_ text: String, _ source: String) throws(ConnectorError) -> String
    ) throws(ConnectorError) -> String {
        var text = ""
        for piece in pieces {
            switch piece {
            case .literal(let literal): text += literal
            case .pill(let pill, let source): text += try encode(try values.fieldText(pill, name, source), source)
            }
        }
        return text
    }

    /// The text as an address that no setting can lead to another host.
    func address(_ values: FormulaValues) throws(ConnectorError) -> String {
        let isWhole = startsWithPill
        var isFirst = true
        let url = try text(values) { (text, source) throws(ConnectorError) in
            defer { isFirst = false }
            guard !text.isEmpty else {
                throw ConnectorError(
                    type: "bad_input", "the connection has no value for \(source), which its address needs")
            }
            // Settings are parts of a host name or a folder; only one at the start may be an address of its own.
            let allowed = isWhole && isFirst ? "-._~:/[]" : "-._~"
            guard text.utf8.allSatisfy({ Self.isLetterOrDigit($0) || allowed.utf8.contains($0) }) else {
                throw ConnectorError(
                    type: "bad_input", "the connection's \(source) has a character that can't stand in an address")
            }
            return text
        }
        let lower = url.lowercased()
        guard lower.hasPrefix("https://") || lower.hasPrefix("http://"), Origin(url) != nil else {
            throw ConnectorError(type: "bad_input", "the connection's address must start with https:// and a host name")
        }
        return url
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }
}
