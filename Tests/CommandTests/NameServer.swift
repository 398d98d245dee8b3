// A real PowerDNS for a test: on free ports of this machine, with a database of its own, gone afterwards.

import Foundation
import Testing

/// A running server; `api` is the address of its interface, which it describes itself.
final class NameServer: Sendable {
    static let key = "a key that stays in here"
    let api: String
    private let folder: String
    private let process: RunningProgram

    init() throws {
        folder = NSTemporaryDirectory() + "/galley-dns-\(UInt32.random(in: 0 ... .max))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let schema = "/usr/share/doc/pdns-backend-sqlite3/schema.sqlite3.sql"
        try LocalProgram.run(["/usr/bin/sqlite3", "\(folder)/zones", ".read \(schema)"])
        let (port, names) = (try LocalProgram.freePort(), try LocalProgram.freePort())
        api = "http://127.0.0.1:\(port)"
        let program = try #require(
            ["/usr/sbin/pdns_server", "/usr/bin/pdns_server"].first { FileManager.default.isExecutableFile(atPath: $0) }
        )
        process = try LocalProgram.start(
            [
                program, "--config-dir=\(folder)", "--socket-dir=\(folder)", "--daemon=no", "--guardian=no",
                "--launch=gsqlite3", "--gsqlite3-database=\(folder)/zones", "--local-address=127.0.0.1",
                "--local-port=\(names)", "--webserver", "--webserver-address=127.0.0.1", "--webserver-port=\(port)",
                "--api",
                "--api-key=\(Self.key)",
            ], log: "\(folder)/log")
        try LocalProgram.waitFor(port: port, of: process)
    }

    deinit {
        process.terminate()
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// What the server says of itself.
    func document() throws -> String {
        let script = """
            import sys, urllib.request
            request = urllib.request.Request(sys.argv[1] + "/api/docs", headers={"X-API-Key": sys.argv[2]})
            sys.stdout.write(urllib.request.urlopen(request).read().decode())
            """
        return try LocalProgram.run(["/usr/bin/python3", "-c", script, api, Self.key])
    }
}
