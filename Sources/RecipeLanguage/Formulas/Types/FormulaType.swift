// What is known, before a run, about the values a part of a formula can have.

import JSONCore

/// The kinds a value can have and, for lists and objects, what is inside.
///
/// It says too much rather than too little: a value that a formula gives always has one of `kinds`.
struct FormulaType: Sendable {
    /// Empty only for what can't be reached.
    let kinds: KindSet
    /// What lists (and ranges and unfinished calls) hold; nil when nothing is known.
    let list: ListShape?
    /// What objects hold; nil when nothing is known.
    let object: ObjectShape?
    /// How deep shapes nest in it.
    let depth: Int

    /// Deeper shapes are forgotten, so that types stay small whatever a formula builds.
    private static let deepest = 8

    init(_ kinds: KindSet, list: ListShape? = nil, object: ObjectShape? = nil) {
        self.kinds = kinds
        let list = kinds.isDisjoint(with: .listed) ? nil : list
        let object = kinds.isDisjoint(with: .object) ? nil : object
        let depth = 1 + max(list?.depth ?? 0, object?.depth ?? 0)
        if depth > Self.deepest {
            (self.list, self.object, self.depth) = (nil, nil, 1)
        } else {
            (self.list, self.object, self.depth) = (list, object, depth)
        }
    }

    /// Nothing is known.
    static let unknown = FormulaType(.every)
    /// No value gets here.
    static let never = FormulaType(KindSet())
    static let null = FormulaType(.null)

    static func list(of element: FormulaType) -> FormulaType { FormulaType(.list, list: ListShape(element)) }

    /// A list of exactly these elements.
    static func tuple(_ positions: [FormulaType]) -> FormulaType {
        FormulaType(.list, list: ListShape(positions: positions))
    }

    var isUnknown: Bool { kinds == .every && list == nil && object == nil }
    var isNever: Bool { kinds.isEmpty }

    /// The same without some kinds.
    func subtracting(_ other: KindSet) -> FormulaType {
        FormulaType(kinds.subtracting(other), list: list, object: object)
    }

    /// The part of it that is of these kinds.
    func only(_ other: KindSet) -> FormulaType {
        FormulaType(kinds.intersection(other), list: list, object: object)
    }

    /// The same with further kinds of which nothing else is known.
    func adding(_ other: KindSet) -> FormulaType {
        FormulaType(
            kinds.union(other), list: other.isDisjoint(with: .listed) ? list : nil,
            object: other.isDisjoint(with: .object) ? object : nil)
    }

    /// What either can be.
    func joined(_ other: FormulaType) -> FormulaType {
        if isNever { return other }
        if other.isNever { return self }
        return FormulaType(
            kinds.union(other.kinds), list: ListShape.joined(self, other), object: ObjectShape.joined(self, other))
    }

    static func joined(_ types: some Sequence<FormulaType>) -> FormulaType { types.reduce(.never) { $0.joined($1) } }

    /// What going through it gives: elements of lists, pairs of objects.
    var elements: FormulaType {
        var element = FormulaType.never
        if !kinds.isDisjoint(with: .listed) { element = list?.element ?? .unknown }
        if kinds.contains(.object) {
            let pair = FormulaType.tuple([object?.keys ?? .unknown, object?.values ?? .unknown])
            element = element.joined(pair)
        }
        return element
    }

    /// Whether both say the same.
    func isSame(as other: FormulaType) -> Bool {
        guard kinds == other.kinds else { return false }
        switch (list, other.list) {
        case (nil, nil): break
        case (let one?, let two?): guard one === two || one.isSame(as: two) else { return false }
        default: return false
        }
        switch (object, other.object) {
        case (nil, nil): return true
        case (let one?, let two?): return one.isSame(as: two)
        default: return false
        }
    }

    /// For messages: "a text", "a number or a list". Nil is left out when there is something else.
    var words: String {
        var left = kinds.subtracting([.null, KindSet(.marker)])
        if left.isEmpty { return kinds.contains(.null) ? ValueKind.null.phrase : ValueKind.marker.phrase }
        var phrases: [String] = []
        if left.isSuperset(of: .real) {
            phrases.append("a number")
            left.subtract(.number)
        }
        phrases += left.kinds.map(\.phrase)
        guard phrases.count > 1 else { return phrases.first ?? "" }
        return phrases.dropLast().joined(separator: ", ") + " or " + (phrases.last ?? "")
    }
}

/// What a list holds.
final class ListShape: Sendable {
    /// What any of its elements can be.
    let element: FormulaType
    /// The type of each element, when their number is known.
    let positions: [FormulaType]?
    fileprivate let depth: Int

    private static let mostPositions = 16

    init(_ element: FormulaType) {
        (self.element, positions, depth) = (element, nil, element.depth)
    }

    init(positions: [FormulaType]) {
        element = FormulaType.joined(positions)
        self.positions = positions.count <= Self.mostPositions ? positions : nil
        depth = positions.reduce(element.depth) { max($0, $1.depth) }
    }

    /// The element at a place, from the back when negative; nil may be there too.
    func element(at place: Int) -> FormulaType {
        guard let positions else { return element.joined(.null) }
        let index = place < 0 ? place + positions.count : place
        return positions.indices.contains(index) ? positions[index] : .null
    }

    fileprivate static func joined(_ one: FormulaType, _ two: FormulaType) -> ListShape? {
        if one.kinds.isDisjoint(with: .listed) { return two.list }
        if two.kinds.isDisjoint(with: .listed) { return one.list }
        guard let first = one.list, let second = two.list else { return nil }
        if first === second { return first }
        if let positions = first.positions, let others = second.positions, positions.count == others.count {
            return ListShape(positions: zip(positions, others).map { $0.joined($1) })
        }
        return ListShape(first.element.joined(second.element))
    }

    fileprivate func isSame(as other: ListShape) -> Bool {
        switch (positions, other.positions) {
        case (nil, nil): element.isSame(as: other.element)
        case (let one?, let two?): one.count == two.count && zip(one, two).allSatisfy { $0.isSame(as: $1) }
        default: false
        }
    }
}

extension KindSet {
    /// Every kind there is, those of unfinished things included.
    static let every = KindSet(ValueKind.allCases.map(KindSet.init))
    static let marker = KindSet(.marker)
    /// Lists, and what stands for one.
    static let listed: KindSet = [.list, .range, .pending]
}
