// Methods of texts: case, blanks, lengths, padding.

import JSONCore

extension FunctionTables {
    static func text() -> MethodTable {
        var table = MethodTable("text")
        table.add("upcase", on: .text, gives: .string, "All letters upper-case.", "'straße'.upcase", "\"STRASSE\"") {
            call in
            try call.made(call.text.uppercased())
        }
        table.add("downcase", on: .text, gives: .string, "All letters lower-case.", "'ÅBC'.downcase", "\"åbc\"") {
            call in
            try call.made(call.text.lowercased())
        }
        table.add(
            "capitalize", on: .text, gives: .string, "The first letter upper-case, the rest lower-case.",
            "'heLLO you'.capitalize",
            "\"Hello you\""
        ) { try $0.made(TextCase.capitalize($0.text)) }
        table.add(
            "swapcase", on: .text, gives: .string, "Upper-case letters lower and lower-case ones upper.",
            "'aB'.swapcase", "\"Ab\""
        ) {
            call in
            try call.made(
                call.text.unicodeScalars.map { scalar in
                    scalar.properties.isUppercase
                        ? scalar.properties.lowercaseMapping : scalar.properties.uppercaseMapping
                }.joined())
        }
        table.add("strip", on: .text, gives: .string, "Without blanks at both ends.", "\" a \\n\".strip", "\"a\"") {
            .string(TextCase.strip(try $0.text, left: true, right: true))
        }
        table.add("lstrip", on: .text, gives: .string, "Without blanks at the start.", "' a '.lstrip", "\"a \"") {
            .string(TextCase.strip(try $0.text, left: true, right: false))
        }
        table.add("rstrip", on: .text, gives: .string, "Without blanks at the end.", "' a '.rstrip", "\" a\"") {
            .string(TextCase.strip(try $0.text, left: false, right: true))
        }
        table.add(
            "squish", on: .text, gives: .string, "Without blanks at both ends, and one blank for several within.",
            "' a  b '.squish",
            "\"a b\""
        ) { call in
            .string(
                try call.text.unicodeScalars.split { $0.properties.isWhitespace }.map { String($0) }.joined(
                    separator: " "))
        }
        for name in ["length", "size"] {
            table.add(name, on: .text, gives: .integer, "How many characters.", "'Zoë'.\(name)", "3") { call in
                if case .bytes(let bytes) = call.receiver { return .integer(bytes.count) }
                return .integer(try call.text.scalarCount)
            }
        }
        table.add("bytesize", on: .text, gives: .integer, "How many bytes in UTF-8.", "'Zoë'.bytesize", "4") { call in
            if case .bytes(let bytes) = call.receiver { return .integer(bytes.count) }
            return .integer(try call.text.utf8.count)
        }
        table.add("empty?", on: .text, gives: .boolean, "Whether it has no characters.", "''.empty?", "true") {
            .bool(try $0.text.isEmpty)
        }
        table.add(
            "reverse", on: .text, gives: .string, "The characters from last to first.", "'abc'.reverse", "\"cba\""
        ) {
            .string(String(String.UnicodeScalarView(try $0.text.unicodeScalars.reversed())))
        }
        table.add(
            "ljust", on: .text, "width: integer, filler: text?", gives: .string, "Filled up on the right to a width.",
            "'ab'.ljust(4, '.')", "\"ab..\""
        ) { try TextPadding.pad($0, left: 0, right: 1) }
        table.add(
            "rjust", on: .text, "width: integer, filler: text?", gives: .string, "Filled up on the left to a width.",
            "'7'.rjust(3, '0')", "\"007\""
        ) { try TextPadding.pad($0, left: 1, right: 0) }
        table.add(
            "center", on: .text, "width: integer, filler: text?", gives: .string, "Filled up on both sides to a width.",
            "'a'.center(4, '*')", "\"*a**\""
        ) { try TextPadding.pad($0, left: 1, right: 1) }
        table.add(
            "chomp", on: .text, "ending: text?", gives: .string,
            "Without the line end, or the given ending, at its end; with '' without all line ends there.",
            "\"a\\n\".chomp", "\"a\""
        ) {
            call in
            let text = try call.text
            if call[0] != nil, try call.string(0).isEmpty { return .string(TextCase.withoutLineEnds(text)) }
            if call[0] != nil { return .string(TextCase.dropping(text, suffix: try call.string(0))) }
            for ending in ["\r\n", "\n", "\r"] where text.utf8.reversed().starts(with: ending.utf8.reversed()) {
                return .string(TextCase.dropping(text, suffix: ending))
            }
            return .string(text)
        }
        table.add("chop", on: .text, gives: .string, "Without its last character.", "'abc'.chop", "\"ab\"") { call in
            let text = try call.text
            return .string(
                text.utf8.suffix(2).elementsEqual("\r\n".utf8)
                    ? TextCase.dropping(text, suffix: "\r\n") : String(text.unicodeScalars.dropLast()))
        }
        table.add("chr", on: .text, gives: .string, "Its first character.", "'abc'.chr", "\"a\"") {
            .string(TextSlice.slice(try $0.text, 0, 1) ?? "")
        }
        table.add("ord", on: .text, gives: .integer, "The code of its first character.", "'a'.ord", "97") { call in
            guard let first = try call.text.unicodeScalars.first else {
                throw call.bad("ord needs a text that is not empty")
            }
            return .integer(Int(first.value))
        }
        for name in ["next", "succ"] {
            table.add(
                name, on: .text, gives: .string, "The text that follows in counting order.", "'az'.\(name)", "\"ba\""
            ) {
                .string(TextSuccessor.next(try $0.text))
            }
        }
        table.add(
            "casecmp", on: .text, "other: any", gives: [.integer, .null],
            "Compares without regard to ASCII case: -1, 0 or 1; nil with what is no text.",
            "'abc'.casecmp('ABC')", "0"
        ) { call in
            guard let other = call[0], KindSet.text.contains(KindSet(other.kind)) else { return .null }
            return .integer(
                Value.byteOrder(
                    TextCase.asciiLowercased(try call.text), TextCase.asciiLowercased(try call.string(other))))
        }
        table.add(
            "casecmp?", on: .text, "other: any", gives: [.boolean, .null],
            "Whether both are the same without regard to case; nil with what is no text.",
            "'Ä'.casecmp?('ä')", "true"
        ) { call in
            guard let other = call[0], KindSet.text.contains(KindSet(other.kind)) else { return .null }
            return .bool(
                TextCase.folded(try call.text).utf8.elementsEqual(TextCase.folded(try call.string(other)).utf8))
        }
        return table
    }
}

