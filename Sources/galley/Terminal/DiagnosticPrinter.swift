// Prints mistakes in files.

import Foundation
import JSONCore
import RecipeLanguage

enum DiagnosticPrinter {
    /// To stderr, each with its line and a caret, as far as the file can still be read.
    static func print(_ diagnostics: [Diagnostic]) {
        var sources: [String: [UInt8]] = [:]
        for diagnostic in diagnostics {
            if sources[diagnostic.file] == nil {
                sources[diagnostic.file] = FileManager.default.contents(atPath: diagnostic.file).map { Array($0) } ?? []
            }
            Terminal.note(diagnostic.printed(source: sources[diagnostic.file] ?? []))
        }
    }
}
