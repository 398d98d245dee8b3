// Live updates end with the right to see them: while they are open, at once when it is taken away, soon when it runs out.

import Engine
import JobHistory
import Testing

@testable import GalleyServer

@Suite(.timeLimit(.minutes(2)))
struct StreamEndTests {
    private static let password = "four words make one"

    /// What becomes of the right that a stream was opened with.
    enum Loss: String, CaseIterable, CustomTestStringConvertible {
        case tokenRemoved = "its token is removed"
        case tokenExpired = "its token expires"
        case signedOut = "its session is signed out"
        case signedInAnew = "somebody signs in anew over its session"
        case passwordChanged = "its user's password is changed"
        case userRemoved = "its user is removed"
        case sessionIdle = "its session was not used for too long"
        case sessionOld = "its session is too old"

        var testDescription: String { rawValue }
        var isOfToken: Bool { self == .tokenRemoved || self == .tokenExpired }
        /// Nobody does anything: a heartbeat finds it.
        var isByTime: Bool { [.tokenExpired, .sessionIdle, .sessionOld].contains(self) }

        func happen(_ bed: ServerBed, _ right: String) async throws {
            let access = bed.engine.access
            switch self {
            case .tokenRemoved: _ = try await access.perform(.removeToken("watcher"), by: .local)
            case .tokenExpired: bed.clock.advance(3_600_000)
            case .signedOut:
                #expect(try await bed.form("/sign-out", "", headers: ["Origin: http://test", right]).status == 303)
            case .signedInAnew:
                let fields = "name=ann&password=four+words+make+one"
                #expect(try await bed.form("/sign-in", fields, headers: ["Origin: http://test", right]).status == 303)
            case .passwordChanged:
                _ = try await access.perform(.changeUser("ann", role: nil, password: "quite another one"), by: .local)
            case .userRemoved: _ = try await access.perform(.removeUser("ann"), by: .local)
            case .sessionIdle: bed.clock.advance(AccessControl.sessionIdle + 1)
            case .sessionOld: bed.clock.advance(AccessControl.sessionLife + 1)
            }
        }
    }

    private static func right(_ loss: Loss, _ bed: ServerBed) async throws -> String {
        if loss.isOfToken { return try await bed.token(.viewer, name: "watcher", lifeSeconds: 3_600) }
        _ = try await bed.engine.access.perform(.addUser("eve", .admin, password: password), by: .local)
        _ = try await bed.engine.access.perform(.addUser("ann", .viewer, password: password), by: .local)
        return try #require(try await bed.form("/sign-in", "name=ann&password=four+words+make+one").cookie)
    }

    @Test(arguments: Loss.allCases)
    func `an open stream is cut when`(_ loss: Loss) async throws {
        try await ServerBed.use(
            ["lead": ServerBed.hook(#""path": "leads""#)],
            configure: { $0.limits.heartbeat = loss.isByTime ? .milliseconds(50) : .seconds(3_000) }
        ) {
            (bed: ServerBed) async throws -> Void in
            let right = try await Self.right(loss, bed)
            let (opened, open) = AsyncStream.makeStream(of: Void.self)
            async let stream = bed.read("/api/v1/events", headers: [right, "Connection: close"]) { text in
                if text.contains("retry:") { open.finish() }
                return false
            }
            for await _ in opened {}
            try await loss.happen(bed, right)
            // It ends by itself: this is read to the end of the connection.
            let answer = try await stream
            #expect(answer.status == 200)
            #expect(answer.body.hasSuffix("0\r\n\r\n"), "\(answer.body)")
            #expect(try await bed.get("/api/v1/events", headers: [right]).status == 401)
        }
    }

    @Test func `an open stream sees nothing of what comes after, and those of others go on`() async throws {
        try await ServerBed.use(
            ["lead": ServerBed.hook(#""path": "leads""#)], configure: { $0.limits.heartbeat = .seconds(3_000) }
        ) {
            (bed: ServerBed) async throws -> Void in
            let (gone, stays) = (
                try await bed.token(.viewer, name: "gone"), try await bed.token(.viewer, name: "stays")
            )
            let (opened, open) = AsyncStream.makeStream(of: Void.self)
            async let cut = bed.read("/api/v1/events", headers: [gone, "Connection: close"]) { text in
                if text.contains("retry:") { open.yield() }
                return false
            }
            async let other = bed.read("/api/v1/events", headers: [stays, "Connection: close"]) { text in
                if text.contains("retry:") { open.yield() }
                return text.contains(#""state":"succeeded""#)
            }
            var both = opened.makeAsyncIterator()
            for _ in 0..<2 { await both.next() }
            _ = try await bed.engine.access.perform(.removeToken("gone"), by: .local)
            let ended = try await cut
            #expect(try await bed.post("/hooks/leads", #"{"id": 1}"#).status == 202)
            #expect(try await other.body.contains(#""state":"succeeded""#))
            #expect(!ended.body.contains("event: job"))
        }
    }

    @Test func `a stream that is open does not keep its session from being idle`() async throws {
        try await ServerBed.use([:], configure: { $0.limits.heartbeat = .milliseconds(20) }) {
            (bed: ServerBed) async throws -> Void in
            let right = try await Self.right(.sessionIdle, bed)
            let (beats, beat) = AsyncStream.makeStream(of: Int.self)
            async let stream = bed.read("/api/v1/events", headers: [right, "Connection: close"]) { text in
                beat.yield(text.split(separator: ": still here").count)
                return false
            }
            func beatsMore() async {
                var first: Int?
                for await count in beats {
                    if let first, count >= first + 2 { return }
                    first = first ?? count
                }
            }
            await beatsMore()
            bed.clock.advance(AccessControl.sessionIdle / 2 + 1_000)
            await beatsMore()
            bed.clock.advance(AccessControl.sessionIdle / 2 + 1_000)
            #expect(try await stream.body.hasSuffix("0\r\n\r\n"))
        }
    }
}
