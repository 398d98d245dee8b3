// Numbers compared by value through their text, without rounding: 5, 5.0 and 0.5e1 are the same.

/// The one text that all spellings of a JSON number share.
public enum DecimalText {
    /// Digits without zeros at either end and the exponent of the last one: `12.50` is `125e-1`.
    public static func normal(_ text: String) -> String {
        var digits: [UInt8] = []
        var exponent = 0
        var isNegative = false
        var afterPoint = false
        var bytes = text.utf8[...]
        if bytes.first == UInt8(ascii: "-") {
            isNegative = true
            bytes = bytes.dropFirst()
        }
        while let byte = bytes.first, byte != UInt8(ascii: "e"), byte != UInt8(ascii: "E") {
            bytes = bytes.dropFirst()
            if byte == UInt8(ascii: ".") {
                afterPoint = true
                continue
            }
            if afterPoint { exponent -= 1 }
            if !digits.isEmpty || byte != UInt8(ascii: "0") { digits.append(byte) }
        }
        if !bytes.isEmpty {
            // Beyond 18 digits of exponent no two spellings are worth telling apart; the text itself is the key then.
            guard bytes.count <= 19, let written = Int(String(decoding: bytes.dropFirst(), as: UTF8.self)) else {
                return text
            }
            exponent += written
        }
        while digits.last == UInt8(ascii: "0") {
            digits.removeLast()
            exponent += 1
        }
        guard !digits.isEmpty else { return "0" }
        return (isNegative ? "-" : "") + String(decoding: digits, as: UTF8.self) + "e\(exponent)"
    }
}
