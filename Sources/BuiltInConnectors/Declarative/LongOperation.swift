// Work that a system goes on with after its first answer: asked about until it is done, within bounds.

import ConnectorKit
import JSONCore
import RecipeLanguage

/// `poll_until` of an action.
struct LongOperation: Sendable {
    /// Asks how far it is.
    enum Question: Sendable {
        case request(RequestTemplate)
        /// An address that the system gave, on its own host.
        case url(InputTemplate)
    }
    let question: Question
    let done: BoundFormula
    /// The work has failed; with what to say.
    let failed: BoundFormula?
    let message: InputTemplate?
    /// Between two questions; a `Retry-After` of an answer wins.
    let every: Duration
    /// From the first question on.
    let timeout: Duration
}

extension ConnectorReader {
    func operation(_ entry: Entry, _ scope: Scope) -> LongOperation? {
        let keys = ["request", "url", "done", "failed", "message", "every", "timeout"]
        guard let entries = fields(entry, "\"poll_until\"", allowed: keys) else { return nil }
        let hint = "like \"response.body.state == 'done'\""
        let done = formula(required("done", of: entries, "\"poll_until\"", hint: hint), "\"done\"", scope)
        let failed = formula(entries["failed"], "\"failed\"", scope)
        let message = input(entries["message"], scope)
        if let message = entries["message"], entries["failed"] == nil {
            report("unused_key", "\"message\" says why \"failed\" holds, which is missing", at: message)
        }
        let every = duration(entries["every"], "\"every\"", in: .milliseconds(100)...(.seconds(3_600))) ?? .seconds(2)
        let timeout =
            duration(entries["timeout"], "\"timeout\"", in: .seconds(1)...(.seconds(86_400))) ?? .seconds(3_600)
        var question: LongOperation.Question?
        switch (entries["request"], entries["url"]) {
        case (let request?, nil):
            question = self.request(request, "\"request\" of \"poll_until\"", scope).map { .request($0) }
            if let request = entries["request"]?.node.json["method"], request != "GET", let place = entries["request"] {
                report("bad_method", "\"poll_until\" asks with GET: its request is sent many times", at: place)
            }
        case (nil, let url?): question = input(url, scope).map { .url($0) }
        default:
            report(
                "bad_poll_until", "\"poll_until\" has one of \"request\" and \"url\"",
                hint:
                    "a request like { \"path\": \"/jobs/{{ started.body.id }}\" }, or an address that the answer gives",
                at: entry)
        }
        guard let question, let done else { return nil }
        return LongOperation(
            question: question, done: done, failed: failed, message: message, every: every, timeout: timeout)
    }
}

extension DeclarativeConnector {
    /// Asks until the work is done. `started` is the first answer then, and `response` the latest.
    /// - Throws: what the questions throw; `operation_failed` when the work failed, `timeout` when it takes too long. The work
    ///   may go on by itself, so the outcome is unknown in all but the first.
    func finish(
        _ operation: LongOperation, of action: ActionDefinition, _ values: inout FormulaValues,
        in context: ActionContext
    ) async throws {
        values[.started] = values[.response]
        let end = ContinuousClock.now + operation.timeout
        var failures = 0
        while try !isOver(operation, values) {
            let asked = values[.response]["headers"]?["retry-after"]?.string.flatMap { RetryAfter.seconds($0) }
            // A server that asks for no wait at all is not asked without a pause.
            let least = min(operation.every, .seconds(1))
            let wait = asked.map { max(.milliseconds(Int64($0 * 1_000)), least) } ?? operation.every
            guard ContinuousClock.now + wait < end else {
                throw ConnectorError(
                    type: "timeout",
                    "\(spec.title) was not done within \(operation.timeout.components.seconds) s (\"timeout\" of \"poll_until\")",
                    outcome: .unknown)
            }
            try await Task.sleep(for: wait)
            do {
                try await ask(operation, of: action, &values, in: context)
                failures = 0
            } catch let error as ConnectorError {
                // A question can be asked again; the work it is about goes on meanwhile.
                failures += 1
                guard error.isTransient, failures < 5 else { throw error.afterBeginning }
            }
        }
    }

    private func isOver(_ operation: LongOperation, _ values: FormulaValues) throws(ConnectorError) -> Bool {
        if let failed = operation.failed, try values.value(failed, "\"failed\"", outcome: .unknown).isTrue {
            let said = try operation.message.flatMap { (message) throws(ConnectorError) in
                try values.json(message, "\"message\"", outcome: .unknown)?.scalarText
            }
            throw ConnectorError(
                type: "operation_failed", said.map { String($0.prefix(1_000)) } ?? "\(spec.title) could not do it",
                details: ["body": values[.response]["body"] ?? .null])
        }
        return try values.value(operation.done, "\"done\"", outcome: .unknown).isTrue
    }

    private func ask(
        _ operation: LongOperation, of action: ActionDefinition, _ values: inout FormulaValues,
        in context: ActionContext
    ) async throws {
        let request: HTTPRequest
        switch operation.question {
        case .request(let template):
            request = try await definition.request(template, values, isRepeatable: true, in: context)
        case .url(let template):
            let base = try definition.base(action.request.baseURL, values)
            let url = try values.json(template, "\"url\" of \"poll_until\"", outcome: .unknown)?.string ?? ""
            request = HTTPRequest(
                "GET", try ConnectorDefinition.nextURL(url, base: base, "its state"), isRepeatable: true)
        }
        let answer = try await send(request, in: context)
        values[.response] = try answer.formulaValue(outcome: .unknown)
        if let failure = definition.failure(of: answer, action, values, isRepeatable: true) { throw failure }
    }
}

extension ConnectorError {
    /// The same failure after the work was begun: nobody knows what becomes of it.
    fileprivate var afterBeginning: ConnectorError {
        ConnectorError(
            type: type, message, status: status, retryAfter: retryAfter, isTransient: isTransient, outcome: .unknown,
            details: details)
    }
}
