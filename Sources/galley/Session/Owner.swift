// Who writes to the database: this process, when nobody else does, else the one that owns it.

import Engine
@preconcurrency import Dispatch
import Foundation
import JSONCore
import JobHistory
import Logging
import RecipeLanguage

/// The way to the engine of a workspace.
enum Owner: Sendable {
    /// This process owns the database for as long as the command runs.
    case here(Engine, OwnerService)
    /// Another process does, and is asked over its socket.
    case there(OwnerClient)

    /// Becomes the owner, or finds it.
    /// - Parameters:
    ///   - services: what an engine made here is lent; the session's by default.
    ///   - answersOthers: whether the process has others to answer while one of its jobs writes.
    /// - Throws: `StoreError`, `OwnerFailure` when another process owns the database and does not answer.
    static func of(
        _ session: Session, logger: Logger = .quiet, services: EngineServices? = nil, answersOthers: Bool
    ) async throws -> Owner {
        let folder = session.workspace.dataFolder
        let patience = ContinuousClock.now + .seconds(2)
        while true {
            do {
                let store = try JobStore.openOwner(folder: folder, options: storeOptions(answersOthers, folder))
                session.workspace.removeStaleDrafts()
                let engine = Engine(store: store, services: try services ?? session.services(logger: logger))
                return .here(engine, try OwnerService(engine: engine, dataFolder: folder))
            } catch StoreError.owned(let pid) {
                if let client = OwnerClient(dataFolder: folder) { return .there(client) }
                guard .now < patience else {
                    throw OwnerFailure(
                        kind: "owned",
                        "another galley (process \(pid)) owns this workspace and does not answer; wait for it or stop it"
                    )
                }
                try await Task.sleep(for: .milliseconds(20))  // it is starting up, or going away
            }
        }
    }

    private static func storeOptions(_ answersOthers: Bool, _ folder: String) -> StoreOptions {
        var options = StoreOptions()
        options.onFull = {
            Terminal.warning(
                "the disk that holds \(folder) is full: running jobs wait; free some space there, and they go on by themselves"
            )
        }
        options.writesOnCaller = !answersOthers
        options.onDiskFailure = { reason in
            Terminal.error("\(reason): galley stops at once, so that nothing wrong is believed")
            exit(Exit.disk.rawValue)
        }
        // A server that nobody may hear from any more must not answer, poll or call either.
        options.onTakeover = {
            Terminal.error("\(StoreError.notOwner): galley ends, and leaves its jobs to the new owner")
            exit(Exit.unavailable.rawValue)
        }
        return options
    }

    /// Carries a request out, wherever the owner is.
    func perform(
        _ request: OwnerRequest, observer: @escaping @Sendable (StepEvent) -> Void = { _ in }
    ) async throws -> JSON {
        switch self {
        case .here(let engine, _): try await engine.perform(request, observer: observer)
        case .there(let client): try await Self.patiently(client, request, observer)
        }
    }

    /// Says so when the owner is silent for long: it may be stopped, or in the middle of a long step.
    private static func patiently(
        _ client: OwnerClient, _ request: OwnerRequest, _ observer: @escaping @Sendable (StepEvent) -> Void
    ) async throws -> JSON {
        let timer = Task {
            guard (try? await Task.sleep(for: .seconds(5))) != nil else { return }
            Terminal.note(
                "waiting for the galley that owns this workspace; Ctrl-C ends the waiting, not what was asked for")
        }
        defer { timer.cancel() }
        return try await client.perform(request) { event in
            timer.cancel()
            observer(event)
        }
    }

    /// Hands the database over, with everything written.
    func close() async {
        guard case .here(let engine, let service) = self else { return }
        service.close()
        await engine.services.closeConnections()
        await engine.store.close()
    }
}

extension Owner {
    /// Runs `body` with the owner and closes it after, whatever happens. SIGINT, SIGTERM and SIGHUP let running steps end.
    static func with<Result: Sendable>(
        _ session: Session, logger: Logger = .quiet, _ body: @escaping @Sendable (Owner) async throws -> Result
    ) async throws -> Result {
        let owner = try await Owner.of(session, logger: logger, answersOthers: false)
        let work = Task { try await body(owner) }
        let signals = Signals { count in
            if count > 1 { exit(Exit.interrupted.rawValue) }
            guard case .here(let engine, _) = owner else { return work.cancel() }
            Terminal.note("stopping: running steps have 25 s to end, the rest can be resumed; again to stop at once")
            Task { await engine.stop() }
        }
        let result = await work.result
        signals.stop()
        await owner.close()
        return try result.get()
    }
}

/// SIGINT, SIGTERM and SIGHUP as calls.
final class Signals: Sendable {
    private let sources: [(signal: Int32, source: any DispatchSourceSignal)]

    /// - Parameter handle: called with how many came so far, on a thread of its own.
    init(_ handle: @escaping @Sendable (Int) -> Void) {
        let queue = DispatchQueue(label: "galley.signals")
        let count = SignalCount()
        sources = [SIGINT, SIGTERM, SIGHUP].compactMap { signal in
            let before = Foundation.signal(signal, SIG_IGN)
            // `nohup` has a closed terminal ignored; it stays so.
            let wasIgnored = unsafeBitCast(before, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
            if signal == SIGHUP, wasIgnored { return nil }
            let source = DispatchSource.makeSignalSource(signal: signal, queue: queue)
            source.setEventHandler {
                // A terminal that closes may say so more than once, which asks for no more haste.
                if let number = signal == SIGHUP ? count.first() : count.next() { handle(number) }
            }
            source.resume()
            return (signal, source)
        }
    }

    func stop() {
        for (number, source) in sources {
            source.cancel()
            signal(number, SIG_DFL)
        }
    }
}

/// Counts on one serial queue.
private final class SignalCount: @unchecked Sendable {  // touched only on the queue of `Signals`
    private var count = 0
    func next() -> Int? {
        count += 1
        return count
    }
    /// nil when there was one before.
    func first() -> Int? { count == 0 ? next() : nil }
}

extension Logger {
    /// For commands that print themselves: warnings and worse, to stderr.
    static var quiet: Logger {
        var logger = Logger(label: "galley") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = .warning
        return logger
    }
}
