// Names of actions and files from the names and texts of documents: small letters, digits and _, always safe.

enum SnakeCase {
    /// `listPetOwners`, `pets/list-all`, `GET /pets/{id}` as words joined by `_`; empty when there is no letter or digit.
    /// - Parameter most: characters; a longer name is cut and ends in a hash of the whole.
    static func words(_ text: String, most: Int) -> String {
        var result: [UInt8] = []
        let bytes = Array(text.utf8.prefix(4_096))
        func isUpper(_ index: Int) -> Bool { index < bytes.count && (0x41...0x5A).contains(bytes[index]) }
        func isLower(_ index: Int) -> Bool { index < bytes.count && (0x61...0x7A).contains(bytes[index]) }
        for (place, byte) in bytes.enumerated() {
            switch byte {
            case 0x41...0x5A:
                // A word begins after a small letter or a digit, and with the last capital of a run: `HTTPServer`.
                let afterSmall = place > 0 && !isUpper(place - 1)
                let beforeSmall = place > 0 && isUpper(place - 1) && isLower(place + 1) && !isPlural(bytes, place)
                if afterSmall || beforeSmall, let last = result.last, last != 0x5F { result.append(0x5F) }
                result.append(byte + 32)
            case 0x61...0x7A, 0x30...0x39: result.append(byte)
            case 0x27: break  // an apostrophe is within a word
            default: if let last = result.last, last != 0x5F { result.append(0x5F) }
            }
        }
        while result.last == 0x5F { result.removeLast() }
        guard result.count > most else { return String(decoding: result, as: UTF8.self) }
        var cut = result.prefix(most - 9)
        while cut.last == 0x5F { cut.removeLast() }
        return String(decoding: cut, as: UTF8.self) + "_" + hash(text)
    }

    /// `IDs`: the small letter at the end does not make a word.
    private static func isPlural(_ bytes: [UInt8], _ place: Int) -> Bool {
        guard place + 1 < bytes.count, bytes[place + 1] == UInt8(ascii: "s") else { return false }
        return place + 2 >= bytes.count || !(0x61...0x7A).contains(bytes[place + 2])
    }

    /// Eight hexadecimal digits of FNV-1a: the same in every run.
    static func hash(_ text: String) -> String {
        var value: UInt32 = 2_166_136_261
        for byte in text.utf8 { value = (value ^ UInt32(byte)) &* 16_777_619 }
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 8 - digits.count) + digits
    }
}
