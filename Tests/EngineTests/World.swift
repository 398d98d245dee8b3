// The outside world of these tests: a connector with one action of each effect, a ledger, and failures on demand.

import ConnectorKit
import JSONCore
import RecipeLanguage
import Synchronization

/// The connector `world`. Every action takes `name`, by which a test scripts it, and anything else.
final class World: PollingConnector {
    /// What a call does instead of succeeding.
    enum Turn: Sendable {
        /// A definite refusal; 429 and 5xx are worth another try.
        case refuse(Int, retryAfter: Double? = nil)
        /// Done, but the answer is lost.
        case lose
        /// Done, and the answer comes when the gate of this name is open.
        case block(String = "gate")
        /// As `block`, and deaf to cancellation.
        case stubborn(String = "gate")
        case answer(JSON)
    }

    struct Call: Sendable {
        let action: String
        let name: String
        let input: JSON
        let key: String
        let now: Int64
    }

    private struct Ledger: Sendable {
        var calls: [Call] = []
        var turns: [String: [Turn]] = [:]
        var effects: [String] = []
        var keys: Set<String> = []
        var gates: [String: Gate] = [:]
        var running = 0
        var mostRunning = 0
        var records: [JSON] = []
        var polls: [JSON?] = []
        var pollFailures: [ConnectorError] = []
        /// Called between two pages of a poll.
        var betweenPages: (@Sendable () async throws -> Void)?
    }

    private let ledger = Mutex(Ledger())
    /// Calls that have arrived.
    let arrivals = Tally()
    /// What it calls when asked to.
    let desk = Desk()

    let spec = ConnectorSpec(
        name: "world", title: "World",
        actions: [
            OperationSpec(name: "echo", title: "Echo", effect: .pure),
            OperationSpec(name: "read", title: "Read", effect: .read),
            OperationSpec(name: "put", title: "Put", effect: .idempotent),
            OperationSpec(
                name: "create", title: "Create", effect: .keyed, input: .object([.string("name")], open: true)),
            OperationSpec(name: "send", title: "Send", effect: .unsafe),
            OperationSpec(name: "keep", title: "Keep", effect: .keyed, changesHistory: true),
            OperationSpec(name: "ask", title: "Ask and go on", effect: .keyed, changesHistory: true),
            OperationSpec(name: "await", title: "Wait for an answer", effect: .keyed, changesHistory: true),
            OperationSpec(name: "request", title: "Ask and wait", effect: .keyed, changesHistory: true),
            OperationSpec(
                name: "typed", title: "Typed", effect: .keyed, input: .object([.integer("count", required: true)]),
                output: .object([.string("id"), .integer("count")])),
        ],
        triggers: [
            TriggerSpec(
                name: "record", title: "Record", input: .object([.string("kind")] + TriggerSpec.Poll.settings),
                poll: TriggerSpec.Poll(every: .seconds(60))),
            TriggerSpec(name: "called", title: "Called", input: .object([.string("kind")]), isCalled: true),
            TriggerSpec(
                name: "both", title: "Both", input: .object(TriggerSpec.Poll.settings),
                poll: TriggerSpec.Poll(every: .seconds(60)), isCalled: true),
        ])

    // MARK: Records that are polled

    func firstCursor(of trigger: String, _ input: JSON, in context: ActionContext) throws -> JSON? { nil }

    /// Records are numbers with an id, `{"n": 1, "id": "a"}`; two a page, those from the cursor on.
    func poll(
        _ trigger: String, _ input: JSON, from cursor: JSON?, in context: ActionContext,
        page: @Sendable ([PolledEvent]) async throws -> Void
    ) async throws -> PollEnd {
        let (records, failure, pause) = ledger.withLock { ledger in
            ledger.polls.append(cursor)
            let failure = ledger.pollFailures.isEmpty ? nil : ledger.pollFailures.removeFirst()
            return (ledger.records, failure, ledger.betweenPages)
        }
        if let failure { throw failure }
        let found = records.filter { ($0["n"]?.integer ?? 0) >= cursor?.integer ?? 0 }
        for start in stride(from: 0, to: found.count, by: 2) {
            if start > 0, let pause { try await pause() }
            try await page(
                found[start..<min(start + 2, found.count)].map { PolledEvent(event: $0, key: $0["id"]?.string) })
        }
        return PollEnd(
            cursor: found.compactMap { $0["n"]?.integer }.max().map { .integer($0) } ?? cursor, hasMore: false)
    }

    func enter(_ records: JSON...) { ledger.withLock { $0.records += records } }
    func failPolls(_ failures: ConnectorError...) { ledger.withLock { $0.pollFailures += failures } }
    func betweenPages(_ pause: (@Sendable () async throws -> Void)?) { ledger.withLock { $0.betweenPages = pause } }
    /// The cursors of the polls so far.
    var polls: [JSON?] { ledger.withLock { $0.polls } }

