// An SFTP server that takes passwords, in both of SSH's ways, and lists names that no server should: Paramiko on a free port.

import Foundation
import JSONCore

/// A running server.
final class PasswordServer: Sendable {
    static let password = "s3cret päss"
    let folder: String
    let port: Int
    let hostKey: String
    private let process: RunningProgram

    private static let script = #"""
        import os, paramiko, socket, sys, threading
        port, password, key = int(sys.argv[1]), sys.argv[2], paramiko.ECDSAKey(filename=sys.argv[3])

        class Sign(paramiko.ServerInterface):
            def get_allowed_auths(self, user):
                return {"one": "password", "two": "keyboard-interactive"}.get(user, "publickey")
            def check_auth_password(self, user, given):
                return paramiko.AUTH_SUCCESSFUL if user == "one" and given == password else paramiko.AUTH_FAILED
            def check_auth_interactive(self, user, kinds):
                return paramiko.InteractiveQuery("", "", ("Password: ", False))
            def check_auth_interactive_response(self, given):
                return paramiko.AUTH_SUCCESSFUL if given == [password] else paramiko.AUTH_FAILED
            def check_channel_request(self, kind, number):
                return paramiko.OPEN_SUCCEEDED

        class Files(paramiko.SFTPServerInterface):
            def entry(self, name, mode):
                found = paramiko.SFTPAttributes()
                found.filename, found.st_mode, found.st_size, found.st_mtime, found.st_atime = name, mode, 7, 9, 9
                found.st_uid = found.st_gid = 0
                return found
            def list_folder(self, path):
                return [self.entry(name, 0o100644) for name in ["../up.csv", "a/b.csv", "..", ".", "good.csv"]]
            def stat(self, path):
                return self.entry(path, 0o040755)
            lstat = stat

        def serve(client):
            transport = paramiko.Transport(client)
            transport.add_server_key(key)
            transport.set_subsystem_handler("sftp", paramiko.SFTPServer, Files)
            try:
                transport.start_server(server=Sign())
            except Exception:
                pass

        listener = socket.create_server(("127.0.0.1", port))
        while True:
            threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
        """#

    init() throws {
        folder = NSTemporaryDirectory() + "/galley-password-\(UInt32.random(in: 0 ... .max))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        port = try LocalProgram.freePort()
        let key = folder + "/key"
        try LocalProgram.run(["/usr/bin/ssh-keygen", "-q", "-t", "ecdsa", "-m", "PEM", "-N", "", "-f", key])
        hostKey =
            try LocalProgram.run(["/usr/bin/ssh-keygen", "-lf", key]).split(separator: " ").dropFirst().first
            .map(String.init) ?? ""
        try Self.script.write(toFile: folder + "/server.py", atomically: true, encoding: .utf8)
        process = try LocalProgram.start(["/usr/bin/python3", folder + "/server.py", "\(port)", Self.password, key])
        try LocalProgram.waitFor(port: port, of: process)
    }

    func stop() {
        process.terminate()
        try? FileManager.default.removeItem(atPath: folder)
    }
}
