// The canonical layout of recipes, for `galley fmt`.

import JSONCore

/// Why a file is not formatted: what it says is not clear.
public struct FormatRefusal: Error, Sendable {
    public let diagnostics: [Diagnostic]
}

/// Lays a recipe out: two spaces a level, what fits into 100 columns on one line, keys in a fixed order where their order
/// means nothing. Meaning is kept to the letter: numbers keep their text, data keeps its order.
public enum RecipeFormatter {
    /// The formatted file, with a newline at its end. Formatting it again changes nothing.
    /// - Throws: for a file that is not JSON or has a key twice (one of the two would be lost).
    public static func format(_ bytes: [UInt8], file: String = "") throws(FormatRefusal) -> [UInt8] {
        let document: JSONDocument
        do {
            document = try JSONDocument(parsing: bytes)
        } catch {
            let finding = Finding.badJSON(error.message)
            let offset = min(error.offset, bytes.count)
            throw FormatRefusal(diagnostics: [
                Diagnostic(
                    code: finding.code, finding.message, file: file, range: offset..<min(offset + 1, bytes.count),
                    pointer: "")
            ])
        }
        guard document.duplicates.isEmpty else {
            throw FormatRefusal(
                diagnostics: document.duplicates.map { pointer, range in
                    let finding = Finding.duplicateKey(pointer.tokens.last ?? "")
                    return Diagnostic(
                        code: finding.code, finding.message, suggestion: finding.hint, file: file, range: range,
                        pointer: pointer.description)
                })
        }
        var layout = RecipeLayout()
        layout.write(document.root, as: .recipe, indent: 0)
        layout.output.append(UInt8(ascii: "\n"))
        return layout.output
    }
}

/// What an object or list in a recipe is, for the order of its keys.
enum RecipePart {
    case recipe, trigger, step, steps, elseIf, elseIfs, branches, retry
    /// The user's own data: its order is kept.
    case data

    /// What the member `key` of an object of this kind is; `keys` are all of the object's.
    func member(_ key: String, among keys: [String]) -> RecipePart {
        switch (self, key) {
        case (.recipe, "trigger"): return .trigger
        case (.recipe, "steps"), (.elseIf, "then"), (.branches, _): return .steps
        case (.step, _):
            guard let kind = RecipeKeys.kinds(among: keys).first, RecipeKeys.step(kind).contains(key) else {
                return .data
            }
            switch key {
            case "then", "else", "steps", "try", "repeat", "catch": return .steps
            case "else_if": return .elseIfs
            case "parallel": return .branches
            case "retry": return .retry
            default: return .data
            }
        default: return .data
        }
    }

    /// What the elements of a list of this kind are.
    var element: RecipePart {
        switch self {
        case .steps: .step
        case .elseIfs: .elseIf
        default: .data
        }
    }

    /// The known keys in order; unknown ones come after them as they are. nil: all stay as they are.
    func order(among keys: [String]) -> [String]? {
        switch self {
        case .recipe: RecipeKeys.recipe
        case .trigger: RecipeKeys.trigger
        case .retry: RecipeKeys.retry
        case .elseIf: RecipeKeys.elseIf
        case .step: RecipeKeys.anyStep + (RecipeKeys.kinds(among: keys).first.map(RecipeKeys.step) ?? [])
        case .steps, .elseIfs, .branches, .data: nil
        }
    }

    /// The members in canonical order.
    func sorted(_ members: [JSONMember]) -> [JSONMember] {
        guard let order = order(among: members.map(\.key)) else { return members }
        let ranks = Dictionary(uniqueKeysWithValues: order.enumerated().map { ($1, $0) })
        return members.enumerated().sorted { one, other in
            (ranks[one.element.key] ?? order.count, one.offset) < (
                ranks[other.element.key] ?? order.count, other.offset
            )
        }.map(\.element)
    }
}
