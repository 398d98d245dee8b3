// galley connections connect: a person signs a connection in, in the browser (OAuth 2.0, authorization code with PKCE).

import ArgumentParser
import ConnectorKit
import Engine
import Foundation
import JSONCore
import Workspace

struct ConnectionsConnect: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "connect", abstract: "Sign a connection in, in the browser (OAuth 2.0).",
        discussion: """
            The browser opens the page of the other system, and comes back to http://localhost:PORT/oauth/callback, which \
            has to be registered there as a redirect address of your client. The tokens go into the encrypted store; they \
            are renewed by themselves from then on.

            With the browser on another machine: ssh -L 8460:localhost:8460 THIS-MACHINE, then open the address there.
            """)

    @OptionGroup var place: WorkspaceOptions
    @OptionGroup var browser: BrowserOptions
    @Argument(help: "The connection's name.")
    var name: String

    func run() async throws {
        try await reportingErrors { try await Self.connect(name, Session(place), browser) }
    }

    /// Sends a person to the other side and waits for the return.
    static func connect(_ name: String, _ session: Session, _ browser: BrowserOptions) async throws {
        let request: AuthorizationRequest
        let connection: Connection
        let listener = try LoopbackListener(port: browser.port)
        do {
            let settings: OAuthSettings
            (connection, settings) = try session.oauth(ofConnection: name)
            request = try AuthorizationRequest(settings, redirect: listener.redirect)
        } catch let error as ConnectorError {
            throw OwnerFailure(kind: "refused", error.message)
        }
        Terminal.note(
            "open this address in a browser, and allow access there within \(AuthorizationRequest.seconds / 60) minutes:"
        )
        Terminal.note(request.url)
        Terminal.note("(it comes back to \(listener.redirect), which must be registered with your client there)")
        if !browser.noBrowser {
            do { try await Browser.open(request.url, secretly: nil) } catch {
                let reason = (error as? Browser.Unavailable)?.reason ?? "xdg-open could not be started"
                Terminal.note("no browser was opened: \(reason)")
            }
        }
        let answer = try await listener.answer(within: AuthorizationRequest.seconds) { query in
            request.isAnswered(by: query["state"]?.string ?? "")
        }
        guard let answer else {
            throw OwnerFailure(
                kind: "gone",
                "nobody came back from the browser in time; begin again with: galley connections connect \(name)")
        }
        try await session.withServices { services in
            do {
                try await request.finish(answer, of: connection, through: services.http)
            } catch let error as ConnectorError {
                throw OwnerFailure(kind: "gone", "\(name): \(error.message) [\(error.type)]")
            }
        }
        Terminal.note("\(name) is signed in; its tokens are in the encrypted store")
        Terminal.note("next: galley connections test \(name)")
    }
}

/// How a browser is shown a page and comes back.
struct BrowserOptions: ParsableArguments {
    @Option(help: "The port on this machine that the browser comes back to; 0 takes a free one.")
    var port: UInt16 = 8460
    @Flag(help: "Only print the address; open no browser.")
    var noBrowser = false
}
