// Keys from the bytes a terminal sends.

import Foundation

/// One key.
enum Key: Equatable {
    case character(Character)
    /// Ctrl and a letter.
    case control(Character)
    case enter, tab, backspace, delete, escape
    case left, right, up, down, home, end, wordLeft, wordRight, deleteWordLeft
    /// A text that was pasted (where the terminal tells pastes from typing).
    case pasted(String)
    /// A sequence we have no use for.
    case other
    /// The terminal has gone.
    case closed
}

/// Reads keys from a descriptor.
struct KeyReader {
    private var bytes: [UInt8] = []
    private let descriptor: Int32

    init(_ descriptor: Int32 = STDIN_FILENO) { self.descriptor = descriptor }

    /// Waits for the next key.
    mutating func next() -> Key {
        guard let byte = nextByte() else { return .closed }
        switch byte {
        case 0x0D, 0x0A: return .enter
        case 0x09: return .tab
        case 0x08, 0x7F: return .backspace
        case 0x1B: return sequence()
        case 0x00...0x1A: return .control(Character(Unicode.Scalar(byte + 0x60)))
        case 0x1C...0x1F: return .other
        default: return character(byte).map { .character($0) } ?? .other
        }
    }

    /// - Parameter milliseconds: how long to wait; nil for as long as it takes.
    private mutating func nextByte(within milliseconds: Int32? = nil) -> UInt8? {
        if bytes.isEmpty {
            if let milliseconds {
                var poll = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
                guard Glibc.poll(&poll, 1, milliseconds) > 0 else { return nil }
            }
            var buffer = [UInt8](repeating: 0, count: 1_024)
            var count = read(descriptor, &buffer, buffer.count)
            while count < 0, errno == EINTR { count = read(descriptor, &buffer, buffer.count) }
            guard count > 0 else { return nil }
            bytes = Array(buffer[..<count])
        }
        return bytes.removeFirst()
    }

    private mutating func character(_ first: UInt8) -> Character? {
        let length = first < 0x80 ? 1 : first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC0 ? 2 : 0
        guard length > 0 else { return nil }
        var encoded = [first]
        while encoded.count < length {
            guard let next = nextByte(within: 100) else { return nil }
            encoded.append(next)
        }
        return String(validating: encoded, as: UTF8.self)?.first
    }

    // ESC and what follows at once; alone it is the key itself.
    private mutating func sequence() -> Key {
        guard let byte = nextByte(within: 50) else { return .escape }
        switch byte {
        case UInt8(ascii: "["): return control()
        case UInt8(ascii: "O"):
            switch nextByte(within: 50) {
            case UInt8(ascii: "H")?: return .home
            case UInt8(ascii: "F")?: return .end
            case let letter?: return arrow(letter) ?? .other
            case nil: return .other
            }
        case UInt8(ascii: "b"): return .wordLeft
        case UInt8(ascii: "f"): return .wordRight
        case 0x7F, 0x08: return .deleteWordLeft
        default: return .other
        }
    }

    private func arrow(_ letter: UInt8) -> Key? {
        switch letter {
        case UInt8(ascii: "A"): .up
        case UInt8(ascii: "B"): .down
        case UInt8(ascii: "C"): .right
        case UInt8(ascii: "D"): .left
        default: nil
        }
    }

    private mutating func control() -> Key {
        var parameters = ""
        while let byte = nextByte(within: 50) {
            guard (0x40...0x7E).contains(byte) else {
                parameters.unicodeScalars.append(Unicode.Scalar(byte))
                guard parameters.utf8.count < 16 else { return .other }
                continue
            }
            switch (byte, parameters) {
            case (UInt8(ascii: "C"), "1;5"), (UInt8(ascii: "C"), "1;3"): return .wordRight
            case (UInt8(ascii: "D"), "1;5"), (UInt8(ascii: "D"), "1;3"): return .wordLeft
            case (UInt8(ascii: "H"), _): return .home
            case (UInt8(ascii: "F"), _): return .end
            case (UInt8(ascii: "~"), "1"), (UInt8(ascii: "~"), "7"): return .home
            case (UInt8(ascii: "~"), "4"), (UInt8(ascii: "~"), "8"): return .end
            case (UInt8(ascii: "~"), "3"): return .delete
            case (UInt8(ascii: "~"), "200"): return paste()
            default: return arrow(byte) ?? .other
            }
        }
        return .other
    }

    private mutating func paste() -> Key {
        let end = Array("\u{1B}[201~".utf8)
        var text: [UInt8] = []
        while !text.suffix(end.count).elementsEqual(end), let byte = nextByte() { text.append(byte) }
        if text.suffix(end.count).elementsEqual(end) { text.removeLast(end.count) }
        return .pasted(
            String(decoding: text, as: UTF8.self).replacing("\r\n", with: "\n").replacing("\r", with: "\n"))
    }
}
