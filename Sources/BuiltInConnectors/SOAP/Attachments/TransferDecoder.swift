// Transfer encodings of parts, taken off while the parts arrive.

import ConnectorKit
import RecipeLanguage
import XML

/// Decodes one part.
struct TransferDecoder {
    private enum Coding { case none, base64, quotedPrintable }

    /// What is held of quoted-printable at most: its lines are short.
    private static let longestLine = 64 << 10

    private let coding: Coding
    /// Digits, or the beginning of a line, that are no whole value yet.
    private var held: [UInt8] = []

    /// - Parameter encoding: as the part names it; nil or one that nobody knows: the bytes are as they stand.
    init(_ encoding: String?) {
        switch encoding?.prefix(while: { $0 != ";" && $0 != " " }).lowercased() {
        case "base64": coding = .base64
        case "quoted-printable": coding = .quotedPrintable
        default: coding = .none
        }
    }

    /// - Throws: `malformed` for base64 that is none.
    mutating func decode(_ bytes: ArraySlice<UInt8>) throws(XMLError) -> [UInt8] {
        switch coding {
        case .none: return Array(bytes)
        case .base64:
            held += bytes.filter { $0 > 0x20 }
            // Padding ends it, so its last group has to wait for the end.
            let end = max(0, held.count - 4) / 4 * 4
            defer { held.removeSubrange(..<end) }
            return try Self.base64(held[..<end])
        case .quotedPrintable:
            held += bytes
            guard let last = held.lastIndex(of: 0x0A) ?? (held.count > Self.longestLine ? held.count - 1 : nil) else {
                return []
            }
            defer { held.removeSubrange(...last) }
            return MIMETransfer.quotedPrintable(held[...last], isHeader: false)
        }
    }

    /// What is left when the part is whole.
    mutating func finish() throws(XMLError) -> [UInt8] {
        defer { held = [] }
        switch coding {
        case .none: return []
        case .base64: return try Self.base64(held[...])
        case .quotedPrintable: return MIMETransfer.quotedPrintable(held[...], isHeader: false)
        }
    }

    private static func base64(_ digits: ArraySlice<UInt8>) throws(XMLError) -> [UInt8] {
        guard !digits.isEmpty else { return [] }
        guard let bytes = Base64Text.decode(String(decoding: digits, as: UTF8.self)) else {
            throw XMLError(.malformed, "a part of it says that it is base64 and is not")
        }
        return bytes
    }
}
