// Which jobs a list shows, as it stands in the address bar.

import Foundation
import JSONCore
import JobHistory
import RecipeLanguage

struct JobListFilter: Sendable {
    var recipe: String?
    var states: Set<JobState> = []
    /// Whole minutes.
    var since: Milliseconds?
    var until: Milliseconds?
    var text: String?
    var parent: JobID?
    /// The cursor of the page.
    var before: JobID?

    init(since: Milliseconds? = nil, until: Milliseconds? = nil) { (self.since, self.until) = (since, until) }

    /// The names in an address or a form, `notice` for what was just done.
    private static let names = ["recipe", "state", "since", "until", "text", "parent", "before", "notice"]

    /// A part that is left out or empty chooses nothing.
    ///
    /// - Parameter others: names that belong to no filter.
    /// - Throws: `Problem` 400 for what can't be read: without it more jobs would be shown, and changed, than were meant.
    init(_ query: JSONObject, _ times: TimeWords, besides others: [String] = []) throws(Problem) {
        for name in query.keys where !Self.names.contains(name) && !others.contains(name) {
            let hint = Suggestion.didYouMean(name, among: Self.names).map { "; \($0)" } ?? ""
            throw Problem(.badRequest, "jobs can't be chosen by \"\(name.prefix(40))\"\(hint)")
        }
        func text(_ name: String) throws(Problem) -> String? {
            guard let value = query[name] else { return nil }
            guard let text = value.string else { throw Problem(.badRequest, "\(name) is given several times") }
            return text.isEmpty ? nil : text
        }
        func part<Part>(_ name: String, _ wanted: String, _ read: (String) -> Part?) throws(Problem) -> Part? {
            guard let text = try text(name) else { return nil }
            guard let part = read(text) else {
                throw Problem(.badRequest, "\(name) must be \(wanted), not \"\(text.prefix(40))\"")
            }
            return part
        }
        (recipe, self.text) = (try text("recipe"), try text("text"))
        let wanted: [String]
        if let several = query["state"]?.array {
            wanted = several.compactMap(\.string)
        } else {
            wanted = try text("state").map { [$0] } ?? []
        }
        for text in wanted {
            for name in text.split(separator: ",", omittingEmptySubsequences: false) {
                guard let state = JobState(String(name)) else {
                    let names = JobState.allCases.map(\.description).joined(separator: ", ")
                    throw Problem(.badRequest, "there is no state \"\(name.prefix(40))\"; the states: \(names)")
                }
                states.insert(state)
            }
        }
        let (minute, time): (Milliseconds, String) = (60_000, "a date and time like 2026-01-31T09:30")
        since = try part("since", time) { TimeSpan.moment($0, times).map { $0 / minute * minute } }
        until = try part("until", time) { TimeSpan.moment($0, times).map { ($0 + minute - 1) / minute * minute } }
        parent = try part("parent", "a job's number") { JobID($0) }
        before = try part("before", "a job's number") { JobID($0) }
    }

    func with(_ states: JobState...) -> JobListFilter {
        var filter = self
        (filter.states, filter.before) = (Set(states), nil)
        return filter
    }

    /// The fields of a form or a query, in order.
    var fields: [(name: String, value: String)] {
        var fields: [(String, String)] = []
        if let recipe { fields.append(("recipe", recipe)) }
        if !states.isEmpty {
            fields.append(
                ("state", states.sorted { $0.rawValue < $1.rawValue }.map(\.description).joined(separator: ",")))
        }
        if let since { fields.append(("since", "\(since)")) }
        if let until { fields.append(("until", "\(until)")) }
        if let text { fields.append(("text", text)) }
        if let parent { fields.append(("parent", "\(parent)")) }
        if let before { fields.append(("before", "\(before)")) }
        return fields
    }

    var query: String { Self.encoded(fields) }
    var link: String { fields.isEmpty ? "/jobs" : "/jobs?" + query }

    static func encoded(_ fields: [(name: String, value: String)]) -> String {
        let plain = CharacterSet.alphanumerics.intersection(CharacterSet(charactersIn: "\u{20}"..."\u{7E}"))
            .union(CharacterSet(charactersIn: "-_.~,:"))
        return fields.map { name, value in
            "\(name)=\(value.addingPercentEncoding(withAllowedCharacters: plain) ?? "")"
        }.joined(separator: "&")
    }

    func jobFilter(limit: Int) -> JobFilter {
        var filter = JobFilter()
        (filter.recipe, filter.states, filter.text, filter.parent) = (recipe, states, text, parent)
        (filter.createdSince, filter.createdBefore) = (since, until)
        (filter.before, filter.limit) = (before, limit)
        return filter
    }

    /// For a sentence: "failed jobs of lead-routing with “Ruiz”".
    func words(_ times: TimeWords) -> String {
        var text =
            states.isEmpty
            ? "jobs"
            : states.sorted { $0.rawValue < $1.rawValue }.map { $0.word.lowercased() }
                .joined(separator: " or ") + " jobs"
        if let recipe { text += " of \(recipe)" }
        if let parent { text += " called by job \(parent)" }
        if let since { text += " since \(times.short(since))" }
        if let until { text += " until \(times.short(until))" }
        if let search = self.text { text += " with “\(search)”" }
        return text
    }
}
