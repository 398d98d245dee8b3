// Retrying and canceling many jobs: a question with the number first, then the work.

import Engine
import JSONCore
import Hummingbird
import JobHistory

extension Dashboard {
    /// The question, with how many jobs it is about.
    func bulkPage(_ request: RouteRequest) async throws -> Page {
        let (action, filter) = try bulk(request.address.query)
        let outcome = try await engine.bulk(
            action, filter.jobFilter(limit: BulkAction.most), reason: "", apply: false)
        let (count, times) = (outcome.count, times)
        let verb = action == .retry ? "Retry" : "Cancel"
        var sentence =
            count == 0
            ? "None of the \(filter.words(times)) can be \(action == .retry ? "retried" : "canceled") any more."
            : action == .retry
                ? "\(NumberWords.jobs(count)) will go on at the step that failed; what they did is kept."
                : "\(NumberWords.jobs(count)) will be ended. Steps that are done stay done."
        if count == BulkAction.most {
            sentence +=
                " There may be more: these are the newest \(NumberWords.count(count)); do it again for the rest."
        }
        if count > 0 { sentence += " Chosen: \(filter.words(times))." }
        // Jobs that fail from here on are not part of what was asked.
        var fields = filter.fields.filter { $0.name != "before" }
        fields += [("before", "\(outcome.before)"), ("action", action.rawValue)]
        return Page(
            "\(verb) jobs", in: .jobs, "bulk",
            [
                "heading": .text(
                    count == 0 ? "Nothing to \(verb.lowercased())" : "\(verb) \(NumberWords.jobs(count))?"),
                "sentence": .text(sentence), "any": .flag(count > 0),
                "asksWhy": .flag(action == .cancel), "button": .text("\(verb) \(NumberWords.jobs(count))"),
                "fields": .items(fields) { ["name": .text($0.name), "value": .text($0.value)] },
                "back": .text(filter.link),
            ])
    }

    func bulkPerform(_ request: RouteRequest) async throws -> Response {
        let form = try await request.form()
        let (action, filter) = try bulk(form)
        let left = try await engine.bulk(
            action, filter.jobFilter(limit: BulkAction.most), reason: Self.cancelReason(form, request),
            apply: true
        ).left
        var back = filter.withStates([])
        back.before = nil
        let notice: Notice = left > 0 ? .someLeft : action == .retry ? .bulkRetried : .bulkCanceled
        return .seeOther("/jobs?" + JobListFilter.encoded(back.fields + [("notice", notice.rawValue)]))
    }

    private func bulk(_ fields: JSONObject) throws -> (BulkAction, JobListFilter) {
        guard let action = fields["action"]?.string.flatMap(BulkAction.init) else {
            throw Problem(.badRequest, "say what to do with the jobs: retry or cancel")
        }
        let filter = try JobListFilter(fields, times, besides: ["action", "reason"])
        let states = try action.narrowed(filter.jobFilter(limit: BulkAction.most)).states
        return (action, filter.withStates(states))
    }
}
