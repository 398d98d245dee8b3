// A real sshd with SFTP for a suite of tests: in a folder of its own, on a free port of this machine, gone afterwards.

import Foundation
import Glibc
import JSONCore
import Testing

/// A running server whose files are in `files`; the user who runs the tests signs in with the keys in `folder`.
final class SSHServer: Sendable {
    static let passphrase = "pass phräse"
    let folder: String
    var files: String { folder + "/files" }
    let port: Int
    let user: String
    /// Fingerprints of the keys that the server has.
    let hostKeys: [String: String]
    private let process: RunningProgram

    /// - Parameter hostKeyTypes: of the keys that it shows.
    init(hostKeyTypes: [String] = ["ed25519", "ecdsa"]) throws {
        let folder = NSTemporaryDirectory() + "/galley-ssh-\(UInt32.random(in: 0 ... .max))"
        self.folder = folder
        try FileManager.default.createDirectory(atPath: folder + "/files", withIntermediateDirectories: true)
        user = try #require(getpwuid(getuid()).map { String(cString: $0.pointee.pw_name) })
        port = try LocalProgram.freePort()
        // sshd needs it when root starts it; the service makes it on a machine that has one.
        if getuid() == 0 { mkdir("/run/sshd", 0o755) }
        var hostKeys: [String: String] = [:]
        for type in hostKeyTypes {
            try Self.makeKey("\(folder)/host_\(type)", ["-t", type])
            let shown = try LocalProgram.run(["/usr/bin/ssh-keygen", "-lf", "\(folder)/host_\(type).pub"])
            hostKeys[type] = shown.split(separator: " ").dropFirst().first.map(String.init)
        }
        self.hostKeys = hostKeys
        for (name, options) in [
            ("ed25519", ["-t", "ed25519"]), ("ecdsa", ["-t", "ecdsa", "-b", "256"]),
            ("ecdsa_pem", ["-t", "ecdsa", "-b", "384", "-m", "PEM"]),
            ("rsa", ["-t", "rsa", "-b", "2048", "-m", "PEM"]), ("rsa_openssh", ["-t", "rsa", "-b", "2048"]),
            ("rsa_pkcs8", ["-t", "rsa", "-b", "2048", "-m", "PKCS8"]), ("stranger", ["-t", "ed25519"]),
        ] {
            try Self.makeKey("\(folder)/\(name)", options)
        }
        for (name, options) in [
            ("ed25519_locked", ["-t", "ed25519"]), ("ecdsa_locked", ["-t", "ecdsa", "-m", "PKCS8"]),
        ] {
            try Self.makeKey("\(folder)/\(name)", options, passphrase: Self.passphrase)
        }
        let known = try [
            "ed25519", "ecdsa", "ecdsa_pem", "rsa", "rsa_openssh", "rsa_pkcs8", "ed25519_locked", "ecdsa_locked",
        ].map {
            try String(contentsOfFile: "\(folder)/\($0).pub", encoding: .utf8)
        }
        try known.joined().write(toFile: folder + "/authorized", atomically: true, encoding: .utf8)
        let settings = """
            ListenAddress 127.0.0.1
            Port \(port)
            \(hostKeyTypes.map { "HostKey \(folder)/host_\($0)" }.joined(separator: "\n"))
            AuthorizedKeysFile \(folder)/authorized
            PidFile \(folder)/pid
            StrictModes no
            UsePAM no
            PermitRootLogin yes
            PasswordAuthentication no
            KbdInteractiveAuthentication no
            MaxStartups 100
            Subsystem sftp internal-sftp -d \(folder)/files
            """
        try settings.write(toFile: folder + "/config", atomically: true, encoding: .utf8)
        process = try LocalProgram.start(["/usr/sbin/sshd", "-D", "-e", "-f", folder + "/config"])
        try LocalProgram.waitFor(port: port, of: process)
    }

    private static func makeKey(_ path: String, _ options: [String], passphrase: String = "") throws {
        try LocalProgram.run(["/usr/bin/ssh-keygen", "-q", "-N", passphrase, "-C", "test", "-f", path] + options)
    }

    func stop() {
        process.terminate()
        try? FileManager.default.removeItem(atPath: folder)
    }

    func key(_ name: String) throws -> String { try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8) }

    func write(_ name: String, _ text: String) throws {
        let path = files + "/" + name
        try FileManager.default.createDirectory(
            atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try text.write(toFile: path, atomically: false, encoding: .utf8)
    }

    func text(_ name: String) throws -> String { try String(contentsOfFile: "\(files)/\(name)", encoding: .utf8) }
    var names: [String] { ((try? FileManager.default.contentsOfDirectory(atPath: files)) ?? []).sorted() }
}
