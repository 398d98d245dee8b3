// Regular files of the workspace, opened for reading: whole or in chunks, never a device, a pipe or a folder.

import ConnectorKit
import Glibc
import RecipeLanguage

/// A regular file that is open for reading. It belongs to one thread at a time; closed when released.
final class OpenedFile {
    /// As the recipe names it, for messages.
    let name: String
    let sizeBytes: Int
    private let descriptor: CInt

    /// - Parameter name: relative to the workspace.
    /// - Throws: `not_found` or `file`.
    convenience init(_ name: String, in files: any WorkspaceFiles) throws {
        try self.init(path: files.path(of: name), name: name)
    }

    init(path: String, name: String) throws(ConnectorError) {
        self.name = name
        (descriptor, sizeBytes) = try Self.opened(path, name)
    }

    /// - Returns: the descriptor and the size. (Not in `init`: when that throws late, `deinit` runs and closes as well.)
    private static func opened(_ path: String, _ name: String) throws(ConnectorError) -> (CInt, Int) {
        // Without O_NONBLOCK opening a pipe would wait for a writer.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard descriptor >= 0 else { throw .file("read", name, errno) }
        var state = stat()
        guard fstat(descriptor, &state) == 0 else {
            let code = errno
            close(descriptor)
            throw .file("read", name, code)
        }
        guard state.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw ConnectorError(type: "file", "\"\(name)\" is no file: it is a folder or a device")
        }
        return (descriptor, Int(state.st_size))
    }

    deinit { close(descriptor) }

    /// Moves to a byte from the start.
    func seek(to offset: Int) throws(ConnectorError) {
        guard lseek(descriptor, off_t(offset), SEEK_SET) >= 0 else { throw .file("read", name, errno) }
    }

    /// Reads into `buffer`.
    /// - Returns: how many bytes; 0 at the end of the file.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(ConnectorError) -> Int {
        while true {
            let count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
            if count >= 0 { return count }
            if errno != EINTR { throw .file("read", name, errno) }
        }
    }

    /// The rest of the file.
    /// - Throws: `too_large` when it has more than `limit` bytes.
    func readAll(limit: Int) throws -> [UInt8] {
        var bytes: [UInt8] = []
        var room = min(max(sizeBytes, 0), limit) + 1  // one more, to see the end or the excess
        while true {
            let piece = try [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
                count = try read(into: UnsafeMutableRawBufferPointer(buffer))
            }
            if piece.isEmpty { return bytes }
            if bytes.isEmpty { bytes = piece } else { bytes += piece }
            if bytes.count > limit {
                throw ConnectorError(
                    type: "too_large", "\"\(name)\" has more than the \(limit) bytes that this step takes")
            }
            room = min(64 << 10, limit - bytes.count + 1)
        }
    }
}

extension ConnectorError {
    /// What the system said about a file, in words.
    static func file(_ verb: String, _ name: String, _ code: CInt) -> ConnectorError {
        switch code {
        case ENOENT: ConnectorError(type: "not_found", "there is no \"\(name)\" in the workspace")
        case ELOOP: ConnectorError(type: "file", "\"\(name)\" is a link; links are not followed")
        case EACCES, EPERM:
            ConnectorError(type: "file", "can't \(verb) \"\(name)\": the user that runs Galley may not")
        case ENOSPC, EDQUOT:
            ConnectorError(type: "file", "can't \(verb) \"\(name)\": the disk is full", isTransient: true)
        case EISDIR: ConnectorError(type: "file", "can't \(verb) \"\(name)\": it is a folder")
        case ENOTDIR:
            ConnectorError(type: "file", "can't \(verb) \"\(name)\": part of the path is a file, not a folder")
        case ENOTEMPTY: ConnectorError(type: "file", "can't \(verb) \"\(name)\": the folder is not empty")
        case EEXIST: ConnectorError(type: "conflict", "\"\(name)\" is there already")
        default: ConnectorError(type: "file", "can't \(verb) \"\(name)\": \(String(cString: strerror(code)))")
        }
    }
}
