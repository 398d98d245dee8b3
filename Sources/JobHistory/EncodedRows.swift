// The rows of one call as they will be bound: encoded on the caller's side, so that the writer only binds and steps.

import Crypto
import JSONCore
import RecipeLanguage

/// A JSON text, or other text, within `EncodedRows.bytes`.
struct EncodedText {
    var offset = 0
    /// -1: NULL.
    var count = -1
    /// Where the SHA-256 of a large text is; -1: the text itself goes into the row.
    var hashOffset = -1

    static let null = EncodedText()
    var isNull: Bool { count < 0 }
}

struct EncodedJob {
    /// 0: the writer assigns it.
    var id: JobID = 0
    var recipe: Int64
    var version: Int64
    var state: JobState
    var deaths: Int
    var createdAt: Milliseconds
    var startedAt: Milliseconds?
    var finishedAt: Milliseconds?
    var runAfter: Milliseconds?
    var activeMilliseconds: Int64 = 0
    var parent: JobID?
    var rerunOf: JobID?
    var origin = EncodedText.null
    var parentAddress = EncodedText.null
    var reason = EncodedText.null
    var errorMessage = EncodedText.null
    var report = EncodedText.null
    var event = EncodedText.null
    var result = EncodedText.null
    var error = EncodedText.null
    var response = EncodedText.null
    /// The key itself, or its SHA-256 (a blob) when it is long.
    var dedupeKey = EncodedText.null
    var dedupeIsHash = false
}

/// A dedupe key as it is stored.
enum DedupeKey: Sendable {
    case text(String)
    /// The SHA-256 of a long one.
    case hash([UInt8])

    /// In bytes.
    private static let longestText = 64

    init(_ key: String) {
        self = key.utf8.count > Self.longestText ? .hash(Array(SHA256.hash(data: Array(key.utf8)))) : .text(key)
    }
}

struct EncodedStep {
    var job: JobID
    var key: Int64
    var number: Int
    var state: StepState
    var effect: Int
    var attempt: Int
    var round: Int
    var isSuperseded: Bool
    var startedAt: Milliseconds
    var duration: Int64?
    var address: EncodedText
    var idempotencyKey: EncodedText
    var input: EncodedText
    var output: EncodedText
    var error: EncodedText
}

struct EncodedEnd {
    var job: JobID
    var state: JobState
    var finishedAt: Milliseconds?
    var runAfter: Milliseconds?
    var activeMilliseconds: Int64
    var reason: EncodedText
    var errorMessage: EncodedText
    var report: EncodedText
    var result: EncodedText
    var error: EncodedText
    var at: Milliseconds
    var wakes: JobID?
    var callsSince: Milliseconds?
}

enum EncodedRow {
    case job(EncodedJob)
    case step(EncodedStep)
    case attempt(EncodedAttempt)
    case end(EncodedEnd)
    case response(JobID, EncodedText)
}

/// Rows with one buffer for all their texts.
struct EncodedRows {
    private(set) var rows: [EncodedRow] = []
    let bytes = WrittenBytes()
    private let largePayloadBytes: Int
    /// The last large payload: what a `return` step gives is its job's result too.
    private var lastLarge: (json: JSON, text: EncodedText)?

    init(largePayloadBytes: Int) {
        self.largePayloadBytes = largePayloadBytes
    }

    /// - Parameter recipeID: the stored number of a recipe's name.
    init(
        _ writes: [HistoryWrite], largePayloadBytes: Int, recipeID: (String) throws -> Int64
    ) throws {
        self.init(largePayloadBytes: largePayloadBytes)
        rows.reserveCapacity(writes.count)
        var inserted: [(job: JobID, row: Int)] = []
        for write in writes {
            switch write {
            case .startedJob(let id, let job, let startedAt):
                _ = try StepKey.key(job: id, seq: 0)
                inserted.append((id, rows.count))
                try append(job, id: id, recipe: recipeID(job.recipe), startedAt: startedAt)
            case .queuedJob(let id, let job):
                _ = try StepKey.key(job: id, seq: 0)
                try append(job, id: id, recipe: recipeID(job.recipe), startedAt: nil)
            case .step(let step):
                try append(step)
            case .attempt(let attempt):
                try append(attempt)
            case .end(let end):
                guard JobState.running.mayBecome(end.state) else {
                    throw StoreError.illegalMove(end.job, from: .running, to: end.state)
                }
                let encoded = self.end(end)
                if let place = inserted.last(where: { $0.job == end.job })?.row, case .job(var job) = rows[place],
                    job.state == .running
                {
                    job.finish(encoded)  // a job that starts and ends in one call is written once
                    rows[place] = .job(job)
                } else {
                    rows.append(.end(encoded))
                }
            case .response(let id, let response):
                rows.append(.response(id, payload(response)))
            }
        }
        lastLarge = nil
    }

