// What the import of a WSDL left in a connector's folder, read when a step needs it.

import ConnectorKit
import JSONCore
import Synchronization
import XML

/// The operations and types of one service.
final class DescribedService: Sendable {
    /// Below the connector's folder.
    static let operationsFile = "soap/operations.jsonl"
    static let typesFile = "soap/types.jsonl"
    static let mostBytes = 256 << 20

    private struct Operations {
        let service: SOAPOperations
        let byKey: [String: SOAPOperation]
    }

    private let folder: String
    private let operations = Mutex<Operations?>(nil)
    private let types = Mutex<MessageCatalog?>(nil)

    init(folder: String) { self.folder = folder }

    /// - Throws: `ConnectorError` of type `connector` when the folder is not as the import made it.
    func operation(_ key: String) throws(ConnectorError) -> SOAPOperation {
        guard let operation = try known().byKey[key] else {
            throw Self.broken("there is no operation \"\(key)\" in \(Self.operationsFile)")
        }
        return operation
    }

    func service() throws(ConnectorError) -> SOAPOperations { try known().service }

    func catalog() throws(ConnectorError) -> MessageCatalog {
        if let known = types.withLock({ $0 }) { return known }
        let bytes = try read(Self.typesFile)
        do throws(DescriptionError) {
            let made = try MessageCatalog(bytes)
            return types.withLock { types in
                if let known = types { return known }
                types = made
                return made
            }
        } catch {
            throw Self.broken("\(Self.typesFile): \(error.description)")
        }
    }

    private func known() throws(ConnectorError) -> Operations {
        if let known = operations.withLock({ $0 }) { return known }
        let bytes = try read(Self.operationsFile)
        do throws(DescriptionError) {
            let service = try SOAPOperations(bytes)
            let made = Operations(
                service: service, byKey: Dictionary(service.all.map { ($0.key, $0) }) { first, _ in first })
            operations.withLock { $0 = made }
            return made
        } catch {
            throw Self.broken("\(Self.operationsFile): \(error.description)")
        }
    }

    private func read(_ file: String) throws(ConnectorError) -> [UInt8] {
        do {
            return try OpenedFile(path: "\(folder)/\(file)", name: file).readAll(limit: Self.mostBytes)
        } catch {
            throw error as? ConnectorError ?? Self.broken("\(file) can't be read")
        }
    }

    static func broken(_ message: String) -> ConnectorError { ConnectorError(type: "connector", message) }
}

extension SOAPOperation.Message {
    /// Whether a step's input or output is what the only element of the body holds, and not that element by its name.
    func isFlat(_ catalog: MessageCatalog) throws(DescriptionError) -> Bool {
        guard wrapper == nil, parts.count == 1, attachments.isEmpty, let type = try catalog.declared(parts[0].type),
            case .complex(let content) = type.shape
        else { return false }
        return content.text == nil
    }
}
