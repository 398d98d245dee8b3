// Finding things in texts: by code points, as Ruby counts, with regexes bounded in time.

/// A text being searched.
struct TextSearch {
    let bytes: [UInt8]
    let run: Evaluation
    let range: Range<Int>

    init(_ text: String, _ run: Evaluation, _ range: Range<Int>) {
        (bytes, self.run, self.range) = (Array(text.utf8), run, range)
    }

    /// The first match at byte `from` or later.
    func first(_ pattern: TextPattern, from: Int = 0) throws(FormulaError) -> RegexMatch? {
        switch pattern {
        case .text(let text):
            let needle = Array(text.utf8)
            try run.tick(1 + (bytes.count - from) / 64, range)
            return Self.find(needle, in: bytes, from: from).map { RegexMatch(groups: [$0..<($0 + needle.count)]) }
        case .regex(let regex):
            try run.tick(2, range)
            do throws(FormulaRegex.SearchFault) {
                return try bytes.withUnsafeBufferPointer { buffer throws(FormulaRegex.SearchFault) in
                    try regex.search(buffer, from: from, isOutOfTime: run.isOutOfTimeForRegex)
                }
            } catch {
                throw Self.refusal(error, regex, range)
            }
        }
    }

    /// Whether a regex matches somewhere in a text: quicker than looking where.
    static func matches(
        _ regex: FormulaRegex, _ text: String, _ run: Evaluation, _ range: Range<Int>
    ) throws(FormulaError) -> Bool {
        try run.tick(2, range)
        var text = text
        let result = text.withUTF8 { buffer -> Result<Bool, FormulaRegex.SearchFault> in
            do throws(FormulaRegex.SearchFault) {
                return .success(try regex.matches(buffer, isOutOfTime: run.isOutOfTimeForRegex))
            } catch {
                return .failure(error)
            }
        }
        switch result {
        case .success(let matches): return matches
        case .failure(let fault): throw refusal(fault, regex, range)
        }
    }

    private static func refusal(
        _ fault: FormulaRegex.SearchFault, _ regex: FormulaRegex, _ range: Range<Int>
    ) -> FormulaError {
        let why =
            fault == .outOfTime ? "took too long (formula.time)" : "needs too much work on this text (formula.time)"
        return FormulaError(
            code: "limit", "the regex /\(regex.source)/ \(why)",
            suggestion: "make the pattern more definite: avoid nested repeats like (a+)+", range: range)
    }

    /// All matches that don't overlap, as `scan` and `gsub` go through them.
    func all(_ pattern: TextPattern, limit: Int = .max) throws(FormulaError) -> [RegexMatch] {
        var (found, from): ([RegexMatch], Int) = ([], 0)
        while found.count < limit, from <= bytes.count, let match = try first(pattern, from: from) {
            try run.charge(32, range)
            found.append(match)
            from = match.whole.isEmpty ? next(match.whole.upperBound) : match.whole.upperBound
        }
        return found
    }

    /// The match that begins last, though one before it may overlap it; at byte `bound` or before.
    func last(_ pattern: TextPattern, upTo bound: Int = .max) throws(FormulaError) -> RegexMatch? {
        var (best, from): (RegexMatch?, Int) = (nil, 0)
        while from <= bytes.count, let match = try first(pattern, from: from), match.whole.lowerBound <= bound {
            (best, from) = (match, next(match.whole.lowerBound))
        }
        return best
    }

    /// The start of the character after the one at `place`.
    func next(_ place: Int) -> Int {
        var end = place + 1
        while end < bytes.count, bytes[end] & 0xC0 == 0x80 { end += 1 }
        return end
    }

    func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

    /// How many characters (code points) come before byte `place`.
    func characters(before place: Int) -> Int { bytes[..<place].reduce(0) { $1 & 0xC0 == 0x80 ? $0 : $0 + 1 } }

    /// The byte at which character `index` starts; nil beyond the end.
    func byte(ofCharacter index: Int) -> Int? {
        var (place, left) = (0, index)
        while left > 0, place < bytes.count { (place, left) = (next(place), left - 1) }
        return left == 0 ? place : nil
    }

    static func find(_ needle: [UInt8], in bytes: [UInt8], from: Int) -> Int? {
        bytes.withUnsafeBufferPointer { text in needle.withUnsafeBufferPointer { find($0, in: text, from: from) } }
    }

