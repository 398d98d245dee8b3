// A text of many thousand characters as an argument of a test, which the report of the tests shows by its beginning.

import Testing

struct LongText: Sendable, CustomTestStringConvertible {
    let text: String

    init(_ text: String) { self.text = text }

    var testDescription: String {
        text.utf8.count > 60 ? "\(text.prefix(40))… (\(text.utf8.count) bytes)" : text
    }
}
