// The file of the encrypted store: names in the clear, values sealed.

import Crypto
import Foundation
import JSONCore

/// `.galley/secrets.json`: `{"galley_secrets": 1, "workspace": ID, "secrets": {NAME: {"sealed": BASE64, "set_at_ms": N}},
/// "tokens": {CONNECTION: …}, "kept": {NAME: …}}`.
struct SecretFile {
    struct Sealed {
        /// Nonce, ciphertext and tag of AES-GCM.
        let box: [UInt8]
        let setAtMilliseconds: Int?
    }

    /// Names the key file; made with the store, so a workspace keeps its secrets when it moves.
    let workspace: String
    var sealed: [String: Sealed] = [:]
    /// The tokens that connections got, by the connection's name.
    var tokens: [String: Sealed] = [:]
    /// What galley keeps for itself: the secrets of webhook subscriptions, by their tokens.
    var kept: [String: Sealed] = [:]

    var isEmpty: Bool { sealed.isEmpty && tokens.isEmpty && kept.isEmpty }

    /// An empty store with an id of its own.
    static func fresh() -> SecretFile { SecretFile(workspace: UUID().uuidString.lowercased()) }

    private init(workspace: String) { self.workspace = workspace }

    init(_ bytes: [UInt8]) throws(WorkspaceError) {
        let damaged = WorkspaceError(
            .invalid,
            "the store of secrets (.galley/secrets.json) is damaged; restore it from a backup, "
                + "or remove it and set the secrets again")
        let json: JSON
        do { json = try JSON(parsing: bytes) } catch { throw damaged }
        guard json["galley_secrets"]?.integer == 1 else {
            throw WorkspaceError(.invalid, "the store of secrets was written by another version of galley")
        }
        guard let workspace = json["workspace"]?.string, WorkspaceName.isAllowed(workspace),
            let secrets = json["secrets"]?.object
        else { throw damaged }
        self.workspace = workspace
        func read(_ entries: JSONObject) throws(WorkspaceError) -> [String: Sealed] {
            var read: [String: Sealed] = [:]
            for (name, entry) in entries {
                guard let text = entry["sealed"]?.string, let box = Data(base64Encoded: text) else { throw damaged }
                read[name] = Sealed(box: Array(box), setAtMilliseconds: entry["set_at_ms"]?.integer)
            }
            return read
        }
        (sealed, tokens) = (try read(secrets), try read(json["tokens"]?.object ?? [:]))
        kept = try read(json["kept"]?.object ?? [:])
    }

    var bytes: [UInt8] {
        func written(_ entries: [String: Sealed]) -> JSON {
            var secrets = JSONObject()
            for (name, entry) in entries.sorted(by: { $0.key < $1.key }) {
                var object: JSONObject = ["sealed": .string(Data(entry.box).base64EncodedString())]
                if let time = entry.setAtMilliseconds { object["set_at_ms"] = .integer(time) }
                secrets[name] = .object(object)
            }
            return .object(secrets)
        }
        var json: JSONObject = ["galley_secrets": 1, "workspace": .string(workspace), "secrets": written(sealed)]
        if !tokens.isEmpty { json["tokens"] = written(tokens) }
        if !kept.isEmpty { json["kept"] = written(kept) }
        return Array(JSON.object(json).indented.utf8) + [UInt8(ascii: "\n")]
    }
}
