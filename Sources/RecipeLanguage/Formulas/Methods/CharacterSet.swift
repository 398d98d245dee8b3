// Sets of characters as tr, count and delete write them.

/// A set of characters as `tr`, `count` and `delete` write them: `a-z`, `^0-9`. Several sets mean what is in all.
struct CharacterSet {
    private var sets: [(isNegated: Bool, members: [Unicode.Scalar])] = []

    /// - Throws: when a range is written from its end to its start.
    init(_ patterns: [String], _ call: Call) throws {
        for pattern in patterns {
            let isNegated = pattern.unicodeScalars.first == "^" && pattern.unicodeScalars.count > 1
            let plain = isNegated ? String(pattern.unicodeScalars.dropFirst()) : pattern
            sets.append((isNegated, try Self.expand(plain, call)))
        }
    }

    /// The characters of a pattern, ranges written out (the first few thousand).
    static func expand(_ pattern: String, _ call: Call) throws -> [Unicode.Scalar] {
        let scalars = Array(pattern.unicodeScalars)
        var (made, index): ([Unicode.Scalar], Int) = ([], 0)
        while index < scalars.count, made.count < 70_000 {
            if scalars[index] == "\\", index + 1 < scalars.count {
                made.append(scalars[index + 1])
                index += 2
            } else if index + 2 < scalars.count, scalars[index + 1] == "-" {
                guard scalars[index].value <= scalars[index + 2].value else {
                    let written = String(String.UnicodeScalarView(scalars[index...(index + 2)]))
                    throw call.bad("the range \(Call.shown(written)) is written from its end to its start")
                }
                made += (scalars[index].value...min(scalars[index + 2].value, scalars[index].value + 65_535))
                    .compactMap(
                        Unicode.Scalar.init)
                index += 3
            } else {
                made.append(scalars[index])
                index += 1
            }
        }
        return made
    }

    func contains(_ scalar: Unicode.Scalar) -> Bool {
        !sets.isEmpty && sets.allSatisfy { $0.members.contains(scalar) != $0.isNegated }
    }

    /// Where a character stands in the first set; the last place for all characters of a negated set.
    func place(of scalar: Unicode.Scalar) -> Int? {
        guard let set = sets.first else { return nil }
        if set.isNegated { return set.members.contains(scalar) ? nil : .max }
        return set.members.firstIndex(of: scalar)
    }
}
