// The columns of look-up tables by name, read when the first recipe asks for a table: most name none.

import Synchronization

/// Columns of tables.
public struct TableColumns: Sendable, ExpressibleByDictionaryLiteral {
    /// What was read once, for all copies.
    private final class Source: Sendable {
        private let read: @Sendable () -> [String: [String]]
        private let known = Mutex<[String: [String]]?>(nil)

        init(_ read: @escaping @Sendable () -> [String: [String]]) { self.read = read }

        var columns: [String: [String]] {
            known.withLock { known in
                if let known { return known }
                let columns = read()
                known = columns
                return columns
            }
        }
    }

    private let source: Source

    /// - Parameter read: called once, when the first table is asked for.
    public init(_ read: @escaping @Sendable () -> [String: [String]]) { source = Source(read) }

    public init(dictionaryLiteral tables: (String, [String])...) {
        let columns = Dictionary(tables) { first, _ in first }
        self.init { columns }
    }

    /// nil when there is no such table.
    public subscript(_ name: String) -> [String]? { source.columns[name] }

    /// Sorted.
    public var names: [String] { source.columns.keys.sorted() }
}
