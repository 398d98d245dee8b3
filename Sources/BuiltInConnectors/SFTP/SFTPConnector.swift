// `sftp`: files on servers that speak SFTP, with libssh2.

import ConnectorKit
import JSONCore
import RecipeLanguage

/// Reads, writes and lists files on an SFTP server, and finds new ones.
public struct SFTPConnector: PollingConnector, TestedConnector {
    public let spec: ConnectorSpec
    private let actions: NativeConnector

    public static let standard = SFTPConnector()

    init() {
        actions = NativeConnector(
            name: "sftp", title: "SFTP",
            summary: "Reads, writes and lists files on an SFTP server, and finds new ones.",
            docs: "https://datatracker.ietf.org/doc/html/draft-ietf-secsh-filexfer-02",
            actions: [
                ListSFTP(), ReadSFTP(), WriteSFTP(), RenameSFTP(), DeleteSFTP(), MakeSFTPFolder(),
            ])
        spec = ConnectorSpec(
            name: actions.spec.name, title: actions.spec.title, summary: actions.spec.summary, docs: actions.spec.docs,
            actions: actions.spec.actions, triggers: [SFTPPoll.trigger], settings: SFTPServer.settings,
            connectionRequired: true)
    }

    public func execute(_ action: String, _ input: JSON, in context: ActionContext) async throws -> JSON {
        try await actions.execute(action, input, in: context)
    }

    /// Signs in and looks at the root.
    public func sendTest(in context: ActionContext) async throws -> Bool {
        let server = try SFTPServer(context.connection)
        try await BlockingWork.run { flag in
            let session = try SFTPSession(server, flag)
            guard try session.entry("")?.kind == .folder else {
                throw ConnectorError(
                    type: "not_found",
                    "\"root\" of the connection \"\(server.connection)\" is no folder on the server: \(server.root ?? ".")"
                )
            }
        }
        return true
    }

    /// The recipe's `since`, if any, says where to begin; else all that is there counts as known.
    public func firstCursor(of trigger: String, _ input: JSON, in context: ActionContext) throws -> JSON? { nil }

    public func poll(
        _ trigger: String, _ input: JSON, from cursor: JSON?, in context: ActionContext,
        page: @Sendable ([PolledEvent]) async throws -> Void
    ) async throws -> PollEnd {
        let poll = try SFTPPoll(ActionInput(input))
        let server = try SFTPServer(context.connection)
        let found = try await BlockingWork.run { flag in
            try poll.find(after: cursor, in: try SFTPSession(server, flag))
        }
        for start in stride(from: 0, to: found.events.count, by: SFTPPoll.pageSize) {
            try await page(Array(found.events[start..<min(start + SFTPPoll.pageSize, found.events.count)]))
        }
        return PollEnd(cursor: found.cursor, hasMore: false)
    }
}

/// What the actions take alike.
enum SFTPInput {
    static let path = Schema.Property.string(
        "path", required: true, "the file, relative to the connection's root: out/orders.csv")

    /// The path of a member.
    static func path(_ input: ActionInput, _ member: String = "path") throws(ConnectorError) -> String {
        let path = try input.filledText(member)
        try SFTPPath.check(path, member: member)
        return path
    }

    /// Runs `body` in a session, on a thread of its own.
    static func run(
        _ context: ActionContext, _ body: @escaping @Sendable (SFTPSession, CancellationFlag) throws -> JSON
    ) async throws -> JSON {
        let server = try SFTPServer(context.connection)
        return try await BlockingWork.run { flag in try body(try SFTPSession(server, flag), flag) }
    }
}
