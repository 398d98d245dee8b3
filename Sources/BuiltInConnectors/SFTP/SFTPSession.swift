// Files on an SFTP server: opened, read, written, listed, renamed. Paths are the recipe's, below the connection's root.

import CSSH2
import ConnectorKit
import Glibc
import JSONCore
import RecipeLanguage

/// What a server says about a file or folder.
struct SFTPEntry: Sendable, Hashable {
    enum Kind: String, Sendable { case file, folder, link, other }
    /// As recipes name it.
    let path: String
    let kind: Kind
    /// Bytes.
    let size: Int
    /// Seconds since 1970 (UTC).
    let modified: Int
    /// Rights, in the last nine bits.
    let mode: Int

    init(path: String, _ attributes: LIBSSH2_SFTP_ATTRIBUTES) {
        self.path = path
        switch Int32(truncatingIfNeeded: attributes.permissions) & LIBSSH2_SFTP_S_IFMT {
        case LIBSSH2_SFTP_S_IFREG: kind = .file
        case LIBSSH2_SFTP_S_IFDIR: kind = .folder
        case LIBSSH2_SFTP_S_IFLNK: kind = .link
        default: kind = .other
        }
        size = Int(clamping: attributes.filesize)
        modified = Int(clamping: attributes.mtime)
        mode = Int(attributes.permissions & 0o777)
    }

    static let schema = Schema.object([
        .string("path", required: true), .string("name", required: true),
        .string("kind", required: true, "file, folder, link or other"),
        .integer("size", required: true, "bytes"),
        .string("modified", required: true, "when it was last written, in UTC"),
    ])

    var name: String { SFTPPath.split(path).name }

    var json: JSON {
        [
            "path": .string(path), "name": .string(name), "kind": .string(kind.rawValue), "size": .integer(size),
            "modified": .string(InstantText.iso(Int64(modified) * 1_000)),
        ]
    }
}

/// An SFTP session, signed in. Blocking; it belongs to one thread.
final class SFTPSession {
    let server: SFTPServer
    private let link: SSHLink
    private let sftp: OpaquePointer
    /// The root with its links resolved; nil when everything is allowed.
    private var realRoot: String?

    init(_ server: SFTPServer, _ flag: CancellationFlag) throws {
        self.server = server
        let link = try SSHLink.signedIn(server, flag)
        let begun: OpaquePointer? = try link.again { galley_libssh2_sftp_init(link.session) }
        guard let begun else {
            let code = Int(galley_libssh2_session_last_errno(link.session))
            guard code == Int(LIBSSH2_ERROR_CHANNEL_REQUEST_DENIED) || code == Int(LIBSSH2_ERROR_CHANNEL_FAILURE) else {
                throw link.lost(code)
            }
            throw ConnectorError(
                type: "not_allowed", "\(server.place) lets \"\(server.username)\" in, but has no SFTP for that user")
        }
        (self.link, sftp) = (link, begun)
        if let root = server.root { realRoot = try real(root, of: root) }
    }

    // MARK: - Paths

    /// A recipe's path as the server takes it, inside the root also when links on the server lead elsewhere.
    /// - Parameter follows: whether the operation follows a link at the path itself.
    private func resolved(_ path: String, follows: Bool) throws -> String {
        try SFTPPath.check(path, member: "path")
        guard let realRoot else { return path.isEmpty ? "." : path }
        let parts = SFTPPath.parts(path)
        guard let last = parts.last else { return realRoot }
        let folder = parts.dropLast().reduce(realRoot, SFTPPath.joined)
        let realFolder = parts.count == 1 ? realRoot : try real(folder, of: path)
        try holdInside(realFolder, path)
        let full = SFTPPath.joined(realFolder, last)
        guard follows else { return full }
        let target = try real(full, of: path)
        try holdInside(target, path)
        return target
    }

    private func holdInside(_ real: String, _ path: String) throws {
        guard let realRoot, realRoot != "/" else { return }
        guard real == realRoot || real.hasPrefix(realRoot + "/") else {
            throw ConnectorError(
                type: "not_allowed",
                "\"\(path)\" leads out of the root of the connection \"\(server.connection)\" by a link on the server")
        }
    }

    private func real(_ path: String, of shown: String) throws -> String {
        var room = [CChar](repeating: 0, count: 4_096)
        let length = try link.again {
            Int(
                galley_libssh2_sftp_symlink_ex(
                    sftp, path, UInt32(path.utf8.count), &room, UInt32(room.count - 1), LIBSSH2_SFTP_REALPATH))
        }
        guard length >= 0 else { throw failure(length, "find", shown) }
        guard let text = String(validating: room.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self) else {
            throw ConnectorError(
                type: "bad_answer", "\(server.place) resolves \"\(shown)\" to a path that is not UTF-8")
        }
        return text
    }

    // MARK: - Operations

