// A real PostgreSQL server for a suite of tests: in a folder of its own, on a free port of this machine, gone afterwards.

import ConnectorKit
import Foundation
import Glibc
import JSONCore
import Testing

/// A running server with the database `shop`; `ada` has the password `s3cret-päss`, and `spy` may only read `public`.
final class DatabaseServer: Sendable {
    @TaskLocal static var current: DatabaseServer?

    static let password = "s3cret-päss"
    let folder: String
    let port: Int
    private let process: Process

    /// PostgreSQL does not run as root: then it runs as the user that Debian's package makes.
    private static let asUser = getuid() == 0 ? ["/usr/sbin/runuser", "-u", "postgres", "--"] : []
    private static let programs: String? =
        (try? FileManager.default.contentsOfDirectory(atPath: "/usr/lib/postgresql"))?
        .sorted { $0.localizedStandardCompare($1) == .orderedAscending }.last.map { "/usr/lib/postgresql/\($0)/bin" }

    init() throws {
        let programs = try #require(Self.programs, "apt-get install postgresql")
        folder = NSTemporaryDirectory() + "/galley-pg-\(UInt32.random(in: 0 ... .max))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let files = [
            ("server.pem", TestCertificates.server + "\n"), ("server.key", TestCertificates.serverKey + "\n"),
            ("ca.pem", TestCertificates.authority + "\n"),
            (
                "hba",
                "local all all trust\nhostssl all all 127.0.0.1/32 scram-sha-256\nhostnossl shop plain 127.0.0.1/32 trust\n"
            ),
        ]
        for (name, text) in files { try text.write(toFile: "\(folder)/\(name)", atomically: true, encoding: .utf8) }
        if getuid() == 0, let user = getpwnam("postgres") {
            for name in files.map({ "/\($0.0)" }) + [""] {
                chown(folder + name, user.pointee.pw_uid, user.pointee.pw_gid)
            }
        }
        chmod(folder + "/server.key", 0o600)
        try LocalProgram.run(
            Self.asUser + [
                "\(programs)/initdb", "-D", "\(folder)/data", "-U", "owner", "-A", "trust", "-E", "UTF8", "--no-locale",
                "-N",
            ])
        port = try LocalProgram.freePort()
        process = Process()
        let settings = [
            "listen_addresses=127.0.0.1", "port=\(port)", "unix_socket_directories=\(folder)", "fsync=off", "ssl=on",
            "ssl_cert_file=\(folder)/server.pem", "ssl_key_file=\(folder)/server.key", "hba_file=\(folder)/hba",
            "max_connections=60",
        ]
        let command =
            ["/usr/bin/timeout", "--signal=QUIT", "500"] + Self.asUser + [
                "\(programs)/postgres", "-D", "\(folder)/data",
            ] + settings.flatMap { ["-c", $0] }
        process.executableURL = URL(fileURLWithPath: command[0])
        process.arguments = Array(command.dropFirst())
        process.standardError = FileHandle(forWritingAtPath: "/dev/null")
        process.standardOutput = FileHandle(forWritingAtPath: "/dev/null")
        try process.run()
        while access("\(folder)/.s.PGSQL.\(port)", F_OK) != 0, process.isRunning { usleep(20_000) }
        for sql in [
            "CREATE ROLE ada LOGIN PASSWORD '\(Self.password)' SUPERUSER", "CREATE ROLE plain LOGIN",
            "CREATE ROLE spy LOGIN PASSWORD '\(Self.password)'", "CREATE DATABASE shop",
        ] {
            try LocalProgram.run([
                "/usr/bin/psql", "-X", "-q", "-h", folder, "-p", "\(port)", "-U", "owner", "-d", "postgres", "-c", sql,
            ])
        }
    }

    func stop() {
        // The postmaster's own number is in its file; `timeout` and `runuser` end with it.
        if let line = try? String(contentsOfFile: "\(folder)/data/postmaster.pid", encoding: .utf8).split(
            separator: "\n"
        ).first,
            let id = pid_t(line)
        {
            kill(id, SIGQUIT)
        }
        process.waitUntilExit()
        try? FileManager.default.removeItem(atPath: folder)
    }

    // MARK: - Connections

    /// Over the Unix socket, as the owner of everything.
    func local(_ settings: JSONObject = [:]) -> Connection {
        connection(["host": .string(folder), "tls": "none"], settings, ["username": "owner"])
    }

    /// Over TLS, with a password.
    func remote(
        _ settings: JSONObject = [:], user: String = "ada", password: String? = DatabaseServer.password,
        authority: Bool = true
    ) -> Connection {
        var credentials: JSONObject = ["username": .string(user)]
        if let password { credentials["password"] = .string(password) }
        return connection(["host": "127.0.0.1"], settings, credentials, authority: authority)
    }

    private func connection(
        _ usual: JSONObject, _ settings: JSONObject, _ credentials: JSONObject, authority: Bool = false
    ) -> Connection {
        var network = NetworkPermissions()
        network.privateAddresses = true
        if authority { network.certificateAuthority = folder + "/ca.pem" }
        var all = usual
        (all["port"], all["database"]) = (.integer(port), "shop")
        for (key, value) in settings.entries { all[key] = value }
        return Connection(
            name: "shop", connector: "postgres", settings: all, credentials: credentials, network: network)
    }
}

/// Gives a suite one server, which ends with it.
struct DatabaseServerTrait: SuiteTrait, TestScoping {
    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        let server = try await BlockingWork.run { _ in try DatabaseServer() }
        do {
            try await DatabaseServer.$current.withValue(server) { try await function() }
        } catch {
            server.stop()
            throw error
        }
        server.stop()
    }
}

extension Trait where Self == DatabaseServerTrait {
    static var databaseServer: Self { Self() }
}
