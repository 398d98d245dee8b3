// The adapter to swift-mustache, whose interface is untyped: the only file that imports it.

import Mustache

/// Every template, parsed once.
///
/// Values are made safe for HTML here, and the library is told to write plain text: its own escaping goes by grapheme
/// clusters (2.1.1), so a quotation mark with a combining accent behind it would get through and end an attribute.
struct PageTemplates: Sendable {
    private let library: MustacheLibrary
    private static let asIs = "{{% CONTENT_TYPE:TEXT}}"

    /// - Parameter sources: by name. None of them has a use for three braces.
    /// - Throws: what is wrong with a template.
    init(_ sources: [String: String] = Templates.all) throws {
        library = MustacheLibrary(templates: try sources.mapValues { try MustacheTemplate(string: Self.asIs + $0) })
    }

    /// nil when there is no such template.
    func render(_ name: String, _ value: PageValue) -> String? {
        library.render(value.untyped ?? [String: String](), withTemplate: name)
    }
}

/// A member that is known to be empty.
private struct Absent: MustacheCustomRenderable {
    let renderText = ""
    let isNull = true
}

extension PageValue {
    private var isNothing: Bool {
        switch self {
        case .text(let text): text.isEmpty
        case .none: true
        default: false
        }
    }

    fileprivate var untyped: Any? {
        switch self {
        case .text(let text): Markup(text: text).html
        case .flag(let flag): flag
        case .markup(let markup): markup.html
        case .list(let elements): elements.compactMap(\.untyped)
        // What is empty hides what an outer object calls the same; so does an empty text, whose section is left out too.
        case .object(let members): members.mapValues { $0.isNothing ? Absent() : $0.untyped ?? Absent() }
        case .none: nil
        }
    }
}
