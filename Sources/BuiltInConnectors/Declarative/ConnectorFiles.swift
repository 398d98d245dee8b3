// The files beside a connector.json: actions of their own, schemas that several share; each read when first needed.

import JSONCore
import Synchronization

/// Reads files of one connector's folder. What they are called follows one pattern, so that no name leads out of the folder.
final class ConnectorFiles: Sendable {
    /// The bytes of a file by its name in the folder; nil when it can't be read.
    typealias Load = @Sendable (_ name: String) -> [UInt8]?
    private let load: Load
    private let schemas = Mutex<[String: JSON?]>([:])

    /// A connector without a folder has none.
    static let none = ConnectorFiles { _ in nil }
    /// Real schemas nest deeply, as each level of a value is two of its schema.
    static let limits = JSONLimits(depth: 500, bytes: ConnectorReader.mostBytes)

    init(_ load: @escaping Load) { self.load = load }

    /// Whether `name` is one of `FOLDER/NAME.json`, NAME of small letters, digits, `_`, `-` and `.`, not starting with a dot.
    static func isName(_ name: String, in folder: String) -> Bool {
        guard name.hasPrefix(folder + "/"), name.hasSuffix(".json"), name.utf8.count <= 200 else { return false }
        let bare = name.dropFirst(folder.utf8.count + 1).dropLast(5)
        return !bare.isEmpty && !bare.hasPrefix(".")
            && bare.utf8.allSatisfy {
                (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x5F || $0 == 0x2D || $0 == 0x2E
            }
    }

    /// The text of an action's file.
    func action(_ name: String) -> [UInt8]? { Self.isName(name, in: "actions") ? load(name) : nil }

    /// The schema that a reference of the form `../schemas/NAME.json` leads to.
    func schema(_ reference: String) -> JSON? {
        guard reference.hasPrefix("../") else { return nil }
        let name = String(reference.dropFirst(3))
        guard Self.isName(name, in: "schemas") else { return nil }
        if let known = schemas.withLock({ $0[name] }) { return known }
        let read = load(name).flatMap { try? JSON(parsing: $0, limits: Self.limits) }
        schemas.withLock { $0[name] = .some(read) }
        return read
    }
}
