// Receives one answer: its head checked, its body decoded under limits, its time measured.

import AsyncHTTPClient
import ConnectorKit
import NIOCore
import NIOHTTP1
import Synchronization

/// What arrived, before statuses and redirects are looked at.
struct RawAnswer: Sendable {
    let status: Int
    /// Names in lower case.
    let headers: [(name: String, value: String)]
    let body: [UInt8]
}

/// The delegate of one exchange. AsyncHTTPClient calls it on one event loop; the lock is for the reader of `wasSent`.
final class AnswerCollector: HTTPClientResponseDelegate {
    typealias Response = RawAnswer

    /// A bound on decoded bytes.
    struct BodyLimit: Sendable {
        /// As in `galley.json`.
        let name: String
        let bytes: Int
    }

    /// What an answer has to keep to.
    struct Terms: Sendable {
        let host: String
        let isSecure: Bool
        let isHead: Bool
        let inMemory: BodyLimit
        let download: HTTPDownload?
        let downloaded: BodyLimit
        let ratio: Int
        let headerBytes: Int
        let headersBytes: Int
        let mayEndByClosing: Bool
        let firstByte: Duration
        /// When the whole call must be over.
        let deadline: NIODeadline
        let whole: OutboundFailure.WholeTime

        /// Where the body of an answer goes; nil: into memory.
        func download(_ head: HTTPResponseHead) -> HTTPDownload? {
            guard let download, head.status.code >= 200 else { return nil }
            let headers = head.headers.map { (name: $0.name.lowercased(), value: $0.value) }
            let answer = HTTPAnswer(status: Int(head.status.code), headers: headers, body: [], url: "")
            return download.takes(answer) ? download : nil
        }

        func limit(_ download: HTTPDownload?) -> BodyLimit { download == nil ? inMemory : downloaded }
    }

    private struct State: ~Copyable {
        var isSent = false
        /// The whole request is on its way.
        var isWhole = false
        var head: HTTPResponseHead?
        /// nil: the body goes into memory.
        var download: HTTPDownload?
        /// All of it so far, or of a download what is to be written next.
        var body: [UInt8] = []
        /// Of a body without a coding.
        var receivedBytes = 0
        var inflater: Inflater?
        var firstByteTimer: Scheduled<Void>?
        var wholeTimer: Scheduled<Void>?
        /// Of the answer's body as it came; nil: it doesn't say how long it will be.
        var undeliveredBytes: Int?
        var refusalTimer: Scheduled<Void>?
        var onRefusal: (@Sendable () -> Void)?

        var isRefusedEarly: Bool { !isWhole && (head?.status.code ?? 0) >= 300 }
    }

    /// After so long a silence an early refusal that doesn't say how long it is counts as whole.
    private static let silence = TimeAmount.seconds(1)

    private let terms: Terms
    private let state = Mutex(State())

    init(_ terms: Terms) { self.terms = terms }

    /// Whether bytes of the request may have reached the other side.
    var wasSent: Bool { state.withLock { $0.isSent } }
    /// Whether the other side has begun to answer.
    var hasHead: Bool { state.withLock { $0.head != nil } }

    /// Calls `stop` when the other side has said no, and why, before it has the whole request: it wants no more of it.
    func onEarlyRefusal(_ stop: @escaping @Sendable () -> Void) {
        let isThere = state.withLock { state in
            state.onRefusal = stop
            return state.isRefusedEarly && state.undeliveredBytes == 0
        }
        if isThere { stop() }
    }

    /// An answer of 300 or more that came before the request was whole, as far as it came; nil when there is none.
    var earlyRefusal: RawAnswer? {
        guard state.withLock({ $0.isRefusedEarly }) else { return nil }
        return try? whole()
    }

    /// The call's deadline, when it may come before the limit on connecting does.
    func deadlineToConnect(_ limit: Duration) -> NIODeadline? {
        terms.deadline < .now() + .nanoseconds(Int64(limit.nanoseconds)) ? terms.deadline : nil
    }

