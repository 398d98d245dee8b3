// Which jobs a list shows, as it stands in the address bar.

import Foundation
import JSONCore
import JobHistory

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

    /// What can't be read is left out.
    init(_ query: JSONObject, _ times: TimeWords) {
        func text(_ name: String) -> String? {
            guard let value = query[name]?.string, !value.isEmpty else { return nil }
            return value
        }
        (recipe, self.text) = (text("recipe"), text("text"))
        let names = query["state"]?.array?.compactMap(\.string) ?? text("state").map { [$0] } ?? []
        states = Set(names.flatMap { $0.split(separator: ",") }.compactMap { JobState(String($0)) })
        let minute: Milliseconds = 60_000
        since = TimeSpan.moment(text("since"), times).map { $0 / minute * minute }
        until = TimeSpan.moment(text("until"), times).map { ($0 + minute - 1) / minute * minute }
        (parent, before) = (text("parent").flatMap { JobID($0) }, text("before").flatMap { JobID($0) })
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
