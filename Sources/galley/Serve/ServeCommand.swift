// galley serve: the process that runs everything, until it is told to stop.

import ArgumentParser
import Engine
import Foundation
import GalleyServer
import JobHistory
import Logging
import RecipeLanguage
import Workspace

struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Start recipes by schedules, polls and webhooks, and run jobs, until stopped.",
        discussion: """
            Recipes with a schedule, or with a connector's trigger that polls, start by themselves: see galley schedules.

            Webhooks arrive at /hooks/PATH, with the path of a recipe's webhook.received trigger; 202 means that the event \
            is on disk. GET /health says whether events are taken and how many jobs are open.

            SIGTERM, Ctrl-C or a closed terminal (SIGHUP) closes the listener, gives running steps 25 seconds and leaves \
            the rest resumable; a second SIGTERM or Ctrl-C stops at once.
            """)

    @OptionGroup var place: WorkspaceOptions
    @Option(help: "The port to listen at; 0 takes a free one.")
    var port = 8080
    @Option(help: "The address to listen at.")
    var host = "127.0.0.1"
    @Flag(
        help:
            "Nobody has to sign in: whoever reaches the server is its admin. Only with a --host that is this machine's own."
    )
    var noLogin = false
    @Option(help: "A name the server answers to, besides localhost, --host and addresses; may be given several times.")
    var allowHost: [String] = []
    @Option(
        name: .customLong("public-url"),
        help:
            "The address by which outside systems reach this server, like https://galley.example.com; default: public_url of galley.json."
    )
    var publicURL: String?
    @Option(help: "A proxy's address, whose X-Forwarded- headers are believed; may be given several times.")
    var trustProxy: [String] = []
    @Option(help: "A certificate (PEM, with its chain) to serve HTTPS with; needs --tls-key.")
    var tlsCertificate: String?
    @Option(help: "The certificate's private key (PEM).")
    var tlsKey: String?
    @Flag(help: "Open the dashboard in a browser when the server is ready.")
    var open = false
    @Option(help: "How lines on stderr look: text, or json with one object a line.")
    var logFormat = LogFormat.text

    func validate() throws {
        guard (0...65_535).contains(port) else { throw ValidationError("--port is from 0 to 65535, not \(port)") }
        guard (tlsCertificate == nil) == (tlsKey == nil) else {
            throw ValidationError("--tls-certificate and --tls-key belong together")
        }
        if let publicURL {
            do throws(PublicURL.Mistake) { _ = try PublicURL.read(publicURL) } catch {
                throw ValidationError(error.sentence)
            }
        }
        guard !noLogin || ServerConfiguration.isLoopback(host) else {
            throw ValidationError("--no-login would let everybody in at \(host); use it with --host 127.0.0.1 only")
        }
    }

    func run() async throws {
        let format = logFormat
        if format == .json { Terminal.writeJSON() }
        try await reportingErrors {
            let logger = Logger(label: "galley") { _ in LogLines(format) }
            let address = try publicURL.map { try PublicURL.read($0) }
            let live = try LiveSession(place, publicURL: address, logger: logger)
            DiagnosticPrinter.print(live.session.diagnostics + live.session.workspace.unsetSecrets())
            let found = try await Owner.of(live.session, services: live.services, answersOthers: true)
            guard case .here(let engine, let service) = found else {
                let pid = JobStore.ownerPID(folder: live.session.workspace.dataFolder).map { " (process \($0))" } ?? ""
                throw OwnerFailure(
                    kind: "owned", "another galley\(pid) runs this workspace already; stop it, or use it as it is")
            }
            let owner = Owner.here(engine, service)
            let result = await Task { try await serve(engine, live, logger) }.result
            await owner.close()
            try result.get()
        }
    }

    private func serve(_ engine: Engine, _ live: LiveSession, _ logger: Logger) async throws {
        let (changes, changed) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let watch = WorkspaceWatch(live.session.workspace) {
            if live.reload() { changed.yield() }
        }
        if watch == nil {
            logger.warning("the kernel has no file watch left: edits are seen at the next start only")
        }
        let server: GalleyServer
        do {
            server = try GalleyServer(
                engine: engine, configuration: configuration(live), changes: changes, logger: logger
            ) { address in
                await welcome(at: address, engine, live.session.workspace)
            }
        } catch let problem as CertificateProblem {
            throw OwnerFailure(kind: "refused", problem.description)
        }
        let signals = Signals { count in
            if count > 1 { Foundation.exit(Exit.interrupted.rawValue) }
            Terminal.note("stopping: running steps have 25 s to end, the rest can be resumed; again to stop at once")
            Task { await server.stop() }
        }
        defer {
            signals.stop()
            try? FileManager.default.removeItem(atPath: Self.openingPage(live.session.workspace))
            ServedAddress.forget(of: live.session.workspace)
        }
        do {
            try await server.run()
        } catch let error as StoreError {
            throw error
        } catch let error as ListenFailure {
            throw OwnerFailure(kind: "owned", error.description)
        } catch {
            throw OwnerFailure(kind: "owned", "can't listen at \(host), port \(port): \(error)")
        }
        withExtendedLifetime(watch) {}
    }

    /// Says where the server is, and shows it.
    private func welcome(at address: GalleyServer.Address, _ engine: Engine, _ workspace: Workspace) async {
        Terminal.note("galley serves \(workspace.settings.name) at \(address.url)")
        let chosen = publicURL.flatMap { try? PublicURL.read($0) }
        ServedAddress.note(chosen ?? address.localURL, isChosen: chosen != nil, of: workspace)
        var setup: String?
        if noLogin {
            Terminal.note("--no-login: everybody who reaches this address is admin, without signing in")
        } else if let secret = try? await engine.access.openSetup() {
            setup = "/setup?token=\(secret)"
            Terminal.note("first start: open \(address.url)\(setup ?? "") within an hour to make the first user")
        }
        MemoryKeeping.forgetStart()
        guard open else { return }
        do {
            try await Browser.open(
                address.localURL + (setup ?? "/"), secretly: setup == nil ? nil : Self.openingPage(workspace))
        } catch {
            let reason = (error as? Browser.Unavailable)?.reason ?? "xdg-open could not be started"
            Terminal.note("no browser was opened: \(reason); open the address above yourself")
        }
    }

    private static func openingPage(_ workspace: Workspace) -> String { workspace.dataFolder + "/open.html" }

    private func configuration(_ live: LiveSession) -> ServerConfiguration {
        let session = live.session
        var configuration = ServerConfiguration()
        (configuration.host, configuration.port, configuration.isOpen) = (host, port, noLogin)
        (configuration.allowedHosts, configuration.trustedProxies) = (allowHost, trustProxy)
        if let address = publicURL ?? session.workspace.settings.publicURL, let name = PublicURL.host(of: address) {
            configuration.allowedHosts.append(name)
        }
        if let tlsCertificate, let tlsKey { configuration.tls = (tlsCertificate, tlsKey) }
        configuration.workspace = live.view
        configuration.version = galleyVersion
        configuration.limits.connections = min(
            configuration.limits.connections, OpenFiles.forConnections(of: OpenFiles.raise()))
        let limits = session.workspace.settings.limits
        configuration.limits.bodyBytes = limits[.webhookBodyBytes]
        configuration.limits.headerBytes = limits[.webhookHeaderBytes]
        configuration.limits.headersBytes = limits[.webhookHeadersBytes]
        return configuration
    }
}
