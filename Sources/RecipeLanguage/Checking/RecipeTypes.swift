// What is remembered of a recipe while it is read, to work out the types of everything when all names are known.

import JSONCore

/// Formulas with the names they see, and where the types of variables and loop items come from.
struct RecipeTypes {
    /// A text with pills, or a bare formula.
    struct Text {
        let place: Place
        let formulas: [(offset: Int, formula: Formula)]
        /// Nothing but one formula, whose value keeps its type.
        let isOneValue: Bool
        /// The names that mean something here.
        let slots: [String: Int]
    }

    /// What a slot gets its values from.
    enum Source {
        case set(Place)
        case append(Place)
        /// Something with a mistake in it.
        case unreadable
        /// The items of a list, or lists of them.
        case items(Place, batched: Bool)
    }

    /// What is held against the types in the end.
    enum Check {
        case isList(Place)
        case takesAppend(Place, slot: Int, name: String)
        case isInstant(Place)
        case fits(Place, Schema, of: String)
        /// At least one of several schemas.
        case fitsOne(Place, [Schema], of: String)
    }

    private(set) var texts: [Text] = []
    /// By the byte in the file where each starts.
    private var indices: [Int: Int] = [:]
    private(set) var sources: [(slot: Int, source: Source)] = []
    var checks: [Check] = []

    mutating func add(_ text: Text) {
        indices[text.place.node.range.lowerBound] = texts.count
        texts.append(text)
    }

    mutating func add(_ source: Source, to slot: Int) { sources.append((slot, source)) }

    /// The text at a place.
    func index(of place: Place) -> Int? { indices[place.node.range.lowerBound] }
}
