// galley sandbox: the demo's apps, on loopback, until interrupted.

import ArgumentParser
import Engine
import Foundation
import JSONCore
import Sandbox

struct SandboxCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sandbox",
        abstract: "Serve small but real apps to try recipes on: CRM, ERP (SOAP), HR directory, chat, mailbox.",
        discussion: """
            They can be told to fail: add ?fail=503 to a request, or POST /control/fail. GET /control/state shows what is \
            in them, GET /control/ledger what they received, POST /control/reset starts over.
            """)

    @Option(help: "The port of the apps on 127.0.0.1; 0 takes a free one.")
    var port = SandboxConfiguration.standardPort
    @Option(help: "The port of the mail server on 127.0.0.1; 0 takes a free one.")
    var smtpPort = SandboxConfiguration.standardSMTPPort
    @Option(help: "Keep the state in this file (default: in memory).")
    var database: String?

    func run() async throws {
        try await reportingErrors {
            let configuration = SandboxConfiguration(port: port, smtpPort: smtpPort, databasePath: database)
            let work = Task {
                try await SandboxServer(configuration: configuration).run { addresses in
                    Terminal.print("sandbox at \(addresses.url), mail at \(addresses.smtpHost):\(addresses.smtpPort)")
                    Terminal.note("secrets for the workspace's connections, to be set where galley runs:")
                    for (name, value) in configuration.credentials.environment.sorted(by: { $0.key < $1.key }) {
                        Terminal.note("  export \(name)=\(value)")
                    }
                    Terminal.note("stop it with Ctrl-C")
                }
            }
            let signals = Signals { _ in work.cancel() }
            let result = await work.result
            signals.stop()
            if case .failure(let error) = result, !(error is CancellationError) { throw error }
        }
    }
}
