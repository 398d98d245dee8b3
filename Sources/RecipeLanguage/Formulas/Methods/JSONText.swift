// Values as JSON text, as ActiveSupport writes it.

import BigInt
import JSONCore

/// JSON as ActiveSupport writes it: `<`, `>`, `&` and line separators escaped.
struct JSONText {
    let call: Call
    var bytes: [UInt8] = []

    init(call: Call) { self.call = call }

    mutating func write(_ value: Value, depth: Int) throws {
        guard depth <= JSONForm.deepest else {
            throw call.fail("limit", "lists and objects are nested more than \(JSONForm.deepest) deep (formula.depth)")
        }
        if bytes.count > call.run.environment.limits.outputBytes { try call.run.charge(bytes.count, call.range) }
        switch value {
        case .string(let text): quote(text)
        case .list, .jsonList:
            bytes.append(0x5B)
            for (index, element) in (value.list ?? ValueList([])).enumerated() {
                if index > 0 { bytes.append(0x2C) }
                try call.run.tick(call.range)
                try write(element, depth: depth + 1)
            }
            bytes.append(0x5D)
        case .jsonObject, .table:
            bytes.append(0x7B)
            for (index, entry) in (value.members?.entries ?? []).enumerated() {
                if index > 0 { bytes.append(0x2C) }
                quote(entry.key.text)
                bytes.append(0x3A)
                try write(entry.value, depth: depth + 1)
            }
            bytes.append(0x7D)
        case .regex(let regex): quote(regex.rubyText)
        case .range: quote(value.text)
        case .duration(let duration):
            bytes += "\(duration.length.decimal.rounded(0, .towardsZero).integer ?? 0)".utf8
        case .time(let time): quote(time.isoText(digits: 3))
        case .bytes(let data):
            if depth > 0, let text = String(validating: data, as: UTF8.self) {
                quote(text)
                break
            }
            // What the vendor's library writes for binary data: its start in hexadecimal.
            let more = data.count > 128 ? "…(\(data.count - 128) bytes more)" : ""
            quote(data.isEmpty ? "" : "0x" + Encodings.hex(Array(data.prefix(128))) + more)
        default:
            switch try value.json() {
            case .null: bytes += "null".utf8
            case .bool(let bool): bytes += (bool ? "true" : "false").utf8
            case .integer(let integer): bytes += String(integer).utf8
            case .number(let number):
                // Very large and very small numbers as Ruby prints them: 1.0e+20.
                let text = value.kind == .decimal ? value.text : number.text
                bytes += (text.contains("e") ? text : number.text).utf8
            case .string(let text): quote(text)
            case .array, .object: break
            }
        }
    }

    private mutating func quote(_ text: String) {
        bytes.append(0x22)
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": bytes += "\\\"".utf8
            case "\\": bytes += "\\\\".utf8
            case "\n": bytes += "\\n".utf8
            case "\r": bytes += "\\r".utf8
            case "\t": bytes += "\\t".utf8
            case "\u{8}": bytes += "\\b".utf8
            case "\u{C}": bytes += "\\f".utf8
            case "<", ">", "&", "\u{2028}", "\u{2029}", "\0"..<" ":
                let hex = String(scalar.value, radix: 16)
                bytes += ("\\u" + String(repeating: "0", count: 4 - hex.utf8.count) + hex).utf8
            default: bytes += Array(String(scalar).utf8)
            }
        }
        bytes.append(0x22)
    }
}
