// Which names are visible where, and which slot each has.

import JSONCore

/// What a name stands for.
enum NameKind: Equatable {
    case trigger
    /// With the key of its kind: `use`, `for_each`, …
    case step(String)
    case variable
    case loopItem

    /// For messages: "a variable".
    var words: String {
        switch self {
        case .trigger: "the trigger's name"
        case .step: "the id of a step"
        case .variable: "a variable"
        case .loopItem: "a name of a loop"
        }
    }
}

/// A visible name.
struct Symbol {
    let kind: NameKind
    let slot: Int
}

/// A part of a recipe with names of its own, by the number of its step.
enum Enclosure: Equatable {
    case loop(Int)
    case branch(Int, name: String)
}

/// The first declaration of a name.
struct Declaration {
    let kind: NameKind
    let range: Range<Int>
    let enclosures: [Enclosure]
}

/// The names of a recipe while it is read: the innermost scope last.
struct NameScopes {
    private var scopes: [[String: Symbol]] = [[:]]
    /// Around what is being read; one fewer than the scopes.
    private(set) var enclosures: [Enclosure] = []
    /// The name of each slot.
    private(set) var slotNames: [String] = []
    /// What the value of each slot can be, as far as known.
    private(set) var types: [FormulaType] = []
    /// Every name ever declared: for clashes and for "runs later".
    private(set) var declared: [String: Declaration] = [:]
    private var cachedVisibleNames: [String]?

    /// The number of slots, which is the next one's index.
    var slotCount: Int { slotNames.count }

    mutating func newSlot(_ name: String) -> Int {
        slotNames.append(name)
        types.append(.unknown)
        return slotNames.count - 1
    }

    /// Says what the value of a slot can be.
    mutating func define(_ slot: Int, _ type: FormulaType) { types[slot] = type }

    func symbol(_ name: String) -> Symbol? {
        for scope in scopes.reversed() { if let symbol = scope[name] { return symbol } }
        return nil
    }

    /// Sorted.
    mutating func visibleNames() -> [String] {
        if let cachedVisibleNames { return cachedVisibleNames }
        let names = Set(scopes.flatMap(\.keys)).sorted()
        cachedVisibleNames = names
        return names
    }

    /// Those of the steps with this slot or a later one that can be seen here.
    func visibleSteps(from firstSlot: Int) -> [String] {
        slotNames[firstSlot...].filter { if case .step? = symbol($0)?.kind { true } else { false } }
    }

    /// Makes `name` visible from here on.
    @discardableResult
    mutating func declare(_ name: String, _ kind: NameKind, schema: Schema = .any, at range: Range<Int>) -> Int {
        let slot = newSlot(name)
        scopes[scopes.count - 1][name] = Symbol(kind: kind, slot: slot)
        // A step may not have run.
        let type = FormulaType(describedBy: schema)
        if case .step = kind { types[slot] = type.joined(.null) } else { types[slot] = type }
        cachedVisibleNames = nil
        if declared[name] == nil { declared[name] = Declaration(kind: kind, range: range, enclosures: enclosures) }
        return slot
    }

    mutating func open(_ enclosure: Enclosure) {
        scopes.append([:])
        enclosures.append(enclosure)
    }

    /// Ends the innermost scope and gives its names.
    @discardableResult
    mutating func close() -> [String: Symbol] {
        guard scopes.count > 1 else { return [:] }
        enclosures.removeLast()
        cachedVisibleNames = nil
        return scopes.removeLast()
    }

    /// Makes the steps of finished parallel branches visible.
    mutating func publish(_ symbols: [String: Symbol]) {
        for (name, symbol) in symbols {
            if case .step = symbol.kind { scopes[scopes.count - 1][name] = symbol }
        }
        cachedVisibleNames = nil
    }
}
