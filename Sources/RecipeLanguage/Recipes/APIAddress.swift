// Where a recipe that is an API is called, as far as requests can tell two of them apart.

import JSONCore

/// A method with a path below `/apis`.
public struct APIAddress: Hashable, Sendable, CustomStringConvertible {
    public let method: String
    /// What is open in it has no name: `/orders/{}`.
    public let path: String

    /// nil for a trigger that is no API, or says no path.
    public init?(_ use: String, _ input: JSON) {
        guard use == LanguageTriggers.request.name, let written = input["path"]?.string else { return nil }
        let parts = written.split(separator: "/").map { $0.hasPrefix("{") && $0.hasSuffix("}") ? "{}" : String($0) }
        guard !parts.isEmpty else { return nil }
        (method, path) = (input["method"]?.string ?? "GET", "/" + parts.joined(separator: "/"))
    }

    /// Of a recipe's file, which may have mistakes.
    public init?(source: [UInt8]) {
        guard source.count <= RecipeChecker.mostBytes, let document = try? JSONDocument(parsing: source) else {
            return nil
        }
        let trigger = document.root.json["trigger"]
        self.init(trigger?["use"]?.string ?? "", trigger?["input"] ?? [:])
    }

    public var description: String { "\(method) /apis\(path)" }
}
