// Simple values: from JSON to the text that XML Schema wants, and back.

import JSONCore

/// The written forms of XML Schema's built-in types (part 2 §3).
enum LexicalForm {
    /// The text for a value.
    /// - Returns: nil when the value has no such form; `wanted` says what would have.
    static func text(_ json: JSON, _ type: XSDBuiltin) -> String? {
        switch type.family {
        case .any, .text, .name: return plain(json)
        case .boolean:
            switch json {
            case .bool(let flag): return flag ? "true" : "false"
            case .string(let text): return ["true", "false", "1", "0"].contains(text) ? text : nil
            case .integer(let number) where number == 0 || number == 1: return number == 1 ? "true" : "false"
            default: return nil
            }
        case .integer: return plain(json).flatMap { integer($0, type) }
        case .decimal: return plain(json).flatMap { decimal($0) }
        case .float:
            guard let text = plain(json)?.trimmedBlanks else { return nil }
            if XSDBuiltin.noNumbers.contains(text) { return text }
            return JSONNumber(text) != nil || decimal(text) != nil ? text : nil
        case .binary:
            guard let text = json.string else { return nil }
            let compact = text.filter { !$0.isWhitespace }
            return isBase64(compact) ? compact : nil
        case .hex:
            guard let text = json.string?.trimmedBlanks, text.utf8.count.isMultiple(of: 2),
                text.utf8.allSatisfy({ isHexDigit($0) })
            else { return nil }
            return text
        case .moment: return json.string.map { $0.trimmedBlanks }.flatMap { Moment.isValid($0, type) ? $0 : nil }
        case .list:
            guard let items = json.array else { return plain(json) }
            var texts: [String] = []
            for item in items {
                guard let text = plain(item), !text.utf8.contains(where: isBlank) else { return nil }
                texts.append(text)
            }
            return texts.joined(separator: " ")
        }
    }

    /// What a text is in JSON; one that is not of its type stays a text, as what a service says is not to be lost.
    static func json(_ text: String, _ type: XSDBuiltin) -> JSON {
        if type.keepsBlanks { return .string(text) }
        let trimmed = text.trimmedBlanks
        switch type.family {
        case .boolean:
            switch trimmed {
            case "true", "1": return true
            case "false", "0": return false
            default: return .string(text)
            }
        case .integer, .decimal, .float: return number(trimmed) ?? .string(trimmed)
        case .binary:
            return .string(trimmed.utf8.contains(where: isBlank) ? trimmed.filter { !$0.isWhitespace } : trimmed)
        case .list: return .array(trimmed.split(whereSeparator: \.isWhitespace).map { .string(String($0)) })
        case .any, .text, .hex, .moment, .name:
            return
                switch type
            {
            case .anySimpleType: .string(trimmed)
            case .normalizedString: .string(String(text.map { $0.isASCII && $0.isWhitespace ? " " : $0 }))
            default: .string(trimmed.split(whereSeparator: { $0.isASCII && $0.isWhitespace }).joined(separator: " "))
            }
        }
    }

    /// What a value of the type looks like, for messages.
    static func wanted(_ type: XSDBuiltin) -> String {
        switch type {
        case .date: "a date like 2026-11-27"
        case .dateTime: "a date and time like 2026-11-27T08:30:00Z"
        case .time: "a time like 08:30:00"
        case .duration: "a duration like P1DT2H"
        default:
            switch type.family {
            case .boolean: "true or false"
            case .integer: integerWords(type)
            case .decimal, .float: "a number"
            case .binary: "base64"
            case .hex: "pairs of hexadecimal digits"
            case .moment: "a value of the type xs:\(type.rawValue)"
            case .list: "a list of texts without blanks"
            case .any, .text, .name: "a text, a number or true/false"
            }
        }
    }

    private static func integerWords(_ type: XSDBuiltin) -> String {
        switch type.bounds {
        case (let least?, let most?): "a whole number from \(least) to \(most)"
        case (let least?, nil): "a whole number of at least \(least)"
        case (nil, let most?): "a whole number of at most \(most)"
        case (nil, nil): "a whole number"
        }
    }

    private static func plain(_ json: JSON) -> String? {
        switch json {
        case .string(let text): text
        case .integer(let number): String(number)
        case .number(let number): number.text
        case .bool(let flag): flag ? "true" : "false"
        case .null, .array, .object: nil
        }
    }

    private static func integer(_ text: String, _ type: XSDBuiltin) -> String? {
        var digits = text.trimmedBlanks[...]
        // 5.0 is a whole number to a formula.
        if let point = digits.firstIndex(of: "."), digits[point...].dropFirst().allSatisfy({ $0 == "0" }) {
            digits = digits[..<point]
        }
        let unsigned = digits.first == "-" || digits.first == "+" ? digits.dropFirst() : digits
        guard !unsigned.isEmpty, unsigned.utf8.count < 400, unsigned.utf8.allSatisfy({ (0x30...0x39).contains($0) })
        else { return nil }
        let (least, most) = type.bounds
        if let number = Int(digits) {
            if let least, number < least { return nil }
            if let most, number > most { return nil }
        } else if type == .long || digits.first == "-" ? least != nil : most != nil {
            return nil
        }
        return String(digits)
    }

    /// No exponent (part 2 §3.2.3): `1e3` is written out where that is short.
    private static func decimal(_ text: String) -> String? {
        let text = text.trimmedBlanks
        let unsigned = text.hasPrefix("-") || text.hasPrefix("+") ? text.dropFirst() : text[...]
        let parts = unsigned.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        let isDecimal =
            unsigned.contains(where: \.isNumber)
            && parts.allSatisfy { $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }
        if isDecimal { return text }
        guard let number = JSONNumber(text), abs(number.double) < 1e15, number.double == number.double.rounded(),
            let whole = Int(exactly: number.double)
        else { return nil }
        return String(whole)
    }

    /// A number as JSON writes it: `+5`, `.5` and `007` are numbers to XML Schema only.
    private static func number(_ text: String) -> JSON? {
        if let json = JSON(number: text) { return json }
        var digits = text[...]
        var sign = ""
        if digits.first == "+" || digits.first == "-" {
            sign = digits.first == "-" ? "-" : ""
            digits = digits.dropFirst()
        }
        while digits.count > 1, digits.first == "0", digits.dropFirst().first?.isNumber == true {
            digits = digits.dropFirst()
        }
        if digits.first == "." { digits = "0" + digits }
        if digits.last == "." { digits = digits.dropLast() }
        return JSON(number: sign + digits)
    }

    private static func isBase64(_ text: String) -> Bool {
        let bytes = text.utf8
        guard bytes.count.isMultiple(of: 4) else { return false }
        var padding = 0
        for byte in bytes {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "+"), UInt8(ascii: "/"):
                if padding > 0 { return false }
            case UInt8(ascii: "="): padding += 1
            default: return false
            }
        }
        return padding <= 2
    }

    private static func isHexDigit(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x46).contains(byte) || (0x61...0x66).contains(byte)
    }
}
