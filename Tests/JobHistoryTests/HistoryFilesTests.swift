// Files of the history that are removed, replaced or moved under their owner's feet.

import Foundation
import GRDB
import Testing

@testable import JobHistory

struct HistoryFilesTests {
    private static let damages: [(file: String, isReplaced: Bool)] = ["", "-wal", "-shm"].flatMap { end in
        [("history.db" + end, false), ("history.db" + end, true)]
    }

    /// After 15 jobs the system tells of changes; before, each commit looks.
    @Test(arguments: damages, [(false, 1), (true, 1), (false, 15), (true, 15)])
    func `nothing counts as written once a file is removed or replaced`(
        damage: (file: String, isReplaced: Bool), owner: (writesOnCaller: Bool, jobs: Int)
    ) async throws {
        let history = try TemporaryHistory()
        let failures = Recorder()
        var options = StoreOptions()
        options.onDiskFailure = { failures.add($0) }
        let store = try history.owner(options, writesOnCaller: owner.writesOnCaller)
        for _ in 0..<owner.jobs { try await store.run() }
        let path = history.folder + "/" + damage.file
        let files = FileManager.default
        if damage.isReplaced {
            try files.copyItem(atPath: path, toPath: path + ".new")
            #expect(rename(path + ".new", path) == 0)
        } else {
            try files.removeItem(atPath: path)
        }
        await #expect { try await store.queue() } throws: { error in
            "\(error)".hasPrefix("\(damage.file) was removed or replaced while galley was using it")
        }
        #expect(failures.all.count == 1)
        await #expect(throws: StoreError.self) { try await store.queue() }
        await store.close()
    }

    @Test func `a workspace that is moved goes on`() async throws {
        let history = try TemporaryHistory()
        let store = try history.owner()
        try await store.run()
        let moved = history.folder + "-moved"
        #expect(rename(history.folder, moved) == 0)
        let id = try await store.run()
        #expect(rename(moved, history.folder) == 0)
        #expect(try await store.state(id) == .succeeded)
        await store.close()
    }

    @Test func `a folder that can't be looked into is no empty one`() async throws {
        let history = try TemporaryHistory()
        // A folder in whose place there is a file: nobody, not even root, can look into it.
        #expect(FileManager.default.createFile(atPath: history.folder, contents: nil))
        #expect { try JobStore.openReader(folder: history.folder) } throws: { error in
            "\(error)".contains("Not a directory")
        }
    }

    @Test(arguments: [false, true])
    func `a log without its database is kept, and refused`(isEmpty: Bool) async throws {
        let history = try TemporaryHistory()
        await (try history.owner()).close()
        let log = history.database + "-wal"
        try Data(repeating: 1, count: 4_152).write(to: URL(fileURLWithPath: log))
        if isEmpty { #expect(truncate(history.database, 0) == 0) } else { #expect(unlink(history.database) == 0) }
        #expect { try history.owner() } throws: { error in "\(error)".contains("is missing, but its log") }
        #expect(try Data(contentsOf: URL(fileURLWithPath: log)).count == 4_152)
        #expect(unlink(log) == 0)
        let store = try history.owner()
        try await store.run()
        await store.close()
    }
}
