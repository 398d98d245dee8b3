// galley doctor and backup: what this installation is made of, and a copy of its history.

import ArgumentParser
import Engine
import Foundation
import JSONCore
import JobHistory
import Workspace
import XML

struct Doctor: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Versions of what galley is built on, with warnings, and the state of the workspace.")

    @OptionGroup var place: WorkspaceOptions

    func run() async throws {
        Terminal.print("galley \(galleyVersion)")
        Terminal.print("SQLite \(JobStore.sqliteVersion)")
        if !SQLiteVersion.isFixed(JobStore.sqliteVersion) {
            Terminal.note(
                "  older than the fix of SQLite's WAL-reset bug (3.51.3, 3.50.7, 3.44.6); galley is not affected, as only "
                    + "one connection of one process ever writes. Don't write to .galley/history.db with other programs."
            )
        }
        Terminal.print("libxml2 \(LibXML2.version)")
        do {
            let workspace = try Workspace.open(from: place.folder, environment: place.environment)
            Terminal.print("workspace \(workspace.root)")
            let store: JobStore
            do {
                store = try JobStore.openReader(folder: workspace.dataFolder)
            } catch StoreError.noHistory {
                return Terminal.print("history: nothing was ever run here")
            } catch {
                Terminal.print("history: \(OwnerFailure(error).description)")
                throw Exit.failed
            }
            let counts = try await store.counts(JobFilter())
            let words = JobState.allCases.compactMap { state in counts[state].map { "\($0) \(state)" } }
            Terminal.print("history: " + (words.isEmpty ? "no jobs" : words.joined(separator: ", ")))
            let overdue = try await Overdue.find(in: store, now: systemMilliseconds())
            let failing = try await store.pollers().values.filter { $0.next != nil && $0.failures > 0 }
            await store.close()
            if overdue.count > 0 {
                let served =
                    JobStore.ownerPID(folder: workspace.dataFolder) == nil ? "; `galley serve` does not run" : ""
                Terminal.warning(
                    "\(overdue.count) recipes that should have started by now have not "
                        + "(\(overdue.first.joined(separator: ", ")))\(served): see galley schedules list")
            }
            if !failing.isEmpty {
                let names = failing.map(\.recipe).sorted().prefix(5).joined(separator: ", ")
                Terminal.warning(
                    "the last poll of \(failing.count) recipes failed (\(names)): see galley schedules list")
            }
        } catch let error as WorkspaceError {
            Terminal.print("workspace: \(error.message)")
        }
    }
}

struct Backup: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup", abstract: "Copy the history to a file, consistent, while work goes on.")

    @OptionGroup var place: WorkspaceOptions
    @Argument(help: "The file to make; it must not exist.")
    var file: String

    func run() async throws {
        try await reportingErrors {
            let session = try Session(place)
            let path = file.hasPrefix("/") ? file : FileManager.default.currentDirectoryPath + "/" + file
            _ = try await Owner.with(session) { try await $0.perform(.backup(path: path)) }
            Terminal.note(
                "backed up to \(file); to restore, stop galley, remove .galley/history.db and the -wal and -shm beside it, "
                    + "and copy it there as history.db")
        }
    }
}

/// Which versions of SQLite have the fix of the WAL-reset bug (sqlite.org/wal.html, "The WAL-Reset Bug").
enum SQLiteVersion {
    static func isFixed(_ version: String) -> Bool {
        let parts = version.split(separator: ".").compactMap { Int($0) }
        guard parts.count >= 3 else { return false }
        let (minor, patch) = (parts[1], parts[2])
        return parts[0] > 3 || minor > 51 || (minor == 51 && patch >= 3) || (minor == 50 && patch >= 7)
            || (minor == 44 && patch >= 6)
    }
}
