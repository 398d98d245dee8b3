// The values in a request's body, checked against the operation's fields, all mistakes at once.

import JSONCore
import XML

struct ERPInput: Sendable {
    private let values: [String: String]

    /// - Throws: the fault `InvalidRequest` with every wrong element in its detail.
    init(_ element: XMLElement, of operation: ERPOperation) throws(Refusal) {
        var values: [String: String] = [:]
        var mistakes: JSONObject = [:]
        for child in element.elements {
            let text = child.trimmedText
            guard child.namespace == ERPOperation.namespace || child.namespace == nil,
                let field = operation.input.first(where: { $0.name == child.name })
            else {
                mistakes[child.name] = "is not known here"
                continue
            }
            let isNil = ["1", "true"].contains(child.attribute("nil", namespace: XMLNamespace.schemaInstance))
            if isNil || (text.isEmpty && !field.required) { continue }
            if values[child.name] != nil { mistakes[child.name] = "is there twice" }
            if let mistake = Self.mistake(in: text, field.kind) { mistakes[child.name] = .string(mistake) }
            values[child.name] = text
        }
        for field in operation.input where field.required && (values[field.name] ?? "").isEmpty {
            mistakes[field.name] = "is missing"
        }
        guard mistakes.isEmpty else {
            let list = mistakes.map { "\($0.key) \($0.value.string ?? "")" }.joined(separator: "; ")
            throw Refusal(500, "InvalidRequest", "\(operation.rawValue) can't be read: \(list)", details: mistakes)
        }
        self.values = values
    }

    func text(_ name: String) -> String? { values[name] }
    /// Of a required field, which is there.
    func required(_ name: String) -> String { values[name] ?? "" }
    func amount(_ name: String) -> Amount? { values[name].flatMap { Amount($0) } }
    func integer(_ name: String) -> Int? { values[name].flatMap { Int($0) } }

    private static func mistake(in text: String, _ kind: ERPField.Kind) -> String? {
        switch kind {
        case .text, .list: text.count > 500 ? "is longer than 500 characters" : nil
        case .decimal:
            Amount(text) == nil ? "has to be a number like 12.50, with at most 6 digits after the point" : nil
        case .integer: Int(text) == nil ? "has to be a whole number" : nil
        case .boolean: ["true", "false", "1", "0"].contains(text) ? nil : "has to be true or false"
        case .date: FieldRule.isDate(text) ? nil : "has to be a date like 2026-03-02"
        }
    }
}
