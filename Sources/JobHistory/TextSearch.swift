// Finding a text in stored values, whatever its case.

import Foundation
import GRDB
import JSONCore

/// ASCII goes through SQLite's LIKE, for which a text ends at U+0000; anything else through a function that folds case by Unicode's rules.
enum TextSearch {
    /// `contains_folded(text, folded)`.
    static let function = DatabaseFunction("contains_folded", argumentCount: 2, pure: true) { values in
        guard let text = String.fromDatabaseValue(values[0]), let folded = String.fromDatabaseValue(values[1]) else {
            return false
        }
        return text.lowercased().contains(folded)
    }

    /// A condition with one parameter, which is `pattern(text)`.
    static func test(_ column: String, for text: String) -> String {
        isPlain(text) ? "\(column) LIKE ? ESCAPE '\\'" : "contains_folded(\(column), ?)"
    }

    static func pattern(_ text: String) -> String {
        guard isPlain(text) else { return text.lowercased() }
        var pattern = "%"
        for character in text {
            if character == "%" || character == "_" || character == "\\" { pattern.append("\\") }
            pattern.append(character)
        }
        return pattern + "%"
    }

    /// As the text stands between the quotes of a JSON string.
    static func asInJSON(_ text: String) -> String { String(JSON.string(text).compact.dropFirst().dropLast()) }

    private static func isPlain(_ text: String) -> Bool { text.utf8.allSatisfy { $0 > 0 && $0 < 0x80 } }
}
