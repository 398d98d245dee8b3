// Starts queued jobs for as long as a server runs: woken by intake, by ends and by due times, never by a tick.

import JobHistory
import RecipeLanguage
import Synchronization

/// Runs the jobs in the queue, each recipe's in event order and within its concurrency.
///
/// A recipe with something to start has a lane: a loop that claims as many jobs as there are free places, until there is
/// nothing to claim. A ring during the loop makes it go round once more, so that no event is overlooked.
public final class Dispatcher: Sendable {
    /// Jobs claimed in one transaction.
    private static let batch = 32

    private struct Lane: Sendable {
        /// A ring came since the lane last looked.
        var isRung = false
    }

    private let engine: Engine
    private let observe: @Sendable (ClaimedJob) -> RunOptions
    private let alarm: Alarm
    /// The lanes that are claiming now.
    private let lanes = Mutex<[String: Lane]>([:])

    /// - Parameter observe: the options each job runs with.
    public init(_ engine: Engine, observe: @escaping @Sendable (ClaimedJob) -> RunOptions = { _ in RunOptions() }) {
        (self.engine, self.observe, alarm) = (engine, observe, Alarm(clock: engine.services.clock))
    }

    /// Runs jobs until the engine stops; returns when the last one has left.
    /// - Throws: `StoreError` when the history can't be read or written any more.
    public func run() async throws {
        let (starts, starter) = AsyncStream.makeStream(of: String.self)
        engine.bell.listen { [self] ring in
            switch ring {
            case .recipe(let recipe): if opens(recipe) { starter.yield(recipe) }
            case .due(let time): alarm.set(time)
            }
        }
        engine.onStop { starter.finish() }
        let clockwork = Task { try await keepTime() }
        defer {
            engine.bell.listen(nil)
            clockwork.cancel()
        }
        // Discarding: lanes that have ended must not be kept until the server ends.
        try await withThrowingDiscardingTaskGroup { group in
            group.addTask {
                // A failed read ends the dispatcher; the clockwork itself ends only with it.
                do { try await clockwork.value } catch is CancellationError {} catch {
                    starter.finish()
                    throw error
                }
            }
            for await recipe in starts where !engine.isStopping {
                group.addTask { [self] in try await runLane(recipe) }
            }
            clockwork.cancel()
        }
    }

    // MARK: Lanes

    /// Notes a ring; whether it opens a lane, because none is claiming.
    private func opens(_ recipe: String) -> Bool {
        lanes.withLock { lanes in
            if lanes[recipe] != nil {
                lanes[recipe]?.isRung = true
                return false
            }
            lanes[recipe] = Lane()
            return true
        }
    }

    /// Whether there is more to do: a ring came since the lane last looked. Otherwise the lane is closed.
    private func goesOn(_ recipe: String) -> Bool {
        lanes.withLock { lanes in
            guard lanes[recipe]?.isRung == true, !engine.isStopping else {
                lanes[recipe] = nil
                return false
            }
            lanes[recipe]?.isRung = false
            return true
        }
    }

    /// Claims and starts jobs until there is nothing to claim, then waits for those it started.
    private func runLane(_ recipe: String) async throws {
        try await withThrowingDiscardingTaskGroup { group in
            repeat {
                while !engine.isStopping {
                    let jobs = try await claim(recipe)
                    for job in jobs {
                        group.addTask { [self] in await engine.runInReservedPlace(job, options: observe(job)) }
                    }
                    if jobs.isEmpty { break }
                }
            } while goesOn(recipe)
        }
    }

    /// As many jobs as there are places, each with its place.
    private func claim(_ recipe: String) async throws -> [ClaimedJob] {
        let places = engine.slots.reserve(recipe, limit: await engine.concurrency(of: recipe), upTo: Self.batch)
        var unused = places
        defer { for _ in 0..<unused { engine.slots.giveBack(recipe) } }
        guard places > 0 else { return [] }
        let jobs = try await engine.store.claim(recipe: recipe, limit: places, now: engine.services.clock())
        unused -= jobs.count
        return jobs
    }

    // MARK: Due times

    /// Rings for what was queued before this server and for what becomes due.
    private func keepTime() async throws {
        while true {
            alarm.reset()
            let backlog = try await engine.store.backlog(now: engine.services.clock())
            for recipe in backlog.recipes.keys.sorted() { engine.bell.ring(.recipe(recipe)) }
            try await alarm.sleep(until: backlog.nextDue)
        }
    }
}