    func execute(_ action: String, _ input: JSON, in context: ActionContext) async throws -> JSON {
        let name = input["name"]?.string ?? action
        let call = Call(
            action: action, name: name, input: input, key: context.idempotencyKey, now: context.nowMilliseconds)
        let turn = ledger.withLock { ledger -> Turn? in
            ledger.calls.append(call)
            ledger.running += 1
            ledger.mostRunning = max(ledger.mostRunning, ledger.running)
            var turns = ledger.turns[name] ?? []
            let turn = turns.isEmpty ? nil : turns.removeFirst()
            ledger.turns[name] = turns
            if case .refuse = turn { return turn }
            let changes = spec.action(action)?.effect.changesTheWorld ?? false
            if changes, action != "create" || ledger.keys.insert(call.key).inserted { ledger.effects.append(name) }
            return turn
        }
        defer { ledger.withLock { $0.running -= 1 } }
        // It keeps a row and a message in the workspace's own stores, before its answer is lost or blocked.
        var kept: JSON?
        if action == "keep" { kept = try await keep(input["value"] ?? .null, in: context) }
        if ["ask", "request"].contains(action) { kept = try await ask(input, in: context) }
        arrivals.add()
        switch turn {
        case nil: break
        case .refuse(let status, let retryAfter):
            throw ConnectorError(
                type: status >= 500 ? "server" : "refused", "the world answered \(status)", status: status,
                retryAfter: retryAfter, isTransient: status == 429 || status >= 500)
        case .lose:
            throw ConnectorError(type: "connection", "the answer was lost", isTransient: true, outcome: .unknown)
        case .block(let gate): try await self.gate(gate).pass()
        case .stubborn(let gate): await self.gate(gate).passStubbornly()
        case .answer(let answer): return answer
        }
        if ["await", "request"].contains(action) { return try await wait(for: kept ?? input, input, in: context) }
        if let kept { return kept }
        return action == "echo" ? input : ["name": .string(name), "value": input["value"] ?? .null]
    }

    private func ask(_ input: JSON, in context: ActionContext) async throws -> JSON {
        func names(_ list: JSON?) -> [String] { list?.array?.compactMap(\.string) ?? [] }
        var request = ApprovalRequest(title: input["title"]?.string ?? "Ship it?")
        request.text = input["text"]?.string ?? ""
        request.ask(
            names(input["approvers"]),
            escalation: input["later"].map { .init(after: .seconds(3_600), to: names($0)) })
        (request.needed, request.rejections) = (input["needed"]?.integer ?? 1, input["rejections"]?.integer)
        request.deadline = input["hours"]?.integer.map { .after(.seconds(3_600 * $0)) }
        request.onDeadline = input["on_deadline"]?.string.flatMap(ApprovalRequest.OnDeadline.init) ?? .error
        request.reason = input["reason"]?.string.flatMap(ApprovalRequest.ReasonRule.init) ?? .optional
        guard let store = context.approvals else { return .null }
        return try await store.open(request, key: context.idempotencyKey)
    }

    private func wait(for asked: JSON, _ input: JSON, in context: ActionContext) async throws -> JSON {
        guard let store = context.approvals, let id = asked["id"]?.integer else { return .null }
        return try await store.outcome(
            of: Int64(id), patience: input["minutes"]?.integer.map { .seconds(60 * $0) }, key: context.idempotencyKey)
    }

    private func keep(_ value: JSON, in context: ActionContext) async throws -> JSON {
        guard let tables = context.tableStore, let topics = context.topics else { return .null }
        let key = context.idempotencyKey
        let row = try await tables.change("t", .add([["name": value]]), key: key)
        let offset = try await topics.publish(value, key: nil, to: "kept", stepKey: key + "/message")
        return ["row": row["id"] ?? .null, "offset": .integer(offset)]
    }

    // MARK: What tests say and ask

    /// What the next calls with this name do, one after the other; the ones after succeed.
    func script(_ name: String, _ turns: Turn...) { ledger.withLock { $0.turns[name, default: []] += turns } }

    func gate(_ name: String = "gate") -> Gate {
        ledger.withLock { ledger in
            if let gate = ledger.gates[name] { return gate }
            let gate = Gate()
            ledger.gates[name] = gate
            return gate
        }
    }

    func openAllGates() { for gate in ledger.withLock({ Array($0.gates.values) }) { gate.open() } }

    var calls: [Call] { ledger.withLock { $0.calls } }
    /// The names of the calls, in order.
    var names: [String] { calls.map(\.name) }
    /// What has changed, in order: what a system that honours keys would have done.
    var effects: [String] { ledger.withLock { $0.effects } }
    var mostRunning: Int { ledger.withLock { $0.mostRunning } }
    var running: Int { ledger.withLock { $0.running } }
    func keys(of name: String) -> [String] { calls.filter { $0.name == name }.map(\.key) }
}
