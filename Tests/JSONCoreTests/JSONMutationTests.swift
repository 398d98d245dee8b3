// Random texts against a second, slow reader of the grammar: both must agree on what is JSON.
import JSONCore
import Testing

struct JSONMutationTests {
    static let texts: [String] = [
        "{\"a\":[1,2.50,-0,1e5,true,false,null],\"b\\u00e9\":\"x\\n\\ud83d\\ude00é😀 long text to pass sixteen bytes\",\"a\":{\"z\":{}},\"\":[]}",
        "[[],{},\"\",0,-1.5e-10,12345678901234567890,-9223372036854775808,9223372036854775808]",
        "  \"\\\"\\\\\\/\\b\\f\\n\\r\\t €\"  ", "{\"k\" : \"v\" ,\r\n\t\"k2\":[ {\"q\":1} , {\"q\":2} ]}",
    ]
    static let spice =
        Array("{}[]\",:\\u0123456789eE+-.tfnrDdCc \n\t\u{0}\u{1F}".utf8)
        + [0x80, 0xC0, 0xC3, 0xA9, 0xED, 0xA0, 0xE2, 0x82, 0xAC, 0xF0, 0x9F, 0xF4, 0x90, 0xFF]

    @Test(arguments: 0..<4)
    func `a mutated text is read just when the grammar allows it`(seed: Int) throws {
        var random = SplitMix(state: UInt64(seed) &+ 20_261_123)
        var accepted = 0
        for _ in 0..<5_000 {
            var bytes = Array(Self.texts[seed].utf8)
            for _ in 0..<Int.random(in: 1...3, using: &random) { mutate(&bytes, &random) }
            let isJSON = Grammar.allows(bytes)
            do {
                let value = try JSON(parsing: bytes)
                #expect(isJSON, "read though it is not JSON: \(bytes)")
                accepted += 1
                #expect(try JSON(parsing: value.compactBytes) == value)
                #expect(try JSON(parsing: value.indented) == value)
                #expect(try JSONDocument(parsing: bytes).root.json.compact == value.compact)
                #expect(try JSON(parsing: JSON(parsing: value.canonical).canonical).compact == value.canonical)
            } catch {
                #expect(!isJSON, "refused though it is JSON: \(bytes), \(error)")
                #expect((0...bytes.count).contains(error.offset))
            }
        }
        #expect(accepted > 100)
    }

    @Test(arguments: 0..<4)
    func `a random value survives being written and read`(seed: Int) throws {
        var random = SplitMix(state: UInt64(seed) &+ 42)
        for _ in 0..<300 {
            let value = randomValue(depth: 5, &random)
            let read = try JSON(parsing: value.compactBytes)
            #expect(read == value)
            #expect(read.compact == value.compact)  // order and texts of numbers too
            #expect(try JSON(parsing: value.indented).compact == value.compact)
        }
    }

    private func mutate(_ bytes: inout [UInt8], _ random: inout SplitMix) {
        guard let place = bytes.indices.randomElement(using: &random) else { return bytes.append(0x31) }
        let spice = Self.spice[Int.random(in: 0..<Self.spice.count, using: &random)]
        switch Int.random(in: 0..<5, using: &random) {
        case 0, 1: bytes[place] = spice
        case 2: bytes.insert(spice, at: place)
        case 3: bytes.removeSubrange(place..<min(bytes.count, place + Int.random(in: 1...6, using: &random)))
        default: bytes.insert(contentsOf: bytes[place..<min(bytes.count, place + 9)], at: place)
        }
    }

    private func randomValue(depth: Int, _ random: inout SplitMix) -> JSON {
        switch Int.random(in: 0..<(depth > 0 ? 9 : 6), using: &random) {
        case 0: return nil
        case 1: return .bool(Bool.random(using: &random))
        case 2: return .integer(Int(truncatingIfNeeded: random.next() >> UInt64.random(in: 0..<64, using: &random)))
        case 3: return JSON(number: "\(Double(bitPattern: random.next() & 0x7FEF_FFFF_FFFF_FFFF))") ?? nil
        case 4, 5: return .string(randomText(&random))
        case 6:
            return .array(
                (0..<Int.random(in: 0..<5, using: &random)).map { _ in randomValue(depth: depth - 1, &random) })
        default:
            let count = Bool.random(using: &random) ? 4 : Int.random(in: 0..<40, using: &random)
            return .object(
                JSONObject((0..<count).map { _ in (randomText(&random), randomValue(depth: depth - 3, &random)) }))
        }
    }

