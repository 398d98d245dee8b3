// Mail addresses as recipes write them, checked so that none can add a header or a command.

import ConnectorKit
import JSONCore

/// One mailbox: `Ada Lovelace <ada@acme.example>` or `ada@acme.example`.
struct MailAddress: Hashable, Sendable {
    /// For people; empty when there is none.
    let name: String
    /// `local@domain`, ASCII.
    let address: String

    var domain: Substring { address[address.index(after: address.lastIndex(of: "@") ?? address.startIndex)...] }

    /// - Parameter member: of the input, for the message.
    init(_ text: String, member: String) throws(ConnectorError) {
        func wrong(_ why: String) -> ConnectorError {
            ConnectorError(type: "bad_input", "\"\(text.prefix(80))\" in \"\(member)\" is no mail address: \(why)")
        }
        guard !text.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) else {
            throw ConnectorError(
                type: "bad_input", "an address in \"\(member)\" has a line break or a control character in it")
        }
        var (name, address) = (Substring(), text.trimmed)
        if let open = address.lastIndex(of: "<") {
            guard address.hasSuffix(">") else { throw wrong("the > at its end is missing") }
            name = String(address[..<open]).trimmed
            address = String(address[address.index(after: open)...].dropLast()).trimmed
        }
        if name.count >= 2, name.hasPrefix("\""), name.hasSuffix("\"") { name = name.dropFirst().dropLast() }
        guard let at = address.lastIndex(of: "@") else { throw wrong("it has no @") }
        let (local, domain) = (address[..<at], address[address.index(after: at)...])
        guard address.utf8.allSatisfy({ $0 < 0x80 }) else {
            throw wrong("addresses beyond ASCII can't be sent to; write an international domain as xn--…")
        }
        guard !local.isEmpty, local.utf8.count <= 64, !local.hasPrefix("."), !local.hasSuffix("."),
            !local.contains(".."),
            local.utf8.allSatisfy({ Self.isLetterOrDigit($0) || "!#$%&'*+-/=?^_`{|}~.".utf8.contains($0) })
        else { throw wrong("what stands before the @ can't be part of an address") }
        let labels = domain.split(separator: ".", omittingEmptySubsequences: false)
        guard domain.utf8.count <= 255,
            labels.allSatisfy({ label in
                !label.isEmpty && label.utf8.count <= 63 && !label.hasPrefix("-") && !label.hasSuffix("-")
                    && label.utf8.allSatisfy { Self.isLetterOrDigit($0) || $0 == UInt8(ascii: "-") }
            })
        else { throw wrong("what stands behind the @ is no domain") }
        (self.name, self.address) = (String(name), String(address))
    }

    /// The addresses of a member: one text, several separated by commas, or a list of such texts.
    static func list(_ input: ActionInput, _ member: String) throws(ConnectorError) -> [MailAddress] {
        var addresses: [MailAddress] = []
        for text in try input.texts(member) ?? [] {
            for part in separated(text) where !part.trimmed.isEmpty {
                addresses.append(try MailAddress(part, member: member))
            }
        }
        return addresses
    }

    /// The parts between commas that don't stand in quotes.
    private static func separated(_ text: String) -> [String] {
        var (parts, isQuoted) = ([""], false)
        for character in text {
            if character == "\"" { isQuoted.toggle() }
            if character == ",", !isQuoted { parts.append("") } else { parts[parts.count - 1].append(character) }
        }
        return parts
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }
}

extension String {
    /// Without spaces around it.
    fileprivate var trimmed: Substring {
        var rest = self[...]
        while rest.first == " " { rest.removeFirst() }
        while rest.last == " " { rest.removeLast() }
        return rest
    }
}
