// What was probably meant: the closest of some known names.

/// "Did you mean": the nearest name by edits (insert, remove, replace, swap neighbours), without case.
public enum Suggestion {
    /// Longer names are compared no further: nobody types them by hand, and the work stays small on hostile input.
    static let longestName = 64
    /// At most this many candidates are looked at.
    static let mostCandidates = 5_000

    /// The candidate that needs the fewest edits, when they are few enough to be a slip: one for names up to four
    /// characters, two up to eight, three beyond. Of equals the first wins. nil when none is near.
    public static func closest(to name: String, among candidates: some Sequence<String>) -> String? {
        let wanted = Array(name.lowercased().unicodeScalars)
        guard !wanted.isEmpty, wanted.count <= longestName else { return nil }
        var best: String?
        var fewest = (wanted.count <= 4 ? 1 : wanted.count <= 8 ? 2 : 3) + 1
        for candidate in candidates.prefix(mostCandidates) where candidate != name {
            let other = Array(candidate.lowercased().unicodeScalars)
            guard other.count <= longestName, abs(other.count - wanted.count) < fewest else { continue }
            let edits = distance(wanted, other)
            // A name that shares no character at all is no slip of the keyboard, however short.
            if edits < fewest, edits < max(wanted.count, other.count) { (best, fewest) = (candidate, edits) }
        }
        return best
    }

    /// `did you mean "email"?`, or nil when nothing is near.
    public static func didYouMean(_ name: String, among candidates: some Sequence<String>) -> String? {
        closest(to: name, among: candidates).map { "did you mean \"\($0)\"?" }
    }

    /// `did you mean "email"?`, or when nothing is near which there are: `its fields are email, name and 3 more`.
    /// nil when there are none.
    public static func nearOrAll(_ name: String, among candidates: [String], called what: String) -> String? {
        if let near = didYouMean(name, among: candidates) { return near }
        guard let first = candidates.first else { return nil }
        let (shown, more) = (candidates.prefix(10), candidates.count - 10)
        let list =
            more > 0
            ? shown.joined(separator: ", ") + " and \(more) more"
            : shown.count == 1 ? first : shown.dropLast().joined(separator: ", ") + " and " + (shown.last ?? "")
        return "\(what) \(list)"
    }

    /// The optimal string alignment distance: edits, with a swap of neighbours counted as one.
    static func distance(_ one: [Unicode.Scalar], _ other: [Unicode.Scalar]) -> Int {
        var beforeLast: [Int] = []
        var last = Array(0...other.count)
        for (row, scalar) in one.enumerated() {
            var current = [row + 1]
            current.reserveCapacity(other.count + 1)
            for (column, match) in other.enumerated() {
                var cost = min(last[column] + (scalar == match ? 0 : 1), last[column + 1] + 1, current[column] + 1)
                if row > 0, column > 0, scalar == other[column - 1], one[row - 1] == match {
                    cost = min(cost, beforeLast[column - 1] + 1)
                }
                current.append(cost)
            }
            (beforeLast, last) = (last, current)
        }
        return last[other.count]
    }
}
