// What an import did: which operations became actions, what could not be carried over and why.

import JSONCore

/// The account of one import.
public struct ImportReport: Sendable {
    /// One operation and a sentence about it.
    public struct Remark: Sendable, Hashable {
        /// `GET /pets/{id}`
        public let operation: String
        /// Empty where there is none.
        public let action: String
        public let reason: String
    }

    public var name = ""
    public var title = ""
    /// Of the interface, as its document says.
    public var version = ""
    /// Of OpenAPI: `3.0.3`.
    public var format = ""
    public var source = ""
    /// All operations of the document, or of the tags that were asked for.
    public var operations = 0
    public var actions = 0
    /// Operations that have no action.
    public var dropped: [Remark] = []
    /// Actions that do less than their operation.
    public var notes: [Remark] = []
    /// What concerns the connector as a whole.
    public var general: [String] = []
    /// Of the folder's files.
    public var sizeBytes = 0

    public var json: JSON {
        func list(_ remarks: [Remark]) -> JSON {
            .array(
                remarks.map { remark in
                    var object: JSONObject = ["operation": .string(remark.operation)]
                    if !remark.action.isEmpty { object["action"] = .string(remark.action) }
                    object["reason"] = .string(remark.reason)
                    return .object(object)
                })
        }
        return [
            "connector": .string(name), "title": .string(title), "version": .string(version),
            "openapi": .string(format),
            "source": .string(source), "operations": .integer(operations), "actions": .integer(actions),
            "not_carried_over": list(dropped), "notes": list(notes), "general": .array(general.map { .string($0) }),
        ]
    }
}