    /// Where `needle` is in `text`, from byte `from` on.
    static func find(_ needle: UnsafeBufferPointer<UInt8>, in text: UnsafeBufferPointer<UInt8>, from: Int) -> Int? {
        guard let head = needle.first else { return from <= text.count ? from : nil }
        var place = from
        let last = text.count - needle.count
        while place <= last {
            if text[place] == head {
                var matched = 1
                while matched < needle.count, text[place + matched] == needle[matched] { matched += 1 }
                if matched == needle.count { return place }
            }
            place += 1
        }
        return nil
    }
}

extension RegexMatch {
    init(groups: [Range<Int>?]) { self.groups = groups }
}

/// Slices of texts by code points.
enum TextSlice {
    /// `text[start, length]` with Ruby's rules for negative and outlying starts.
    static func slice(_ text: String, _ start: Int, _ length: Int) -> String? {
        guard length >= 0 else { return nil }
        if start >= 0, let slice = asciiSlice(text, start, length) { return slice }
        let scalars = text.unicodeScalars
        let utf8 = text.utf8.count
        // Counting is only needed for negative starts, and not for plain ASCII.
        let count = start < 0 || start > utf8 ? scalars.count : utf8
        let from = start < 0 ? start + count : start
        guard from >= 0, from <= count,
            let low = scalars.index(scalars.startIndex, offsetBy: from, limitedBy: scalars.endIndex)
        else { return nil }
        let high = scalars.index(low, offsetBy: min(length, utf8), limitedBy: scalars.endIndex) ?? scalars.endIndex
        return String(scalars[low..<high])
    }

    /// A slice of a text whose start, up to the slice's end, is ASCII: there a byte is a character. Nil for any other text.
    private static func asciiSlice(_ text: String, _ start: Int, _ length: Int) -> String? {
        text.utf8.withContiguousStorageIfAvailable { bytes -> String? in
            guard start <= bytes.count else { return nil }
            let end = start + min(length, bytes.count - start)
            for byte in bytes[..<end] where byte >= 0x80 { return nil }
            // What comes next may belong to the last character.
            if end < bytes.count, bytes[end] & 0xC0 == 0x80 { return nil }
            return String(decoding: bytes[start..<end], as: UTF8.self)
        } ?? nil
    }

    static func slice(_ text: String, _ range: ValueRange) -> String? {
        guard let (start, count) = range.slice(of: text.scalarCount) else { return nil }
        return slice(text, start, count)
    }

    static func character(_ text: String, _ index: Int) -> String? {
        guard let found = slice(text, index, 1), !found.isEmpty else { return nil }
        return found
    }
}

/// Ruby's `succ` of texts.
enum TextSuccessor {
    static func next(_ text: String) -> String {
        var scalars = Array(text.unicodeScalars)
        guard !scalars.isEmpty else { return "" }
        func isAlphanumeric(_ scalar: Unicode.Scalar) -> Bool {
            ("0"..."9").contains(scalar) || ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar)
        }
        func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }
        // Beyond ASCII the next code counts, while it is a letter or digit too.
        func isOther(_ scalar: Unicode.Scalar) -> Bool {
            !scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType == .decimal)
        }
        if let end = scalars.lastIndex(where: { isAlphanumeric($0) || isOther($0) }), isOther(scalars[end]),
            let following = Unicode.Scalar(scalars[end].value + 1), isOther(following)
        {
            scalars[end] = following
            return String(String.UnicodeScalarView(scalars))
        }
        guard let last = scalars.lastIndex(where: isAlphanumeric) else {
            let end = scalars.count - 1
            scalars[end] = Unicode.Scalar(scalars[end].value + 1) ?? scalars[end]
            return String(String.UnicodeScalarView(scalars))
        }
        var index = last
        while true {
            switch scalars[index] {
            case "9": scalars[index] = "0"
            case "z": scalars[index] = "a"
            case "Z": scalars[index] = "A"
            case let scalar:
                scalars[index] = Unicode.Scalar(scalar.value + 1) ?? scalar
                return String(String.UnicodeScalarView(scalars))
            }
            // Carry to the next letter or digit on the left.
            // Beyond other characters it continues only in letters after letters and digits after digits.
            guard let left = scalars[..<index].lastIndex(where: isAlphanumeric),
                left == index - 1 || isDigit(scalars[left]) == isDigit(scalars[index])
            else {
                let carry: Unicode.Scalar = scalars[index] == "0" ? "1" : scalars[index]
                scalars.insert(carry, at: index)
                return String(String.UnicodeScalarView(scalars))
            }
            index = left
        }
    }
}
