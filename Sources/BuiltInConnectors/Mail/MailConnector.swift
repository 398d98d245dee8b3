// `mail`: sends mail over SMTP.

import ConnectorKit
import JSONCore
import RecipeLanguage

extension NativeConnector {
    /// Mail through the server of a connection, with text, HTML and attachments.
    public static let mail = NativeConnector(
        name: "mail", title: "Mail", summary: "Sends mail over SMTP, with text, HTML and attachments.",
        settings: MailServer.settings, connectionRequired: true, actions: [SendMail()])
}

/// Where a connection's mail goes.
struct MailServer: Sendable {
    enum Security: String, CaseIterable { case none, starttls, tls }

    static let settings = Schema.object([
        .string("host", required: true, "the mail server's name"),
        .integer("port", "587 when left out; 465 with tls: tls"),
        .string(
            "tls",
            "starttls when left out; tls for a connection that is encrypted from the start; none only for a server "
                + "on this machine", choices: Security.allCases.map(\.rawValue)),
        .string("from", "the sender when a step names none"),
    ])

    let host: String
    let port: Int
    let security: Security
    let from: String?
    let username: String?
    let password: String?

    init(_ connection: Connection?) throws(ConnectorError) {
        guard let connection else {
            throw ConnectorError(type: "bad_input", "mail.send needs a connection that names the mail server")
        }
        let settings = ActionInput(.object(connection.settings))
        host = try settings.filledText("host")
        guard host.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && !"/@?#\\".utf8.contains($0) }) else {
            throw ConnectorError(type: "bad_input", "the connection's \"host\" is not the name of a server")
        }
        security = try settings.choice("tls", default: .starttls)
        port = try settings.integer("port", in: 1...65_535) ?? (security == .tls ? 465 : 587)
        from = try settings.text("from")
        (username, password) = (connection.credentials["username"]?.string, connection.credentials["password"]?.string)
        if username != nil, security == .none, !["127.0.0.1", "localhost", "::1", "[::1]"].contains(host) {
            throw ConnectorError(
                type: "tls", "a password is not sent to \(host) without encryption: set \"tls\" to starttls or tls")
        }
    }

    var url: String { "\(security == .tls ? "smtps" : "smtp")://\(host):\(port)/galley" }
}
