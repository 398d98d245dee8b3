// Documents in files: below one folder, links included.

import Foundation

/// Reads the files of one import. A link that leads out of the folder is refused like a path that does.
public struct LocalDocuments: Sendable {
    /// Absolute, links resolved.
    public let folder: String
    /// The document itself; below `folder`.
    public let document: String

    /// - Parameter below: the folder that files may be in; the document's own when nil.
    /// - Throws: when there is no such file or folder, or the document is outside.
    public init(_ path: String, below: String?) throws(ImportError) {
        guard let document = Self.resolved(path) else {
            throw ImportError("there is no file \(Printable.text(path))")
        }
        let own = document.lastIndex(of: "/").map { String(document[..<$0]) } ?? "/"
        guard let folder = below.map({ Self.resolved($0) }) ?? own else {
            throw ImportError("there is no folder \(Printable.text(below ?? ""))")
        }
        guard document.hasPrefix(folder + "/") else {
            throw ImportError("the document is not below the folder \(Printable.text(folder))")
        }
        (self.folder, self.document) = (folder, document)
    }

    public func read(_ path: String) throws(ImportError) -> [UInt8] {
        guard let real = Self.resolved(path) else { throw ImportError("there is no such file") }
        guard real.hasPrefix(folder + "/") else { throw ImportError("it is a link that leads out of the folder") }
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: real, isDirectory: &isFolder), !isFolder.boolValue else {
            throw ImportError("\(Printable.text(path)) is a folder; name the document in it")
        }
        let attributes = try? FileManager.default.attributesOfItem(atPath: real)
        guard attributes?[.type] as? FileAttributeType == .typeRegular else {
            throw ImportError("\(Printable.text(path)) is no regular file")
        }
        guard (attributes?[.size] as? Int ?? 0) <= DocumentText.mostBytes else {
            throw ImportError("\(Printable.text(path)) is larger than \(DocumentText.mostBytes >> 20) MiB")
        }
        guard let bytes = FileManager.default.contents(atPath: real) else { throw ImportError("it can't be read") }
        return Array(bytes)
    }

    private static func resolved(_ path: String) -> String? {
        guard let real = realpath(path, nil) else { return nil }
        defer { free(real) }
        return String(cString: real)
    }
}
