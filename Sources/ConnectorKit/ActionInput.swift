// The input of a native action, read member by member with messages that name the member.

import JSONCore

/// An action's input. A member that is null counts as absent.
///
/// Inputs are typed by the action's schema before they come here; these readers hold the bounds that a schema can't say,
/// and turn a wrong value into `bad_input` instead of a crash.
public struct ActionInput: Sendable {
    /// The members; empty when the input is no object.
    public let members: JSONObject

    public init(_ json: JSON) { members = json.object ?? [:] }

    /// The member, unless it is absent or null.
    public func value(_ name: String) -> JSON? {
        guard let value = members[name], !value.isNull else { return nil }
        return value
    }

    /// A text; nil when absent. Numbers and truth values are taken as they are written.
    public func text(_ name: String) throws(ConnectorError) -> String? {
        switch value(name) {
        case nil: return nil
        case .string(let text): return text
        case .integer(let integer): return String(integer)
        case .number(let number): return number.text
        case .bool(let flag): return flag ? "true" : "false"
        case let other?: throw wrong(name, "must be a text", other)
        }
    }

    /// A text that has to be there.
    public func requiredText(_ name: String) throws(ConnectorError) -> String {
        guard let text = try text(name) else { throw missing(name) }
        return text
    }

    /// A text of at least one character that has to be there.
    public func filledText(_ name: String) throws(ConnectorError) -> String {
        let text = try requiredText(name)
        guard !text.isEmpty else { throw ConnectorError(type: "bad_input", "\"\(name)\" must not be empty") }
        return text
    }

    /// One of the listed words; `fallback` when absent.
    public func choice<Choice: RawRepresentable & CaseIterable>(
        _ name: String, default fallback: Choice
    ) throws(ConnectorError) -> Choice where Choice.RawValue == String {
        guard let text = try text(name) else { return fallback }
        if let choice = Choice(rawValue: text) { return choice }
        let known = Choice.allCases.map(\.rawValue).joined(separator: ", ")
        throw ConnectorError(type: "bad_input", "\"\(name)\" must be one of: \(known)")
    }

    /// A whole number within `range`; nil when absent. Texts like `"12"` count.
    public func integer(_ name: String, in range: ClosedRange<Int>) throws(ConnectorError) -> Int? {
        let integer: Int
        switch value(name) {
        case nil: return nil
        case .integer(let value): integer = value
        case .string(let text) where Int(text) != nil: integer = Int(text) ?? 0
        case .number(let number) where Int(exactly: number.double) != nil: integer = Int(exactly: number.double) ?? 0
        case let other?: throw wrong(name, "must be a whole number", other)
        }
        guard range.contains(integer) else {
            throw ConnectorError(
                type: "bad_input",
                range.upperBound == .max
                    ? "\"\(name)\" must be at least \(range.lowerBound)"
                    : "\"\(name)\" must be a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return integer
    }

    /// True or false; `fallback` when absent.
    public func flag(_ name: String, default fallback: Bool = false) throws(ConnectorError) -> Bool {
        switch value(name) {
        case nil: return fallback
        case .bool(let flag): return flag
        case .string("true"): return true
        case .string("false"): return false
        case let other?: throw wrong(name, "must be true or false", other)
        }
    }

    /// A list; nil when absent.
    public func list(_ name: String) throws(ConnectorError) -> [JSON]? {
        switch value(name) {
        case nil: return nil
        case .array(let list): return list
        case let other?: throw wrong(name, "must be a list", other)
        }
    }

    /// A list of texts; nil when absent. One text counts as a list of it.
    public func texts(_ name: String) throws(ConnectorError) -> [String]? {
        if case .string(let text) = value(name) { return [text] }
        guard let list = try list(name) else { return nil }
        var texts: [String] = []
        for element in list {
            guard let text = element.string else {
                throw wrong(name, "must be a list of texts, but one element", element)
            }
            texts.append(text)
        }
        return texts
    }

    /// An object; nil when absent.
    public func object(_ name: String) throws(ConnectorError) -> JSONObject? {
        switch value(name) {
        case nil: return nil
        case .object(let object): return object
        case let other?: throw wrong(name, "must be an object", other)
        }
    }

    /// The error for a member that has to be there.
    public func missing(_ name: String) -> ConnectorError {
        ConnectorError(type: "bad_input", "\"\(name)\" is missing")
    }

    private func wrong(_ name: String, _ wanted: String, _ found: JSON) -> ConnectorError {
        ConnectorError(type: "bad_input", "\"\(name)\" \(wanted), but it is \(found.kind)")
    }
}
