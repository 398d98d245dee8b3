// One table in memory: rows and, for the columns that look-ups use, an index.

import JSONCore
import RecipeLanguage
import Synchronization

/// The rows of one file. The first look-up by a set of columns builds an index over them; the next ones are O(1).
final class Table: Sendable {
    let name: String
    let columns: [String]
    /// Cell after cell, row after row; a missing cell is null.
    private let cells: [JSON]
    private let indexes = Mutex<[[Int]: Index]>([:])

    /// Rows by the cells of some columns: the first row of each key, and from each row to the next one with the same key.
    private struct Index {
        var first: [[Key]: Int] = [:]
        var next: [Int] = []
    }

    /// A cell as an index sees it: numbers by value, all else by kind and content.
    private enum Key: Hashable {
        case number(String)
        case other(JSON)

        init(_ value: JSON) {
            switch value {
            case .integer(let integer): self = .number(DecimalText.normal(String(integer)))
            case .number(let number): self = .number(DecimalText.normal(number.text))
            default: self = .other(value)
            }
        }
    }

    /// A CSV: its first record names the columns, and every cell is a text.
    /// - Throws: `WorkspaceError` with the place of the mistake.
    init(csv bytes: [UInt8], name: String, file: String) throws(WorkspaceError) {
        var records = CSVRecords(bytes)
        var cells: [JSON] = []
        do {
            let columns = try Self.checkedColumns(try records.next() ?? [], name: name, file: file)
            while let record = try records.next() {
                if record.count == 1, record[0].isEmpty, columns.count > 1 { continue }
                guard record.count == columns.count else {
                    throw CSVMistake(
                        message:
                            "this record has \(record.count) fields, but the first line names \(columns.count) columns",
                        range: records.lastRecord)
                }
                for field in record { cells.append(.string(field)) }
            }
            (self.name, self.columns, self.cells) = (name, columns, cells)
        } catch let error as WorkspaceError {
            throw error
        } catch let mistake as CSVMistake {
            throw Self.mistake(mistake.message, mistake.range, "", name: name, file: file)
        } catch {
            throw WorkspaceError(.invalid, "the table \"\(name)\" can't be read")
        }
    }

    /// A list of objects; the columns are their members, in the order they first occur.
    init(json bytes: [UInt8], name: String, file: String) throws(WorkspaceError) {
        let reading = DocumentReading(file: file)
        guard let root = reading.root(of: bytes), reading.errors.isEmpty else {
            throw WorkspaceError(.invalid, "the table \"\(name)\" is not JSON", diagnostics: reading.diagnostics)
        }
        guard case .array(let nodes) = root.content else {
            throw Self.mistake(
                "a table is a list of objects, one for each row, but this is \(root.kindInWords)", root.range, "",
                name: name, file: file)
        }
        var columns: [String] = []
        var places: [String: Int] = [:]
        for (row, node) in nodes.enumerated() {
            guard case .object(let members) = node.content else {
                throw Self.mistake(
                    "each row must be an object but this is \(node.kindInWords)", node.range, "/\(row)", name: name,
                    file: file)
            }
            for member in members where places[member.key] == nil {
                places[member.key] = columns.count
                columns.append(member.key)
            }
        }
        var cells = [JSON](repeating: .null, count: nodes.count * columns.count)
        for (row, node) in nodes.enumerated() {
            guard case .object(let members) = node.content else { continue }
            for member in members {
                if let column = places[member.key] { cells[row * columns.count + column] = member.value.json }
            }
        }
        (self.name, self.columns, self.cells) = (name, columns, cells)
    }

    var rowCount: Int { columns.isEmpty ? 0 : cells.count / columns.count }

    /// The cells of a row in the order of the columns.
    func cells(_ number: Int) -> [JSON] { Array(cells[number * columns.count..<(number + 1) * columns.count]) }

    func row(_ number: Int) -> JSONObject {
        JSONObject(
            uniqueEntries: columns.indices.map { (columns[$0], cells[number * columns.count + $0]) })
    }

    /// At most `limit` rows whose cells equal the conditions, in order; without conditions all rows do.
    /// - Throws: `WorkspaceError` when there is no such column.
    func rows(where conditions: [(column: String, value: JSON)], limit: Int) throws(WorkspaceError) -> [JSONObject] {
        var wanted: [(place: Int, key: Key)] = []
        for condition in conditions {
            guard let place = columns.firstIndex(of: condition.column) else {
                let hint =
                    Suggestion.closest(to: condition.column, among: columns).map { "did you mean \"\($0)\"?" }
                    ?? "it has \(columns.prefix(20).joined(separator: ", "))"
                throw WorkspaceError(
                    .notFound,
                    "the table \"\(name)\" has no column \"\(WorkspaceName.printable(condition.column))\": \(hint)")
            }
            wanted.append((place, Key(condition.value)))
        }
        guard !wanted.isEmpty else { return (0..<min(rowCount, max(0, limit))).map { row($0) } }
        wanted.sort { $0.place < $1.place }
        let places = wanted.map(\.place)
        let keys = wanted.map(\.key)
        return indexes.withLock { indexes in
            let index: Index
            if let known = indexes[places] {
                index = known
            } else {
                index = makeIndex(over: places)
                indexes[places] = index
            }
            var found: [JSONObject] = []
            var place = index.first[keys] ?? -1
            while place >= 0, found.count < limit {
                found.append(row(place))
                place = index.next[place]
            }
            return found
        }
    }

    private func makeIndex(over places: [Int]) -> Index {
        var index = Index(first: [:], next: [Int](repeating: -1, count: rowCount))
        index.first.reserveCapacity(rowCount)
        // From the last row up, so that each row finds the one after it.
        for row in (0..<rowCount).reversed() {
            let keys = places.map { Key(cells[row * columns.count + $0]) }
            if let later = index.first.updateValue(row, forKey: keys) { index.next[row] = later }
        }
        return index
    }

    /// The column names, if they are usable: none empty, none twice.
    static func checkedColumns(_ columns: [String], name: String, file: String) throws(WorkspaceError) -> [String] {
        guard columns != [""], !columns.isEmpty else {
            throw mistake("the table is empty: its first line must name the columns", 0..<0, "", name: name, file: file)
        }
        var seen = Set<String>()
        for column in columns {
            guard !column.isEmpty else {
                throw mistake("a column has no name in the first line", 0..<0, "", name: name, file: file)
            }
            guard seen.insert(column).inserted else {
                throw mistake(
                    "the first line names the column \"\(WorkspaceName.printable(column))\" twice", 0..<0, "",
                    name: name,
                    file: file)
            }
        }
        return columns
    }

    private static func mistake(
        _ message: String, _ range: Range<Int>, _ pointer: String, name: String, file: String
    ) -> WorkspaceError {
        WorkspaceError(
            .invalid, "the table \"\(name)\" (\(file)) can't be used: \(message)",
            diagnostics: [Diagnostic(code: "bad_table", message, file: file, range: range, pointer: pointer)])
    }
}
