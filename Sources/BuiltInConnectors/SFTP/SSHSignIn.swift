// Who the SSH server is, by its pinned key, and who we are: nothing is told to a server that is not the one that was meant.

import CSSH2
import ConnectorKit
import Glibc
import RecipeLanguage

extension SSHLink {
    /// Types of host keys: all of them, then the others one by one, for a server that has several and pins that name one.
    private static let hostKeyTypes = [
        "ssh-ed25519,ecdsa-sha2-nistp256,ecdsa-sha2-nistp384,ecdsa-sha2-nistp521,ssh-rsa",
        "ecdsa-sha2-nistp256,ecdsa-sha2-nistp384,ecdsa-sha2-nistp521", "ssh-rsa",
    ]

    /// A session with the server that the connection names, signed in.
    /// - Throws: `ConnectorError` of type `dns`, `connection`, `timeout`, `host_key`, `auth`.
    static func signedIn(_ server: SFTPServer, _ flag: CancellationFlag) throws -> SSHLink {
        var seen: [String] = []
        for types in hostKeyTypes {
            let link: SSHLink
            do {
                link = try SSHLink(server, hostKeyTypes: types, flag: flag)
            } catch let error as ConnectorError where error.type == "ssh" && !seen.isEmpty {
                continue  // The server has no key of this type.
            }
            let key = try link.hostKey()
            if server.hostKeys.contains(key.fingerprint) {
                try link.signIn()
                return link
            }
            let shown = "\(key.fingerprint) (\(key.type))"
            if !seen.contains(shown) { seen.append(shown) }
            // Without a pin one is enough to say.
            if server.hostKeys.isEmpty { break }
        }
        throw server.wrongHostKey(seen)
    }

    private func hostKey() throws -> (fingerprint: String, type: String) {
        guard let hash = galley_libssh2_hostkey_hash(session, LIBSSH2_HOSTKEY_HASH_SHA256) else {
            throw ConnectorError(type: "ssh", "\(server.place) has shown no key")
        }
        let bytes = Array(UnsafeRawBufferPointer(start: hash, count: 32))
        var (length, type) = (0, Int32(0))
        _ = galley_libssh2_session_hostkey(session, &length, &type)
        let name =
            switch type {
            case LIBSSH2_HOSTKEY_TYPE_ED25519: "Ed25519"
            case LIBSSH2_HOSTKEY_TYPE_RSA: "RSA"
            case LIBSSH2_HOSTKEY_TYPE_ECDSA_256, LIBSSH2_HOSTKEY_TYPE_ECDSA_384, LIBSSH2_HOSTKEY_TYPE_ECDSA_521: "ECDSA"
            default: "unknown type"
            }
        return ("SHA256:" + Base64Text.encode(bytes).prefix { $0 != "=" }, name)
    }

    /// Signs in with the key, or else with the password.
    private func signIn() throws {
        let name = server.username
        let length = name.utf8.count
        let list: UnsafeMutablePointer<CChar>? = try again {
            galley_libssh2_userauth_list(session, name, UInt32(length))
        }
        guard let list else {
            // A server that asks for nothing.
            if galley_libssh2_userauth_authenticated(session) != 0 { return }
            let code = Int(galley_libssh2_session_last_errno(session))
            throw code == Int(LIBSSH2_ERROR_AUTHENTICATION_FAILED) ? refused("it takes no one in", []) : lost(code)
        }
        let ways = String(cString: list).split(separator: ",").map(String.init)
        var tried: [String] = []
        if let key = server.privateKey, ways.contains("publickey") {
            let code = try again {
                Int(
                    galley_libssh2_userauth_publickey_frommemory(
                        session, name, length, nil, 0, key, key.utf8.count, server.passphrase))
            }
            if code == 0 { return }
            tried.append(try keyFailure(code, key))
        }
        if server.password != nil {
            for (way, isInteractive) in [("password", false), ("keyboard-interactive", true)] where ways.contains(way) {
                let code = try again {
                    Int(galley_ssh2_sign_in(session, name, length, isInteractive ? 1 : 0))
                }
                if code == 0 { return }
                guard code == Int(LIBSSH2_ERROR_AUTHENTICATION_FAILED) else { throw lost(code) }
                tried.append("the password was refused (\(way))")
            }
        }
        throw refused(tried.joined(separator: "; "), ways)
    }

    /// - Returns: why the key did not help.
    /// - Throws: when it can't help whatever is tried next.
    private func keyFailure(_ code: Int, _ key: String) throws -> String {
        switch Int32(clamping: code) {
        case LIBSSH2_ERROR_PUBLICKEY_UNVERIFIED, LIBSSH2_ERROR_AUTHENTICATION_FAILED:
            return SFTPServer.isRSA(key)
                ? "the private key was refused: the server does not know it, or it does not take the old signatures of RSA keys (ssh-rsa), which are all that libssh2 1.10 can make; use an Ed25519 or ECDSA key"
                : "the private key was refused: its public key is not among those that the server takes for this user"
        case LIBSSH2_ERROR_FILE, LIBSSH2_ERROR_PUBLICKEY_PROTOCOL, LIBSSH2_ERROR_METHOD_NONE,
            LIBSSH2_ERROR_KEYFILE_AUTH_FAILED:
            return server.passphrase == nil
                ? "the private key can't be read: it must be an Ed25519, ECDSA or RSA key"
                : "the private key can't be read: its passphrase is wrong, or it is no Ed25519, ECDSA or RSA key"
        case LIBSSH2_ERROR_PROTO where lastMessage.contains("PEM"):
            return "the private key can't be read: a part of it is missing or was changed"
        default: throw lost(code)
        }
    }

    private func refused(_ why: String, _ ways: [String]) -> ConnectorError {
        let offered = ways.isEmpty ? "" : "; the server takes \(ways.joined(separator: ", "))"
        let tried = why.isEmpty ? "none of what \"auth\" has is what the server takes" : why
        return ConnectorError(
            type: "auth", "\(server.place) does not let \"\(server.username)\" in: \(server.redacted(tried))\(offered)")
    }
}

extension SFTPServer {
    /// The server's key is none of those that are known: nothing was told to it.
    func wrongHostKey(_ seen: [String]) -> ConnectorError {
        let shown = seen.joined(separator: " and ")
        let first = seen.first?.prefix { $0 != " " } ?? ""
        let how =
            "compare it with what the server's owner says (there: ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub)"
        return ConnectorError(
            type: "host_key",
            hostKeys.isEmpty
                ? "\(place) shows the key \(shown), and the connection \"\(connection)\" knows none, so nothing was sent: \(how), then write \"host_key\": \"\(first)\" into its settings"
                : "\(place) shows the key \(shown), not \(hostKeys.joined(separator: " or ")): someone else may be answering, or its key was changed, so nothing was sent; \(how) before \"host_key\" of the connection \"\(connection)\" is changed to it"
        )
    }

    /// Servers and libraries may quote what they were given.
    func redacted(_ text: String) -> String {
        [password, passphrase, privateKey].compactMap(\.self).filter { $0.utf8.count >= 3 }.reduce(text) {
            $0.replacing($1, with: "…")
        }
    }
}
