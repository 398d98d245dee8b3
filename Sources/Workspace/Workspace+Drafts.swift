// Removes unfinished files that a crash has left behind.

import Glibc

extension Workspace {
    /// Removes the drafts that are noted in `.galley/drafts` and that nobody is writing. Called by the process that has just
    /// become the owner. Costs one look into a folder when there are none.
    /// - Returns: how many files went.
    @discardableResult
    public func removeStaleDrafts() -> Int {
        let folder = dataFolder + "/drafts"
        var removed = 0
        for number in Disk.names(in: folder) {
            let note = folder + "/" + number
            guard let draft = Self.target(of: note) else { continue }
            // A note names a draft of its own number below this workspace, and nothing else is ever removed.
            let name = draft.split(separator: "/").last ?? ""
            guard number.utf8.allSatisfy({ (0x30...0x39).contains($0) }), name == ".galley-\(number).tmp",
                draft.hasPrefix(root + "/"), !draft.contains("/../")
            else { continue }
            let descriptor = Glibc.open(draft, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
            guard descriptor >= 0 else {
                if errno == ENOENT { unlink(note) }
                continue
            }
            defer { close(descriptor) }
            var status = stat()
            // Whoever writes it holds a lock on it for as long.
            guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
                flock(descriptor, LOCK_EX | LOCK_NB) == 0
            else { continue }
            if unlink(draft) == 0 { removed += 1 }
            unlink(note)
        }
        return removed
    }

    private static func target(of link: String) -> String? {
        var buffer = [CChar](repeating: 0, count: 4_097)
        let count = readlink(link, &buffer, buffer.count)
        guard count > 0, count < buffer.count else { return nil }
        return String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
