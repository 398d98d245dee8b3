// Which rows of a table are meant: the conditions of `where`, read from JSON and held against rows. Pure.

import JSONCore

/// What is wrong with something said about a table; a sentence without the values of rows.
public struct TableMistake: Error, Hashable, CustomStringConvertible {
    public enum Kind: Sendable { case noTable, badInput, tooLarge }
    public let kind: Kind
    public let description: String

    public init(_ sentence: String, _ kind: Kind = .badInput) { (description, self.kind) = (sentence, kind) }

    /// With the nearest column, or those there are.
    static func noColumn(_ column: String, in table: String, _ columns: [String]) -> TableMistake {
        let hint = Suggestion.nearOrAll(column, among: columns, called: "it has")
        return TableMistake("the table \"\(table)\" has no column \"\(column)\"" + (hint.map { "; \($0)" } ?? ""))
    }
}

/// Conditions on rows: an object is met by rows that meet all its members, a list by rows that meet one of its objects.
///
/// `{"country": "DE", "employees": {"at_least": 50, "less": 500}}` · `[{"owner": ""}, {"owner": {"ignore_case": true, "equals": "ada"}}]`
public struct TableFilter: Sendable {
    /// How a cell is held against a value.
    enum Relation: String, CaseIterable, Sendable {
        case equals, not, among = "in", contains, startsWith = "starts_with", endsWith = "ends_with", greater
        case atLeast = "at_least", less, atMost = "at_most", present
    }

    struct Test: Sendable {
        let column: String
        let relation: Relation
        let value: JSON
        let ignoresCase: Bool
    }

    /// A row fits when it meets all tests of one group; without groups every row does.
    let groups: [[Test]]

    /// The name of the member that makes texts of one column equal whatever their case.
    static let ignoreCase = "ignore_case"
    /// Tests in one filter.
    static let mostTests = 1_000

    /// Every row.
    public static let all = TableFilter(groups: [])

    private init(groups: [[Test]]) { self.groups = groups }

    /// - Throws: `TableMistake`.
    public init(_ json: JSON?) throws(TableMistake) {
        switch json {
        case nil, .null?: groups = []
        case .object(let object)?: groups = object.isEmpty ? [] : [try Self.group(object)]
        case .array(let list)?:
            var groups: [[Test]] = []
            for element in list {
                guard let object = element.object, !object.isEmpty else {
                    throw TableMistake("each element of \"where\" must be an object of conditions, but one is not")
                }
                groups.append(try Self.group(object))
            }
            guard !groups.isEmpty else { throw TableMistake("\"where\" must not be an empty list") }
            self.groups = groups
        case let other?: throw TableMistake("\"where\" must be an object or a list of objects, but it is \(other.kind)")
        }
        guard groups.reduce(0, { $0 + $1.count }) <= Self.mostTests else {
            throw TableMistake("\"where\" has more than \(Self.mostTests) conditions", .tooLarge)
        }
    }

    public var isEmpty: Bool { groups.isEmpty }

    private static func group(_ object: JSONObject) throws(TableMistake) -> [Test] {
        var tests: [Test] = []
        for (column, value) in object.entries {
            guard case .object(let relations) = value else {
                tests.append(Test(column: column, relation: .equals, value: value, ignoresCase: false))
                continue
            }
            let ignoresCase = try flag(relations, ignoreCase, column) ?? false
            let before = tests.count
            for (name, value) in relations.entries where name != ignoreCase {
                guard let relation = Relation(rawValue: name) else {
                    let known = Relation.allCases.map(\.rawValue) + [ignoreCase]
                    let hint = Suggestion.nearOrAll(name, among: known, called: "there are")
                    throw TableMistake("\"where\" knows no condition \"\(name)\"" + (hint.map { "; \($0)" } ?? ""))
                }
                if relation == .present { _ = try flag(relations, name, column) }
                if relation == .among, value.array == nil {
                    throw TableMistake("the condition \"in\" on \"\(column)\" must be a list, but it is \(value.kind)")
                }
                tests.append(Test(column: column, relation: relation, value: value, ignoresCase: ignoresCase))
            }
            guard tests.count > before else {
                throw TableMistake("\"where\" says nothing about \"\(column)\": give a value or a condition")
            }
        }
        return tests
    }

    private static func flag(_ object: JSONObject, _ name: String, _ column: String) throws(TableMistake) -> Bool? {
        switch object[name] {
        case nil: return nil
        case .bool(let flag)?: return flag
        case .string("true")?: return true
        case .string("false")?: return false
        case let other?:
            throw TableMistake("\"\(name)\" on \"\(column)\" must be true or false, but it is \(other.kind)")
        }
    }

    /// The condition that a cell equals a value, whatever the value is.
    static func equal(to value: JSON) -> JSON { [Relation.equals.rawValue: value] }

    /// The names of conditions, for the checker and documents.
    public static let conditionNames = Relation.allCases.map(\.rawValue) + [ignoreCase]
}

extension TableFilter.Test {
    /// Whether a cell meets it.
    /// - Parameter isText: the cells of the table are texts; the value then counts as the text it would be in a cell.
    func holds(of cell: JSON, isText: Bool) -> Bool {
        switch relation {
        case .equals: equals(cell, value, isText)
        case .not: !equals(cell, value, isText)
        case .among: value.array?.contains { equals(cell, $0, isText) } ?? false
        case .contains: texts(cell) { $0.contains($1) }
        case .startsWith: texts(cell) { $0.hasPrefix($1) }
        case .endsWith: texts(cell) { $0.hasSuffix($1) }
        case .greater: order(cell).map { $0 > 0 } ?? false
        case .atLeast: order(cell).map { $0 >= 0 } ?? false
        case .less: order(cell).map { $0 < 0 } ?? false
        case .atMost: order(cell).map { $0 <= 0 } ?? false
        case .present: (TableSortKey(cell).rank != .nothing) == (value.bool ?? (value.string == "true"))
        }
    }

    private func equals(_ cell: JSON, _ value: JSON, _ isText: Bool) -> Bool {
        // Nothing is no text: a condition with a pill that is nil finds no row with an empty cell.
        let wanted = isText && !value.isNull ? TableCell.text(value) : value
        if ignoresCase, let cell = cell.string, let wanted = wanted.string {
            return cell.lowercased() == wanted.lowercased()
        }
        return TableCell.isEqual(cell, wanted)
    }

    private func texts(_ cell: JSON, _ compare: (String, String) -> Bool) -> Bool {
        guard !value.isNull, case .string(let part) = TableCell.text(value), case .string(let whole) = cell else {
            return false
        }
        return ignoresCase ? compare(whole.lowercased(), part.lowercased()) : compare(whole, part)
    }

    /// nil where the two can't be compared: a text with a number, anything with nothing.
    private func order(_ cell: JSON) -> Int? {
        let (one, two) = (TableSortKey(cell), TableSortKey(value))
        guard one.rank == two.rank, one.rank == .number || one.rank == .text else { return nil }
        return one.compare(two)
    }
}
