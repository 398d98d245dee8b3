// Two processes on one workspace, and processes that die or are asked to stop in the middle of a job.

import Foundation
import JSONCore
import Testing

struct ProcessTests {
    /// Starts a job that naps, and returns when its first two steps are done and on disk.
    private func nap(_ milliseconds: Int, in place: CommandPlace) async throws -> GalleyProcess {
        let run = try place.start("run", "sleepy", "--json", "--input", #"{"ms": \#(milliseconds)}"#)
        try await run.wait { $0.contains("✓ two") }
        try await eventually("job 1 runs") {
            try await place.galley("jobs", "list", "--json", "--state", "running").data.contains(#""job":1"#)
        }
        return run
    }

    @Test func `while one process runs a job, others read beside it and hand it their writes`() async throws {
        let place = try await CommandPlace(["sleepy": TrialRecipes.sleepy, "hello": TrialRecipes.hello])
        let run = try await nap(60_000, in: place)
        let list = try await place.galley("jobs", "list").expect(0)
        #expect(list.data.contains("running"))
        // Another recipe runs in the process that owns the database, and is shown in the one that asked.
        let hello = try await place.galley("run", "hello", "--input", #"{"name": "Ada"}"#).expect(0)
        #expect(hello.messages.contains("✓ said"))
        #expect(try hello.json["said"]?.string == "Hello Ada")
        let unwanted = try await place.galley("run", "hello", "--input", #"{"name": "nobody"}"#).expect(0)
        #expect(unwanted.messages.contains("no job"))
        let lines = try await place.galley("run", "hello", "--lines", "-", input: "{}\n").expect(69)
        #expect(lines.messages.contains("needs the workspace for itself"))
        let canceled = try await place.galley("jobs", "cancel", "1", "--reason", "not today").expect(0)
        #expect(canceled.messages.contains("job 1 is canceled"))
        let ended = try await run.end().expect(130)
        #expect(try ended.json["state"]?.string == "canceled")
        #expect(try await place.galley("jobs", "why", "1").data.contains("was canceled"))
    }

    @Test func `after SIGKILL a job goes on with what was done, which is not done again`() async throws {
        let place = try await CommandPlace(["sleepy": TrialRecipes.sleepy])
        let run = try await nap(20_000, in: place)
        run.send(SIGKILL)
        try await run.end().expect(128 + SIGKILL)
        let before = try await place.galley("jobs", "show", "1", "--json").expect(0).json
        let resumed = try await place.galley("jobs", "resume").expect(0)
        #expect(resumed.data.contains("job 1  sleepy  succeeded"), "\(resumed)")
        let after = try await place.galley("jobs", "show", "1", "--json").expect(0).json
        #expect(after["state"]?.string == "succeeded" && after["result"]?.string == "rested")
        for step in 0...1 { #expect(before["steps"]?.array?[step] == after["steps"]?.array?[step]) }
    }

    @Test func `after SIGTERM the running step ends and the job can be resumed`() async throws {
        let place = try await CommandPlace(["sleepy": TrialRecipes.sleepy])
        let run = try await nap(20_000, in: place)
        run.send(SIGTERM)
        let ended = try await run.end().expect(130)
        #expect(ended.messages.contains("can be resumed") && ended.messages.contains("galley jobs resume 1"))
        #expect(try ended.json["state"]?.string == "queued")
        let resumed = try await place.galley("jobs", "resume", "1", "--json").expect(0)
        #expect(try resumed.json["result"]?.string == "rested")
        let steps = try await place.galley("jobs", "show", "1", "--json").json["steps"]?.array
        #expect(steps?.count { $0["address"]?.string == "nap" } == 1)
        #expect(steps?.allSatisfy { $0["attempt"]?.integer == 1 } == true)
    }

    @Test func `a second signal stops at once`() async throws {
        let place = try await CommandPlace(["sleepy": TrialRecipes.sleepy])
        let run = try await nap(60_000, in: place)
        run.send(SIGTERM)
        try await run.wait { $0.contains("again to stop at once") }
        run.send(SIGTERM)
        try await run.end().expect(130)
        #expect(try await place.galley("jobs", "list", "--json").expect(0).lines.count == 1)
    }
}
