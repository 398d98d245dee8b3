// Why the history can't do what it was asked.

import JSONCore

/// A failure of the store, with a sentence for people.
public enum StoreError: Error, Sendable, Hashable {
    /// Another process owns the database.
    case owned(pid: Int32)
    /// Another process has taken over: this one must stop writing at once.
    case notOwner
    /// No space on the disk: nothing was accepted.
    case full
    /// The disk failed in a way after which nothing can be believed.
    case disk(String)
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
    /// The store was closed.
    case closed
}
