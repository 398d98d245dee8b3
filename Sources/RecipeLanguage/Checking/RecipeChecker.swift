// One reading of one recipe file: what has been found so far, and the small readers everything else is built on.

import JSONCore

/// Reads a recipe into typed values and collects every mistake. Used once, by one caller.
final class RecipeChecker {
    /// Limits of design §5 and of hostile files.
    static let mostSteps = 1_000
    static let mostBytes = 10 << 20
    static let mostDiagnostics = 1_000

    let document: JSONDocument
    let id: String
    let file: String
    let catalog: Catalog
    /// The file's lines, for messages that name another line.
    private lazy var source = SourceText(document.bytes)
    /// What this recipe's own file says, for recipes that call themselves.
    private(set) lazy var ownSignature = Recipe.signature(of: document.root.json)
    /// What `respond` and `return` may answer, and what messages call it.
    private(set) lazy var declaredAnswers = Self.answers(declaredIn: document.root.json, ownSignature)
    var diagnostics: [Diagnostic] = []

    var names = NameScopes()
    /// Formulas, to be held against types when all names are known.
    var types = RecipeTypes()
    /// The type of each text in `types`; empty until they are settled.
    var textTypes: [FormulaType] = []
    /// Names that were not visible where they were used: explained at the end, when all names are known.
    var unresolved: [UnresolvedName] = []
    /// Steps of the branches before this one of the enclosing `if`s, with the key they stand under.
    var otherBranches: [String: String] = [:]
    /// The slots of `error` of the enclosing `catch` and `retry.when`.
    var errorSlots: [Int] = []
    /// The first slot made inside the innermost concurrent body; nil outside of any.
    var concurrentFrom: Int?
    /// Slots that were appended to.
    var appendedSlots: Set<Int> = []
    /// Slots that formulas read.
    var readSlots: Set<Int> = []
    /// The ids of the steps being read, the outermost first; empty for those without.
    var openStepIDs: [String] = []
    /// From the names under `connections` to connections.
    var connections: [String: String] = [:]
    var stepNames: [String] = []
    /// What the recipe says under `record`; steps may say otherwise.
    var recordsExchanges = false
    /// Unsafe actions read so far, for `try`.
    var unsafeActions: [UnsafeAction] = []
    var hasTooManySteps = false
    /// Where the last search for a byte of a text with escapes ended: the text, the byte in it, the byte in the file.
    var decodedPlace: (node: Range<Int>, decoded: Int, file: Int) = (0..<0, 0, 0)

    init(document: JSONDocument, id: String, file: String, catalog: Catalog) {
        (self.document, self.id, self.file, self.catalog) = (document, id, file, catalog)
    }

    /// A name with no meaning at its place.
    struct UnresolvedName {
        let name: String
        let range: Range<Int>
        let path: PointerPath
        let openSteps: [String]
        let visible: [String]
        let enclosures: [Enclosure]
    }

    /// An `unsafe` action that is not skipped.
    struct UnsafeAction {
        let use: String
        let range: Range<Int>
        let path: PointerPath
    }

    // MARK: - Reporting

    // Findings are made only while there is room for them: looking for suggestions and places takes time.
    func report(_ finding: @autoclosure () -> Finding, range: @autoclosure () -> Range<Int>, path: PointerPath) {
        guard diagnostics.count < Self.mostDiagnostics else { return }
        let (finding, range) = (finding(), range())
        diagnostics.append(
            Diagnostic(
                finding.severity, code: finding.code, finding.message, suggestion: finding.hint, file: file,
                range: range,
                pointer: path.pointer.description))
        if diagnostics.count == Self.mostDiagnostics {
            let last = Finding.tooManyMistakes(Self.mostDiagnostics - 1)
            diagnostics[diagnostics.count - 1] = Diagnostic(
                code: last.code, last.message, file: file, range: document.bytes.count..<document.bytes.count,
                pointer: "")
        }
    }

    func report(_ finding: @autoclosure () -> Finding, at place: Place) {
        report(finding(), range: place.node.range, path: place.path)
    }

    func report(_ finding: @autoclosure () -> Finding, at member: Member) {
        report(finding(), range: member.keyRange, path: member.value.path)
    }

    func line(of range: Range<Int>) -> Int { source.lineAndColumn(at: range.lowerBound).line }

    // MARK: - Small readers: each reports what is wrong and gives nil

    /// The members of an object, unknown ones reported; nil when it is no object.
    func fields(_ place: Place, _ what: String, allowed: [String]) -> Fields? {
        guard let members = place.members else {
            report(.wrongType(what, wanted: "an object", found: place.words), at: place)
            return nil
        }
        for member in members where !allowed.contains(member.key) {
            report(.unknownKey(member.key, in: what, allowed: allowed), at: member)
        }
        return Fields(place, members)
    }

    /// A text that is not empty.
    func text(_ place: Place, _ name: String) -> String? {
        guard let text = place.text else {
            report(.wrongType(name, wanted: "a text", found: place.words), at: place)
            return nil
        }
        guard !text.trimmedOfSpaces.isEmpty else {
            report(.emptyText(name), at: place)
            return nil
        }
        return text
    }

    func truth(_ place: Place?, _ name: String) -> Bool? {
        guard let place else { return nil }
        if case .bool(let truth) = place.node.content { return truth }
        report(.wrongType(name, wanted: "true or false", found: place.words), at: place)
        return nil
    }

    func wholeNumber(_ place: Place?, _ name: String, in range: ClosedRange<Int>) -> Int? {
        guard let place else { return nil }
        guard case .integer(let number) = place.node.content else {
            report(.wrongType(name, wanted: "a whole number", found: place.words), at: place)
            return nil
        }
        guard range.contains(number) else {
            report(
                .outOfRange(name, from: "\(range.lowerBound)", to: "\(range.upperBound)", found: "\(number)"), at: place
            )
            return nil
        }
        return number
    }

    func duration(_ place: Place?, _ name: String) -> Duration? {
        guard let place else { return nil }
        guard place.text != nil else {
            report(.wrongType(name, wanted: DurationText.form, found: place.words), at: place)
            return nil
        }
        guard let text = text(place, name) else { return nil }
        guard let duration = DurationText.parse(text) else {
            report(.badDuration(name, found: String(text.prefix(40))), at: place)
            return nil
        }
        return duration
    }

    func choice(_ place: Place?, _ name: String, among choices: [String]) -> String? {
        guard let place, let text = text(place, name) else { return nil }
        guard choices.contains(text) else {
            report(.notAChoice(name, found: String(text.prefix(40)), choices: choices), at: place)
            return nil
        }
        return text
    }

    /// A name that is declared here: its form and whether it is a word of formulas.
    func checkedName(_ place: Place, _ what: String) -> String? {
        guard let name = text(place, "the \(what)") else { return nil }
        guard RecipeNames.isName(name) else {
            report(.badName(String(name.prefix(64)), what: "the \(what)"), at: place)
            return nil
        }
        guard !RecipeNames.isReserved(name) else {
            report(.reservedName(name), at: place)
            return nil
        }
        return name
    }
}
