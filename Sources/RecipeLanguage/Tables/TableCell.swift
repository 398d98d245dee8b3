// One cell of a look-up table: when two are equal, which comes first, and the key by which an index finds it. Pure.

import JSONCore

/// Rules for the cells of tables.
public enum TableCell {
    /// The cell of a table whose cells are all texts (it began as a CSV): null is the empty text, a number as it is written.
    public static func text(_ value: JSON) -> JSON {
        switch value {
        case .string: value
        case .null: ""
        case .bool(let flag): .string(flag ? "true" : "false")
        case .integer(let integer): .string(String(integer))
        case .number(let number): .string(number.text)
        case .array, .object: .string(value.compact)
        }
    }

    /// Numbers by value, all else by kind and content.
    public static func isEqual(_ one: JSON, _ two: JSON) -> Bool {
        switch (normalNumber(one), normalNumber(two)) {
        case (let one?, let two?): one == two
        case (nil, nil): one == two
        default: false
        }
    }

    /// The same for equal cells, in every process: FNV-1a over the kind and the content. Different cells may share one.
    public static func indexKey(_ value: JSON) -> Int64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        func mix(_ bytes: some Sequence<UInt8>) {
            for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x0100_0000_01b3 }
        }
        if let number = normalNumber(value) {
            mix([1])
            mix(number.utf8)
        } else if case .string(let text) = value {
            mix([2])
            mix(text.utf8)
        } else {
            mix([3])
            mix(value.canonical.utf8)
        }
        return Int64(bitPattern: hash)
    }

    private static func normalNumber(_ value: JSON) -> String? {
        switch value {
        case .integer(let integer): DecimalText.normal(String(integer))
        case .number(let number): DecimalText.normal(number.text)
        default: nil
        }
    }
}

/// Where a cell stands among others: nothing first, then truth values, numbers by value, texts by their characters, the rest.
///
/// A text that is written like a number counts as one, so that the cells of a CSV sort and compare as people mean them.
struct TableSortKey: Sendable {
    enum Rank: Int, Sendable { case nothing, truth, number, text, other }

    let rank: Rank
    private let number: Number?
    private let text: String

    init(_ cell: JSON) {
        switch cell {
        case .null, .string(""): (rank, number, text) = (.nothing, nil, "")
        case .bool(let flag): (rank, number, text) = (.truth, nil, flag ? "true" : "false")
        case .integer(let integer): (rank, number, text) = (.number, .integer(integer), "")
        case .number(let written):
            let number = DecimalNumber(parsing: written.text).map { Number.decimal($0) }
            (rank, self.number, text) = (number == nil ? .text : .number, number, written.text)
        case .string(let written):
            let number =
                JSONNumber.isNumber(Array(written.utf8))
                ? DecimalNumber(parsing: written).map { Number.decimal($0) } : nil
            (rank, self.number, text) = (number == nil ? .text : .number, number, written)
        case .array, .object: (rank, number, text) = (.other, nil, cell.compact)
        }
    }

    /// -1, 0 or 1.
    func compare(_ other: TableSortKey) -> Int {
        guard rank == other.rank else { return rank.rawValue < other.rank.rawValue ? -1 : 1 }
        if let number, let second = other.number { return number.compare(second) }
        return text == other.text ? 0 : text < other.text ? -1 : 1
    }
}
