// Where a command reads and acts: this workspace or a server elsewhere. The one place that decides is `VenueOptions`.

import ArgumentParser
import Engine
import Foundation
import JSONCore
import JobHistory
import RecipeLanguage

/// What commands are answered by. The answers are the shapes of the REST API, the same from both.
protocol Venue: Sendable {
    /// Newest first.
    func jobs(_ query: JobQuery) async throws -> [JSON]
    /// - Throws: when there is no such job.
    func job(_ id: JobID) async throws -> JSON
    /// In order of start, those taken back by a retry too.
    func steps(of job: JobID, after: Int?, limit: Int) async throws -> [JSON]
    func export(_ query: JobQuery, withSteps: Bool, _ emit: @escaping @Sendable (JSON) -> Void) async throws
    /// Shows a job's steps until it has ended, waits or needs a person.
    /// - Returns: the job then.
    func watch(_ job: JobID, _ show: @escaping @Sendable (JSON) -> Void) async throws -> JSON

    func recipes() async throws -> [JSON]
    func versions(of recipe: String) async throws -> [JSON]
    /// With its source.
    func version(_ number: Int, of recipe: String) async throws -> JSON
    func comparison(of recipe: String, from: String?, to: String?) async throws -> JSON
    func graph(of recipe: String) async throws -> RecipeGraph

    func schedules() async throws -> [JSON]
    /// - Parameter from: times after this one; now when nil.
    func times(of recipe: String, from: String?, count: Int) async throws -> JSON

    /// The recipes that start by a connector's trigger.
    func triggers() async throws -> [JSON]

    func connections() async throws -> [JSON]
    /// - Returns: a sentence about how it went.
    /// - Throws: what is wrong.
    func testConnection(_ name: String) async throws -> String
    func deliveries(path: String?, verdict: Delivery.Verdict?, before: Int64?, limit: Int) async throws -> [JSON]
    func delivery(_ id: Int64) async throws -> JSON
    func tables() async throws -> [JSON]
    func table(_ name: String, after: Int, limit: Int) async throws -> JSON
    /// The whole table as the text of a file, piece by piece.
    /// - Parameter format: nil: that of its own file.
    func export(table name: String, as format: TableFormat?, _ emit: (String) throws -> Void) async throws
    func topics() async throws -> [JSON]
    /// Oldest first.
    /// - Parameter after: only those with a larger offset; nil: the newest ones.
    func messages(of topic: String, after: Int?, limit: Int) async throws -> [JSON]
    func statistics() async throws -> JSON

    /// The rules, the troubles that are open, and the newest `limit` messages.
    func alerts(limit: Int) async throws -> (rules: [JSON], open: [JSON], messages: [JSON])

    /// Newest first.
    func approvals(_ filter: ApprovalFilter) async throws -> [JSON]
    /// - Throws: when there is no such approval.
    func approval(_ id: Int64) async throws -> JSON

    func users() async throws -> [JSON]
    func tokens() async throws -> [JSON]
    func audit(who: String?, before: Int64?, limit: Int) async throws -> [JSON]

    /// Carries a change out; `observer` sees the steps of a job that it sets going.
    func perform(
        _ request: OwnerRequest, observer: @escaping @Sendable (StepEvent) -> Void
    ) async throws -> JSON

    /// Whether something starts recipes by themselves there.
    var isServed: Bool { get async }
    func close() async
}

extension Venue {
    @discardableResult
    func perform(_ request: OwnerRequest) async throws -> JSON { try await perform(request, observer: { _ in }) }
}

/// Options of every command that also works on a server elsewhere.
struct VenueOptions: ParsableArguments {
    @OptionGroup var place: WorkspaceOptions
    @Option(
        help: """
            Work on the server at this address (https://…) in place of this workspace; default: GALLEY_SERVER. The token \
            is read from GALLEY_TOKEN or --token-file, as a command line is no place for secrets.
            """)
    var server: String?
    @Option(help: "A file with the token for --server, in place of GALLEY_TOKEN.")
    var tokenFile: String?
    @Option(
        name: .customLong("server-ca"),
        help: "A private certificate authority (PEM) that the server's certificate is from.")
    var serverCA: String?
    @Flag(help: "Send the token over plain http to a machine that is not this one: whoever is in between reads it.")
    var insecureHTTP = false

    func validate() throws {
        guard server == nil else {
            if place.namedFolder != nil || place.environment != nil {
                throw ValidationError(
                    "--workspace and --env are for a workspace here, --server is elsewhere: choose one")
            }
            return
        }
        if tokenFile != nil || serverCA != nil || insecureHTTP, address == nil {
            throw ValidationError("--token-file, --server-ca and --insecure-http belong to --server")
        }
    }

    /// nil: this workspace. One that is named here (`--workspace`, `--env`) wins over GALLEY_SERVER.
    private var address: String? {
        if let server { return server }
        guard place.namedFolder == nil, place.environment == nil,
            let server = ProcessInfo.processInfo.environment["GALLEY_SERVER"], !server.isEmpty
        else { return nil }
        return server
    }

    var isRemote: Bool { address != nil }

    /// - Throws: `OwnerFailure` for an address or a token that can't be used.
    private func venue() throws -> any Venue {
        guard let address else { return LocalVenue(place) }
        let token = try ServerToken.read(file: tokenFile)
        return RemoteVenue(
            ServerClient(
                try ServerAddress(address, mayBePlain: insecureHTTP), token: token, certificateAuthority: serverCA))
    }

    /// Runs `body` where the command works, and closes it after.
    func with<Result>(_ body: (any Venue) async throws -> Result) async throws -> Result {
        let venue = try venue()
        do {
            let result = try await body(venue)
            await venue.close()
            return result
        } catch {
            await venue.close()
            throw error
        }
    }

    /// Carries a change out.
    @discardableResult
    func perform(
        _ request: OwnerRequest, observer: @escaping @Sendable (StepEvent) -> Void = { _ in }
    ) async throws -> JSON {
        try await with { try await $0.perform(request, observer: observer) }
    }
}
