// Times as mails write them (RFC 5322 §3.3, with the obsolete forms of §4.3).

import RecipeLanguage

enum MIMEDate {
    private static let months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
    private static let zones = [
        "ut": 0, "utc": 0, "gmt": 0, "z": 0, "est": -300, "edt": -240, "cst": -360, "cdt": -300, "mst": -420,
        "mdt": -360,
        "pst": -480, "pdt": -420, "cet": 60, "cest": 120,
    ]

    /// Milliseconds since 1970 (UTC); nil for what is no time: `Fri, 08 Mar 2024 09:05:01 +0100 (CET)`, and IMAP's `08-Mar-2024 09:05:01 +0100`.
    static func milliseconds(_ text: String) -> Int64? {
        let plain = withoutComments(text).replacing(",", with: " ").replacing("-", with: " -")
        var words = plain.split(separator: " ").map(String.init)
        // `08-Mar-2024`
        if words.count > 2, words[1].hasPrefix("-"), Int(words[1]) == nil {
            words[1].removeFirst()
            if words[2].hasPrefix("-") { words[2].removeFirst() }
        }
        if let first = words.first, Int(first) == nil { words.removeFirst() }
        guard words.count >= 4, let day = Int(words[0]), let year = year(words[2]),
            let month = months.firstIndex(of: words[1].prefix(3).lowercased()),
            let date = CivilDate(year: year, month: month + 1, day: day)
        else { return nil }
        let clock = words[3].split(separator: ":", omittingEmptySubsequences: false).map { Int($0) ?? -1 }
        guard (2...3).contains(clock.count), (0...23).contains(clock[0]), (0...59).contains(clock[1]),
            (0...60).contains(clock.count == 3 ? clock[2] : 0)
        else { return nil }
        let seconds = date.days * 86_400 + clock[0] * 3_600 + clock[1] * 60 + (clock.count == 3 ? clock[2] : 0)
        return Int64(seconds - zone(words.count > 4 ? words[4] : "") * 60) * 1_000
    }

    private static func year(_ text: String) -> Int? {
        guard text.utf8.count <= 4, let year = Int(text), year >= 0 else { return nil }
        return text.utf8.count == 2 ? year + (year < 50 ? 2000 : 1900) : text.utf8.count == 3 ? year + 1900 : year
    }

    /// Minutes east of UTC. A zone that nobody knows counts as UTC.
    private static func zone(_ text: String) -> Int {
        guard let sign = text.first, sign == "+" || sign == "-" else { return zones[text.lowercased()] ?? 0 }
        guard text.utf8.count == 5, let digits = Int(text.dropFirst()), digits >= 0, digits % 100 < 60 else { return 0 }
        return (digits / 100 * 60 + digits % 100) * (sign == "-" ? -1 : 1)
    }

    private static func withoutComments(_ text: String) -> String {
        var (depth, output) = (0, "")
        for character in text.prefix(200) {
            if character == "(" { depth += 1 }
            if depth == 0 { output.append(character) }
            if character == ")", depth > 0 { depth -= 1 }
        }
        return output
    }
}
