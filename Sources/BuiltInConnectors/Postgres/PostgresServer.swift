// Where a PostgreSQL database is and how a connection to it is made: what libpq is told, and nothing from its own files.

import ConnectorKit
import Foundation
import Glibc
import JSONCore
import RecipeLanguage

/// A database as a connection describes it.
struct PostgresServer: Sendable {
    enum Security: String, CaseIterable, Sendable {
        /// TLS, and the certificate has to be the host's.
        case verify
        /// TLS, and the certificate has to be of a known authority, for whichever host.
        case verifyAuthority = "verify_authority"
        /// TLS with whomever answers.
        case require
        /// Plain text.
        case none

        /// libpq's word.
        var mode: String {
            switch self {
            case .verify: "verify-full"
            case .verifyAuthority: "verify-ca"
            case .require: "require"
            case .none: "disable"
            }
        }
    }

    /// A name, an address, or the folder of a Unix socket.
    let host: String
    let port: Int
    let database: String
    let security: Security
    let username: String
    let password: String?
    let network: NetworkPermissions
    /// For one step.
    let seconds: Int

    static let settings: Schema = .object([
        .string("host", required: true, "the server, or the folder of its Unix socket: db.acme.example"),
        .integer("port", "5432 when left out"), .string("database", required: true),
        .string(
            "tls",
            "verify when left out; verify_authority takes any host's certificate, require any certificate, none is for servers inside",
            choices: Security.allCases.map(\.rawValue)),
        .integer("timeout", "seconds for one step, from 1 to 3,600; 60 when left out"),
    ])

    /// - Parameter seconds: in place of the connection's.
    init(_ connection: Connection?, seconds: Int?) throws(ConnectorError) {
        guard let connection else {
            throw ConnectorError(
                type: "bad_input", "postgres needs a connection: name one in the step or under \"connections\"")
        }
        let settings = ActionInput(.object(connection.settings))
        let credentials = ActionInput(.object(connection.credentials))
        host = try settings.filledText("host")
        port = try settings.integer("port", in: 1...65_535) ?? 5_432
        database = try settings.filledText("database")
        security = try settings.choice("tls", default: Security.verify)
        let usual = try settings.integer("timeout", in: 1...3_600) ?? 60
        self.seconds = seconds ?? usual
        guard let username = try credentials.text("username"), !username.isEmpty else {
            throw ConnectorError(
                type: "auth", "the connection \"\(connection.name)\" needs \"username\" in \"auth\"")
        }
        (self.username, password, network) = (username, try credentials.text("password"), connection.network)
        for text in [host, database, username, password ?? ""] where text.utf8.contains(0) {
            throw ConnectorError(type: "bad_input", "the connection \"\(connection.name)\" has a null character in it")
        }
        guard isSocket || host.utf8.allSatisfy({ $0 > 0x20 && $0 != UInt8(ascii: ",") && $0 != UInt8(ascii: "/") })
        else {
            throw ConnectorError(type: "bad_input", "\"host\" of the connection is no host name")
        }
        guard password == nil || security != .none || isThisMachine else {
            throw ConnectorError(
                type: "tls",
                "a password is not sent in plain text: set \"tls\" of the connection \"\(connection.name)\" to verify or require"
            )
        }
    }

    var isSocket: Bool { host.hasPrefix("/") }
    private var isThisMachine: Bool { isSocket || host == "localhost" || host == "::1" || host.hasPrefix("127.") }
    var place: String { isSocket ? "the database server" : "the database server \(host)" }

    /// Names and values for libpq. Everything that it would otherwise take from the environment or from files of the user is said.
    /// - Throws: `dns`, `connection` when an address may not be connected to, `tls`.
    func options(
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws(ConnectorError) -> [(name: String, value: String)] {
        var options: [(name: String, value: String)] = [
            ("port", String(port)), ("dbname", database), ("user", username), ("passfile", Self.nowhere),
            ("client_encoding", "UTF8"), ("application_name", "galley"), ("gssencmode", "disable"),
            ("channel_binding", "prefer"), ("target_session_attrs", "any"),
            ("sslmode", isSocket ? "disable" : security.mode), ("ssl_min_protocol_version", "TLSv1.2"),
            ("sslcrl", Self.nowhere),
        ]
        // An empty value counts as none, which the environment would then give; a blank is a value.
        if let password, !password.isEmpty {
            options.append(("password", password))
        } else if environment["PGPASSWORD"] != nil {
            options.append(("password", " "))
        }
        if environment["PGOPTIONS"] != nil { options.append(("options", " ")) }
        guard environment["PGSERVICE"] == nil else {
            throw ConnectorError(
                type: "bad_input",
                "the environment variable PGSERVICE is set, which would change where every connection leads: unset it")
        }
        if isSocket {
            guard network.privateAddresses else { throw HostAddresses.refused(place, "is on this machine") }
            options.append(("host", host))
        } else {
            let addresses = try HostAddresses.of(host, place: place, network: network)
            // One name for each address: libpq tries them one after the other.
            options.append(("host", addresses.map { _ in host }.joined(separator: ",")))
            options.append(("hostaddr", addresses.map(\.text).joined(separator: ",")))
        }
        let certificates = try certificates()
        options += [
            ("sslrootcert", certificates.authority), ("sslcert", certificates.client), ("sslkey", certificates.key),
        ]
        return options
    }

    private static let nowhere = "/nonexistent/galley"

    private func certificates() throws(ConnectorError) -> (authority: String, client: String, key: String) {
        let files = try CertificateFiles(network)
        let verifies = security == .verify || security == .verifyAuthority
        // Without an authority libpq would trust whatever lies in the user's folder.
        let authority = files.authority ?? (verifies ? "/etc/ssl/certs/ca-certificates.crt" : Self.nowhere)
        return (authority, files.client ?? Self.nowhere, files.key ?? Self.nowhere)
    }
}
