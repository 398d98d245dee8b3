// Why the history can't do what it was asked.

import Foundation
import JSONCore

/// A failure of the store, with a sentence for people.
public enum StoreError: Error, Sendable, Hashable {
    /// Another process owns the database.
    case owned(pid: Int32)
    /// Another process has taken over: this one must stop writing at once.
    case notOwner
    /// No space on the disk: nothing was accepted.
    case full
    /// The disk was still full when the waiting for space had to end.
    case stayedFull
    /// The disk failed in a way after which nothing can be believed.
    case disk(String)
    /// The data folder can't be written to, by this user or at all; the sentence says why.
    case unwritable(String)
    /// The database was written by a newer Galley.
    case newerSchema(found: Int, known: Int)
    case noSuchJob(JobID)
    /// The move is not in the table of `JobState`.
    case illegalMove(JobID, from: JobState, to: JobState)
    case corrupt(String)
    /// Nothing was ever run in this data folder.
    case noHistory(String)
    /// An older Galley wrote the database: a command that owns it migrates it first.
    case olderSchema(found: Int, known: Int)
    /// A recipe or version that was never registered.
    case unknownRecipe(String)
    /// A job with the same dedupe key exists.
    case duplicate(of: JobID)
    /// The decision does not fit the step; the sentence says why.
    case undecidable(String)
    /// A path, a number of records or an order that cannot be; the sentence says why.
    case refused(String)
    /// Another program holds a lock on the database.
    case busy
    /// The store was closed.
    case closed
}

extension StoreError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .owned(let pid):
            "another galley process (pid \(pid)) owns this workspace's history"
        case .notOwner:
            "another galley process has taken over this workspace's history; this one has stopped writing"
        case .full:
            "the disk is full: nothing was accepted; free some space and try again"
        case .stayedFull:
            "the disk stayed full, so what was done last is not recorded; free some space: running jobs then go on from their last record"
        case .disk(let reason):
            "the disk failed, so nothing written last can be believed: \(reason)"
        case .newerSchema(let found, let known):
            "the history was written by a newer galley (schema \(found), this one knows \(known)): use the newer one"
        case .olderSchema(let found, let known):
            "the history was written by an older galley (schema \(found), this one needs \(known)): any command that runs recipes brings it up to date"
        case .noSuchJob(let job): "there is no job \(job)"
        case .illegalMove(let job, let from, let to): "job \(job) is \(from): it can't become \(to)"
        case .corrupt(let sentence), .undecidable(let sentence), .refused(let sentence), .unwritable(let sentence):
            sentence
        case .noHistory(let folder): "no recipe was ever run here: there is no history in \(folder)"
        case .unknownRecipe(let name): "the history knows no recipe \(name)"
        case .duplicate(let job): "job \(job) stands for the same event"
        case .busy: "another program holds a lock on the history database; close it and try again"
        case .closed: "the history is closed"
        }
    }
}

extension StoreError {
    /// A file of the data folder that can't be opened, made or written to, with the `errno`.
    static func cannotOpen(_ path: String, _ code: Int32) -> StoreError {
        let why = "cannot open \(path): \(String(cString: strerror(code)))"
        return switch code {
        case ENOSPC, EDQUOT: .full
        case EROFS, EACCES, EPERM, EISDIR, ENOTDIR:
            .unwritable("\(why); galley keeps its history there and has to write to it")
        default: .disk(why)
        }
    }
}
