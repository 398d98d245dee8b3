// Reading a request's body: bounded in bytes and in time as a whole.

import HTTPTypes
import Hummingbird
import NIOCore

struct BodyReader: Sendable {
    let mostBytes: Int
    let time: Duration

    /// - Throws: `Problem` 400, 408, 413 or, for a compressed one, 415: how long it is would be known too late.
    func read(_ request: Request) async throws(Problem) -> [UInt8] {
        let codings = (request.headers[.contentEncoding] ?? "").split { $0 == "," || $0.isWhitespace }
        if let coding = codings.first(where: { $0.lowercased() != "identity" }) {
            var problem = Problem(
                .unsupportedMediaType, "bodies are taken as they are, not with Content-Encoding: \(coding.prefix(40))")
            problem.headers[.acceptEncoding] = "identity"
            throw problem
        }
        let declared = request.headers[.contentLength].flatMap { Int($0) }
        guard declared ?? 0 <= mostBytes else { throw tooLong }
        do {
            return try await collect(request.body)
        } catch is NIOTooManyBytesError {
            throw tooLong
        } catch is Late {
            throw Problem(.requestTimeout, "the body did not arrive within \(time)")
        } catch {
            throw Problem(.badRequest, "the body could not be read")
        }
    }

    private struct Late: Error {}

    /// The whole body; each part of it may be slow, but not all of them together.
    private func collect(_ source: RequestBody) async throws -> [UInt8] {
        let (mostBytes, time) = (mostBytes, time)
        return try await withThrowingTaskGroup(of: [UInt8].self) { group in
            group.addTask {
                let buffer = try await source.collect(upTo: mostBytes)
                return Array(buffer.readableBytesView)
            }
            group.addTask {
                try await Task.sleep(for: time)
                throw Late()
            }
            defer { group.cancelAll() }
            return try await group.next() ?? []
        }
    }

    private var tooLong: Problem {
        var problem = Problem(.contentTooLarge, "the body is longer than \(mostBytes) bytes")
        problem.headers[.connection] = "close"
        return problem
    }
}
