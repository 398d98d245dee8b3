// Why a value can't be written as a message.

/// A value that doesn't fit its schema, with the way to it.
public struct MessageMistake: Error, Sendable, Hashable {
    /// A sentence about the value.
    public let message: String
    /// Members and `[0]` positions from the outside.
    public private(set) var path: [String] = []

    init(_ message: String) { self.message = message }

    /// A member that isn't known.
    public static func unknown(_ key: String, known: [String]) -> MessageMistake {
        let names = known.isEmpty ? "none" : known.prefix(40).joined(separator: ", ")
        return MessageMistake("there is no such member; there are: \(names)").inside(key)
    }

    /// A description that can't be read.
    public static func broken(_ error: DescriptionError) -> MessageMistake { MessageMistake(error.description) }

    /// The same mistake, seen from an object that has the value as a member.
    public func inMember(_ key: String) -> MessageMistake { inside(key) }

    func inside(_ step: String) -> MessageMistake {
        var mistake = self
        mistake.path.insert(step, at: 0)
        return mistake
    }
}

extension MessageMistake: CustomStringConvertible {
    /// `lines[0].sku: must be a text`
    public var description: String {
        let place = path.reduce("") { $1.hasPrefix("[") || $0.isEmpty ? $0 + $1 : "\($0).\($1)" }
        return place.isEmpty ? message : "\(place): \(message)"
    }
}
