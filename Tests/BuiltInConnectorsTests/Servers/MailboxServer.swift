// A real Dovecot for a suite of tests: in a folder of its own, on free ports of this machine, gone afterwards.

import Foundation
import Glibc
import JSONCore
import Testing

/// A running server; every test has a user of its own, whose password is `password`.
final class MailboxServer: Sendable {
    static let password = "s3cret päss\"\\"
    static let token = "ya29.a-t0ken/with+odd=chars"
    let folder: String
    let port: Int
    let securePort: Int
    private let process: RunningProgram

    init() throws {
        folder = NSTemporaryDirectory() + "/galley-imap-\(UInt32.random(in: 0 ... .max))"
        try FileManager.default.createDirectory(atPath: folder + "/mail", withIntermediateDirectories: true)
        (port, securePort) = (try LocalProgram.freePort(), try LocalProgram.freePort())
        let user = try #require(getpwuid(getuid()).map { String(cString: $0.pointee.pw_name) })
        let group = try #require(getgrgid(getgid()).map { String(cString: $0.pointee.gr_name) })
        // Dovecot refuses to read mail as root: then it does so as the user that Debian's package makes.
        let reader = getuid() == 0 ? "mail" : user
        let readerGroup = getuid() == 0 ? "mail" : group
        let settings = """
            base_dir = \(folder)/run
            state_dir = \(folder)/run
            log_path = \(folder)/log
            protocols = imap
            listen = 127.0.0.1
            ssl = yes
            ssl_cert = <\(folder)/server.pem
            ssl_key = <\(folder)/server.key
            disable_plaintext_auth = no
            auth_mechanisms = plain login xoauth2
            auth_verbose = no
            default_internal_user = \(getuid() == 0 ? "dovecot" : user)
            default_login_user = \(getuid() == 0 ? "dovenull" : user)
            default_internal_group = \(getuid() == 0 ? "dovecot" : group)
            first_valid_uid = 0
            first_valid_gid = 0
            mail_location = maildir:\(folder)/mail/%u
            mail_fsync = never
            namespace inbox {
              inbox = yes
              separator = /
            }
            passdb {
              driver = static
              mechanisms = xoauth2
              args = password=\(Self.token)
            }
            passdb {
              driver = passwd-file
              mechanisms = plain login
              args = \(folder)/passwords
            }
            userdb {
              driver = static
              args = uid=\(reader) gid=\(readerGroup) home=\(folder)/mail/%u
            }
            service anvil {
              chroot =
            }
            service imap-login {
              chroot =
              inet_listener imap {
                port = \(port)
              }
              inet_listener imaps {
                port = \(securePort)
              }
            }
            service stats {
              chroot =
            }
            """
        let users = ["ada", "bob", "cyd", "dan", "eve", "fay", "gus", "hal"]
        let files = [
            ("server.pem", TestCertificates.server + "\n"), ("server.key", TestCertificates.serverKey + "\n"),
            ("ca.pem", TestCertificates.authority + "\n"), ("config", settings),
            ("passwords", users.map { "\($0):{PLAIN}\(Self.password)::::::\n" }.joined()),
        ]
        for (name, text) in files { try text.write(toFile: "\(folder)/\(name)", atomically: true, encoding: .utf8) }
        if getuid() == 0, let owner = getpwnam(reader) {
            chown(folder + "/mail", owner.pointee.pw_uid, owner.pointee.pw_gid)
        }
        chmod(folder, 0o755)
        process = try LocalProgram.start(["/usr/sbin/dovecot", "-F", "-c", folder + "/config"], log: folder + "/out")
        try LocalProgram.waitFor(port: port, of: process)
    }

    func stop() {
        process.terminate()
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// Puts mails into a folder of a user, over IMAP, without what is tested.
    /// - Parameter anew: the folder is deleted first, so that it is numbered anew.
    func deliver(
        _ mails: [String], to user: String, folder: String = "INBOX", at time: String? = nil, anew: Bool = false
    ) throws {
        let script = """
            import imaplib, json, sys
            given = json.load(sys.stdin)
            box = imaplib.IMAP4("127.0.0.1", given["port"])
            box.authenticate("PLAIN", lambda _: ("\\0" + given["user"] + "\\0" + given["password"]).encode())
            if given["anew"]:
                assert box.delete('"' + given["folder"] + '"')[0] == "OK"
            box.create('"' + given["folder"] + '"')
            for mail in given["mails"]:
                data = mail.encode("latin-1")
                assert box.append('"' + given["folder"] + '"', "", given["time"], data)[0] == "OK"
            box.logout()
            """
        let given: JSON = [
            "port": .integer(port), "user": .string(user), "password": .string(Self.password),
            "folder": .string(folder), "mails": .array(mails.map { .string($0) }),
            "anew": .bool(anew), "time": time.map { .string("\"\($0)\"") } ?? .null,
        ]
        let file = "\(self.folder)/deliver-\(UInt32.random(in: 0 ... .max)).json"
        try given.compact.write(toFile: file, atomically: true, encoding: .utf8)
        try LocalProgram.run([
            "/bin/sh", "-c", "/usr/bin/python3 -c '\(script.replacing("'", with: "'\\''"))' < \(file)",
        ])
    }
}
