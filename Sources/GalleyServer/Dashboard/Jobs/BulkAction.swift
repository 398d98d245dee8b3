// Retrying and canceling many jobs: a question with the number first, then the work.

import Engine
import JSONCore
import Hummingbird
import JobHistory

/// What can be done with many jobs at once.
enum BulkAction: String, Sendable {
    case retry, cancel

    /// More jobs than this take more than one go.
    static let most = 1_000

    /// Jobs that it can be done with.
    var states: Set<JobState> {
        switch self {
        case .retry: [.failed, .canceled, .quarantined]
        case .cancel: [.queued, .running, .waiting, .needsDecision, .quarantined]
        }
    }
}

extension Dashboard {
    /// The question, with how many jobs it is about.
    func bulkPage(_ request: RouteRequest) async throws -> Page {
        let (action, filter) = try bulk(request.address.query)
        let jobs = try await store.jobs(filter.jobFilter(limit: BulkAction.most))
        let (count, times) = (jobs.count, times)
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
        let through = jobs.first.map { "\($0.id + 1)" } ?? "1"
        var fields = filter.fields.filter { $0.name != "before" }
        fields += [("before", through), ("action", action.rawValue)]
        return Page(
            "\(verb) jobs", in: .jobs, "bulk",
            [
                "heading": .text(
                    count == 0 ? "Nothing to \(verb.lowercased())" : "\(verb) \(NumberWords.jobs(count))?"),
                "sentence": .text(sentence), "any": .flag(count > 0),
                "button": .text("\(verb) \(NumberWords.jobs(count))"),
                "fields": .items(fields) { ["name": .text($0.name), "value": .text($0.value)] },
                "back": .text(filter.link),
            ])
    }

    func bulkPerform(_ request: RouteRequest) async throws -> Response {
        let (action, filter) = try bulk(try await request.form())
        var left = 0
        for job in try await store.jobs(filter.jobFilter(limit: BulkAction.most)) {
            do {
                switch action {
                case .retry: try await engine.retry(job.id)
                case .cancel: _ = try await engine.cancel(job.id, reason: Self.canceledBy(request))
                }
            } catch is ControlError {
                left += 1
            } catch StoreError.illegalMove {
                left += 1
            }
        }
        var back = filter.withStates([])
        back.before = nil
        let notice: Notice = left > 0 ? .someLeft : action == .retry ? .bulkRetried : .bulkCanceled
        return .seeOther("/jobs?" + JobListFilter.encoded(back.fields + [("notice", notice.rawValue)]))
    }

    /// The reason that is kept with a canceled job.
    static func canceledBy(_ request: RouteRequest) -> String {
        guard let principal = request.principal, principal.kind != .local else { return "canceled" }
        return "canceled by \(principal.name)"
    }

    private func bulk(_ fields: JSONObject) throws -> (BulkAction, JobListFilter) {
        guard let action = fields["action"]?.string.flatMap(BulkAction.init) else {
            throw Problem(.badRequest, "say what to do with the jobs: retry or cancel")
        }
        let filter = JobListFilter(fields, times)
        let states = filter.states.isEmpty ? action.states : filter.states.intersection(action.states)
        guard !states.isEmpty else {
            throw Problem(.badRequest, "none of these jobs can be treated that way: choose another state")
        }
        return (action, filter.withStates(states))
    }
}
