// Unfinished files of a process that died: removed by the next owner, and nothing else ever is.

import Foundation
import Glibc
import Testing

@testable import Workspace

struct DraftTests {
    /// A draft and the note about it, as `FileDraft` leaves them.
    private func leave(_ number: String, at path: String, noting target: String? = nil, in root: String) throws {
        try FileManager.default.createDirectory(atPath: root + "/.galley/drafts", withIntermediateDirectories: true)
        try write("half", to: path)
        #expect(symlink(target ?? path, root + "/.galley/drafts/" + number) == 0)
    }

    @Test func `a draft that nobody writes is removed with its note`() throws {
        try withWorkspace(["exports/kept.csv": "a"]) { (workspace) throws in
            let draft = workspace.root + "/exports/.galley-17.tmp"
            try leave("17", at: draft, in: workspace.root)
            #expect(workspace.removeStaleDrafts() == 1)
            #expect(!Disk.isTaken(draft) && Disk.names(in: workspace.root + "/.galley/drafts").isEmpty)
            #expect(Disk.kind(of: workspace.root + "/exports/kept.csv") == .file)
            #expect(workspace.removeStaleDrafts() == 0)
        }
    }

    @Test func `a draft that is being written is left alone`() throws {
        try withWorkspace(["exports/kept.csv": "a"]) { (workspace) throws in
            let draft = workspace.root + "/exports/.galley-17.tmp"
            try leave("17", at: draft, in: workspace.root)
            let writer = Glibc.open(draft, O_WRONLY)
            #expect(flock(writer, LOCK_EX | LOCK_NB) == 0)
            #expect(workspace.removeStaleDrafts() == 0 && Disk.isTaken(draft))
            close(writer)
            #expect(workspace.removeStaleDrafts() == 1 && !Disk.isTaken(draft))
        }
    }

    @Test(arguments: ["/exports/kept.csv", "/../outside/.galley-17.tmp", "/exports/.galley-18.tmp"])
    func `a note that names anything else removes nothing`(path: String) throws {
        try withWorkspace(["exports/kept.csv": "a", "exports/.galley-18.tmp": "b"]) { (workspace) throws in
            let other = workspace.root + "-outside"
            try FileManager.default.createDirectory(atPath: other, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(atPath: other) }
            let name = other.split(separator: "/").last ?? ""
            let target = workspace.root + path.replacing("outside", with: name)
            try leave("17", at: target, in: workspace.root)
            #expect(workspace.removeStaleDrafts() == 0)
            #expect(Disk.isTaken(target))
        }
    }

    @Test func `a note without its draft goes`() throws {
        try withWorkspace { (workspace) throws in
            let draft = workspace.root + "/.galley-17.tmp"
            try leave("17", at: draft, in: workspace.root)
            unlink(draft)
            #expect(workspace.removeStaleDrafts() == 0)
            #expect(Disk.names(in: workspace.root + "/.galley/drafts").isEmpty)
        }
    }
}
