// Runs that leave nothing: dry runs, mocks, recipe tests.

import Engine
import JSONCore
import JobHistory
import Testing

@Suite(.timeLimit(.minutes(2)))
struct UnrecordedRunTests {
    private static let steps = #"""
        {"id":"r","use":"world.read","input":{"name":"r","value":1}},
        {"id":"t","use":"world.typed","input":{"count":"{{ r.value }}"}},
        {"id":"p","use":"world.put","input":{"name":"p"}}, {"id":"s","use":"world.send","input":{"name":"s"}},
        {"return":{"id":"{{ t.id }}","r":"{{ r.value }}"}}
        """#

    private func run(
        _ bed: TestBed, _ change: (inout RunOptions) -> Void = { _ in }
    ) async throws -> JobResult {
        var options = RunOptions.quick
        change(&options)
        let end = try await UnrecordedEngine(services: bed.services).run("test", event: [:], options: options)
        #expect(try await bed.engine.store.counts().isEmpty, "nothing is recorded")
        #expect(end.job == 0)
        return end
    }

    @Test func `a dry run calls nothing that changes the world`() async throws {
        let bed = try TestBed(Self.steps)
        let seen = Watcher()
        let end = try await run(bed) { options in
            options = seen.options
            options.isDryRun = true
        }
        #expect(end.result == ["id": "<t.id>", "r": 1])
        #expect(bed.world.names == ["r"])
        #expect(seen.text.contains("not called (dry run)"))
        #expect(seen.ends.allSatisfy { $0.hasSuffix("succeeded") })
    }

    @Test func `a dry run still finds what an action would refuse to take`() async throws {
        let bed = try TestBed(#"{"id":"t","use":"world.typed","input":{"count":"{{ 'abc' }}"}}"#)
        #expect(try await run(bed) { $0.isDryRun = true }.error?["type"] == "bad_input")
    }

    @Test func `a dry run passes long waits and runs called recipes dry`() async throws {
        let bed = try TestBed(
            #"{"wait":"1d"}, {"id":"c","call":"other"}, {"return":{"c":"{{ c.ok }}"}}"#,
            recipes: ["other": TestBed.called(#"{"use":"world.send"}, {"return":{"ok":true}}"#)])
        #expect(try await run(bed) { $0.isDryRun = true }.result == ["c": true])
        #expect(bed.world.calls.isEmpty)
    }

    @Test func `mocks answer call by call, the last one for ever`() async throws {
        let bed = try TestBed(
            #"""
            {"set":{"rows":[]}},
            {"for_each":"[1, 2, 3]","steps":[{"id":"a","use":"world.send"},{"append":{"rows":"{{ a.v }}"}}]},
            {"try":[{"id":"b","use":"world.read"}],"catch":[{"return":{"rows":"{{ rows }}","type":"{{ error.type }}","status":"{{ error.status }}"}}]}
            """#)
        let end = try await run(bed) { options in
            options.mocks["a"] = StepMock([.output(["v": 1]), .output(["v": 2])])
            options.mocks["b"] = StepMock([.error(["type": "server", "message": "down", "status": 503])])
        }
        #expect(end.result == ["rows": [1, 2, 2], "type": "server", "status": 503])
        #expect(bed.world.calls.isEmpty)
    }

    @Test func `an address mocks one item`() async throws {
        let bed = try TestBed(
            #"{"set":{"rows":[]}}, {"id":"l","for_each":"[1, 2]","steps":[{"id":"a","use":"world.read","input":{"value":0}},{"append":{"rows":"{{ a.value }}"}}]}, {"return":{"rows":"{{ rows }}"}}"#
        )
        let end = try await run(bed) { $0.mocks["l[1]/a"] = StepMock([.output(["value": 9])]) }
        #expect(end.result == ["rows": [0, 9]])
    }

    @Test func `a test without a mock for a call fails instead of calling`() async throws {
        let bed = try TestBed(Self.steps)
        let end = try await run(bed) { $0.needsMocks = true }
        #expect(end.error?["type"] == "not_mocked")
        #expect(bed.world.calls.isEmpty)
    }

    @Test func `a call is mocked too`() async throws {
        let bed = try TestBed(
            #"{"id":"c","call":"other"}, {"return":{"c":"{{ c.v }}"}}"#,
            recipes: ["other": TestBed.called(#"{"use":"world.send"}"#)])
        let end = try await run(bed) { $0.mocks["c"] = StepMock([.output(["v": 4])]) }
        #expect(end.result == ["c": 4])
        #expect(bed.world.calls.isEmpty)
    }

    @Test func `now can be set, and until stops after a step`() async throws {
        let bed = try TestBed(
            #"{"set":{"at":"{{ now.to_i }}"}}, {"id":"r","use":"world.read","input":{"name":"r","value":3}}, {"use":"world.send"}"#
        )
        let end = try await run(bed) { options in
            options.now = 86_400_000
            options.until = "r"
        }
        #expect(end.result?["at"] == 86_400)
        #expect(end.result?["r"]?["value"] == 3)
        #expect(bed.world.names == ["r"])
    }

    @Test func `secrets in use are neither recorded nor shown`() async throws {
        let bed = try TestBed(
            #"{"id":"a","use":"world.create","input":{"name":"a","value":"{{ got.token }}"}}, {"return":{"v":"{{ a.value }}"}}"#,
            redact: { json in
                func clean(_ json: JSON) -> JSON {
                    switch json {
                    case .string(let text): .string(text.replacing("hush", with: "[secret TOKEN]"))
                    case .array(let list): .array(list.map(clean))
                    case .object(let object): .object(JSONObject(object.entries.map { ($0.key, clean($0.value)) }))
                    default: json
                    }
                }
                return clean(json)
            })
        let seen = Watcher()
        let end = try await bed.engine.run("test", event: ["token": "hush"], options: seen.options)
        #expect(bed.world.calls.first?.input["value"] == "hush")
        let stored = try #require(try await bed.engine.store.job(end.job))
        let steps = try await bed.steps(end.job)
        #expect(!"\(stored.event) \(stored.result ?? .null) \(steps) \(seen.text)".contains("hush"))
    }
}
