// HTML and SVG that was made here: the only text that reaches a page without being escaped.

/// A piece of a page. Texts get into it through `escaped` only.
struct Markup: Sendable, Hashable {
    private(set) var html = ""

    init() {}

    /// Markup that is written in this program.
    init(_ literal: StaticString) { html = literal.description }

    /// What a template made of its values.
    init(rendered html: String) { self.html = html }

    /// A text as text.
    init(text: String) { html = Self.escaped(text) }

    static func + (one: Markup, other: Markup) -> Markup {
        var sum = one
        sum.html += other.html
        return sum
    }

    static func += (one: inout Markup, other: Markup) { one.html += other.html }

    /// An element; attributes whose value is nil are left out.
    static func element(
        _ name: StaticString, _ attributes: KeyValuePairs<StaticString, String?> = [:], _ content: Markup = Markup()
    ) -> Markup {
        var markup = Markup()
        markup.html = "<\(name)"
        for (name, value) in attributes {
            guard let value else { continue }
            markup.html += " \(name)=\"\(escaped(value))\""
        }
        markup.html += ">\(content.html)</\(name)>"
        return markup
    }

    /// An element that holds a text.
    static func element(
        _ name: StaticString, _ attributes: KeyValuePairs<StaticString, String?> = [:], text: String
    ) -> Markup {
        element(name, attributes, Markup(text: text))
    }

    /// Safe between tags and between the quotes of an attribute, and unable to turn around our own words beside it: what
    /// sets a direction is shown as JSON writes it (in a field with JSON it means the same).
    private static func escaped(_ text: String) -> String {
        // The last two begin the characters that set a direction.
        let special: Set<UInt8> = [0x26, 0x3C, 0x3E, 0x22, 0x27, 0xD8, 0xE2]
        guard text.utf8.contains(where: special.contains) else { return text }
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            case "\u{200E}", "\u{200F}", "\u{061C}", "\u{202A}"..."\u{202E}", "\u{2066}"..."\u{2069}":
                let digits = String(scalar.value, radix: 16, uppercase: true)
                escaped += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}

extension Sequence<Markup> {
    func joined() -> Markup { reduce(into: Markup()) { $0 += $1 } }
}

/// Numbers as SVG writes them: two decimals at most.
func svg(_ number: Double) -> String {
    let hundredths = (number * 100).rounded()
    guard hundredths.isFinite, abs(hundredths) < 1e12 else { return "0" }
    let whole = Int(hundredths)
    return whole % 100 == 0 ? String(whole / 100) : String(Double(whole) / 100)
}
