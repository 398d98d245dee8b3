// Steps that change the workspace's own tables and topics: once each, through crashes, lost answers and retries.

import ConnectorKit
import Engine
import JSONCore
import JobHistory
import RecipeLanguage
import Testing

@Suite(.timeLimit(.minutes(2)))
struct OwnStoreTests {
    private static let step =
        #"{"id":"a","use":"world.keep","input":{"name":"a","value":"{{ got.value }}"}}, {"return":"{{ a }}"}"#

    private static func names(_ bed: TestBed) async throws -> [JSON] {
        try await bed.engine.tables.page("t", after: 0, limit: 9).rows.map { $0["name"] ?? .null }
    }

    private static func messages(_ bed: TestBed) async throws -> [JSON] {
        try await bed.engine.store.messages(of: "kept", after: 0, limit: 9).map(\.data)
    }

    @Test func `a crash between the write and the step's record doubles nothing`() async throws {
        let bed = try TestBed(Self.step)
        bed.world.script("a", .block())
        let run = await bed.start(["value": "x"], until: 1)
        #expect(try await Self.names(bed) == ["first", "x"])
        let after = try bed.crash()
        run.cancel()
        _ = await run.result
        let job = try await after.newestJob()
        #expect(try await Self.names(after) == ["first", "x"], "the write was durable before the step's record")
        #expect(try await after.resume(job)?.result == ["row": 2, "offset": 1])
        #expect(bed.world.calls.count == 2)
        #expect(try await Self.names(after) == ["first", "x"])
        #expect(try await Self.messages(after) == ["x"])
    }

    @Test func `a lost answer is asked for again under the same key; a new job writes anew`() async throws {
        let bed = try TestBed(Self.step)
        bed.world.script("a", .lose, .lose)
        #expect(try await bed.run(["value": "x"]).result == ["row": 2, "offset": 1])
        #expect(bed.world.calls.count == 3)
        #expect(try await bed.run(["value": "y"]).result == ["row": 3, "offset": 2])
        #expect(try await Self.names(bed) == ["first", "x", "y"])
        #expect(try await Self.messages(bed) == ["x", "y"])
    }

    @Test func `secrets are taken out of what is kept`() async throws {
        let bed = try TestBed(Self.step, redact: { $0.withoutSecret })
        _ = try await bed.run(["value": "hunter2"])
        #expect(try await Self.names(bed) == ["first", "[secret]"])
        #expect(try await Self.messages(bed) == ["[secret]"])
    }

    @Test func `a run that is not recorded keeps nothing`() async throws {
        let bed = try TestBed(Self.step)
        let result = try await UnrecordedEngine(services: bed.services).run(
            "test", event: ["value": "x"], options: .quick)
        #expect(result.state == .succeeded && bed.world.calls.isEmpty)
        #expect(try await Self.names(bed) == ["first"])
        #expect(try await Self.messages(bed).isEmpty)
    }
}

extension JSON {
    /// With one word taken out, wherever it is.
    fileprivate var withoutSecret: JSON {
        switch self {
        case .string(let text): .string(text.replacing("hunter2", with: "[secret]"))
        case .array(let elements): .array(elements.map(\.withoutSecret))
        case .object(let object): .object(JSONObject(object.map { ($0.key, $0.value.withoutSecret) }))
        default: self
        }
    }
}
