// A file of the workspace that is sent while it is read.

import ConnectorKit
import RecipeLanguage
import Synchronization

/// An open file that one piece after the other is taken from. What is added to it while it is sent is not sent.
final class UploadedFile: Sendable {
    private static let piece = 256 << 10
    let sizeBytes: Int
    private let file: Mutex<OpenedFile>

    init(_ name: String, in files: any WorkspaceFiles) throws {
        let opened = try OpenedFile(name, in: files)
        sizeBytes = opened.sizeBytes
        file = Mutex(opened)
    }

    /// Bytes from an offset on; none at the end.
    /// - Parameter most: how many at most.
    func bytes(from offset: Int, most: Int = UploadedFile.piece) throws -> [UInt8] {
        let count = max(0, min(most, sizeBytes - offset))
        return try file.withLock { file in
            try file.seek(to: offset)
            return try [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
                while filled < count {
                    let rest = UnsafeMutableRawBufferPointer(
                        rebasing: UnsafeMutableRawBufferPointer(buffer)[filled..<count])
                    let read = try file.read(into: rest)
                    if read == 0 { break }
                    filled += read
                }
            }
        }
    }
}
