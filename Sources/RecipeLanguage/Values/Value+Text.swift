// How values print: Ruby's `to_s` and `inspect`.

import BigInt
import JSONCore

extension Value {
    /// As text in a template: nil is empty.
    public var text: String {
        switch self {
        case .null: ""
        case .bool(let bool): bool ? "true" : "false"
        case .integer(let integer): String(integer)
        case .string(let string): string
        case .decimal, .number, .big: numberText
        case .date(let date): date.isoText
        case .time(let time): time.rubyText
        case .duration(let duration): CalendarDuration.text(duration.seconds)
        case .range(let range): range.first.text + (range.excludesLast ? "..." : "..") + range.last.text
        case .regex(let regex): regex.rubyText
        case .bytes(let bytes): String(decoding: bytes, as: UTF8.self)
        case .marker(let marker): marker.rawValue
        case .list, .jsonList, .jsonObject, .table, .pending: inspection
        }
    }

    private var numberText: String {
        switch number {
        case .integer(let integer): String(integer)
        case .bigInteger(let big): String(big)
        case .decimal(let decimal): decimal.rubyText
        case .rational(let rational): "\(rational.numerator)/\(rational.denominator)"
        case nil: if case .number(let number) = self { number.text } else { "" }
        }
    }

    /// Where printing stops: a little beyond what any formula may make, so that its caller refuses the text. Lists that
    /// share parts could otherwise print without end.
    private static let longestText = 64 << 20

    /// As Ruby's `inspect` prints it: `"a"`, `[1, nil]`, `{"a"=>1}`.
    public var inspection: String {
        var text = ""
        inspect(into: &text, depth: 0)
        return text
    }

    private func inspect(into text: inout String, depth: Int) {
        guard depth < JSONForm.deepest, text.utf8.count < Self.longestText else {
            text += "…"
            return
        }
        switch self {
        case .null: text += "nil"
        case .string(let string): Self.quote(string, into: &text)
        case .bytes(let bytes):
            text += "\""
            for byte in bytes { Self.quoteByte(byte, into: &text) }
            text += "\""
        case .date(let date):
            text += TimePattern.write("%a, %d %b %Y", ZonedTime(local: LocalTime(date: date), zone: .utc))
        case .time(let time): text += time.inspection
        case .duration(let duration): text += duration.inspection
        case .range(let range):
            if !range.first.isNull { range.first.inspect(into: &text, depth: depth + 1) }
            text += range.excludesLast ? "..." : ".."
            if !range.last.isNull { range.last.inspect(into: &text, depth: depth + 1) }
        case .regex(let regex): text += "/" + regex.source + "/" + regex.flags
        case .list, .jsonList:
            text += "["
            var isFirst = true
            for element in list ?? ValueList([]) {
                if !isFirst { text += ", " }
                isFirst = false
                element.inspect(into: &text, depth: depth + 1)
            }
            text += "]"
        case .jsonObject, .table:
            text += "{"
            var isFirst = true
            for (key, value) in members?.entries ?? [] {
                if !isFirst { text += ", " }
                isFirst = false
                key.inspect(into: &text, depth: depth + 1)
                text += "=>"
                value.inspect(into: &text, depth: depth + 1)
            }
            text += "}"
        case .pending(let pending): text += pending.list.value.inspection
        case .big(let big):
            if case .rational = big.number { text += "(" + self.text + ")" } else { text += self.text }
        default: text += self.text
        }
    }

    private static func quoteByte(_ byte: UInt8, into text: inout String) {
        switch byte {
        case 0x22: text += "\\\""
        case 0x5C: text += "\\\\"
        case 0x20..<0x7F: text.unicodeScalars.append(Unicode.Scalar(byte))
        default: text += "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
        }
    }

    private static func quote(_ string: String, into text: inout String) {
        text += "\""
        let scalars = Array(string.unicodeScalars)
        for (index, scalar) in scalars.enumerated() {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\t": text += "\\t"
            case "\r": text += "\\r"
            case "\u{1B}": text += "\\e"
            case "\u{7}": text += "\\a"
            case "\u{8}": text += "\\b"
            case "\u{B}": text += "\\v"
            case "\u{C}": text += "\\f"
            case "#":
                let next = index + 1 < scalars.count ? scalars[index + 1] : " "
                text += next == "{" || next == "$" || next == "@" ? "\\#" : "#"
            case "\0"..<" ", "\u{7F}":
                let hex = String(scalar.value, radix: 16, uppercase: true)
                text += "\\x" + (hex.utf8.count < 2 ? "0" : "") + hex
            default: text.unicodeScalars.append(scalar)
            }
        }
        text += "\""
    }
}
