// Checks the body of a REST request: known fields, their kinds, and which must be there, all mistakes at once.

import JSONCore

/// One field that a request may have.
struct FieldRule: Sendable {
    enum Kind: Sendable {
        case text, email, date, integer, number, flag, list, object
        case choice([String])
    }

    let name: String
    let kind: Kind
    let required: Bool

    static func required(_ name: String, _ kind: Kind = .text) -> FieldRule {
        FieldRule(name: name, kind: kind, required: true)
    }

    static func optional(_ name: String, _ kind: Kind = .text) -> FieldRule {
        FieldRule(name: name, kind: kind, required: false)
    }

    /// What is wrong with `value`; nil when nothing is.
    func mistake(in value: JSON) -> String? {
        switch kind {
        case .text: return value.string == nil ? "has to be a text" : nil
        case .email: return value.string.map(Self.isEmail) == true ? nil : "has to be an e-mail address"
        case .date: return value.string.map(Self.isDate) == true ? nil : "has to be a date like 2026-03-02"
        case .integer: return value.integer == nil ? "has to be a whole number" : nil
        case .number: return value.kind == .number ? nil : "has to be a number"
        case .flag: return value.bool == nil ? "has to be true or false" : nil
        case .list: return value.array == nil ? "has to be a list" : nil
        case .object: return value.object == nil ? "has to be an object" : nil
        case .choice(let choices):
            return value.string.map(choices.contains) == true
                ? nil : "has to be one of \(choices.joined(separator: ", "))"
        }
    }

    /// One `@` with something on both sides, a dot on the right, no white space.
    static func isEmail(_ text: String) -> Bool {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        return parts.count == 2 && !parts[0].isEmpty && parts[1].contains(".") && !parts[1].hasPrefix(".")
            && !parts[1].hasSuffix(".") && !text.contains { $0.isWhitespace }
    }

    /// The form `2026-03-02`, with a month and day that exist in some year.
    static func isDate(_ text: String) -> Bool {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].count == 4, parts[1].count == 2, parts[2].count == 2,
            parts.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }),
            let month = Int(parts[1]), let day = Int(parts[2]), (1...12).contains(month)
        else { return false }
        let longest = month == 2 ? 29 : [4, 6, 9, 11].contains(month) ? 30 : 31
        return (1...longest).contains(day)
    }
}

extension [FieldRule] {
    /// `object` when it fits the rules; a `null` counts as not given, and is kept for changes that clear a field.
    /// - Throws: a 422 that names every wrong field.
    func checked(_ object: JSONObject) throws(Refusal) -> JSONObject {
        var mistakes: JSONObject = [:]
        for (name, value) in object where !value.isNull {
            guard let rule = first(where: { $0.name == name }) else {
                mistakes[name] = "is not a field of this record"
                continue
            }
            if let mistake = rule.mistake(in: value) { mistakes[name] = .string(mistake) }
        }
        for rule in self where rule.required && object[rule.name] ?? .null == .null {
            mistakes[rule.name] = "is missing"
        }
        guard mistakes.isEmpty else {
            let list = mistakes.map { "\($0.key) \($0.value.string ?? "")" }.joined(separator: "; ")
            throw Refusal(422, "invalid", "the record can't be saved: \(list)", details: mistakes)
        }
        return object
    }
}
