// Tells when files of the workspace change, from the kernel (inotify): nothing runs while nothing changes.

@preconcurrency import Dispatch
import Glibc
import Synchronization

/// Watches the settings, recipes, connectors, connections and tables of a workspace.
public final class WorkspaceWatch: Sendable {
    /// Editors write a file in several steps: a change is told when it has been quiet for this long.
    private static let quiet: DispatchTimeInterval = .milliseconds(150)
    private static let events = UInt32(
        IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_CREATE | IN_DELETE | IN_DELETE_SELF)
    /// The deepest folder that is watched, counted from the workspace.
    private static let deepest = 4

    private let root: String
    private let descriptor: Int32
    private let queue = DispatchQueue(label: "galley.workspace-watch")
    private let source: any DispatchSourceRead
    private let tell: @Sendable () -> Void
    private let pending = Mutex<DispatchWorkItem?>(nil)

    /// - Parameter tell: called after each burst of changes, on a thread of its own.
    /// - Returns: nil when the kernel has no watch left (`fs.inotify.max_user_instances`).
    public init?(_ workspace: Workspace, tell: @escaping @Sendable () -> Void) {
        descriptor = inotify_init1(Int32(IN_NONBLOCK | IN_CLOEXEC))
        guard descriptor >= 0 else { return nil }
        (root, self.tell) = (workspace.root, tell)
        source = DispatchSource.makeReadSource(fileDescriptor: descriptor, queue: queue)
        let descriptor = descriptor
        source.setCancelHandler { close(descriptor) }
        watchFolders()
        source.setEventHandler { [weak self] in self?.drain() }
        source.activate()
    }

    deinit { source.cancel() }

    /// Watches every folder there is now; watching one twice changes nothing.
    private func watchFolders() {
        _ = inotify_add_watch(descriptor, root, Self.events)
        for part in ["Recipes", "Connectors", "Connections", "Tables"] { watch(root + "/" + part, depth: 1) }
    }

    private func watch(_ folder: String, depth: Int) {
        guard depth <= Self.deepest, Disk.kind(of: folder) == .folder,
            inotify_add_watch(descriptor, folder, Self.events) >= 0
        else { return }
        for name in Disk.names(in: folder) where Disk.kind(of: folder + "/" + name) == .folder {
            watch(folder + "/" + name, depth: depth + 1)
        }
    }

    /// What changed does not matter: the workspace is read anew.
    private func drain() {
        var buffer = [UInt8](repeating: 0, count: 16 << 10)
        while read(descriptor, &buffer, buffer.count) > 0 {}
        let item = DispatchWorkItem { [weak self] in
            self?.watchFolders()  // a new folder has files of its own
            self?.tell()
        }
        pending.withLock { pending in
            pending?.cancel()
            pending = item
        }
        queue.asyncAfter(deadline: .now() + Self.quiet, execute: item)
    }
}