    /// - Parameter startedAt: nil for a job that waits in the queue.
    mutating func append(_ job: NewJob, id: JobID, recipe: Int64, startedAt: Milliseconds?) throws {
        var row = EncodedJob(
            id: id, recipe: recipe, version: job.version, state: startedAt == nil ? .queued : .running,
            deaths: startedAt == nil ? 0 : 1, createdAt: job.createdAt, startedAt: startedAt,
            runAfter: startedAt == nil ? max(0, job.runAfter) : 0)
        (row.parent, row.rerunOf) = (job.parent?.job, job.rerunOf)
        row.origin = text(job.origin)
        if let parent = job.parent { row.parentAddress = text(parent.address) }
        row.event = payload(job.event)
        switch job.dedupeKey.map(DedupeKey.init) {
        case nil: break
        case .text(let key): row.dedupeKey = text(key)
        case .hash(let hash):
            row.dedupeIsHash = true
            row.dedupeKey = EncodedText(offset: bytes.count, count: hash.count)
            bytes.append(hash)
        }
        rows.append(.job(row))
    }

    private mutating func append(_ step: StepRecord) throws {
        rows.append(
            .step(
                EncodedStep(
                    job: step.job, key: try StepKey.key(job: step.job, seq: step.seq), number: step.number,
                    state: step.state, effect: step.effect.storedNumber, attempt: step.attempt, round: step.round,
                    isSuperseded: step.isSuperseded, startedAt: step.startedAt, duration: step.duration,
                    address: text(step.address), idempotencyKey: text(step.idempotencyKey),
                    input: payload(step.input), output: payload(step.output), error: payload(step.error))))
    }

    private mutating func append(_ attempt: AttemptRecord) throws {
        rows.append(
            .attempt(
                EncodedAttempt(
                    key: try StepKey.key(job: attempt.job, seq: attempt.seq), attempt: attempt.attempt,
                    startedAt: attempt.startedAt, duration: attempt.duration, wait: attempt.wait,
                    waitReason: text(attempt.waitReason), error: small(attempt.error),
                    exchanges: small(attempt.exchanges))))
    }

    private mutating func end(_ end: JobEnd) -> EncodedEnd {
        EncodedEnd(
            job: end.job, state: end.state, finishedAt: end.state.isFinished ? end.at : nil,
            runAfter: end.state == .waiting ? end.runAfter : 0, activeMilliseconds: end.activeMilliseconds,
            reason: text(end.reason), errorMessage: text(end.error?["message"]?.string),
            report: small(end.report), result: payload(end.result), error: payload(end.error), at: end.at,
            wakes: end.wakes, callsSince: end.callsSince)
    }

    mutating func text(_ string: String?) -> EncodedText {
        guard let string else { return .null }
        let offset = bytes.count
        bytes.append(string)
        return EncodedText(offset: offset, count: bytes.count - offset)
    }

    /// JSON that stays in its row whatever its size.
    private mutating func small(_ json: JSON?) -> EncodedText {
        guard let json else { return .null }
        let offset = bytes.count
        bytes.append(json)
        return EncodedText(offset: offset, count: bytes.count - offset)
    }

    /// JSON whose text is stored apart, under its hash, when it is large.
    mutating func payload(_ json: JSON?) -> EncodedText {
        guard let json else { return .null }
        if let lastLarge, lastLarge.json.isSame(as: json) { return lastLarge.text }
        var text = small(json)
        guard text.count > largePayloadBytes else { return text }
        let digest = bytes.withUnsafeBytes { raw in
            SHA256.hash(data: UnsafeRawBufferPointer(rebasing: raw[text.offset..<text.offset + text.count]))
        }
        text.hashOffset = bytes.count
        bytes.append(digest)
        lastLarge = (json, text)
        return text
    }
}

extension EncodedJob {
    /// Takes the end of the claim that this row starts.
    mutating func finish(_ end: EncodedEnd) {
        (state, finishedAt, runAfter) = (end.state, end.finishedAt, end.runAfter)
        (activeMilliseconds, deaths) = (end.activeMilliseconds, 0)
        (reason, errorMessage, report) = (end.reason, end.errorMessage, end.report)
        (result, error) = (end.result, end.error)
    }
}
