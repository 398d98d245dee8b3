// The families of functions: their titles, and the order in which people read about them.

/// Functions that belong together.
public struct FunctionFamily: Sendable {
    /// As in `FunctionSpec.family`.
    public let name: String
    public let title: String
    /// One sentence.
    public let about: String
    /// Its functions, by name.
    public let functions: [FunctionSpec]

    private static let titles: [(name: String, title: String, about: String)] = [
        (
            "any value", "Any value",
            "What every value has, nil included: whether there is something, and what to take when there is not."
        ),
        ("text", "Texts", "Reading, changing, searching and cutting texts. Positions count characters from 0."),
        ("match", "Matches", "What a regex found: the whole, its groups, and where."),
        ("words", "Words", "Names and titles in other spellings."),
        ("number", "Numbers", "Calculating and rounding. Numbers with a fraction are exact."),
        ("number format", "Numbers for people", "Money, telephone numbers, sizes and the like."),
        ("list", "Lists", "Parts of lists, changed lists, and what blocks do with each element."),
        ("list of objects", "Lists of objects", "Rows, as searches and tables give them."),
        ("object", "Objects", "Keys and values."),
        ("date and time", "Dates and times", "Reading and writing them, and their parts."),
        ("calendar", "Calendar", "Beginnings and ends of days, weeks and months, and moving by them."),
        ("duration", "Durations", "Lengths of time: 3.days, 1.month.ago."),
        ("conversion", "Conversions", "From one kind of value to another."),
        ("encoding", "Encodings", "Base64, hex, URLs and character sets."),
        ("digest", "Digests", "Fingerprints and signatures."),
        ("cipher", "Encryption", "Texts that only a password opens."),
        ("token", "Web tokens", "JSON Web Tokens, signed and checked."),
        ("country and state", "Countries and states", "Names and codes."),
        ("CSV", "CSV", "Lists as lines of CSV."),
        ("JSON and CSV", "Texts that hold data", "JSON and CSV read from texts."),
        ("YAML", "YAML", "Values from and to YAML."),
        ("XML", "XML", "Objects from and to XML."),
        ("functions", "Functions without a receiver", "They stand alone: `now`, `lookup('table', column: value)`."),
    ]

    /// Every family that has functions, in reading order; one that has no title here comes last, under its name.
    public static let all: [FunctionFamily] = {
        let byName = Dictionary(grouping: FunctionLibrary.shared.catalog, by: \.family)
        let known = titles.filter { byName[$0.name] != nil }
        let untitled = byName.keys.filter { name in !titles.contains { $0.name == name } }.sorted()
        return (known + untitled.map { ($0, $0.prefix(1).uppercased() + $0.dropFirst(), "") }).map { entry in
            FunctionFamily(
                name: entry.name, title: entry.title, about: entry.about,
                functions: (byName[entry.name] ?? []).sorted { $0.name < $1.name })
        }
    }()

    /// The family of that name or title, whatever its case; else the only one whose name or title starts so.
    public static func named(_ text: String) -> FunctionFamily? {
        let wanted = text.lowercased()
        func names(_ family: FunctionFamily) -> [String] { [family.name.lowercased(), family.title.lowercased()] }
        if let exact = all.first(where: { names($0).contains(wanted) }) { return exact }
        let near = all.filter { names($0).contains { $0.hasPrefix(wanted) } }
        return near.count == 1 ? near[0] : nil
    }
}

extension FunctionSpec {
    /// Whether each word of `query` is in its name, family or help.
    public func matches(_ query: String) -> Bool {
        let text = "\(signature) \(family) \(help)".lowercased()
        return query.lowercased().split(separator: " ").allSatisfy { text.contains($0) }
    }

    /// At most `limit` functions to look at beside this one: others with the same help, then those that share most words
    /// of name and help, among those that work on the same kinds of value.
    public func related(limit: Int = 6) -> [String] {
        let (mine, help) = (words(of: name), words(of: self.help))
        var scores: [(name: String, score: Int)] = []
        for other in FunctionLibrary.shared.catalog where other.name != name {
            guard receivers.isEmpty ? other.receivers.isEmpty : !receivers.isDisjoint(with: other.receivers) else {
                continue
            }
            var score = 4 * mine.intersection(words(of: other.name)).count
            score += help.intersection(words(of: other.help)).count + (other.help == self.help ? 10 : 0)
            score += other.family == family ? 1 : 0
            // lstrip and rstrip, starts_with? and ends_with?
            score += sharesEnd(with: other.name) ? 3 : 0
            if score > 2, !scores.contains(where: { $0.name == other.name }) { scores.append((other.name, score)) }
        }
        return scores.sorted { ($1.score, $0.name) < ($0.score, $1.name) }.prefix(limit).map(\.name)
    }

    private func sharesEnd(with other: String) -> Bool {
        name.commonPrefix(with: other).count > 3
            || String(name.reversed()).commonPrefix(with: String(other.reversed())).count > 3
    }

    private func words(of text: String) -> Set<String> {
        let common: Set<String> = [
            "with", "from", "that", "this", "whether", "value", "values", "given", "same", "each", "without",
        ]
        return Set(text.lowercased().split { !$0.isLetter }.filter { $0.count > 3 }.map(String.init)).subtracting(
            common)
    }
}
