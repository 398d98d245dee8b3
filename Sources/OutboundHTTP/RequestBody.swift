// The body of a request on its way out: in one piece or in parts, and no further once the other side has said no.

import AsyncHTTPClient
import ConnectorKit
import NIOCore

struct RequestBody: Sendable {
    /// A body up to this size is written at once, without looking at the answer.
    private static let pieceBytes = 32 << 10

    /// Of a body that is sent in one piece.
    private let piece: [UInt8]?
    private let sizeBytes: Int
    /// Bytes from an offset on, at least one.
    private let read: @Sendable (Int) async throws -> ArraySlice<UInt8>

    /// nil for a request without a body.
    init?(_ hop: Hop) {
        if let upload = hop.upload {
            piece = nil
            sizeBytes = upload.sizeBytes
            read = { ArraySlice(try await upload.read($0)) }
        } else {
            let body = hop.body
            piece = body.count <= Self.pieceBytes ? body : nil
            sizeBytes = body.count
            read = { body[$0..<min($0 + Self.pieceBytes, body.count)] }
        }
        if sizeBytes == 0 { return nil }
    }

    /// When a refusal comes before everything is sent, the client would wait on, or lose the answer: so the sending ends by
    /// what the collector hears.
    func underlying(on loop: any EventLoop, until collector: AnswerCollector) -> UnderlyingClient.Body {
        if let piece { return .byteBuffer(ByteBuffer(bytes: piece)) }
        return .stream(contentLength: Int64(sizeBytes)) { [self] writer in
            let end = loop.makePromise(of: Void.self)
            let sending = Task {
                do {
                    try await send(to: writer)
                    end.succeed()
                } catch {
                    end.fail(error)
                }
            }
            collector.onEarlyRefusal {
                sending.cancel()
                end.succeed()
            }
            return end.futureResult
        }
    }

    private func send(to writer: UnderlyingClient.Body.StreamWriter) async throws {
        var offset = 0
        while offset < sizeBytes, !Task.isCancelled {
            let bytes = try await read(offset)
            guard !bytes.isEmpty else {
                throw ConnectorError(type: "file", "the body became shorter while it was sent", outcome: .unknown)
            }
            let part = bytes.prefix(sizeBytes - offset)
            try await writer.write(.byteBuffer(ByteBuffer(bytes: part))).get()
            offset += part.count
        }
    }
}
