// Which jobs are meant, in the words of `--state` and `?state=`: the same on the command line and in the API.

import JSONCore
import JobHistory
import RecipeLanguage

/// A choice of jobs as texts, read in one place.
public struct JobQuery: Sendable, Hashable {
    public var recipe: String?
    /// State names, separated by commas.
    public var state: String?
    /// A duration: only jobs made within it.
    public var since: String?
    public var text: String?
    public var parent: JobID?
    public var before: JobID?
    public var limit = 50

    public init() {}

    /// Reads what `json` makes.
    init(_ json: JSON) {
        (recipe, state, since) = (json["recipe"]?.string, json["state"]?.string, json["since"]?.string)
        text = json["text"]?.string
        parent = json["parent"]?.string.flatMap { JobID($0) }
        before = json["before"]?.string.flatMap { JobID($0) }
    }

    var json: JSON { .object(JSONObject(uniqueEntries: fields.map { (key: $0.name, value: .string($0.value)) })) }

    /// - Throws: `OwnerFailure` with a sentence that begins with the field's name.
    public func filter(now: Milliseconds) throws(OwnerFailure) -> JobFilter {
        var filter = JobFilter()
        (filter.recipe, filter.text, filter.parent) = (recipe, text, parent)
        (filter.before, filter.limit) = (before, limit)
        for name in (state ?? "").split(separator: ",") {
            guard let state = JobState(String(name)) else {
                let names = JobState.allCases.map(\.description).joined(separator: ", ")
                throw OwnerFailure(kind: "invalid", "state: there is no state \"\(name)\"; the states: \(names)")
            }
            filter.states.insert(state)
        }
        if let since {
            guard let duration = DurationText.parse(since) else {
                throw OwnerFailure(kind: "invalid", "since needs \(DurationText.form), not \"\(since)\"")
            }
            filter.createdSince = now - duration.components.seconds * 1_000
        }
        return filter
    }

    /// As the query of an address and as the members of a body; `limit` is not among them.
    public var fields: [(name: String, value: String)] {
        [
            ("recipe", recipe), ("state", state), ("since", since), ("text", text),
            ("parent", parent.map { "\($0)" }), ("before", before.map { "\($0)" }),
        ].compactMap { name, value in value.map { (name, $0) } }
    }
}
