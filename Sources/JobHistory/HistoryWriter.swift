// The writer: one connection, one transaction for everything that waits, on a thread of its own or on a lone caller's.

import Dispatch
import Foundation
import GRDB
import GRDBSQLite
import Synchronization

/// Group commit. Callers leave tasks in the queue; the thread takes all that wait, does them in one transaction and
/// tells the callers when it is durable. What arrives meanwhile is the next transaction.
final class HistoryWriter: Sendable {
    let queue = WriterQueue()
    /// Its accesses come one at a time, each on the thread of whoever has the turn.
    private let database: DatabaseQueue
    /// nil once the thread has ended.
    private let desk: Mutex<Desk?>
    private let options: StoreOptions
    private let healthNow = Mutex(StoreHealth.ok)
    private let files: HistoryFiles
    private let fullDisk: FullDisk
    private let transactions = Atomic<Int>(0)
    /// Whether a write is under way that only finds out whether there is space.
    let isLooking = Atomic<Bool>(false)
    /// How long a commit takes, which is mostly the disk's flush.
    let commitTimes = DurationHistogram(bounds: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5])
    private let ended = DispatchSemaphore(value: 0)

    /// - Parameter lock: given up when the thread has ended.
    /// - Throws: when the statements don't fit the database.
    init(
        _ database: DatabaseQueue, lock: OwnerLock, files: HistoryFiles, epoch: Int64, ids: JobNumbers,
        options: StoreOptions, fullDisk: FullDisk
    ) throws {
        (self.options, self.database, self.files, self.fullDisk) = (options, database, files, fullDisk)
        let desk = try database.writeWithoutTransaction { database in
            Desk(
                connection: try WriterConnection(database, epoch: epoch, ids: ids),
                log: WriteAheadLog(database, checkpointPages: options.checkpointPages))
        }
        self.desk = Mutex(desk)
        let thread = Thread { [self] in
            work()
            self.desk.withLock { $0 = nil }  // its statements end before the connection does
            if queue.isRefusing {
                // Closing would copy pages of the log of which nothing is known. The process has to end; until then
                // nobody else gets the lock.
                _ = Unmanaged.passRetained(database)
                _ = Unmanaged.passRetained(lock)
            } else {
                try? database.close()
            }
            withExtendedLifetime(lock) {}
            ended.signal()
        }
        thread.name = "galley-history"
        thread.stackSize = 1 << 20
        thread.start()
    }

    var health: StoreHealth { healthNow.withLock { $0 } }
    /// Transactions committed so far.
    var commitCount: Int { transactions.load(ordering: .relaxed) }

    /// Lets the thread finish what waits and end. Not on Swift's pool: it blocks.
    func closeAndWait() {
        queue.close()
        ended.wait()
        ended.signal()  // for whoever else waits
    }

    /// What only whoever has the turn may touch.
    ///
    /// `@unchecked Sendable`: used within accesses of `database` alone.
    private final class Desk: @unchecked Sendable {
        let connection: WriterConnection
        let log: WriteAheadLog

        init(connection: WriterConnection, log: WriteAheadLog) { (self.connection, self.log) = (connection, log) }
    }

    private func work() {
        guard let desk = desk.withLock({ $0 }) else { return }
        while let tasks = queue.takeAll() {
            guard database.writeWithoutTransaction({ _ in write(tasks, desk) && tidyUp(desk) }) else { return }
        }
        guard !queue.isRefusing else { return }
        do {
            try database.writeWithoutTransaction { _ in try desk.log.checkpoint() }
        } catch {
            stop(StoreFailure(error))
        }
    }

    /// Has a task done: by the thread, or here and now when nobody else wants anything written. Then neither has to wake the
    /// other, which takes as long as what the processor has to do for a small job.
    func submit(_ task: any WriterTask) {
        guard options.writesOnCaller, let desk = desk.withLock({ $0 }), queue.takeTurn() else {
            return queue.submit(task)
        }
        var left: [any WriterTask] = []
        database.writeWithoutTransaction { _ in
            do {
                try writeTogether([task], desk)
                healthNow.withLock { $0 = .ok }
                _ = tidyUp(desk)
            } catch {
                let failure = StoreFailure(error)
                desk.connection.rollback()
                if failure.isFatal {
                    stop(failure)
                    task.fail(failure.storeError)
                } else {
                    left = [task]  // the thread can wait for space, or for a lock
                }
            }
        }
        queue.endTurn(leaving: left)
    }

    /// What is due between two transactions.
    /// - Returns: false when the disk failed.
    private func tidyUp(_ desk: Desk) -> Bool {
        desk.connection.rollUpCounts(at: options.clock())
        do {
            try desk.log.checkpointIfLong()
            return true
        } catch {
            stop(StoreFailure(error))
            return false
        }
    }

    /// Writes tasks, waiting for space when there is none.
    /// - Returns: false when the disk failed or another process took over.
    private func write(_ tasks: [any WriterTask], _ desk: Desk) -> Bool {
        var tasks = tasks
        var wait = options.fullDiskWait.first
        while true {
            let failure: StoreFailure
            do {
                try writeTogether(tasks, desk)
                healthNow.withLock { $0 = .ok }
                return true
            } catch {
                failure = StoreFailure(error)
            }
            desk.connection.rollback()
            guard !failure.isFatal else {
                stop(failure)
                for task in tasks { task.fail(failure.storeError) }
                return false
            }
            // Whoever is told that it is full finds it so.
            if failure.storeError == .full { healthNow.withLock { $0 = .full } }
            // Full, or locked by another program: running jobs wait, everybody else is told now.
            tasks = keepWaiting(tasks, failure)
            if failure.storeError == .full {
                // The log starts over once it is copied: that may be all the space it takes.
                do { try desk.log.checkpoint() } catch {
                    stop(StoreFailure(error))
                    for task in tasks { task.fail(StoreFailure(error).storeError) }
                    return false
                }
            }
            if !tasks.isEmpty, failure.storeError == .full { fullDisk.isFound() }
            let deadline = ContinuousClock.now + wait
            while !tasks.isEmpty, ContinuousClock.now < deadline {
                let patienceEnd = queue.patienceEnd ?? deadline
                guard patienceEnd > .now else {
                    if failure.storeError == .full, fullDisk.giveUpReserve() { break }  // and try once more
                    for task in tasks { task.fail(failure.storeError == .full ? .stayedFull : failure.storeError) }
                    return true
                }
                let left = ContinuousClock.now.duration(to: min(deadline, patienceEnd))
                queue.wait(for: 1, atMost: .nanoseconds(Int(max(.zero, left) / .nanoseconds(1))))
                if queue.waitingCount > 0 { tasks += keepWaiting(queue.takeAll() ?? [], failure) }
            }
            if tasks.isEmpty { return true }
            wait = min(wait * 2, options.fullDiskWait.longest)
        }
    }

    /// Tells the callers that don't wait for space; returns the others.
    private func keepWaiting(_ tasks: [any WriterTask], _ failure: StoreFailure) -> [any WriterTask] {
        tasks.filter { task in
            if !task.waitsForSpace { task.fail(failure.storeError) }
            return task.waitsForSpace
        }
    }

    /// One transaction for all; a task that fails takes nothing but itself with it.
    private func writeTogether(_ tasks: [any WriterTask], _ desk: Desk) throws {
        let connection = desk.connection
        var failures: [Int: any Error] = [:]
        try connection.beginTransaction()
        desk.log.growAhead()
        for (index, task) in tasks.enumerated() {
            let before = connection.totalChanges
            do {
                try task.run(on: connection)
            } catch {
                if StoreFailure(error).concernsAll { throw error }
                guard connection.totalChanges == before else {
                    // It has left rows behind. Rare: start over, with a savepoint around each task.
                    connection.rollback()
                    return try writeApart(tasks, desk)
                }
                failures[index] = error
            }
        }
        try commit(tasks, failures, desk)
    }

    private func writeApart(_ tasks: [any WriterTask], _ desk: Desk) throws {
        let connection = desk.connection
        var failures: [Int: any Error] = [:]
        try connection.beginTransaction()
        for (index, task) in tasks.enumerated() {
            try connection.execute("SAVEPOINT task")
            do {
                try task.run(on: connection)
            } catch {
                if StoreFailure(error).concernsAll { throw error }
                failures[index] = error
                try connection.execute("ROLLBACK TO task")
            }
            try connection.execute("RELEASE task")
        }
        try commit(tasks, failures, desk)
    }

    private func commit(_ tasks: [any WriterTask], _ failures: [Int: any Error], _ desk: Desk) throws {
        let start = ContinuousClock.now
        try desk.connection.commitTransaction()
        try files.verify()
        commitTimes.add(ContinuousClock.now - start)
        transactions.add(1, ordering: .relaxed)
        for (index, task) in tasks.enumerated() {
            if let error = failures[index] {
                task.fail(StoreFailure(error).storeError)
            } else {
                task.succeed()
            }
        }
    }

    private func stop(_ failure: StoreFailure) {
        let isTakeover = failure.storeError == .notOwner
        healthNow.withLock { $0 = isTakeover ? .notOwner : .failed(failure.storeError.description) }
        queue.refuse(with: failure.storeError)
        if isTakeover { options.onTakeover() } else { options.onDiskFailure(failure.storeError.description) }
    }
}
