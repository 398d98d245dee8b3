// galley jobs: what people look at and do after a run.

import Foundation
import JSONCore
import Testing

struct JobsTests {
    @Test func `a failed job tells why, goes on where it failed, and can start anew`() async throws {
        let place = try await CommandPlace(["till": TrialRecipes.failing])
        try await place.galley("run", "till", "--input", #"{"n": 7}"#).expect(1)
        let why = try await place.galley("jobs", "why", "1").expect(0)
        #expect(why.data.contains("job 1 failed: second: the till is closed"))
        #expect(why.data.contains("galley jobs retry 1"))
        #expect(try await place.galley("jobs", "list").expect(0).data.contains("the till is closed"))

        try await place.galley("jobs", "retry", "1").expect(1)  // the version it started with still fails
        try place.write("Recipes/till/recipe.json", TrialRecipes.repaired)
        try await place.galley("jobs", "retry", "1").expect(1)
        let retried = try await place.galley("jobs", "retry", "1", "--latest").expect(0)
        #expect(try retried.json == "first")  // what was done before the failure is kept
        #expect(retried.messages.contains("from the history"))
        try await place.galley("jobs", "retry", "1").expect(65)  // there is nothing to retry any more

        let rerun = try await place.galley("jobs", "rerun", "1", "--json").expect(0)
        #expect(try rerun.json["result"]?.string == "changed")
        let show = try await place.galley("jobs", "show", "2", "--json").expect(0).json
        #expect(show["rerun_of"]?.integer == 1 && show["event"]?["n"]?.integer == 7)
        #expect(show["steps"]?.array?.compactMap { $0["address"]?.string }.prefix(2) == ["first", "second"])
        let full = try await place.galley("jobs", "show", "2", "--full").expect(0)
        #expect(full.data.contains(#""message":"changed""#))
    }

    @Test func `a step that fails the job has no tick, and its reason can't turn our own words around`() async throws {
        let place = try await CommandPlace([
            "halts":
                #"{"galley": 1, "trigger": {"id": "got", "use": "manual"}, "steps": [{"id": "noted", "set": {"x": 1}}, {"id": "halted", "stop": "failed", "reason": "{{ got.why }}"}]}"#
        ])
        let run = try await place.galley("run", "halts", "--input", #"{"why": "a\u202eb\u200fc"}"#).expect(1)
        #expect(run.messages.contains("✓ noted") && run.messages.contains("✗ halted"), "\(run)")
        let shown = try await place.galley("jobs", "show", "1").expect(0)
        #expect(shown.data.contains("✓ noted") && shown.data.contains("✗ halted"), "\(shown)")
        for text in [run.messages, shown.data, try await place.galley("jobs", "list").expect(0).data] {
            #expect(text.contains("a\u{FFFD}b\u{FFFD}c"), "\(text)")
            #expect(!text.unicodeScalars.contains { [0x202E, 0x200F].contains($0.value) })
        }
    }

    @Test func `list filters and pages, export has everything`() async throws {
        let place = try await CommandPlace(["hello": TrialRecipes.hello, "till": TrialRecipes.failing])
        for name in ["Ada", "Bo", "Cy"] {
            try await place.galley("run", "hello", "--input", #"{"name": "\#(name)"}"#).expect(0)
        }
        try await place.galley("run", "till").expect(1)
        func jobs(_ arguments: String...) async throws -> [Int?] {
            try await GalleyProcess(["jobs", "list", "--json"] + arguments, in: place).end().expect(0).lines
                .map { $0["job"]?.integer }
        }
        #expect(try await jobs() == [4, 3, 2, 1])
        #expect(try await jobs("--recipe", "hello", "--limit", "2") == [3, 2])
        #expect(try await jobs("--recipe", "hello", "--before", "2") == [1])
        #expect(try await jobs("--state", "failed,canceled") == [4])
        #expect(try await jobs("--text", "Bo") == [2])
        #expect(try await jobs("--since", "1h") == [4, 3, 2, 1])
        #expect(try await place.galley("jobs", "list").expect(0).data.contains("Name: Ada"))
        let exported = try await place.galley("jobs", "export", "--recipe", "hello").expect(0).lines
        #expect(exported.map { $0["result"]?["said"]?.string } == ["Hello Cy", "Hello Bo", "Hello Ada"])
        #expect(exported.allSatisfy { $0["steps"]?.array?.count == 3 })
    }

    @Test func `a long wait leaves the job waiting, and resume goes on with it`() async throws {
        let place = try await CommandPlace(["patient": TrialRecipes.patient])
        let left = try await place.galley("run", "patient").expect(75)
        #expect(left.messages.contains("galley jobs resume 1"))
        #expect(try await place.galley("jobs", "why", "1").data.contains("is waiting: wait-0 waits until"))
        let none = try await place.galley("jobs", "resume").expect(0)
        #expect(none.messages.contains("nothing is queued or due"))
        try await place.galley("run", "patient").expect(75)
        let canceled = try await place.galley("jobs", "cancel", "2", "--reason", "not needed").expect(0)
        #expect(canceled.messages.contains("job 2 is canceled"))
        #expect(try await place.galley("jobs", "why", "2").data.contains("not needed"))
        try await place.galley("jobs", "cancel", "2").expect(65)
    }
}
