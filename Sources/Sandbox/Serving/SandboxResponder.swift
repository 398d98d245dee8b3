// Answers every HTTP request: finds the app, lets failures happen on purpose, runs the operation once, writes the ledger.

import HTTPTypes
import Hummingbird
import JSONCore
import NIOCore

/// What a request is answered with: nothing beyond the channel, which is closed when a dropped connection is played.
struct SandboxContext: InitializableFromSource {
    let channel: any Channel

    init(source: ApplicationRequestContextSource) { channel = source.channel }
}

/// The sandbox behind its HTTP server.
struct SandboxResponder: HTTPResponder {
    typealias Context = SandboxContext

    /// Bodies above this are refused with 413.
    static let longestBody = 8 << 20

    let store: SandboxStore
    let control: ControlPanel
    let apps: [any SandboxApp]

    func respond(to request: Request, context: SandboxContext) async throws -> Response {
        let answer: SandboxAnswer?
        do {
            let sandboxRequest = try await SandboxRequest(request, longestBody: Self.longestBody)
            answer = try await self.answer(to: sandboxRequest)
        } catch let refusal as Refusal {
            answer = refusal.jsonAnswer
        }
        guard let answer else {
            try? await context.channel.close()
            throw DroppedConnection()
        }
        var fields = HTTPFields()
        fields[.contentType] = answer.contentType
        for header in answer.headers {
            if let name = HTTPField.Name(header.name) { fields[name] = header.value }
        }
        return Response(
            status: .init(code: answer.status), headers: fields, body: .init(byteBuffer: ByteBuffer(bytes: answer.body))
        )
    }

    /// nil when the connection is to be closed without an answer.
    func answer(to request: SandboxRequest) async throws -> SandboxAnswer? {
        guard let name = request.segments.first else {
            return .json(["apps": .array(apps.map { .string("/" + $0.name) } + ["/control"])])
        }
        if name == control.name {
            do { return try await control.answer(to: request) } catch let refusal as Refusal {
                return refusal.jsonAnswer
            }
        }
        guard let app = apps.first(where: { $0.name == name }) else {
            return Refusal(404, "no_such_path", "nothing is served at \(request.path)").jsonAnswer
        }
        let operation: SandboxOperation
        let wanted: InjectedFailure?
        do throws(Refusal) {
            try app.authorize(request)
            operation = try app.operation(for: request)
            wanted = try request.query("fail").map { text throws(Refusal) in try InjectedFailure(query: text) }
            _ = try request.failTimes
        } catch {
            return app.answer(to: error)
        }
        let handling = Handling(app: app, request: request, operation: operation)
        let step = try await store.write { records in
            let failure = try handling.dueFailure(wanted, records)
            if let failure, failure.delayMilliseconds != nil { return Handling.Step.wait(failure) }
            return .done(try handling.run(records, failure))
        }
        switch step {
        case .done(let answer): return answer
        case .wait(let failure):
            try await Task.sleep(for: .milliseconds(failure.delayMilliseconds ?? 0))
            return try await store.write { try handling.run($0, failure) }
        }
    }
}

extension SandboxRequest {
    /// `?fail_times=N`: how often `?fail=…` holds for the same request; nil for always.
    var failTimes: Int? {
        get throws(Refusal) {
            query("fail_times") == nil ? nil : try query("fail_times", in: 1...1_000_000, standard: 1)
        }
    }
}

/// Ends the handling of a request whose connection was closed on purpose.
struct DroppedConnection: Error {}

/// One request on its way through its app, in one transaction.
struct Handling: Sendable {
    let app: any SandboxApp
    let request: SandboxRequest
    let operation: SandboxOperation

    /// How far the first transaction came.
    enum Step: Sendable {
        /// The answer; nil when the connection is to be closed without one.
        case done(SandboxAnswer?)
        /// Nothing was done yet: the failure wants to wait first.
        case wait(InjectedFailure)
    }

    /// What was done, before a failure on purpose hides it.
    private struct Done {
        var answer: SandboxAnswer
        var hadEffect = false
        var isReplay = false
    }

    /// What goes wrong with this request: `wanted` by itself, or by the rules.
    func dueFailure(_ wanted: InjectedFailure?, _ records: Records) throws -> InjectedFailure? {
        guard let wanted else {
            return try records.dueFailure(app: app.name, operation: operation.name, path: request.path)
        }
        guard let times = try request.failTimes else { return wanted }
        let key = operation.idempotencyKey ?? BodyHash.text(of: request.body)
        let token = "\(app.name) \(operation.name) \(request.path) \(key)"
        return try records.countFailure(token: token, times: times) ? wanted : nil
    }

    /// The answer; nil when the connection is to be closed without one.
    func run(_ records: Records, _ failure: InjectedFailure?) throws -> SandboxAnswer? {
        let failsFirst = failure.map { $0.replacesAnswer && !$0.afterDoing } ?? false
        let done = failsFirst ? nil : try perform(records)
        var answer: SandboxAnswer?
        if let failure, failure.replacesAnswer {
            answer = failure.status.map { status in
                app.answer(
                    to: Refusal(
                        status, status == 429 ? "rate_limited" : "made_to_fail", "the sandbox was told to fail here",
                        retryAfter: failure.retryAfter))
            }
        } else {
            answer = done?.answer
        }
        if operation.changes {
            try records.write(
                LedgerEntry(
                    app: app.name, operation: operation.name, method: request.method, path: request.path,
                    idempotencyKey: operation.idempotencyKey, body: request.body, status: answer?.status ?? 0,
                    hadEffect: done?.hadEffect ?? false, isReplay: done?.isReplay ?? false, injected: failure?.text,
                    subject: done?.answer.subject))
        }
        return answer
    }

    private func perform(_ records: Records) throws -> Done {
        do {
            if operation.changes, let key = operation.idempotencyKey,
                let stored = try records.replay(app: app.name, key: key, of: request, operation: operation.name)
            {
                return Done(answer: stored, isReplay: true)
            }
            var result: SandboxAnswer?
            try records.db.inSavepoint {  // a refusal takes back what was done before it
                result = try operation.run(records)
                return .commit
            }
            guard let answer = result else { throw Refusal(500, "internal", "the operation gave no answer") }
            if operation.changes, let key = operation.idempotencyKey {
                try records.keep(answer, app: app.name, key: key, of: request, operation: operation.name)
            }
            return Done(answer: answer, hadEffect: operation.changes)
        } catch let refusal as Refusal {
            return Done(answer: app.answer(to: refusal))
        }
    }
}
