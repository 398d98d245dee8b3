// The workspace's tables: files of Tables/, read when first asked for and again when they change.

import Crypto
import JSONCore
import RecipeLanguage
import Synchronization

/// Looks up rows of `Tables/NAME.csv` and `Tables/NAME.json`.
final class TableFolder: TableSource {
    private struct Entry {
        let stamp: Disk.Stamp
        let table: Table
        let file: File
        /// SHA-256 of the file, in hex.
        let hash: String
    }

    /// Where a table is on disk.
    private struct File {
        let path: String
        /// In the workspace.
        let relative: String
        let isCSV: Bool
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
    func table(_ name: String) throws -> Table { try entry(name).table }

    /// The same with what identifies the file's content.
    func file(_ name: String) throws -> TableFile {
        let entry = try entry(name)
        let table = entry.table
        return TableFile(
            shape: TableShape(name: name, columns: table.columns, isText: entry.file.isCSV), path: entry.file.relative,
            hash: entry.hash, rowCount: table.rowCount, cells: { table.cells($0) })
    }

    private func entry(_ name: String) throws -> Entry {
        guard WorkspaceName.isAllowed(name), let file = file(of: name), let stamp = Disk.stamp(of: file.path) else {
            let names = self.names()
            let hint =
                Suggestion.closest(to: name, among: names).map { "did you mean \"\($0)\"?" }
                ?? (names.isEmpty
                    ? "the folder Tables is empty" : "there is \(names.prefix(20).joined(separator: ", "))")
            throw WorkspaceError(.notFound, "there is no table \"\(WorkspaceName.printable(name))\": \(hint)")
        }
        if let entry = loaded.withLock({ $0[name] }), entry.stamp == stamp { return entry }
        // Two steps may read the same file at once; the last one's table stays, and both are the same.
        let bytes = try Disk.read(file.path)
        let table =
            file.isCSV
            ? try Table(csv: bytes, name: name, file: file.relative)
            : try Table(json: bytes, name: name, file: file.relative)
        let entry = Entry(stamp: stamp, table: table, file: file, hash: Self.hash(bytes))
        loaded.withLock { $0[name] = entry }
        return entry
    }

    /// SHA-256 of the table's file in hex, also of one with mistakes; nil when there is none that can be read.
    func hash(of name: String) -> String? {
        guard let file = file(of: name) else { return nil }
        if let stamp = Disk.stamp(of: file.path), let entry = loaded.withLock({ $0[name] }), entry.stamp == stamp {
            return entry.hash
        }
        return (try? Disk.read(file.path)).map(Self.hash)
    }

    /// Writes a table's file in one step.
    /// - Parameter ending: of a file that is not there yet.
    /// - Returns: the hash of the new content, and the file's path in the workspace.
    func write(_ name: String, _ bytes: [UInt8], ending: String) throws -> (hash: String, path: String) {
        try WorkspaceName.check(name, "table")
        try Disk.makeFolder(folder, mode: 0o755)
        let path = file(of: name)?.path ?? "\(folder)/\(name).\(ending)"
        try Disk.replace(path, with: bytes, mode: Disk.access(of: path)?.mode ?? 0o644)
        return (Self.hash(bytes), "Tables/" + (path.split(separator: "/").last ?? ""))
    }

    private static func hash(_ bytes: [UInt8]) -> String {
        SHA256.hash(data: bytes).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
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

    private func file(of name: String) -> File? {
        for ending in ["csv", "json"] where Disk.kind(of: "\(folder)/\(name).\(ending)") == .file {
            return File(
                path: "\(folder)/\(name).\(ending)", relative: "Tables/\(name).\(ending)", isCSV: ending == "csv")
        }
        return nil
    }
}
