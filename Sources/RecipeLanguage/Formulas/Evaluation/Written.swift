// A part of a formula as its author wrote it, for messages.

/// A part of a formula's text. Holding it costs nothing until a message shows it.
struct Written: Sendable, CustomStringConvertible {
    private let source: [UInt8]
    private let range: Range<Int>

    init(_ source: [UInt8], _ range: Range<Int>) {
        self.source = source
        self.range = range.lowerBound >= 0 && range.upperBound <= source.count ? range : 0..<0
    }

    /// Words of ours in place of a part.
    init(_ words: String) {
        source = Array(words.utf8)
        range = source.indices
    }

    var isEmpty: Bool { range.isEmpty }

    /// Whether it has operators or spaces, so that a method after it needs parentheses around it.
    var isOperation: Bool {
        let text = source[range]
        return text.contains(0x20) && ![0x22, 0x27, 0x28, 0x5B, 0x7B].contains(text.first)
    }

    /// Without line ends, and only its beginning when long.
    var description: String {
        let text = String(decoding: source[range], as: UTF8.self).replacing("\n", with: " ")
        return text.count > 60 ? text.prefix(57) + "…" : text
    }
}
