// What the buttons of a job page do.

import Engine
import Hummingbird
import JSONCore
import JobHistory

extension Dashboard {
    func retryJob(_ request: RouteRequest) async throws -> Response {
        let (id, form) = (try request.number("job"), try await request.form())
        let from = form["from"]?.string.flatMap { $0.isEmpty ? nil : $0 }
        try await engine.retry(id, from: from, latest: form["latest"]?.string == "yes")
        return Self.back(to: id, .retried)
    }

    func rerunJob(_ request: RouteRequest) async throws -> Response {
        Self.back(to: try await engine.rerun(try request.number("job")), .rerun)
    }

    func cancelJob(_ request: RouteRequest) async throws -> Response {
        let (id, form) = (try request.number("job"), try await request.form())
        let state = try await engine.cancel(id, reason: Self.cancelReason(form, request))
        return Self.back(to: id, state == .canceled ? .canceled : .canceling)
    }

    func decideJob(_ request: RouteRequest) async throws -> Response {
        let (id, form) = (try request.number("job"), try await request.form())
        let decision: Decision
        switch form["outcome"]?.string {
        case "run_again": decision = .runAgain
        case "fail":
            guard let message = form["message"]?.string, !message.isEmpty else {
                throw Problem(.unprocessableContent, "say why the job fails")
            }
            decision = .fail(message: message)
        case "done":
            do {
                decision = .done(output: try JSON(parsing: Array((form["output"]?.string ?? "").utf8)))
            } catch {
                throw Problem(.unprocessableContent, "the output is not JSON: \(error.message)")
            }
        default: throw Problem(.badRequest, "say what became of the step: run_again, done or fail")
        }
        _ = try await engine.decide(id, step: form["step"]?.string, outcome: decision)
        return Self.back(to: id, .decided)
    }

    /// The reason that is kept with a canceled job: who canceled it, and why if the form says so.
    static func cancelReason(_ form: JSONObject, _ request: RouteRequest) -> String {
        let why = form["reason"]?.string?.trimmingCharacters(in: .whitespacesAndNewlines) ?? ""
        var sentence = "canceled"
        if let principal = request.principal, principal.kind != .local { sentence += " by \(principal.name)" }
        return why.isEmpty ? sentence : "\(sentence): \(why)"
    }

    private static func back(to job: JobID, _ notice: Notice) -> Response {
        .seeOther("/jobs/\(job)?notice=\(notice.rawValue)")
    }
}
