// `sftp` against a real sshd: keys, host keys, files of any size, paths that stay inside, and what is said when it fails.

import BuiltInConnectors
import ConnectorKit
import Foundation
import JSONCore
import Testing

@Suite(.sshServer, .timeLimit(.minutes(5)))
struct SFTPConnectorTests {
    private var server: SSHServer {
        get throws { try #require(SSHServer.current) }
    }

    /// - Parameter folder: of the server, for this test alone.
    private func trial(
        _ settings: JSONObject = [:], _ credentials: JSONObject? = nil, folder: String? = nil
    ) throws -> Trial {
        var trial = try Trial()
        var settings = settings
        if let folder {
            try FileManager.default.createDirectory(
                atPath: "\(server.files)/\(folder)", withIntermediateDirectories: true)
            settings["root"] = .string(folder)
        }
        trial.connection = try server.connection(settings, credentials)
        return trial
    }

    private func failure(_ settings: JSONObject, _ credentials: JSONObject? = nil) async throws -> ConnectorError {
        let trial = try trial(settings, credentials)
        do {
            _ = try await SFTPConnector.standard.sendTest(in: trial.context)
        } catch let error as ConnectorError {
            return error
        }
        throw ConnectorError(type: "no_failure", "it signed in")
    }

    @Test(
        arguments: [
            ("ed25519", nil), ("ecdsa", nil), ("ecdsa_pem", nil), ("ed25519_locked", SSHServer.passphrase),
            ("ecdsa_locked", SSHServer.passphrase),
        ] as [(String, String?)])
    func `signs in with keys from a secret or a file`(name: String, passphrase: String?) async throws {
        for isFile in [false, true] {
            var credentials: JSONObject = ["username": .string(try server.user)]
            if isFile {
                credentials["private_key_file"] = .string("\(try server.folder)/\(name)")
            } else {
                credentials["private_key"] = .string(try server.key(name))
            }
            if let passphrase { credentials["passphrase"] = .string(passphrase) }
            let trial = try trial([:], credentials)
            #expect(try await SFTPConnector.standard.sendTest(in: trial.context))
        }
    }

    @Test func `takes any of the server's keys that is pinned, and no other`() async throws {
        let keys = try server.hostKeys
        for pinned: JSON in [
            .string(keys["ed25519"] ?? ""), .string(keys["ecdsa"] ?? ""),
            [.string("SHA256:" + String(repeating: "A", count: 43)), .string(keys["ecdsa"] ?? "")],
        ] {
            let trial = try trial(["host_key": pinned])
            #expect(try await SFTPConnector.standard.sendTest(in: trial.context))
        }
        let missing = try await failure(["host_key": nil])
        #expect(missing.type == "host_key")
        #expect(missing.message.contains("\"host_key\": \"\(keys["ed25519"] ?? "?")\""))
        let wrong = try await failure(["host_key": .string("SHA256:" + String(repeating: "B", count: 42) + "A")])
        #expect(wrong.type == "host_key")
        #expect(wrong.message.contains(keys["ed25519"] ?? "?") && wrong.message.contains(keys["ecdsa"] ?? "?"))
        #expect(wrong.message.contains("someone else may be answering"))
    }

    @Test func `says what is wrong with a connection, and never the key`() async throws {
        let user = JSON.string(try server.user)
        func credentials(_ key: String, _ passphrase: String? = nil) throws -> JSONObject {
            var all: JSONObject = ["username": user, "private_key": .string(try server.key(key))]
            if let passphrase { all["passphrase"] = .string(passphrase) }
            return all
        }
        let silent = try RawPort()
        let cases: [(JSONObject, JSONObject?, type: String, says: String)] = [
            (["host": "no-such-host.invalid"], nil, "dns", "there is no address"),
            (["port": 1], nil, "connection", "the connection was refused"),
            (["port": .integer(silent.port), "timeout": 1], nil, "timeout", "did not answer within 1 seconds"),
            (["host_key": "SHA256:short"], nil, "bad_input", "must be a fingerprint"),
            (["root": "nowhere"], nil, "not_found", "nowhere"),
            (["root": "a/../b"], nil, "bad_input", "\"..\""),
            ([:], try credentials("stranger"), "auth", "is not among those"),
            ([:], try credentials("rsa"), "auth", "old signatures of RSA keys"),
            ([:], try credentials("rsa_openssh"), "auth", "old signatures of RSA keys"),
            ([:], try credentials("rsa_pkcs8"), "auth", "old signatures of RSA keys"),
            ([:], try credentials("ed25519_locked"), "auth", "no \"passphrase\""),
            ([:], try credentials("ed25519_locked", "wrong one"), "auth", "passphrase is wrong"),
            ([:], try credentials("ed25519.pub"), "auth", "is the public key"),
            ([:], ["username": user, "private_key": "PuTTY-User-Key-File-3: ssh-ed25519"], "auth", "puttygen"),
            ([:], ["username": user, "private_key": "nonsense"], "auth", "must begin with"),
            (
                [:], ["username": user, "private_key": "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END"], "auth",
                "can't be read"
            ),
            ([:], ["username": user, "private_key_file": "id"], "auth", "absolute path"),
            ([:], ["username": user, "private_key_file": "/nowhere/id"], "auth", "can't be read"),
            ([:], ["username": user, "password": "s3cret-pw"], "auth", "the server takes publickey"),
            ([:], ["username": user], "auth", "needs \"password\""),
            ([:], ["private_key": "x"], "auth", "no \"username\""),
        ]
        for (settings, credentials, type, says) in cases {
            let error = try await failure(settings, credentials)
            #expect(error.type == type, "\(says): \(error)")
            #expect(error.message.contains(says), "\(error)")
            #expect(!error.message.contains("s3cret") && !error.message.contains("wrong one"), "\(error)")
        }
        var trial = try trial()
        let open = try #require(trial.connection)
        trial.connection = Connection(
            name: open.name, connector: open.connector, settings: open.settings, credentials: open.credentials)
        let inside = try await trial.failure("sftp.list", [:])
        #expect(inside.message.contains("an address of this machine") && inside.message.contains("private_addresses"))
    }

    @Test func `a server that has only an RSA key is told what to do about it`() async throws {
        let server = try await BlockingWork.run { _ in try SSHServer(hostKeyTypes: ["rsa"]) }
        defer { server.stop() }
        for pinned: JSON in [.string(server.hostKeys["rsa"] ?? ""), .null] {
            var trial = try Trial()
            trial.connection = try server.connection(["host_key": pinned])
            let error = try await trial.failure("sftp.list", [:])
            #expect(error.type == "ssh" && !error.isTransient)
            #expect(error.message.contains("if its only key is of RSA, it needs one of Ed25519 or ECDSA"), "\(error)")
        }
    }

    @Test func `signs in with passwords, and takes no name for a path`() async throws {
        let server = try await BlockingWork.run { _ in try PasswordServer() }
        defer { server.stop() }
        let settings: JSONObject = ["port": .integer(server.port), "host_key": .string(server.hostKey)]
        for user: JSON in ["one", "two"] {
            let right: JSONObject = ["username": user, "password": .string(PasswordServer.password)]
            let trial = try trial(settings, right)
            #expect(try await SFTPConnector.standard.sendTest(in: trial.context))
            let listed = try await trial.call("sftp.list", ["path": "x"])
            #expect(listed["files"]?.array?.compactMap { $0["path"]?.string } == ["x/good.csv"])
            let wrong = try await failure(settings, ["username": user, "password": "s3cret-wrong"])
            #expect(wrong.type == "auth" && wrong.message.contains("the password was refused"), "\(wrong)")
        }
    }

    @Test func `writes, lists, reads, renames and deletes`() async throws {
        let trial = try trial(folder: "daily")
        #expect(try await trial.call("sftp.make_directory", ["path": "out/2026"]) == ["made": true])
        #expect(try await trial.call("sftp.make_directory", ["path": "out/2026"]) == ["made": false])
        let text = "Grün & Söhne\n"
        #expect(
            try await trial.call("sftp.write", ["path": "out/größe 1.csv", "text": .string(text)])
                == ["path": "out/größe 1.csv", "size": .integer(text.utf8.count), "replaced": false])
        #expect(try server.text("daily/out/größe 1.csv") == text)
        let read = try await trial.call("sftp.read", ["path": "out/größe 1.csv"])
        #expect(read["text"]?.string == text)
        let listed = try await trial.call("sftp.list", ["path": "out"])
        #expect(listed["files"]?.array?.compactMap { $0["name"]?.string } == ["2026", "größe 1.csv"])
        #expect(listed["files"]?.array?.compactMap { $0["kind"]?.string } == ["folder", "file"])
        let matching = try await trial.call("sftp.list", ["path": "", "pattern": "*1.cs?", "recursive": true])
        #expect(matching["files"]?.array?.compactMap { $0["path"]?.string } == ["out/größe 1.csv"])
        #expect(
            try await trial.call("sftp.rename", ["from": "out/größe 1.csv", "to": "out/2026/a.csv"])
                == ["path": "out/2026/a.csv"])
        #expect(try await trial.failure("sftp.delete", ["path": "out/2026"]).type == "conflict")
        #expect(try await trial.call("sftp.delete", ["path": "out/2026/a.csv"]) == ["deleted": true])
        #expect(try await trial.call("sftp.delete", ["path": "out/2026/a.csv"]) == ["deleted": false])
        #expect(try await trial.call("sftp.delete", ["path": "out/2026"]) == ["deleted": true])
        #expect(try await trial.failure("sftp.read", ["path": "out/none"]).type == "not_found")
        #expect(try await trial.failure("sftp.write", ["path": "none/a.txt", "text": ""]).type == "not_found")
        #expect(try await trial.failure("sftp.write", ["path": "out", "text": ""]).type == "conflict")
    }

    @Test func `replaces or refuses a file that is there, and leaves nothing behind`() async throws {
        let trial = try trial(folder: "there")
        try server.write("there/a.txt", "old")
        chmod("\(try server.files)/there/a.txt", 0o600)
        let refused = try await trial.failure(
            "sftp.write", ["path": "a.txt", "text": "new", "if_exists": "refuse"])
        #expect(refused.type == "conflict")
        #expect(try server.text("there/a.txt") == "old")
        let replaced = try await trial.call("sftp.write", ["path": "a.txt", "text": "new"])
        #expect(replaced["replaced"] == true)
        #expect(try server.text("there/a.txt") == "new")
        let rights = try FileManager.default.attributesOfItem(atPath: "\(try server.files)/there/a.txt")
        #expect((rights[.posixPermissions] as? Int) == 0o600)
        try server.write("there/b.txt", "b")
        #expect(try await trial.failure("sftp.rename", ["from": "a.txt", "to": "b.txt"]).type == "conflict")
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: server.files + "/there").sorted() == ["a.txt", "b.txt"])
    }

    @Test func `no path leads out of the root`() async throws {
        let trial = try trial(folder: "jail")
        try server.write("secret.txt", "not yours")
        let files = try server.files
        symlink("../secret.txt", files + "/jail/link.txt")
        symlink("..", files + "/jail/up")
        symlink("/etc", files + "/jail/etc")
        for path in ["../secret.txt", "a/../../secret.txt", "..", "link.txt", "up/secret.txt", "etc/passwd", "a\u{0}b"]
        {
            let error = try await trial.failure("sftp.read", ["path": .string(path)])
            #expect(["bad_input", "not_allowed"].contains(error.type), "\(path): \(error)")
        }
        for path in ["up/new.txt", "etc/new.txt", "../new.txt"] {
            let error = try await trial.failure("sftp.write", ["path": .string(path), "text": "x"])
            #expect(["bad_input", "not_allowed"].contains(error.type), "\(path): \(error)")
        }
        #expect(try await trial.failure("sftp.list", ["path": "up"]).type == "not_allowed")
        #expect(try await trial.failure("sftp.make_directory", ["path": "up/new"]).type == "not_allowed")
        #expect(try await trial.failure("sftp.delete", ["path": "up/secret.txt"]).type == "not_allowed")
        // With a root, a path from / begins there as well.
        #expect(try await trial.failure("sftp.read", ["path": "/etc/hostname"]).type == "not_allowed")
        // A link itself may go.
        #expect(try await trial.call("sftp.delete", ["path": "link.txt"]) == ["deleted": true])
        #expect(try server.text("secret.txt") == "not yours")
    }

    @Test func `a large file is no text`() async throws {
        let trial = try trial(folder: "large")
        let path = try server.files + "/large/large.bin"
        #expect(FileManager.default.createFile(atPath: path, contents: nil))
        #expect(truncate(path, 64 << 20) == 0)
        let tooLarge = try await trial.failure("sftp.read", ["path": "large.bin", "as": "base64"])
        #expect(tooLarge.type == "too_large")
    }
}

/// A port that takes connections and never says anything.
final class RawPort {
    let port: Int
    private let descriptor: CInt

    init() throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = descriptor
        port = try withUnsafeMutablePointer(to: &address) {
            try $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                try #require(bind(descriptor, $0, size) == 0 && listen(descriptor, 8) == 0)
                try #require(getsockname(descriptor, $0, &size) == 0)
                return Int(UnsafeRawPointer($0).assumingMemoryBound(to: sockaddr_in.self).pointee.sin_port.bigEndian)
            }
        }
    }

    deinit { close(descriptor) }
}
