// The text of one document, JSON or YAML, as a value.

import JSONCore
import RecipeLanguage

enum DocumentText {
    /// Of one document.
    static let mostBytes = 64 << 20

    /// - Parameter name: of the file or the address, for the message.
    /// - Returns: the value, and the names that one of its objects has twice: the last is taken.
    static func read(
        _ bytes: [UInt8], name: String
    ) throws(ImportError) -> (json: JSON, repeated: [RepeatedName]) {
        guard bytes.count <= mostBytes else {
            throw ImportError("\(Printable.text(name)) is larger than \(mostBytes >> 20) MiB")
        }
        var bytes = bytes[...]
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes = bytes.dropFirst(3) }
        guard let first = bytes.first(where: { $0 > 0x20 }) else {
            throw ImportError("\(Printable.text(name)) is empty")
        }
        let looksLikeJSON = first == UInt8(ascii: "{") || first == UInt8(ascii: "[")
        let isYAML = [".yaml", ".yml"].contains { name.lowercased().hasSuffix($0) }
        if looksLikeJSON {
            do {
                let limits = JSONLimits(depth: YAMLText.deepest, bytes: mostBytes)
                let document = try JSONDocument(parsing: Array(bytes), limits: limits)
                let repeated = document.duplicates.prefix(RepeatedName.most).map { found in
                    RepeatedName(
                        name: found.pointer.tokens.last ?? "",
                        line: document.lineAndColumn(at: found.range.lowerBound).line)
                }
                return (document.root.json, repeated)
            } catch  where !isYAML {
                let line = bytes.prefix(error.offset).count { $0 == 0x0A } + 1
                throw ImportError("\(Printable.text(name)):\(line): this is not JSON: \(error.message)")
            } catch {}
        }
        do throws(YAMLText.Problem) { return try YAMLText.read(Array(bytes)) } catch {
            throw ImportError("\(Printable.text(name)):\(error.line): this is not YAML: \(error.message)")
        }
    }
}

/// A name that an object of a document has more than once.
struct RepeatedName: Hashable {
    /// Of one document; more are not collected.
    static let most = 100
    let name: String
    /// Of the one that is taken, from 1.
    let line: Int
}

/// Texts from documents as they may be shown and kept.
enum Printable {
    /// Without control characters and line breaks, cut to `most` characters.
    static func text(_ text: String, most: Int = 200) -> String {
        var result = String.UnicodeScalarView()
        var isSpace = true
        for scalar in text.unicodeScalars {
            if result.count > most { break }
            let blank = scalar.properties.isWhitespace || scalar.properties.generalCategory == .control
            if blank {
                if !isSpace { result.append(" ") }
            } else if scalar.properties.generalCategory != .format {
                result.append(scalar)
            }
            isSpace = blank
        }
        while result.last == " " { result.removeLast() }
        if result.count > most { return String(String(result).prefix(most - 1)) + "…" }
        return String(result)
    }

    /// A description: a few sentences, without the markup that is common in documents.
    static func prose(_ text: String, most: Int) -> String {
        var rest = text
        for mark in ["**", "`", "<br>", "<br/>", "<br />", "<p>", "</p>", "<b>", "</b>"] {
            rest = rest.replacing(mark, with: mark.hasPrefix("<") ? " " : "")
        }
        return self.text(rest, most: most)
    }
}
