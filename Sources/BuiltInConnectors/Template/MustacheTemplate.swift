// A Mustache template as read (mustache(5); the rules are those of github.com/mustache/spec): texts, values, sections, partials.
//
// Our own reader and writer, on bytes: templates and values of recipes come from outside, and the library that the dashboard
// uses has no bounds for depth, time and output, escapes by grapheme clusters and takes untyped values.

import ConnectorKit
import JSONCore

/// A piece of a template.
enum MustachePiece: Sendable {
    case text([UInt8])
    case value(MustacheName, escaped: Bool)
    case section(MustacheName, inverted: Bool, [MustachePiece])
    /// A partial, with the white space that stands before each of its lines.
    case partial(String, indent: [UInt8])
}

/// What a tag asks for: `name`, `a.b.c`, or `.`, the value that a section stands on.
struct MustacheName: Sendable {
    let text: String
    /// Empty for `.`.
    let steps: [String]

    init?(_ text: String) {
        self.text = text
        steps = text == "." ? [] : text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard !text.isEmpty, !steps.contains("") else { return nil }
    }
}

/// The marks around tags.
struct MustacheTags: Sendable, Hashable {
    var open: [UInt8]
    var close: [UInt8]

    static let standard = MustacheTags(open: Array("{{".utf8), close: Array("}}".utf8))

    init(open: [UInt8], close: [UInt8]) { (self.open, self.close) = (open, close) }

    /// Two marks with white space between them, without `=`; nil otherwise.
    init?(_ text: String) {
        let marks = text.utf8.split { MustacheReader.isBlank($0) || MustacheReader.isLineEnd($0) }.map { Array($0) }
        guard marks.count == 2, !text.utf8.contains(UInt8(ascii: "=")), text.utf8.count <= 64 else { return nil }
        self.init(open: marks[0], close: marks[1])
    }
}
