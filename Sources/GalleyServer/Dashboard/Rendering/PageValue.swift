// What a template is filled with.

/// A value of a page. Texts are escaped wherever they stand; `markup` was made here.
indirect enum PageValue: Sendable {
    case text(String)
    case flag(Bool)
    case markup(Markup)
    case list([PageValue])
    case object([String: PageValue])
    /// Nothing: a section for it is left out.
    case none

    /// A text, or nothing for nil and for an empty one.
    static func text(_ text: String?) -> PageValue {
        guard let text, !text.isEmpty else { return .none }
        return .text(text)
    }

    static func markup(_ markup: Markup?) -> PageValue {
        guard let markup, !markup.html.isEmpty else { return .none }
        return .markup(markup)
    }

    /// A whole number with its thousands apart.
    static func count(_ number: Int) -> PageValue { .text(NumberWords.count(number)) }

    /// A list with `isAny` beside it where a template wants a heading for it.
    static func items<Element>(_ elements: some Sequence<Element>, _ value: (Element) throws -> PageValue) rethrows
        -> PageValue
    { .list(try elements.map(value)) }

    func merging(_ more: [String: PageValue]) -> PageValue {
        guard case .object(let members) = self else { return .object(more) }
        return .object(members.merging(more) { $1 })
    }
}

extension PageValue: ExpressibleByStringLiteral, ExpressibleByStringInterpolation, ExpressibleByBooleanLiteral,
    ExpressibleByDictionaryLiteral, ExpressibleByArrayLiteral
{
    init(stringLiteral value: String) { self = .text(value) }
    init(booleanLiteral value: Bool) { self = .flag(value) }
    init(dictionaryLiteral elements: (String, PageValue)...) { self = .object(Dictionary(elements) { $1 }) }
    init(arrayLiteral elements: PageValue...) { self = .list(elements) }
}
