// `imap`: mailboxes: new mail starts recipes; mails are searched, fetched, marked and moved.

import ConnectorKit
import JSONCore
import RecipeLanguage

/// Reads mailboxes on IMAP servers.
public struct IMAPConnector: PollingConnector, TestedConnector {
    public let spec: ConnectorSpec
    private let actions: NativeConnector

    public static let standard = IMAPConnector()

    init() {
        actions = NativeConnector(
            name: "imap", title: "IMAP",
            summary: "Reads mailboxes: new mail starts recipes; mails are searched, marked and moved.",
            docs: "https://www.rfc-editor.org/rfc/rfc3501",
            actions: [SearchIMAP(), FetchIMAP(), MarkIMAP(), MoveIMAP()])
        spec = ConnectorSpec(
            name: actions.spec.name, title: actions.spec.title, summary: actions.spec.summary, docs: actions.spec.docs,
            actions: actions.spec.actions, triggers: [IMAPPoll.trigger], settings: IMAPAccess.settings,
            connectionRequired: true)
    }

    public func execute(_ action: String, _ input: JSON, in context: ActionContext) async throws -> JSON {
        try await actions.execute(action, input, in: context)
    }

    /// Signs in and looks into the inbox.
    public func sendTest(in context: ActionContext) async throws -> Bool {
        _ = try await IMAPAccess.run(context) { session, _ in
            _ = try IMAPMailbox("INBOX", in: session)
            return JSON.null
        }
        return true
    }

    /// The recipe's `since`, if any, says where to begin; else all that is there counts as known.
    public func firstCursor(of trigger: String, _ input: JSON, in context: ActionContext) throws -> JSON? { nil }

    public func poll(
        _ trigger: String, _ input: JSON, from cursor: JSON?, in context: ActionContext,
        page: @Sendable ([PolledEvent]) async throws -> Void
    ) async throws -> PollEnd {
        let poll = try IMAPPoll(ActionInput(input), cursor, context.files)
        let found = try await IMAPAccess.run(context) { session, flag in try poll.find(in: session, flag) }
        if !found.events.isEmpty { try await page(found.events) }
        return PollEnd(cursor: found.cursor, hasMore: found.hasMore)
    }
}

/// How a connection gets to its mailbox.
enum IMAPAccess {
    static let settings: Schema = .object([
        .string("host", required: true, "the mail server, like imap.acme.example"),
        .integer("port", "993 with tls, 143 with starttls and none when left out"),
        .string(
            "tls", "tls when left out; none only for servers inside",
            choices: MailServer.Security.allCases.map(\.rawValue)),
        .string("username", "whose mailbox it is, for sign-in with OAuth 2.0; with a password it stands in auth"),
        .integer("timeout", "seconds for one answer of the server, from 1 to 140; 60 when left out"),
    ])

    /// Runs `body` in a session, on a thread of its own. A token that is refused is replaced once.
    static func run<Answer: Sendable>(
        _ context: ActionContext, _ body: @escaping @Sendable (IMAPSession, CancellationFlag) throws -> Answer
    ) async throws -> Answer {
        guard let connection = context.connection else {
            throw ConnectorError(
                type: "bad_input", "imap needs a connection: name one in the step or under \"connections\"")
        }
        var server = try MailServer(connection, .imap, security: .tls)
        guard connection.credentials["type"]?.string == "oauth2" else {
            guard server.password != nil else {
                throw ConnectorError(
                    type: "auth",
                    "the connection \"\(connection.name)\" needs \"username\" and \"password\" in \"auth\", or OAuth 2.0"
                )
            }
            return try await run(server, body)
        }
        guard let username = connection.settings["username"]?.string, !username.isEmpty else {
            throw ConnectorError(
                type: "auth",
                "the connection \"\(connection.name)\" needs \"username\" in \"settings\": whose mailbox it is")
        }
        let oauth = try OAuthSettings(connection, scheme: [:])
        let tokens = connection.shared.tokens
        let token = try await tokens.accessToken(oauth, through: context.http)
        (server.username, server.token) = (username, token)
        try server.holdSecret(token, "a token", connection.name)
        do {
            return try await run(server, body)
        } catch let error as ConnectorError where error.type == "auth" {
            let next = try await tokens.accessToken(oauth, refused: token, through: context.http)
            guard next != token else { throw error }
            server.token = next
            return try await run(server, body)
        }
    }

    private static func run<Answer: Sendable>(
        _ server: MailServer, _ body: @escaping @Sendable (IMAPSession, CancellationFlag) throws -> Answer
    ) async throws -> Answer {
        try await BlockingWork.run { flag in try body(try IMAPSession(server, flag), flag) }
    }
}
