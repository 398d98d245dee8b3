// The tables of a workspace for commands: their files, and the rows that recipes have changed.

import ConnectorKit
import Engine
import JobHistory
import RecipeLanguage
import Workspace

extension Workspace {
    /// The files of tables, as an engine is lent them.
    var tableFiles: TableFiles {
        let workspace = self
        var files = TableFiles()
        files.columns = { workspace.tableColumns() }
        files.read = { name in try OwnerFailure.wrapping { try workspace.tableFile(name) } }
        files.hash = { workspace.tableHash($0) }
        files.write = { name, content, format in
            try OwnerFailure.wrapping { try workspace.writeTable(name, content, ending: format.rawValue) }
        }
        return files
    }

    /// The tables as they are now, to be read until the process ends.
    var tablesNow: any TableSource {
        guard !StoredTable.all(folder: dataFolder).isEmpty,
            let history = try? JobStore.openReader(folder: dataFolder)
        else { return tables }
        return WorkspaceTables(files: tableFiles, rowsInFiles: tables, store: history)
    }
}
