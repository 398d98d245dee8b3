// The workspace's tables: files of Tables/, read when first asked for and again when they change.

import JSONCore
import RecipeLanguage
import Synchronization

/// Looks up rows of `Tables/NAME.csv` and `Tables/NAME.json`.
final class TableFolder: TableSource {
    private struct Entry {
        let stamp: Disk.Stamp
        let table: Table
    }

    private let folder: String
    private let loaded = Mutex<[String: Entry]>([:])

    init(folder: String) { self.folder = folder }

    func firstRow(of table: String, where conditions: [(column: String, value: JSON)]) throws -> JSONObject? {
        try self.table(table).rows(where: conditions, limit: 1).first
    }

    func rows(
        of table: String, where conditions: [(column: String, value: JSON)], limit: Int
    ) throws -> [JSONObject] {
        try self.table(table).rows(where: conditions, limit: limit)
    }

    /// The table under `name`, read again if its file has changed.
    func table(_ name: String) throws -> Table {
        guard WorkspaceName.isAllowed(name), let file = file(of: name), let stamp = Disk.stamp(of: file.path) else {
            let names = self.names()
            let hint =
                Suggestion.closest(to: name, among: names).map { "did you mean \"\($0)\"?" }
                ?? (names.isEmpty
                    ? "the folder Tables is empty" : "there is \(names.prefix(20).joined(separator: ", "))")
            throw WorkspaceError(.notFound, "there is no table \"\(WorkspaceName.printable(name))\": \(hint)")
        }
        if let entry = loaded.withLock({ $0[name] }), entry.stamp == stamp { return entry.table }
        // Two steps may read the same file at once; the last one's table stays, and both are the same.
        let bytes = try Disk.read(file.path)
        let table =
            file.isCSV
            ? try Table(csv: bytes, name: name, file: file.relative)
            : try Table(json: bytes, name: name, file: file.relative)
        loaded.withLock { $0[name] = Entry(stamp: stamp, table: table) }
        return table
    }

    /// Tables with a file, sorted.
    func names() -> [String] {
        Set(
            Disk.names(in: folder).compactMap { file -> String? in
                let name =
                    file.hasSuffix(".csv")
                    ? String(file.dropLast(4)) : file.hasSuffix(".json") ? String(file.dropLast(5)) : nil
                return name.flatMap { WorkspaceName.isAllowed($0) ? $0 : nil }
            }
        ).sorted()
    }

    /// The columns of every table, and the mistakes in those that can't be read. Of a CSV only the first line is read.
    func columns() -> ([String: [String]], [Diagnostic]) {
        var columns: [String: [String]] = [:]
        var mistakes: [Diagnostic] = []
        for name in names() {
            guard let file = file(of: name) else { continue }
            do {
                if file.isCSV, let header = try? CSVRecords.header(of: Disk.read(file.path, limit: 65536, partly: true))
                {
                    columns[name] = try Table.checkedColumns(header, name: name, file: file.relative)
                } else {
                    columns[name] = try table(name).columns
                }
            } catch let error as WorkspaceError {
                mistakes +=
                    error.diagnostics.isEmpty
                    ? [Diagnostic(code: "bad_table", error.message, file: file.relative, range: 0..<0, pointer: "")]
                    : error.diagnostics
                columns[name] = []
            } catch {
                columns[name] = []
            }
        }
        return (columns, mistakes)
    }

    private func file(of name: String) -> (path: String, relative: String, isCSV: Bool)? {
        for ending in ["csv", "json"] where Disk.kind(of: "\(folder)/\(name).\(ending)") == .file {
            return ("\(folder)/\(name).\(ending)", "Tables/\(name).\(ending)", ending == "csv")
        }
        return nil
    }
}