    /// What is at a path; nil when nothing is.
    /// - Parameter follows: whether a link counts as what it leads to.
    func entry(_ path: String, follows: Bool = true) throws -> SFTPEntry? {
        do {
            return try entryThere(path, follows)
        } catch let error as ConnectorError where error.type == "not_found" {
            return nil
        }
    }

    private func entryThere(_ path: String, _ follows: Bool) throws -> SFTPEntry {
        var attributes = LIBSSH2_SFTP_ATTRIBUTES()
        try call("look at", path) {
            let full = try resolved(path, follows: follows)
            return try link.again {
                Int(
                    galley_libssh2_sftp_stat_ex(
                        sftp, full, UInt32(full.utf8.count), follows ? LIBSSH2_SFTP_STAT : LIBSSH2_SFTP_LSTAT,
                        &attributes))
            }
        }
        return SFTPEntry(path: path, attributes)
    }

    /// Goes through a folder, in the server's order.
    /// - Parameter take: false ends it.
    func list(_ folder: String, _ take: (SFTPEntry) throws -> Bool) throws {
        let full = try resolved(folder, follows: true)
        let handle = try open(full, folder, "list", flags: 0, mode: 0, type: LIBSSH2_SFTP_OPENDIR)
        defer { _ = try? link.again { Int(galley_libssh2_sftp_close_handle(handle)) } }
        var room = [CChar](repeating: 0, count: 4_096)
        while true {
            var attributes = LIBSSH2_SFTP_ATTRIBUTES()
            let length = try link.again {
                Int(galley_libssh2_sftp_readdir_ex(handle, &room, room.count, nil, 0, &attributes))
            }
            if length == 0 { return }
            guard length > 0 else { throw failure(length, "list", folder) }
            // A name that is not UTF-8 can't be written in a recipe; one with a slash in it is an attack.
            guard let name = String(validating: room.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self),
                name != ".", name != "..", !name.contains("/"), !name.utf8.contains(0)
            else { continue }
            guard try take(SFTPEntry(path: SFTPPath.joined(folder, name), attributes)) else { return }
        }
    }

    /// Reads a file piece by piece.
    func read(_ path: String, _ take: ([UInt8]) throws -> Void) throws {
        let full = try resolved(path, follows: true)
        let handle = try open(
            full, path, "read", flags: UInt(LIBSSH2_FXF_READ), mode: 0, type: LIBSSH2_SFTP_OPENFILE)
        defer { _ = try? link.again { Int(galley_libssh2_sftp_close_handle(handle)) } }
        // libssh2 asks for as much as there is room, in pieces that are on their way together.
        var room = [CChar](repeating: 0, count: 256 << 10)
        while true {
            let count = try link.again { galley_libssh2_sftp_read(handle, &room, room.count) }
            if count == 0 { return }
            guard count > 0 else { throw failure(count, "read", path) }
            try room.withUnsafeBytes { try take(Array($0.prefix(count))) }
        }
    }

    /// Writes a file piece by piece; one that is there is overwritten.
    /// - Parameter next: gives the next bytes; none at the end.
    /// - Returns: how many bytes.
    func write(_ path: String, mode: Int, _ next: () throws -> [UInt8]) throws -> Int {
        let full = try resolved(path, follows: false)
        let flags = LIBSSH2_FXF_WRITE | LIBSSH2_FXF_CREAT | LIBSSH2_FXF_TRUNC
        let handle = try open(full, path, "write", flags: UInt(flags), mode: mode, type: LIBSSH2_SFTP_OPENFILE)
        var isOpen = true
        defer { if isOpen { _ = try? link.again { Int(galley_libssh2_sftp_close_handle(handle)) } } }
        var total = 0
        while true {
            let bytes = try next()
            if bytes.isEmpty { break }
            var sent = 0
            while sent < bytes.count {
                let count = try bytes.withUnsafeBytes { all in
                    try link.again {
                        galley_libssh2_sftp_write(
                            handle, all.baseAddress.map { ($0 + sent).assumingMemoryBound(to: CChar.self) },
                            all.count - sent)
                    }
                }
                guard count > 0 else { throw failure(count, "write", path) }
                sent += count
            }
            total += bytes.count
        }
        // Not every server can; one that can't says so and that is all right.
        let synced = try link.again { Int(galley_libssh2_sftp_fsync(handle)) }
        guard synced == 0 || synced == Int(LIBSSH2_ERROR_SFTP_PROTOCOL) else { throw failure(synced, "write", path) }
        isOpen = false
        let closed = try link.again { Int(galley_libssh2_sftp_close_handle(handle)) }
        guard closed == 0 else { throw failure(closed, "write", path) }
        return total
    }

    /// Gives a file another path. A file that is there is not replaced.
    func rename(_ from: String, to: String) throws {
        // libssh2 offers to overwrite and to do so in one move; servers of version 3 of SFTP, which are nearly all, don't know how.
        try call("rename", from, changes: true) {
            let (source, target) = (try resolved(from, follows: false), try resolved(to, follows: false))
            return try link.again {
                Int(
                    galley_libssh2_sftp_rename_ex(
                        sftp, source, UInt32(source.utf8.count), target, UInt32(target.utf8.count), 0))
            }
        }
    }

