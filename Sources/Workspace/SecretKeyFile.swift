// The key of the encrypted store: a file of its own, outside the workspace, readable by its owner only.

import Crypto
import Foundation

/// 32 random bytes, in base64, in `$GALLEY_KEY_FILE` or `~/.config/galley/keys/WORKSPACE` (`$XDG_CONFIG_HOME` obeyed), mode
/// 0600.
struct SecretKeyFile {
    let path: String?

    init(workspace: String, environment: (String) -> String?) {
        if let path = environment("GALLEY_KEY_FILE"), !path.isEmpty {
            self.path = path
        } else if let config = environment("XDG_CONFIG_HOME"), config.hasPrefix("/") {
            path = "\(config)/galley/keys/\(workspace)"
        } else if let home = environment("HOME"), home.hasPrefix("/") {
            path = "\(home)/.config/galley/keys/\(workspace)"
        } else {
            path = nil
        }
    }

    /// Seals a value, tied to its name and workspace.
    /// - Parameter makingKey: whether a missing key may be made; only while the store is empty, or what is in it is lost.
    func seal(_ value: String, name: String, workspace: String, makingKey: Bool) throws -> [UInt8] {
        let key: SymmetricKey
        if let path, makingKey, !Disk.isTaken(path) {
            key = try make(at: path)
        } else {
            key = try read()
        }
        guard
            let box = try? AES.GCM.seal(
                Data(value.utf8), using: key, authenticating: Data("\(workspace)/\(name)".utf8)
            ).combined
        else { throw WorkspaceError(.disk, "the secret \"\(name)\" could not be encrypted") }
        return Array(box)
    }

    /// Opens a sealed value.
    func open(_ box: [UInt8], name: String, workspace: String) throws -> String {
        let key = try read()
        guard let sealed = try? AES.GCM.SealedBox(combined: Data(box)),
            let value = try? AES.GCM.open(sealed, using: key, authenticating: Data("\(workspace)/\(name)".utf8)),
            let text = String(data: value, encoding: .utf8)
        else {
            throw WorkspaceError(
                .invalid,
                "the secret \"\(name)\" can't be decrypted: the key file is not the one it was stored with, or the store "
                    + "was changed. Set it again with: galley secrets set \(name)")
        }
        return text
    }

    private func make(at path: String) throws -> SymmetricKey {
        let key = SymmetricKey(size: .bits256)
        let text = key.withUnsafeBytes { Data($0).base64EncodedString() }
        try Disk.makeFolder(Disk.parent(of: path), mode: 0o700)
        try Disk.replace(path, with: Array(text.utf8) + [UInt8(ascii: "\n")], mode: 0o600)
        return key
    }

    private func read() throws -> SymmetricKey {
        guard let path else {
            throw WorkspaceError(
                .notFound, "there is no place for the key of the secrets: set GALLEY_KEY_FILE to a path, or HOME")
        }
        guard let access = Disk.access(of: path) else {
            throw WorkspaceError(
                .notFound,
                "the key file of this workspace's secrets is missing: \(path). Copy it from the machine where the secrets "
                    + "were set, or remove .galley/secrets.json and set them again")
        }
        guard access.mode & 0o077 == 0 else {
            throw WorkspaceError(
                .refused, "the key file \(path) can be read by others; make it private with: chmod 600 \(path)")
        }
        guard access.owner == geteuid() || geteuid() == 0 else {
            throw WorkspaceError(.refused, "the key file \(path) belongs to another user")
        }
        let text = String(decoding: try Disk.read(path, limit: 4096), as: UTF8.self)
        guard let bytes = Data(base64Encoded: text.trimmingCharacters(in: .whitespacesAndNewlines)), bytes.count == 32
        else {
            throw WorkspaceError(.invalid, "the key file \(path) does not hold a key of galley")
        }
        return SymmetricKey(data: bytes)
    }
}