extension String {
    /// How many Unicode scalars it has, which is what Ruby counts as characters.
    var scalarCount: Int {
        // Each has one byte that does not continue another.
        utf8.withContiguousStorageIfAvailable { $0.reduce(0) { $0 + ($1 & 0xC0 == 0x80 ? 0 : 1) } }
            ?? unicodeScalars.count
    }
}

/// Case and blanks.
enum TextCase {
    static func capitalize(_ text: String) -> String {
        asciiCapitalized(text) ?? capitalizedAsUnicode(text)
    }

    /// Nil when a character is past ASCII.
    private static func asciiCapitalized(_ text: String) -> String? {
        text.utf8.withContiguousStorageIfAvailable { bytes -> String? in
            var all: UInt8 = 0
            for byte in bytes { all |= byte }
            guard all < 0x80 else { return nil }
            return String(unsafeUninitializedCapacity: bytes.count) { made in
                for (place, byte) in bytes.enumerated() {
                    let isOther = (place == 0 ? UInt8(ascii: "a") : UInt8(ascii: "A")) &+ 25 &- byte < 26
                    made[place] = isOther ? byte ^ 0x20 : byte
                }
                return bytes.count
            }
        } ?? nil
    }

    private static func capitalizedAsUnicode(_ text: String) -> String {
        guard let first = text.unicodeScalars.first else { return "" }
        return first.properties.titlecaseMapping + String(text.unicodeScalars.dropFirst()).lowercased()
    }

    /// Without all line ends at its end, as Ruby's `chomp('')`.
    static func withoutLineEnds(_ text: String) -> String {
        var bytes = Array(text.utf8)[...]
        while bytes.last == 0x0A {
            bytes = bytes.dropLast()
            if bytes.last == 0x0D { bytes = bytes.dropLast() }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// What is the same for texts that differ in case only: ß is ss.
    static func folded(_ text: String) -> String {
        // The capital of ı is I, yet its case folding is itself.
        let parts = text.lowercased().split(separator: "ı", omittingEmptySubsequences: false)
        return parts.map { $0.uppercased().lowercased() }.joined(separator: "ı")
    }

    static func asciiLowercased(_ text: String) -> String {
        String(decoding: text.utf8.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }, as: UTF8.self)
    }

    /// Without ASCII blanks and, on the right, NULs, as Ruby's `strip`.
    static func strip(_ text: String, left: Bool, right: Bool) -> String {
        func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) || byte == 0 }
        var text = text
        let rest = text.withUTF8 { bytes -> String? in
            var (start, end) = (0, bytes.count)
            if left { while start < end, isBlank(bytes[start]) { start += 1 } }
            if right { while end > start, isBlank(bytes[end - 1]) { end -= 1 } }
            guard end - start < bytes.count else { return nil }
            return String(checked: UnsafeBufferPointer(rebasing: bytes[start..<end]))
        }
        return rest ?? text
    }

    static func dropping(_ text: String, prefix: String) -> String {
        guard text.utf8.starts(with: prefix.utf8) else { return text }
        return String(decoding: text.utf8.dropFirst(prefix.utf8.count), as: UTF8.self)
    }

    static func dropping(_ text: String, suffix: String) -> String {
        guard text.utf8.count >= suffix.utf8.count, text.utf8.suffix(suffix.utf8.count).elementsEqual(suffix.utf8)
        else { return text }
        return String(decoding: text.utf8.dropLast(suffix.utf8.count), as: UTF8.self)
    }
}

/// Filling texts up to a width.
enum TextPadding {
    static func pad(_ call: Call, left: Int, right: Int) throws -> Value {
        let text = try call.text
        let filler = try call[1] == nil ? [" "] : Array(call.string(1).unicodeScalars)
        guard !filler.isEmpty else { throw call.bad("\(call.name) needs something to fill with") }
        let missing = max(0, try call.integer(0)) - text.unicodeScalars.count
        guard missing > 0 else { return .string(text) }
        try call.run.charge(missing, call.range)
        let before = left == 0 ? 0 : right == 0 ? missing : missing / 2
        func fill(_ count: Int) -> String {
            var scalars = String.UnicodeScalarView()
            for index in 0..<count { scalars.append(filler[index % filler.count]) }
            return String(scalars)
        }
        return .string(fill(before) + text + fill(missing - before))
    }
}
