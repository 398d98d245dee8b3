// A mail server as a connection describes it: where it is, how it is spoken to, who we are there.

import ConnectorKit
import JSONCore
import RecipeLanguage

/// What is spoken with a mail server.
enum MailProtocol: String, Sendable {
    case smtp, imap

    func standardPort(_ security: MailServer.Security) -> Int {
        switch (self, security) {
        case (.smtp, .starttls): 587
        case (.smtp, .tls): 465
        case (.smtp, .none): 25
        case (.imap, .tls): 993
        case (.imap, .starttls), (.imap, .none): 143
        }
    }
}

/// A mail server.
struct MailServer: Sendable {
    enum Security: String, CaseIterable, Sendable {
        /// Plain text turned into TLS before anything else is said; refused when the server can't.
        case starttls
        /// TLS from the first byte.
        case tls
        /// Plain text.
        case none
    }
    let `protocol`: MailProtocol
    let host: String
    let port: Int
    let security: Security
    var username: String?
    var password: String?
    /// An OAuth 2.0 access token in the password's place.
    var token: String?
    let certificates: CertificateFiles
    /// Addresses of this machine and of private networks may be connected to.
    let mayBeInside: Bool
    /// For the whole transfer (SMTP) or for one answer (IMAP).
    let timeoutSeconds: Int

    /// The server that a connection names.
    /// - Parameter security: how it is spoken to when the connection doesn't say.
    init(
        _ connection: Connection, _ protocol: MailProtocol, security usual: Security
    ) throws(ConnectorError) {
        let settings = ActionInput(.object(connection.settings))
        let network = connection.network
        self.protocol = `protocol`
        security = try settings.choice("tls", default: usual)
        host = try settings.filledText("host")
        guard host.utf8.count <= 253,
            host.utf8.allSatisfy({
                (0x30...0x3A).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0)
                    || "-.".utf8.contains($0)
            })
        else { throw ConnectorError(type: "bad_input", "\"host\" of the connection is no host name") }
        port = try settings.integer("port", in: 1...65_535) ?? `protocol`.standardPort(security)
        certificates = try CertificateFiles(network)
        mayBeInside = network.privateAddresses
        timeoutSeconds = try settings.integer("timeout", in: 1...140) ?? 60
        guard connection.credentials["type"]?.string != "oauth2" else { return }
        let credentials = ActionInput(.object(connection.credentials))
        (username, password) = (try credentials.text("username"), try credentials.text("password"))
        guard (username == nil) == (password == nil) else {
            throw ConnectorError(
                type: "auth",
                "the connection \"\(connection.name)\" needs both \"username\" and \"password\" in \"auth\", or neither"
            )
        }
        try holdSecret(password, "a password", connection.name)
    }

    /// Nothing secret goes over the network in plain text.
    func holdSecret(_ secret: String?, _ what: String, _ connection: String) throws(ConnectorError) {
        guard secret == nil || security != .none || isThisMachine else {
            throw ConnectorError(
                type: "tls",
                "\(what) is not sent in plain text: set \"tls\" of the connection \"\(connection)\" to starttls or tls")
        }
    }

    private var isThisMachine: Bool { host == "localhost" || host == "::1" || host.hasPrefix("127.") }
    var place: String { "the mail server \(host)" }

    /// `imaps://mail.acme.example:993`
    var url: String {
        let name = host.contains(":") ? "[\(host)]" : host
        return "\(self.protocol.rawValue)\(security == .tls ? "s" : "")://\(name):\(port)"
    }

    /// Without what should not be in messages: servers may quote what they were sent.
    func redacted(_ text: String) -> String {
        var text = certificates.redacted(text)
        let pair = username.flatMap { name in password.map { "\u{0}\(name)\u{0}\($0)" } }
        for secret in [password, token, pair] {
            guard let secret, secret.utf8.count >= 3 else { continue }
            text = text.replacing(secret, with: "…").replacing(Base64Text.encode(Array(secret.utf8)), with: "…")
        }
        return text
    }
}
