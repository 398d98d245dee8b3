// Where files lie on an SFTP server, and how a connection signs in there.

import ConnectorKit
import Glibc
import JSONCore
import RecipeLanguage

/// A server as a connection describes it.
struct SFTPServer: Sendable {
    let host: String
    let port: Int
    let username: String
    let password: String?
    /// The text of a private key, in OpenSSH's form or as PEM.
    let privateKey: String?
    let passphrase: String?
    /// `SHA256:…` of the keys that the server may show; empty: none is known yet.
    let hostKeys: [String]
    /// The folder that paths are below; nil: the home folder, and the whole server by absolute paths.
    let root: String?
    /// For one answer of the server.
    let seconds: Int
    let connection: String
    let network: NetworkPermissions

    private static let mostKeyBytes = 64 << 10

    static let settings: Schema = .object([
        .string("host", required: true, "the server, like files.acme.example"), .integer("port", "22 when left out"),
        .any(
            "host_key",
            "the fingerprint of the server's key, SHA256:…, or a list of such; galley connections test shows the one that the server has"
        ),
        .string(
            "root",
            "the folder that all paths are below; without it paths begin in the home folder, and /… is the whole server"
        ),
        .integer("timeout", "seconds for one answer of the server, from 1 to 600; 30 when left out"),
    ])

    /// - Throws: `bad_input`, `auth`.
    init(_ connection: Connection?) throws(ConnectorError) {
        guard let connection else {
            throw ConnectorError(
                type: "bad_input", "sftp needs a connection: name one in the step or under \"connections\"")
        }
        let settings = ActionInput(.object(connection.settings))
        let credentials = ActionInput(.object(connection.credentials))
        self.connection = connection.name
        network = connection.network
        host = try settings.filledText("host")
        guard host.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "/") }) else {
            throw ConnectorError(type: "bad_input", "\"host\" of the connection is no host name")
        }
        port = try settings.integer("port", in: 1...65_535) ?? 22
        var hostKeys: [String] = []
        for text in try settings.texts("host_key") ?? [] {
            let digits = text.trimmingPrefix("SHA256:").prefix { $0 != "=" }
            guard digits.utf8.count == 43, Base64Text.decode(String(digits))?.count == 32 else {
                throw ConnectorError(
                    type: "bad_input",
                    "\"host_key\" of the connection \"\(connection.name)\" must be a fingerprint like SHA256:… with 43 characters behind the colon, as ssh-keygen -lf shows it"
                )
            }
            hostKeys.append("SHA256:" + digits)
        }
        self.hostKeys = hostKeys
        root = try settings.text("root").flatMap { $0.isEmpty ? nil : $0 }
        if let root { try SFTPPath.check(root, member: "root") }
        seconds = try settings.integer("timeout", in: 1...600) ?? 30
        func wrong(_ what: String) -> ConnectorError {
            ConnectorError(type: "auth", "the connection \"\(connection.name)\" can't sign in: \(what)")
        }
        guard let username = try credentials.text("username"), !username.isEmpty, !username.utf8.contains(0) else {
            throw wrong("\"auth\" has no \"username\"")
        }
        self.username = username
        password = try credentials.text("password")
        passphrase = try credentials.text("passphrase")
        let (key, file) = (try credentials.text("private_key"), try credentials.text("private_key_file"))
        guard key == nil || file == nil else {
            throw wrong("\"auth\" has both \"private_key\" and \"private_key_file\"; give one")
        }
        if let file { privateKey = try Self.read(file, wrong) } else { privateKey = key }
        guard password != nil || privateKey != nil else {
            throw wrong("\"auth\" needs \"password\", \"private_key\" or \"private_key_file\"")
        }
        for text in [password, passphrase, privateKey].compactMap(\.self) where text.utf8.contains(0) {
            throw wrong("a null character is in \"auth\"")
        }
        if let privateKey { try Self.checkForm(privateKey, passphrase, wrong) }
    }

    var place: String { "the SFTP server \(host)" }

    private static func read(
        _ file: String, _ wrong: (String) -> ConnectorError
    ) throws(ConnectorError) -> String {
        guard file.hasPrefix("/") else {
            throw wrong("\"private_key_file\" must be an absolute path, like /etc/galley/id_ed25519")
        }
        let name = file.split(separator: "/").last.map(String.init) ?? file
        do {
            let bytes = try OpenedFile(path: file, name: name).readAll(limit: mostKeyBytes)
            return String(decoding: bytes, as: UTF8.self)
        } catch {
            throw wrong(
                "the key file \(name) can't be read: it must be a file (no link) that the user who runs Galley may read"
            )
        }
    }

    /// Whether a private key is of RSA, whichever form it has: PEM says so, OpenSSH's and PKCS #8 inside of it.
    static func isRSA(_ key: String) -> Bool {
        let lines = key.split(whereSeparator: \.isNewline)
        if lines.first?.contains("RSA PRIVATE KEY") == true { return true }
        let inside = Base64Text.decode(lines.filter { !$0.hasPrefix("-") }.joined()) ?? []
        // The name of OpenSSH's public part, and rsaEncryption of RFC 8017 (1.2.840.113549.1.1.1) at the beginning of PKCS #8.
        let name = Array("\0\0\0\u{7}ssh-rsa".utf8)
        let identifier: [UInt8] = [0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01]
        return inside.prefix(200).contains(name) || inside.prefix(40).contains(identifier)
    }

    /// Says what is wrong with a key that libssh2 would only call invalid.
    private static func checkForm(
        _ key: String, _ passphrase: String?, _ wrong: (String) -> ConnectorError
    ) throws(ConnectorError) {
        if key.contains("PuTTY-User-Key-File") {
            throw wrong(
                "the private key is in PuTTY's form; turn it into OpenSSH's with: puttygen KEY -O private-openssh")
        }
        if key.hasPrefix("ssh-") || key.hasPrefix("ecdsa-") {
            throw wrong("\"private_key\" is the public key; the private one has no .pub at the end of its file's name")
        }
        guard NetworkPermissions.isText(key) else {
            throw wrong("the private key must begin with -----BEGIN … PRIVATE KEY-----, with its line breaks")
        }
        // The form of OpenSSH names the cipher in its first bytes.
        let body = key.split(whereSeparator: \.isNewline).dropFirst().first.map(String.init) ?? ""
        let start = Base64Text.decode(String(body.prefix(64))) ?? []
        let isLocked =
            key.contains("ENCRYPTED")
            || start.starts(with: Array("openssh-key-v1\0".utf8))
                && !start.starts(with: Array("openssh-key-v1\0\0\0\0\u{4}none".utf8))
        if isLocked, passphrase == nil {
            throw wrong("the private key has a passphrase, but \"auth\" has no \"passphrase\"")
        }
    }
}
