// English plurals and singulars, by ActiveSupport's rules.

/// Plurals and singulars of English words.
enum Inflections {
    private static let uncountable: Set<String> = [
        "equipment", "information", "rice", "money", "species", "series", "fish", "sheep", "jeans", "police",
    ]

    private static let irregular: [(one: String, many: String)] = [
        ("person", "people"), ("man", "men"), ("child", "children"), ("sex", "sexes"), ("move", "moves"),
        ("zombie", "zombies"),
    ]

    /// Endings from the most special to the plainest: what a word ends with, how much of it goes, what comes instead.
    private static let plurals: [(ending: String, drop: Int, add: String)] = [
        ("quiz", 0, "zes"), ("oxen", 0, ""), ("mice", 0, ""), ("lice", 0, ""), ("mouse", 4, "ice"), ("louse", 4, "ice"),
        ("matrix", 2, "ices"), ("vertex", 2, "ices"),
        ("index", 2, "ices"), ("vertix", 2, "ices"), ("indix", 2, "ices"), ("x", 0, "es"), ("ch", 0, "es"),
        ("ss", 0, "es"), ("sh", 0, "es"), ("hive", 0, "s"), ("ves", 0, ""), ("lf", 1, "ves"),
        ("rf", 1, "ves"), ("sis", 2, "es"), ("ta", 0, ""), ("ia", 0, ""), ("tum", 2, "a"), ("ium", 2, "a"),
        ("buffalo", 0, "es"), ("tomato", 0, "es"),
        ("bus", 0, "es"), ("alias", 0, "es"), ("status", 0, "es"), ("octopus", 2, "i"), ("virus", 2, "i"),
        ("octopi", 0, ""), ("viri", 0, ""),
        ("axis", 2, "es"), ("testis", 2, "es"),
    ]

    private static let singulars: [(ending: String, drop: Int, add: String)] = [
        ("databases", 1, ""), ("quizzes", 3, ""), ("matrices", 4, "ix"), ("vertices", 4, "ex"), ("indices", 4, "ex"),
        ("aliases", 2, ""), ("statuses", 2, ""), ("alias", 0, ""), ("status", 0, ""), ("octopi", 1, "us"),
        ("octopus", 0, ""),
        ("viri", 1, "us"), ("virus", 0, ""), ("axes", 2, "is"), ("axis", 0, ""), ("crises", 2, "is"), ("crisis", 0, ""),
        ("testes", 2, "is"), ("testis", 0, ""), ("shoes", 1, ""), ("oes", 2, ""), ("buses", 2, ""), ("bus", 0, ""),
        ("mice", 3, "ouse"),
        ("lice", 3, "ouse"), ("xes", 2, ""), ("ches", 2, ""), ("sses", 2, ""), ("shes", 2, ""), ("movies", 1, ""),
        ("series", 0, ""), ("quies", 3, "y"), ("lves", 3, "f"), ("rves", 3, "f"), ("tives", 1, ""), ("hives", 1, ""),
        ("analyses", 2, "is"), ("bases", 2, "is"), ("diagnoses", 2, "is"), ("parentheses", 2, "is"),
        ("prognoses", 2, "is"), ("synopses", 2, "is"), ("theses", 2, "is"), ("sis", 0, ""), ("ta", 1, "um"),
        ("ia", 1, "um"), ("news", 0, ""), ("ss", 0, ""),
    ]

    private static func isVowel(_ character: Character) -> Bool { "aeiou".contains(character) }

    private static func special(
        _ word: String, _ from: KeyPath<(one: String, many: String), String>,
        _ to: KeyPath<(one: String, many: String), String>
    ) -> String? {
        let lower = word.lowercased()
        for pair in irregular where lower.hasSuffix(pair[keyPath: from]) {
            let stem = word.dropLast(pair[keyPath: from].count)
            let kept = word.dropFirst(stem.count).prefix(1)
            return String(stem) + String(kept) + String(pair[keyPath: to].dropFirst())
        }
        return nil
    }

    private static func isUncountable(_ word: String) -> Bool {
        let last = word.split { !($0.isLetter) }.last.map { $0.lowercased() } ?? ""
        return uncountable.contains(last)
    }

    static func plural(_ word: String) -> String {
        guard !word.isEmpty, !isUncountable(word) else { return word }
        if special(word, \.many, \.many) != nil { return word }
        if let found = special(word, \.one, \.many) { return found }
        let lower = word.lowercased()
        if lower == "ox" { return word + "en" }
        for rule in plurals where lower.hasSuffix(rule.ending) { return word.dropLast(rule.drop) + rule.add }
        if lower.hasSuffix("y"), let before = lower.dropLast().last, !isVowel(before) { return word.dropLast() + "ies" }
        if lower.hasSuffix("quy") { return word.dropLast() + "ies" }
        if lower.hasSuffix("fe"), let before = lower.dropLast(2).last, before != "f" { return word.dropLast(2) + "ves" }
        return lower.hasSuffix("s") ? word.dropLast() + "s" : word + "s"
    }

    static func singular(_ word: String) -> String {
        guard !word.isEmpty, !isUncountable(word) else { return word }
        if special(word, \.one, \.one) != nil { return word }
        if let found = special(word, \.many, \.one) { return found }
        let lower = word.lowercased()
        if lower.hasPrefix("oxen") { return String(word.dropLast(2)) }
        for rule in singulars where lower.hasSuffix(rule.ending) { return word.dropLast(rule.drop) + rule.add }
        if lower.hasSuffix("ies"), let before = lower.dropLast(3).last, !isVowel(before) {
            return word.dropLast(3) + "y"
        }
        if lower.hasSuffix("ves"), let before = lower.dropLast(3).last, before != "f" { return word.dropLast(3) + "fe" }
        return lower.hasSuffix("s") ? String(word.dropLast()) : word
    }
}