    func didSendRequestHead(task: UnderlyingClient.Task<RawAnswer>, _ head: HTTPRequestHead) {
        let timer = task.eventLoop.scheduleTask(deadline: terms.deadline) { [terms] in
            task.fail(reason: OutboundFailure.wholeTime(terms.host, terms.whole))
        }
        state.withLock { state in
            state.isSent = true
            state.wholeTimer = timer
        }
    }

    func didSendRequest(task: UnderlyingClient.Task<RawAnswer>) {
        let timer = task.eventLoop.scheduleTask(in: .nanoseconds(Int64(terms.firstByte.nanoseconds))) { [terms] in
            task.fail(reason: OutboundFailure.firstByteTime(terms.host, terms.firstByte))
        }
        let isTooLate = state.withLock { state in
            state.isWhole = true
            if state.head == nil { state.firstByteTimer = timer }
            return state.head != nil
        }
        if isTooLate { timer.cancel() }
    }

    func didReceiveHead(task: UnderlyingClient.Task<RawAnswer>, _ head: HTTPResponseHead) -> EventLoopFuture<Void> {
        do {
            let download = terms.download(head)
            let limit = terms.limit(download)
            let inflater = try check(head, limit)
            state.withLock { state in
                state.head = head
                state.download = download
                state.firstByteTimer?.cancel()
                state.firstByteTimer = nil
                if let coding = inflater {
                    state.inflater = Inflater(coding, limit: limit.bytes, ratio: terms.ratio)
                }
                let length = head.headers.first(name: "content-length").flatMap { Int($0) }
                let hasNoBody = terms.isHead || [204, 304].contains(head.status.code)
                state.undeliveredBytes = hasNoBody ? 0 : length
                let announced = length ?? 0
                if announced > 0, download == nil { state.body.reserveCapacity(min(announced, 1 << 20)) }
            }
            noteRefusal(on: task.eventLoop)
            return task.eventLoop.makeSucceededVoidFuture()
        } catch {
            return task.eventLoop.makeFailedFuture(error)
        }
    }

    /// Tells who sends the request when an early refusal is whole.
    private func noteRefusal(on loop: any EventLoop) {
        let stop = state.withLock { state -> (@Sendable () -> Void)? in
            guard state.isRefusedEarly else { return nil }
            state.refusalTimer?.cancel()
            state.refusalTimer = nil
            if state.undeliveredBytes == 0 { return state.onRefusal }
            if state.undeliveredBytes == nil {
                state.refusalTimer = loop.scheduleTask(in: Self.silence) { [self] in
                    self.state.withLock { $0.onRefusal }?()
                }
            }
            return nil
        }
        stop?()
    }

    func didReceiveBodyPart(task: UnderlyingClient.Task<RawAnswer>, _ buffer: ByteBuffer) -> EventLoopFuture<Void> {
        do {
            let next = try state.withLock { state throws(ConnectorError) -> (HTTPDownload, [UInt8])? in
                state.undeliveredBytes = state.undeliveredBytes.map { max(0, $0 - buffer.readableBytes) }
                try append(buffer, to: &state)
                guard let download = state.download, !state.body.isEmpty else { return nil }
                defer { state.body = [] }
                return (download, state.body)
            }
            noteRefusal(on: task.eventLoop)
            guard let (download, bytes) = next else { return task.eventLoop.makeSucceededVoidFuture() }
            // Nothing more is read before this is written.
            return task.eventLoop.makeFutureWithTask { try await download.write(bytes) }
        } catch {
            return task.eventLoop.makeFailedFuture(error)
        }
    }

    func didFinishRequest(task: UnderlyingClient.Task<RawAnswer>) throws -> RawAnswer {
        cancelTimers()
        return try whole()
    }

