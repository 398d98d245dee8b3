// Asks the owner of a workspace's database to do something.

import Foundation
import JSONCore

/// A connection to the process that owns the database.
public struct OwnerClient: Sendable {
    private let socket: LineSocket

    /// nil when nobody listens there.
    public init?(dataFolder: String) {
        guard let socket = LineSocket.connect(to: OwnerSocketPath.of(dataFolder: dataFolder)) else { return nil }
        self.socket = socket
    }

    /// Sends one request and returns its answer; `observer` sees the steps meanwhile.
    /// - Throws: `OwnerFailure` with what the owner said, or that it went away.
    public func perform(
        _ request: OwnerRequest, observer: @escaping @Sendable (StepEvent) -> Void
    ) async throws -> JSON {
        let socket = socket
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let thread = Thread {
                    var answer: Result<JSON, any Error> = .failure(OwnerFailure.gone)
                    if socket.write(request.json) {
                        socket.readLines { line in
                            if let step = line["step"].flatMap(StepEvent.init) {
                                observer(step)
                                return true
                            }
                            answer = line["ok"].map { .success($0) } ?? .failure(OwnerFailure(line["error"] ?? .null))
                            return false
                        }
                    }
                    continuation.resume(with: answer)
                }
                thread.start()
            }
        } onCancel: {
            socket.shutdown()
        }
    }
}

/// What went wrong in the owner, as it crosses the socket.
public struct OwnerFailure: Error, Sendable, CustomStringConvertible {
    public let description: String
    /// The kind of failure, which decides the exit code: `no_such_job`, `broken`, `refused`,
    /// `invalid` (what was asked for makes no sense), `full`, `internal`.
    public let kind: String

    static let gone = OwnerFailure(
        kind: "gone", "the running galley went away before it answered; `galley jobs list` shows what became of it")

    public init(kind: String, _ sentence: String) { (self.kind, description) = (kind, sentence) }

    init(_ json: JSON) {
        self.init(
            kind: json["kind"]?.string ?? "internal", json["message"]?.string ?? "the running galley failed")
    }

    var json: JSON { ["kind": .string(kind), "message": .string(description)] }
}
