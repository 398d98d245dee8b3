// A disk that is full for one write, at every place of a batch: Scripts/torture.d/faults.c lets the call fail.

import Foundation
import Testing

struct FullDiskTests {
    private static let shim = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Scripts/torture.d/faults.c")

    @Test func `an event that finds no space cancels none of those that were accepted`() async throws {
        let place = try await CommandPlace([
            "nap": """
            { "galley": 1, "name": "Nap", "concurrency": 4, "checkpoint": "every_step",
              "trigger": { "id": "event", "use": "manual", "dedupe": "event.n" },
              "steps": [ { "set": { "n": "{{ event.n }}" } }, { "id": "nap", "use": "workload.sleep", "input": { "ms": 30 } } ] }
            """
        ])
        let library = place.root.path + "/faults.so"
        try LocalProgram.run(["/usr/bin/gcc", "-shared", "-fPIC", "-o", library, Self.shim.path, "-ldl"])
        func events(from first: Int) -> String { (first..<first + 12).map { "{\"n\": \($0)}\n" }.joined() }
        try await place.galley("run", "nap", "--lines", "-", input: events(from: 0)).expect(0)
        var refused = 0
        for write in stride(from: 10, through: 49, by: 3) {
            let ended = try await place.galley(
                "run", "nap", "--lines", "-", input: events(from: write * 100),
                environment: [
                    "LD_PRELOAD": library, "FAULT_CALLS": "write", "FAULT_PATH": "history.db", "FAULT_KIND": "ENOSPC",
                    "FAULT_AT": "\(write)",
                ])
            #expect([0, 69].contains(ended.code), "\(ended)")
            refused += ended.code == 69 ? 1 : 0
            let canceled = try await place.galley("jobs", "list", "--state", "canceled", "--json").expect(0)
            #expect(canceled.data.isEmpty, "at write \(write): \(canceled)")
        }
        #expect(refused > 0, "no event met the full disk")
    }

    @Test(arguments: ["run", "serve"])
    func `a full disk is said to be full, and does not keep galley from stopping`(command: String) async throws {
        let place = try await CommandPlace([
            "count": """
            { "galley": 1, "checkpoint": "every_step", "trigger": { "id": "event", "use": "manual" },
              "steps": [ { "for_each": "(1..300).to_a", "as": "n", "steps": [ { "set": { "said": "{{ n }}" } } ] },
                         { "return": "done" } ] }
            """
        ])
        try await place.galley("run", "count").expect(0)
        let library = place.root.path + "/faults.so"
        try LocalProgram.run(["/usr/bin/gcc", "-shared", "-fPIC", "-o", library, Self.shim.path, "-ldl"])
        let words = command == "run" ? ["run", "count"] : ["serve", "--port", "0", "--no-login"]
        let galley = try GalleyProcess(
            words, in: place,
            environment: [
                "LD_PRELOAD": library, "FAULT_CALLS": "write", "FAULT_PATH": "history.db", "FAULT_KIND": "ENOSPC",
                "FAULT_AT": "300", "FAULT_TIMES": "0",
            ])
        var caller: GalleyProcess?
        if command == "serve" {
            try await galley.wait { $0.contains("galley serves") }
            caller = try place.start("run", "count")
        }
        try await galley.wait { $0.contains("/.galley is full: running jobs wait") }
        let start = ContinuousClock.now
        galley.send(SIGTERM)
        let ended = try await galley.end()
        #expect(ContinuousClock.now - start < .seconds(40), "\(ended)")
        _ = try await caller?.end()
        #expect([0, 69].contains(ended.code), "\(ended)")
        #expect(ended.messages.split(separator: "\n").count { $0.contains("is full: running jobs wait") } == 1)
        try await place.galley("jobs", "resume", "2").expect(0)
        let job = try await place.galley("jobs", "show", "2", "--json").expect(0).json
        #expect(job["state"]?.string == "succeeded", "\(job)")
    }
}