    private func whole() throws -> RawAnswer {
        let raw = try state.withLock { state -> RawAnswer? in
            guard let head = state.head else { return nil }
            do throws(InflationError) { try state.inflater?.finish() } catch {
                throw OutboundFailure.inflation(error, terms.host, terms.limit(state.download))
            }
            let body = state.body
            state.body = []
            state.inflater = nil
            return RawAnswer(
                status: Int(head.status.code), headers: head.headers.map { ($0.name.lowercased(), $0.value) },
                body: body)
        }
        guard let raw else { throw OutboundFailure.badAnswer(terms.host, "it has no head") }
        return raw
    }

    func didReceiveError(task: UnderlyingClient.Task<RawAnswer>, _ error: any Error) { cancelTimers() }

    private func cancelTimers() {
        state.withLock { state in
            state.firstByteTimer?.cancel()
            state.wholeTimer?.cancel()
            state.refusalTimer?.cancel()
            (state.firstByteTimer, state.wholeTimer, state.refusalTimer) = (nil, nil, nil)
            state.onRefusal = nil
        }
    }

    /// - Returns: the coding to undo, if there is one.
    private func check(_ head: HTTPResponseHead, _ limit: BodyLimit) throws(ConnectorError) -> Inflater.Coding? {
        func bad(_ why: String, isTransient: Bool = false) -> ConnectorError {
            OutboundFailure.badAnswer(terms.host, why, isTransient: isTransient)
        }
        guard head.status.code >= 200 else { throw bad("it changes to another protocol, which nobody asked for") }
        var total = 0
        for (name, value) in head.headers {
            let size = name.utf8.count + value.utf8.count
            total += size + 4
            guard size <= terms.headerBytes else {
                throw bad("one of its headers is longer than \(terms.headerBytes) bytes")
            }
        }
        guard total <= terms.headersBytes else { throw bad("its headers are longer than \(terms.headersBytes) bytes") }

        let lengths = Set(head.headers[canonicalForm: "content-length"].map { String($0) })
        let transfer = head.headers[canonicalForm: "transfer-encoding"].map { $0.lowercased() }
        guard transfer.isEmpty || transfer == ["chunked"] else { throw bad("its transfer coding is not supported") }
        guard lengths.isEmpty || transfer.isEmpty, lengths.count <= 1 else {
            throw bad("it states its length in two ways")
        }

        let code = head.status.code
        guard !terms.isHead, code >= 200, code != 204, code != 304 else { return nil }
        if let text = lengths.first {
            guard let length = Int(text), length >= 0 else { throw bad("its length is no number") }
            guard length <= limit.bytes else { throw OutboundFailure.tooLarge(terms.host, limit) }
        } else if transfer.isEmpty, !terms.isSecure, !terms.mayEndByClosing {
            throw bad(
                "it doesn't say how long it is, so over plain http it can't be known to be whole. If you trust the "
                    + "connection, allow \"bodies_without_length\" in the connection's \"network\"")
        }
        let codings = head.headers[canonicalForm: "content-encoding"].map { $0.lowercased() }.filter {
            $0 != "identity"
        }
        switch codings {
        case []: return nil
        case ["gzip"], ["x-gzip"]: return .gzip
        case ["deflate"]: return .deflate
        default: throw bad("its content coding is not one that was asked for")
        }
    }

    private func append(_ buffer: ByteBuffer, to state: inout State) throws(ConnectorError) {
        let bytes = buffer.readableBytesView
        let limit = terms.limit(state.download)
        guard state.inflater != nil else {
            state.receivedBytes += bytes.count
            guard state.receivedBytes <= limit.bytes else { throw OutboundFailure.tooLarge(terms.host, limit) }
            state.body.append(contentsOf: bytes)
            return
        }
        var failure: InflationError?
        buffer.withUnsafeReadableBytes { bytes in
            do throws(InflationError) {
                try state.inflater?.inflate(bytes, onto: &state.body)
            } catch {
                failure = error
            }
        }
        if let failure { throw OutboundFailure.inflation(failure, terms.host, limit) }
    }
}
