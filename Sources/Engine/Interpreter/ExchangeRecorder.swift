// Keeps what one attempt of a step sends and gets over HTTP, in case it has to be shown: bounded, nothing made of it yet.

import ConnectorKit
import Synchronization

/// The HTTP client of one attempt of a step, or of a call outside of a job. It costs a reference to each message until somebody asks for them.
public final class ExchangeRecorder: HTTPClient {
    /// Of more, the first and the latest are kept.
    private static let most = 4
    /// Bytes kept of a body where no other number is given: more than is shown, so that a secret at the cut is seen whole.
    public static let keptBytes = 24 << 10

    /// One request and what came of it.
    struct Exchange: Sendable {
        /// From 1, in order of sending.
        let number: Int
        let request: HTTPRequest
        let sentBytes: Int
        let start = ContinuousClock.now
        var end: ContinuousClock.Instant?
        var answer: HTTPAnswer?
        var answerBytes = 0
        /// What the request, and the answer, has beside the body that is kept.
        var sentAttachments: [MessageParts.Attachment] = []
        var answerAttachments: [MessageParts.Attachment] = []
        var error: String?
    }

    private struct State {
        var count = 0
        var kept: [Exchange] = []
    }

    private let inner: any HTTPClient
    private let keptBytes: Int
    private let state = Mutex(State())

    /// - Parameter keptBytes: of each body.
    public init(_ inner: any HTTPClient, keptBytes: Int = ExchangeRecorder.keptBytes) {
        (self.inner, self.keptBytes) = (inner, keptBytes)
    }

    /// What was kept, in order, and how many there were.
    var exchanges: (kept: [Exchange], count: Int) { state.withLock { ($0.kept, $0.count) } }

    public func send(_ request: HTTPRequest) async throws -> HTTPAnswer {
        let number = begin(request)
        do {
            let answer = try await inner.send(request)
            let isKept = !request.isConfidential
            let parts = isKept ? parts(of: answer, to: request) : nil
            let body = parts?.root ?? answer.body
            end(number) { exchange in
                exchange.answerBytes = body.count
                exchange.answerAttachments = parts?.attachments ?? []
                exchange.answer = HTTPAnswer(
                    status: answer.status, headers: isKept ? answer.headers : [],
                    body: isKept ? beginning(body) : ConfidentialBody.shown(body), url: answer.url)
            }
            return answer
        } catch {
            end(number) { $0.error = (error as? ConnectorError)?.message ?? "it was given up" }
            throw error
        }
    }

    private func begin(_ request: HTTPRequest) -> Int {
        var kept = request
        let type = request.headers.first { $0.name.lowercased() == "content-type" }?.value
        let parts =
            request.isConfidential ? nil : request.upload?.shown ?? MessageParts(request.body, contentType: type)
        let body = parts?.root ?? request.body
        (kept.body, kept.upload, kept.download) = (beginning(body), nil, nil)
        if request.isConfidential { (kept.headers, kept.body) = ([], ConfidentialBody.shown(request.body)) }
        return state.withLock { state in
            state.count += 1
            if state.kept.count == Self.most { state.kept.remove(at: 1) }
            var exchange = Exchange(number: state.count, request: kept, sentBytes: body.count)
            exchange.sentAttachments = parts?.attachments ?? []
            state.kept.append(exchange)
            return state.count
        }
    }

    private func parts(of answer: HTTPAnswer, to request: HTTPRequest) -> MessageParts? {
        if answer.body.isEmpty, let shown = request.download?.shown() { return shown }
        return MessageParts(answer.body, contentType: answer.header("content-type"))
    }

    private func end(_ number: Int, _ change: (inout Exchange) -> Void) {
        state.withLock { state in
            guard let place = state.kept.firstIndex(where: { $0.number == number }) else { return }
            state.kept[place].end = .now
            change(&state.kept[place])
        }
    }

    /// The bytes themselves while there are few: they are shared, not copied.
    private func beginning(_ bytes: [UInt8]) -> [UInt8] {
        bytes.count <= keptBytes ? bytes : Array(bytes.prefix(keptBytes))
    }
}
