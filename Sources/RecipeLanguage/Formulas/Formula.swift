// Formulas as the rest of the program holds them: parsed, then bound to slots, then evaluated.

import JSONCore

/// A parsed formula whose names are not yet tied to slots.
public struct Formula: Sendable {
    /// The text it was parsed from.
    public let source: String
    /// The free names it uses, in order (block parameters excluded), for checking.
    public let names: [NameUse]
    let syntax: Syntax
    let localCount: Int

    /// - Throws: the first syntax error or unknown function, with its place in UTF-8 bytes.
    public init(parsing source: String) throws(FormulaError) {
        var parser = FormulaParser(source)
        let syntax = try parser.wholeFormula()
        self.init(source: source, syntax: syntax, names: parser.names, localCount: parser.localCount)
    }

    init(source: String, syntax: Syntax, names: [NameUse], localCount: Int) {
        (self.source, self.syntax, self.names, self.localCount) = (source, syntax, names, localCount)
    }

    /// Ties each free name to a slot. Names that `slot` answers nil for become nil values at run time; the checker
    /// has reported them before.
    public func bound(to slot: (String) -> Int?) -> BoundFormula {
        var slots: [String: Int] = [:]
        for use in names where slots[use.name] == nil { slots[use.name] = slot(use.name) }
        let binder = Binder(source: source, slots: slots)
        return BoundFormula(source: source, root: binder.node(for: syntax), localCount: localCount)
    }
}

/// One use of a name in a formula, with the members read from it that are plain to see: `lead.body.email`.
public struct NameUse: Sendable, Hashable {
    public let name: String
    /// Members after the name, up to the first that is a method (`lead.body.email.split` has `body`, `email`).
    public private(set) var path: [String]
    /// UTF-8 bytes of `name` in the source.
    public let range: Range<Int>
    /// UTF-8 bytes of each member of `path` in the source.
    public private(set) var pathRanges: [Range<Int>]

    public init(name: String, path: [String], range: Range<Int>, pathRanges: [Range<Int>]) {
        (self.name, self.path, self.range, self.pathRanges) = (name, path, range, pathRanges)
    }

    mutating func add(member: String, at place: Range<Int>) {
        path.append(member)
        pathRanges.append(place)
    }
}

/// A formula that can be evaluated.
public struct BoundFormula: Sendable {
    public let source: String
    let root: Node
    let localCount: Int

    /// - Throws: `FormulaError` with the place, for any failure: type errors, nil receivers, limits.
    public func evaluate(_ slots: [Value], _ evaluation: Evaluation) throws(FormulaError) -> Value {
        evaluation.begin(localCount: localCount)
        let value = try root.evaluate(slots, evaluation)
        if value.isMade { try Nesting.check(value, evaluation.environment.limits, 0..<source.utf8.count) }
        return value
    }
}
