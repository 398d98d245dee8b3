// Where a server is and what lets a command in: the address and the token of `--server`.

import Engine
import Foundation
import GalleyServer

/// The base of all addresses of a server.
struct ServerAddress: Sendable {
    /// Without a slash at its end.
    let base: String

    /// - Parameter mayBePlain: also http to another machine.
    /// - Throws: `OwnerFailure` for what is no address, or one where the token would be read by others.
    init(_ text: String, mayBePlain: Bool) throws {
        func wrong(_ why: String) -> OwnerFailure {
            OwnerFailure(kind: "refused", "--server (or GALLEY_SERVER): \(why)")
        }
        guard let parts = URLComponents(string: text), let scheme = parts.scheme?.lowercased(),
            ["http", "https"].contains(scheme), let host = parts.host, !host.isEmpty
        else { throw wrong("write an address like https://galley.example, not \"\(printable(text))\"") }
        guard parts.user == nil, parts.password == nil, parts.query == nil, parts.fragment == nil else {
            throw wrong("the address has more in it than a host, a port and a path; the token goes into GALLEY_TOKEN")
        }
        let name = host.trimmingCharacters(in: CharacterSet(charactersIn: "[]"))
        guard scheme == "https" || mayBePlain || ServerConfiguration.isLoopback(name) else {
            throw wrong(
                "http to \(printable(name)) would send the token so that others can read it: use https, or --insecure-http if the way there is safe"
            )
        }
        var base = text
        while base.hasSuffix("/") { base.removeLast() }
        self.base = base
    }
}

/// The token that a command shows to a server.
enum ServerToken {
    /// From the file, else from GALLEY_TOKEN; nil when neither has one.
    /// - Throws: `OwnerFailure` for a file that can't be read and for what can't be a token.
    static func read(file: String?) throws -> String? {
        let (text, source): (String, String)
        if let file {
            (text, source) = (
                String(decoding: try JSONInput.bytes(of: file, what: "--token-file"), as: UTF8.self), file
            )
            warn(of: file)
        } else if let value = ProcessInfo.processInfo.environment["GALLEY_TOKEN"], !value.isEmpty {
            (text, source) = (value, "GALLEY_TOKEN")
        } else {
            return nil
        }
        let token = text.trimmingCharacters(in: .whitespacesAndNewlines)
        guard !token.isEmpty, token.utf8.count <= 1_024, token.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw OwnerFailure(kind: "refused", "\(source) holds no token: one is a line like galley_…")
        }
        return token
    }

    private static func warn(of file: String) {
        let attributes = try? FileManager.default.attributesOfItem(atPath: file)
        guard let mode = attributes?[.posixPermissions] as? Int, mode & 0o077 != 0 else { return }
        Terminal.warning("others on this machine can read \(printable(file)): chmod 600 keeps the token to you")
    }
}
