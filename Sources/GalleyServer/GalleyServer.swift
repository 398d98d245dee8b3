// The server: a listener, the dispatcher, what starts recipes by itself, and the follower of the workspace's files.

import Engine
import Hummingbird
import HummingbirdCore
import HummingbirdTLS
import Logging
import NIOCore
import NIOSSL
import RecipeLanguage
import ServiceLifecycle

/// Runs the recipes of a workspace and answers HTTP until it is told to stop.
public struct GalleyServer: Sendable {
    private let engine: Engine
    private let configuration: ServerConfiguration
    private let logger: Logger
    private let group: ServiceGroup

    /// Where a running server is: `http://127.0.0.1:8080`, without a slash at the end.
    public struct Address: Sendable {
        public let url: String
        public let port: Int
        /// The same for a browser on this machine, where the server listens at every address.
        public var localURL: String {
            for every in ["//0.0.0.0:", "//[::]:"] where url.contains(every) {
                return url.replacing(every, with: "//localhost:")
            }
            return url
        }
    }

    /// - Parameters:
    ///   - changes: yields when something in the workspace may have changed.
    ///   - onReady: called once, when the listener takes connections and the recipes are loaded.
    /// - Throws: `CertificateProblem`, and nothing else that a configuration can cause.
    public init(
        engine: Engine, configuration: ServerConfiguration, changes: AsyncStream<Void>, logger: Logger,
        onReady: @escaping @Sendable (Address) async -> Void = { _ in }
    ) throws {
        (self.engine, self.configuration, self.logger) = (engine, configuration, logger)
        let scheme = configuration.tls == nil ? "http" : "https"
        let host = configuration.host
        let application = Application(
            responder: try ServerResponder(engine: engine, configuration: configuration, logger: logger),
            server: try Self.server(configuration, logger),
            configuration: ApplicationConfiguration(
                address: .hostname(host, port: configuration.port), serverName: nil,
                availableConnectionsDelegate: MaximumAvailableConnections(configuration.limits.connections)),
            onServerRunning: { channel in
                let port = channel.localAddress?.port ?? configuration.port
                let shown = host.contains(":") ? "[\(host)]" : host
                let address = Address(url: "\(scheme)://\(shown):\(port)", port: port)
                engine.approvals.isServed(at: address.localURL)
                await onReady(address)
            }, logger: Self.quiet(logger))
        // Stopped from the last to the first: the listener closes before the jobs are asked to leave.
        group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [
                    .init(service: JobService(engine: engine), successTerminationBehavior: .gracefullyShutdownGroup),
                    .init(service: RecipeService(recipes: engine.recipes, changes: changes, logger: logger)),
                    .init(service: StarterService(engine: engine)),
                    .init(service: application, successTerminationBehavior: .gracefullyShutdownGroup),
                ], logger: Self.quiet(logger)))
    }

    /// Serves until `stop` is called or something fails.
    /// - Throws: when the port can't be had, the history fails.
    public func run() async throws {
        for change in try await engine.recipes.refresh() { RecipeService.log(change, logger) }
        do {
            try await group.run()
        } catch {
            throw ListenFailure(error, host: configuration.host, port: configuration.port) ?? error
        }
    }

    /// Closes the listener and lets running steps come to an end.
    public func stop() async {
        // Where nothing can be written, the services that are stopped before the jobs would wait for space and never leave.
        if engine.store.health == .full { Task { await engine.stop() } }
        await group.triggerGracefulShutdown()
    }

    private static func server(_ configuration: ServerConfiguration, _ logger: Logger) throws -> HTTPServerBuilder {
        let limits = configuration.limits
        let connections = Connections(limit: limits.connections, logger)
        let http = HTTPServerBuilder.http1(
            configuration: HTTP1Channel.Configuration(
                additionalChannelHandlers: [GoAhead(mostBytes: limits.bodyBytes), ConnectionSeat(connections)],
                idleTimeout: .nanoseconds(Int64(limits.idleTime / .nanoseconds(1))),
                httpDecoderConfiguration: HTTP1Channel.Configuration.DecoderConfiguration(
                    maxHeaderFieldSize: limits.headerBytes, maxHeaderListSize: limits.headersBytes)))
        guard let (certificate, key) = configuration.tls else { return http }
        return try .tls(http, tlsConfiguration: CertificateRenewal.configuration(certificate, key: key, logger))
    }

    /// For what the frameworks say: connections that were cut are no news.
    private static func quiet(_ logger: Logger) -> Logger {
        var logger = logger
        logger.logLevel = .critical
        return logger
    }
}

/// The dispatcher as a service: it leaves when the engine has stopped.
private struct JobService: Service {
    let engine: Engine

    func run() async throws {
        let dispatcher = Dispatcher(engine)
        try await withGracefulShutdownHandler {
            try await dispatcher.run()
        } onGracefulShutdown: {
            Task { await engine.stop() }
        }
        // Jobs that commands have asked for over the socket are not the dispatcher's.
        if engine.isStopping { await engine.stop() }
    }
}

/// Schedules and pollers, who watches over them, and alerts.
private struct StarterService: Service {
    let engine: Engine

    func run() async throws {
        let (scheduler, poller, watch) = (Scheduler(engine), Poller(engine), StartWatch(engine))
        let (alerts, subscriber) = (AlertWatch(engine), Subscriber(engine))
        try await withGracefulShutdownHandler {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await scheduler.run() }
                group.addTask { try await poller.run() }
                group.addTask { try await alerts.run() }
                group.addTask { try await subscriber.run() }
                group.addTask {
                    do { try await watch.run() } catch is CancellationError {}
                }
                // Those four end when they are stopped, or with an error.
                for _ in 0..<4 { try await group.next() }
                group.cancelAll()
            }
        } onGracefulShutdown: {
            scheduler.stop()
            poller.stop()
            alerts.stop()
            subscriber.stop()
        }
    }
}

/// Keeps the recipes as the workspace's files have them.
private struct RecipeService: Service {
    let recipes: LiveRecipes
    let changes: AsyncStream<Void>
    let logger: Logger

    func run() async throws {
        for await _ in changes.cancelOnGracefulShutdown() {
            do {
                for change in try await recipes.refresh() { Self.log(change, logger) }
            } catch {
                logger.error("the recipes could not be read anew", metadata: ["error": "\(error)"])
            }
        }
        try await gracefulShutdown()
    }

    static func log(_ change: LiveRecipes.Change, _ logger: Logger) {
        switch change {
        case .loaded(let id, let version):
            logger.info("recipe loaded", metadata: ["recipe": "\(id)", "version": "\(version)"])
        case .changed(let id, let version):
            logger.info("recipe changed", metadata: ["recipe": "\(id)", "version": "\(version)"])
        case .removed(let id): logger.info("recipe removed", metadata: ["recipe": "\(id)"])
        case .mended(let id): logger.info("recipe is without mistakes again", metadata: ["recipe": "\(id)"])
        case .obstructed(let id, let reason):
            logger.warning("recipe can't take events", metadata: ["recipe": "\(id)", "reason": "\(reason)"])
        case .broken(let id, let mistakes, let goesOn):
            logger.warning(
                goesOn
                    ? "recipe has mistakes; it goes on as it was before the edit"
                    : "recipe has mistakes and does not run; `galley check` shows them",
                metadata: ["recipe": "\(id)", "mistakes": "\(mistakes)"])
        }
    }
}