    /// Renames over a file that is there, in one move.
    /// - Returns: false when libssh2 or the server can't.
    func renameOver(_ from: String, to: String) throws -> Bool {
        let (source, target) = (try resolved(from, follows: false), try resolved(to, follows: false))
        let code = try link.again {
            Int(galley_ssh2_posix_rename(sftp, source, source.utf8.count, target, target.utf8.count))
        }
        if code == 0 { return true }
        let reason =
            code == Int(LIBSSH2_ERROR_SFTP_PROTOCOL) ? galley_libssh2_sftp_last_error(sftp) : UInt(clamping: code)
        guard reason == LIBSSH2_FX_OP_UNSUPPORTED else { throw failure(code, "rename", from) }
        return false
    }

    func delete(_ path: String) throws {
        try call("delete", path, changes: true) {
            let full = try resolved(path, follows: false)
            return try link.again { Int(galley_libssh2_sftp_unlink_ex(sftp, full, UInt32(full.utf8.count))) }
        }
    }

    /// The folder has to be empty.
    func deleteFolder(_ path: String) throws {
        try call("delete", path, changes: true) {
            let full = try resolved(path, follows: false)
            return try link.again { Int(galley_libssh2_sftp_rmdir_ex(sftp, full, UInt32(full.utf8.count))) }
        }
    }

    func makeFolder(_ path: String) throws {
        try call("make", path, changes: true) {
            let full = try resolved(path, follows: false)
            return try link.again { Int(galley_libssh2_sftp_mkdir_ex(sftp, full, UInt32(full.utf8.count), 0o755)) }
        }
    }

    // MARK: -

    private func open(
        _ full: String, _ path: String, _ verb: String, flags: UInt, mode: Int, type: Int32
    ) throws -> OpaquePointer {
        let handle: OpaquePointer? = try link.again {
            galley_libssh2_sftp_open_ex(sftp, full, UInt32(full.utf8.count), flags, mode, type)
        }
        guard let handle else {
            throw failure(Int(galley_libssh2_session_last_errno(link.session)), verb, path)
        }
        return handle
    }

    /// - Parameter changes: whether nobody knows what was done when the answer is lost.
    private func call(_ verb: String, _ path: String, changes: Bool = false, _ body: () throws -> Int) throws {
        let code: Int
        do {
            code = try body()
        } catch let error as ConnectorError where changes && error.type == "timeout" {
            throw ConnectorError(type: error.type, error.message, isTransient: true, outcome: .unknown)
        }
        guard code == 0 else { throw failure(code, verb, path, changes: changes) }
    }

    private func failure(_ code: Int, _ verb: String, _ path: String, changes: Bool = false) -> ConnectorError {
        guard code == Int(LIBSSH2_ERROR_SFTP_PROTOCOL) else {
            return link.lost(code, outcome: changes ? .unknown : .refused)
        }
        return server.failure(galley_libssh2_sftp_last_error(sftp), verb, path)
    }
}

extension SFTPServer {
    /// What the server says, by its number (draft-ietf-secsh-filexfer-13 §9.1).
    fileprivate func failure(_ reason: UInt, _ verb: String, _ path: String) -> ConnectorError {
        func error(_ type: String, _ why: String, isTransient: Bool = false) -> ConnectorError {
            ConnectorError(type: type, "can't \(verb) \"\(path)\" on \(place): \(why)", isTransient: isTransient)
        }
        switch reason {
        case LIBSSH2_FX_NO_SUCH_FILE, LIBSSH2_FX_NO_SUCH_PATH:
            return error("not_found", "there is no such file or folder")
        case LIBSSH2_FX_PERMISSION_DENIED, LIBSSH2_FX_WRITE_PROTECT:
            return error("not_allowed", "the user \"\(username)\" may not")
        case LIBSSH2_FX_FILE_ALREADY_EXISTS: return error("conflict", "it is there already")
        case LIBSSH2_FX_NO_SPACE_ON_FILESYSTEM, LIBSSH2_FX_QUOTA_EXCEEDED:
            return error("server", "the server has no space left", isTransient: true)
        case LIBSSH2_FX_NOT_A_DIRECTORY: return error("bad_input", "a part of the path is no folder")
        case LIBSSH2_FX_DIR_NOT_EMPTY: return error("conflict", "the folder is not empty")
        case LIBSSH2_FX_OP_UNSUPPORTED: return error("refused", "the server can't do that")
        case LIBSSH2_FX_CONNECTION_LOST, LIBSSH2_FX_NO_CONNECTION:
            return error("connection", "the server lost the connection", isTransient: true)
        default: return error("refused", "the server says no more than that it failed (\(reason))")
        }
    }
}
