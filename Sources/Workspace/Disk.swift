// Reading, listing and replacing files through POSIX: quick to start, and clear about what went wrong.

import Glibc

/// The few file operations the workspace needs.
enum Disk {
    /// What a path leads to, links followed.
    enum Kind { case file, folder, other }

    /// Identifies one state of a file: changes when it is written or replaced.
    struct Stamp: Hashable, Sendable {
        let device: UInt64
        let inode: UInt64
        let bytes: Int64
        /// When it was last changed in any way (ctime, which no program can set).
        let seconds: Int
        let nanoseconds: Int

        /// Whether the next change will show: a file system's clock stands still for some milliseconds.
        var isSettled: Bool {
            var now = timespec()
            clock_gettime(CLOCK_REALTIME, &now)
            let age = (now.tv_sec - seconds) * 1000 + (now.tv_nsec - nanoseconds) / 1_000_000
            return age > 100
        }
    }

    static func kind(of path: String) -> Kind? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        return switch status.st_mode & S_IFMT {
        case S_IFREG: .file
        case S_IFDIR: .folder
        default: .other
        }
    }

    static func stamp(of path: String) -> Stamp? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        return Stamp(
            device: UInt64(status.st_dev), inode: UInt64(status.st_ino), bytes: Int64(status.st_size),
            seconds: Int(status.st_ctim.tv_sec), nanoseconds: Int(status.st_ctim.tv_nsec))
    }

    /// Owner and permission bits, links followed.
    static func access(of path: String) -> (owner: UInt32, mode: UInt32)? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        return (status.st_uid, UInt32(status.st_mode) & 0o7777)
    }

    /// Whether something is there, a dangling link included.
    static func isTaken(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0
    }

    /// The path with links resolved; nil when it leads nowhere.
    static func resolved(_ path: String) -> String? {
        guard let found = realpath(path, nil) else { return nil }
        defer { free(found) }
        return String(cString: found)
    }

    /// The folder the process works in.
    static var currentFolder: String { resolved(".") ?? "/" }

    /// The names in a folder, sorted; empty when there is no such folder.
    static func names(in folder: String) -> [String] {
        guard let stream = opendir(folder) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// - Throws: `WorkspaceError` when the folder is there and can't be listed.
    static func verifyFolder(_ path: String) throws(WorkspaceError) {
        if let stream = opendir(path) {
            closedir(stream)
        } else if errno != ENOENT {
            throw WorkspaceError(.disk, "can't list \(path): \(reason(errno))")
        }
    }

    /// The whole file, or its first `limit` bytes when `partly`.
    /// - Throws: `WorkspaceError` when it is not there, not readable, no plain file, or larger than `limit`.
    static func read(_ path: String, limit: Int = 64 << 20, partly: Bool = false) throws(WorkspaceError) -> [UInt8] {
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else {
            let code = errno
            throw WorkspaceError(code == ENOENT ? .notFound : .disk, "can't read \(path): \(reason(code))")
        }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw WorkspaceError(.disk, "can't read \(path): it is not a plain file")
        }
        guard partly || Int64(status.st_size) <= Int64(limit) else {
            throw WorkspaceError(
                .invalid, "\(path) is too large: \(status.st_size) bytes, and at most \(limit) are read")
        }
        var bytes: [UInt8] = []
        var expected = min(limit, Int(status.st_size) + 1)
        while true {
            var failure: Int32 = 0
            let chunk = [UInt8](unsafeUninitializedCapacity: max(expected, 4096)) { buffer, count in
                let got = readBytes(file, buffer.baseAddress, buffer.count)
                if got < 0 { failure = errno }
                count = max(0, got)
            }
            if failure == EINTR { continue }
            guard failure == 0 else { throw WorkspaceError(.disk, "can't read \(path): \(reason(failure))") }
            if chunk.isEmpty { return bytes }
            if bytes.isEmpty { bytes = chunk } else { bytes += chunk }
            if bytes.count > limit {
                if partly { return Array(bytes.prefix(limit)) }
                throw WorkspaceError(.invalid, "\(path) is too large: at most \(limit) bytes are read")
            }
            if partly, bytes.count == limit { return bytes }
            expected = 65536
        }
    }

    /// Replaces a file in one step: a reader sees the old content or the new one, also after a crash.
    static func replace(_ path: String, with bytes: [UInt8], mode: UInt32) throws(WorkspaceError) {
        let temporary = "\(path).\(getpid()).\(UInt32.random(in: .min ... .max)).new"
        func failed(_ what: String, _ code: Int32) -> WorkspaceError {
            unlink(temporary)
            return WorkspaceError(.disk, "can't \(what) \(path): \(reason(code))")
        }
        let file = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode_t(mode))
        guard file >= 0 else { throw WorkspaceError(.disk, "can't write \(path): \(reason(errno))") }
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
            if count < 0 {
                let code = errno
                if code == EINTR { continue }
                close(file)
                throw failed("write", code)
            }
            written += count
        }
        guard fsync(file) == 0 else {
            let code = errno
            close(file)
            throw failed("write", code)
        }
        close(file)
        guard rename(temporary, path) == 0 else { throw failed("replace", errno) }
        let folder = open(parent(of: path), O_RDONLY | O_CLOEXEC)
        if folder >= 0 {
            fsync(folder)
            close(folder)
        }
    }

    static func remove(_ path: String) throws(WorkspaceError) {
        guard unlink(path) == 0 else { throw WorkspaceError(.disk, "can't remove \(path): \(reason(errno))") }
    }

    /// Makes a folder and those above it.
    static func makeFolder(_ path: String, mode: UInt32) throws(WorkspaceError) {
        if kind(of: path) == .folder { return }
        let above = parent(of: path)
        if above != path { try makeFolder(above, mode: mode) }
        guard mkdir(path, mode_t(mode)) == 0 || errno == EEXIST else {
            throw WorkspaceError(.disk, "can't make the folder \(path): \(reason(errno))")
        }
    }

    /// The folder a path is in.
    static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// What an error number says, in words.
    static func reason(_ code: Int32) -> String {
        switch code {
        case ENOENT: "there is no such file"
        case EACCES, EPERM: "permission is missing"
        case ENOSPC: "the disk is full"
        case EISDIR: "it is a folder"
        default: String(cString: strerror(code)).lowercased()
        }
    }
}

// `read` inside `Disk` would find the method above.
private func readBytes(_ file: Int32, _ buffer: UnsafeMutablePointer<UInt8>?, _ count: Int) -> Int {
    read(file, buffer, count)
}
