// A real PostgreSQL server for tests: in a folder of its own, on a free port of this machine, gone afterwards.

import Foundation
import Glibc
import Testing

/// A running server with the database `shop`; `ada` has the password `s3cret-päss`, and `spy` may only read `public`.
final class DatabaseServer: Sendable {
    static let password = "s3cret-päss"
    let folder: String
    let port: Int
    private let process: RunningProgram

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
        let settings = [
            "listen_addresses=127.0.0.1", "port=\(port)", "unix_socket_directories=\(folder)", "fsync=off", "ssl=on",
            "ssl_cert_file=\(folder)/server.pem", "ssl_key_file=\(folder)/server.key", "hba_file=\(folder)/hba",
            "max_connections=60",
        ]
        process = try LocalProgram.start(
            Self.asUser + ["\(programs)/postgres", "-D", "\(folder)/data"] + settings.flatMap { ["-c", $0] },
            signal: "QUIT")
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
        process.end()
        try? FileManager.default.removeItem(atPath: folder)
    }
}
