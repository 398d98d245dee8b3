// What may be a name: of steps, variables, loop items and the trigger's pill.

/// The rules for names in recipes.
enum RecipeNames {
    /// A small letter or `_`, then letters, digits and `_`; at most 64.
    static func isName(_ name: String) -> Bool {
        guard let first = name.utf8.first, name.utf8.count <= 64 else { return false }
        guard (0x61...0x7A).contains(first) || first == UInt8(ascii: "_") else { return false }
        return name.utf8.allSatisfy(isNameByte)
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        (0x61...0x7A).contains(byte) || (0x41...0x5A).contains(byte) || (0x30...0x39).contains(byte)
            || byte == UInt8(ascii: "_")
    }

    /// A name made of what is usable in `text`: `New Lead` → `new_lead`.
    static func proposal(for text: String) -> String? {
        var name = ""
        for scalar in text.lowercased().unicodeScalars.prefix(64) {
            if scalar.isASCII, isNameByte(UInt8(truncatingIfNeeded: scalar.value)) {
                name.unicodeScalars.append(scalar)
            } else if !name.isEmpty, name.last != "_" {
                name += "_"
            }
        }
        while name.last == "_" { name.removeLast() }
        name = String(name.drop { $0.isNumber })
        return isName(name) ? name : nil
    }

    /// Whether formulas mean something else by `name`: their words and functions, and `error`.
    static func isReserved(_ name: String) -> Bool { reserved.contains(name) }

    private static let reserved = FunctionLibrary.shared.reservedNames.union(["error"])
}
