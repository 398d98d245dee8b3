// galley secrets: values come in by standard input and go out nowhere.

import Foundation
import JSONCore
import Testing

struct SecretsTests {
    private static let value = "s3cr3t-Zebra-4711"

    @Test func `a secret is stored, listed by name and removed`() async throws {
        let place = try await CommandPlace()
        let set = try await place.galley("secrets", "set", "API_TOKEN", input: Self.value + "\n").expect(0)
        let list = try await place.galley("secrets", "list").expect(0)
        #expect(list.data.split(separator: "\n").map { $0.split(separator: " ").first } == ["SECRET", "API_TOKEN"])
        let json = try await place.galley("secrets", "list", "--json").expect(0)
        #expect(try json.json.array?.map { $0["name"]?.string } == ["API_TOKEN"])
        let removed = try await place.galley("secrets", "remove", "API_TOKEN").expect(0)
        for ended in [set, list, json, removed] {
            #expect(!(ended.data + ended.messages).contains(Self.value))
        }
        let none = try await place.galley("secrets", "list").expect(0)
        #expect(none.data.isEmpty && none.messages.contains("no secrets"))
    }

    @Test func `a secret that a recipe comes across is in no output and in no file of the workspace`() async throws {
        let recipe = #"""
            {"galley": 1, "trigger": {"id": "event", "use": "manual"}, "report": {"Text": "event.text"}, "steps": [
             {"id": "said", "use": "logger.log", "input": {"message": "token {{ event.text }}"}},
             {"id": "failed", "try": [{"use": "workload.fail", "input": {"message": "refused {{ event.text }}"}}],
              "catch": [{"set": {"why": "{{ error.message }}"}}]},
             {"if": "event.stops", "then": [{"stop": "failed", "reason": "stopped for {{ event.text }}"}]},
             {"return": {"said": "{{ said.message }}", "why": "{{ why }}"}}]}
            """#
        let place = try await CommandPlace(["leak": recipe])
        try await place.galley("secrets", "set", "API_TOKEN", input: Self.value).expect(0)
        let connection = #"""
            {"connector": "http", "settings": {"base_url": "https://api.example"},
             "auth": {"type": "bearer", "token": {"secret": "API_TOKEN"}}}
            """#
        try place.write("Connections/api.json", connection)
        let runs = [
            try await place.galley("run", "leak", "--input", #"{"text": "\#(Self.value)"}"#).expect(0),
            try await place.galley("run", "leak", "--input", #"{"text": "\#(Self.value)", "stops": true}"#).expect(1),
            try await place.galley("jobs", "list").expect(0), try await place.galley("jobs", "why", "2").expect(0),
            try await place.galley("jobs", "show", "1", "--full").expect(0),
            try await place.galley("jobs", "show", "1", "--json").expect(0),
            try await place.galley("jobs", "export").expect(0),
        ]
        for ended in runs { #expect(!(ended.data + ended.messages).contains(Self.value), "\(ended)") }
        let files = try FileManager.default.subpathsOfDirectory(atPath: place.folder.path)
        for file in files where file.hasPrefix(".galley/") {
            let bytes = FileManager.default.contents(atPath: place.folder.path + "/" + file) ?? Data()
            #expect(bytes.range(of: Data(Self.value.utf8)) == nil, "\(file)")
        }
    }
}