    private func randomText(_ random: inout SplitMix) -> String {
        let highest: [UInt32] = [0x7F, 0x7F, 0x7FF, 0xFFFF, 0x10FFFF]
        var text = ""
        for _ in 0..<Int.random(in: 0..<24, using: &random) {
            let top = highest[Int.random(in: 0..<highest.count, using: &random)]
            text.unicodeScalars.append(Unicode.Scalar(UInt32.random(in: 0...top, using: &random)) ?? "?")
        }
        return text
    }
}

/// Random numbers from a seed.
private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}

/// RFC 8259's grammar, rule by rule, on Unicode scalars: slow and plain.
private struct Grammar {
    private var rest: Substring.UnicodeScalarView

    static func allows(_ bytes: [UInt8]) -> Bool {
        guard let text = String(validating: bytes, as: UTF8.self) else { return false }
        var grammar = Grammar(rest: Substring(text).unicodeScalars)
        return grammar.element() && grammar.rest.isEmpty
    }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard rest.first == scalar else { return false }
        rest.removeFirst()
        return true
    }

    private mutating func space() {
        while let next = rest.first, " \n\r\t".unicodeScalars.contains(next) { rest.removeFirst() }
    }

    private mutating func element() -> Bool {
        space()
        defer { space() }
        switch rest.first {
        case "{": return list("{", "}") { $0.member() }
        case "[": return list("[", "]") { $0.element() }
        case "\"": return string()
        case "t": return "true".unicodeScalars.allSatisfy { take($0) }
        case "f": return "false".unicodeScalars.allSatisfy { take($0) }
        case "n": return "null".unicodeScalars.allSatisfy { take($0) }
        default: return number()
        }
    }

    private mutating func list(_ open: Unicode.Scalar, _ close: Unicode.Scalar, item: (inout Grammar) -> Bool) -> Bool {
        guard take(open) else { return false }
        space()
        if take(close) { return true }
        repeat {
            guard item(&self) else { return false }
        } while take(",")
        return take(close)
    }

    private mutating func member() -> Bool {
        space()
        guard string() else { return false }
        space()
        return take(":") && element()
    }

    private mutating func string() -> Bool {
        guard take("\"") else { return false }
        while let next = rest.popFirst() {
            if next == "\"" { return true }
            if next.value < 0x20 { return false }
            guard next == "\\" else { continue }
            guard let escape = rest.popFirst() else { return false }
            if escape == "u" {
                guard let first = hexadecimals() else { return false }
                if (0xDC00...0xDFFF).contains(first) { return false }
                if (0xD800...0xDBFF).contains(first) {
                    guard take("\\"), take("u"), let second = hexadecimals(), (0xDC00...0xDFFF).contains(second) else {
                        return false
                    }
                }
            } else if !"\"\\/bfnrt".unicodeScalars.contains(escape) {
                return false
            }
        }
        return false
    }

    private mutating func hexadecimals() -> Int? {
        var digits = ""
        for _ in 0..<4 {
            guard let next = rest.popFirst(), next.properties.isASCIIHexDigit else { return nil }
            digits.unicodeScalars.append(next)
        }
        return Int(digits, radix: 16)
    }

    private mutating func digits() -> Bool {
        let count = rest.count
        while let next = rest.first, ("0"..."9").contains(next) { rest.removeFirst() }
        return rest.count < count
    }

    private mutating func number() -> Bool {
        _ = take("-")
        if !take("0") { guard digits() else { return false } }
        if take(".") { guard digits() else { return false } }
        if take("e") || take("E") {
            if !take("+") { _ = take("-") }
            return digits()
        }
        return true
    }
}
