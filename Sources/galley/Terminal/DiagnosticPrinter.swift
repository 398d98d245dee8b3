// Prints mistakes in files.

import Foundation
import JSONCore
import RecipeLanguage
import Synchronization

enum DiagnosticPrinter {
    /// The workspace that files are named relative to.
    static let root = Mutex("")

    /// To stderr, in the order of the files' text, each with its line and a caret as far as the file can still be read.
    /// - Parameter sources: bytes that are at hand, by file.
    static func print(_ diagnostics: [Diagnostic], sources: [String: [UInt8]] = [:]) {
        each(diagnostics, sources) { Terminal.note($0.text(in: $1)) }
    }

    /// As data.
    static func json(_ diagnostics: [Diagnostic], sources: [String: [UInt8]] = [:]) -> JSON {
        var list: [JSON] = []
        each(diagnostics, sources) { list.append($0.json(in: $1)) }
        return .array(list)
    }

    private static func contents(of file: String) -> Data? {
        let files = FileManager.default
        return files.contents(atPath: root.withLock { $0 } + "/" + file) ?? files.contents(atPath: file)
    }

    private static func each(
        _ diagnostics: [Diagnostic], _ sources: [String: [UInt8]], _ body: (Diagnostic, SourceText) -> Void
    ) {
        var texts = sources.mapValues { SourceText($0) }
        for diagnostic in Diagnostic.sorted(diagnostics) {
            if texts[diagnostic.file] == nil {
                let data = contents(of: diagnostic.file)
                texts[diagnostic.file] = SourceText(data.map { Array($0) } ?? [])
            }
            body(diagnostic, texts[diagnostic.file] ?? SourceText([]))
        }
    }
}
