// Steps against a server that misbehaves in every way, through a declarative connector and through http, in a process of
// their own: the right error in time, credentials that stay at home, and memory that stays small.

import Foundation
import JSONCore
import Testing

@Suite(.timeLimit(.minutes(10)))
struct MisbehavingServerTests {
    struct Case: Sendable {
        let path: String
        /// The connection.
        var via = "plain"
        /// The types that are right; "ok": the step succeeds.
        let type: Set<String>

        init(_ path: String, via: String = "plain", _ type: String...) {
            (self.path, self.via, self.type) = (path, via, Set(type))
        }
    }

    /// `connection`: cut off; `bad_answer`: not to be believed; `too_large`; `timeout`.
    static let cases = [
        Case("fine", "ok"), Case("interim", "ok", "bad_answer"), Case("hang", "timeout"), Case("drip_head", "timeout"),
        Case("drip_body", "timeout"), Case("reset", "connection", "bad_answer"), Case("reset_at_once", "connection"),
        Case("closes", "connection"), Case("fine", "ok"), Case("short", "connection", "bad_answer"),
        Case("long", "ok", "bad_answer"),
        Case("two_lengths", "bad_answer"), Case("length_and_chunks", "bad_answer"), Case("odd_length", "bad_answer"),
        Case("bad_chunk", "bad_answer"), Case("no_last_chunk", "connection", "bad_answer"),
        Case("no_length", "bad_answer"), Case("truncated_gzip", "bad_answer"), Case("no_gzip", "bad_answer"),
        Case("unknown_coding", "bad_answer"), Case("fine", "ok"), Case("gzip_bomb", "too_large"),
        Case("endless", "too_large", "timeout"),
        Case("endless_head", "too_large", "bad_answer"), Case("too_long", "too_large"),
        Case("loop", "bad_answer", "refused"),
        Case("longer", "bad_answer", "refused"), Case("to_file", "bad_answer", "refused"),
        Case("to_ftp", "bad_answer", "refused"), Case("to_script", "bad_answer", "refused"),
        Case("to_nowhere", "bad_answer", "refused"), Case("to_user", "bad_answer", "refused"),
        Case("to_inside", "refused"), Case("to_other", "refused"), Case("to_other_name", "refused"),
        Case("bad_utf8", "bad_answer"), Case("deep", "bad_answer"), Case("twice", "ok", "bad_answer"),
        Case("no_json", "bad_answer"), Case("huge_number", "ok", "bad_answer"),
        Case("storm", via: "stormy", "rate_limited"),
        Case("storm_for_years", via: "years", "rate_limited"), Case("down", "server", "unavailable", "down"),
        Case("bad_status", "bad_answer"),
        Case("no_http", "bad_answer", "connection"), Case("fine", via: "secure", "ok"),
        Case("to_plain", via: "secure", "bad_answer", "refused"), Case("fine", via: "self", "tls"),
        Case("fine", via: "wrong", "tls"), Case("fine", via: "inside", "refused"), Case("fine", via: "tlsless", "tls"),
    ]
    static let connections = ["plain", "secure", "self", "wrong", "inside", "tlsless", "stormy", "years"]
    static let token = "t0ken/that+must=stay+at+home"

    private static func place(_ server: MisbehavingServer) async throws -> CommandPlace {
        var steps: [String] = []
        for connection in connections {
            for (way, use, input) in [
                ("declarative", "\(connection).get", #""what": "{{ one.path }}""#),
                (
                    "http", "\(connection)_http.request",
                    #""method": "GET", "path": "/{{ one.path }}", "headers": { "X-Own": "\#(token)" }, "response": "json""#
                ),
            ] {
                steps.append(
                    """
                    { "if": "one.via == '\(connection)' && way == '\(way)'", "then": [ { "try": [
                      { "use": "\(use)", "input": { \(input) }, "retry": { "times": 0 } },
                      { "append": { "results": { "path": "{{ one.path }}", "via": "{{ one.via }}", "way": "{{ way }}", "type": "ok" } } } ],
                      "catch": [ { "append": { "results": { "path": "{{ one.path }}", "via": "{{ one.via }}", "way": "{{ way }}", "type": "{{ error.type }}", "message": "{{ error.message }}" } } } ] } ] }
                    """)
            }
        }
        let named = connections.flatMap { ["\"\($0)\": \"\($0)\"", "\"\($0)_http\": \"\($0)_http\""] }
        let place = try await CommandPlace([
            "all": """
            { "galley": 1, "trigger": { "id": "got_in", "use": "manual" }, "connections": { \(named.joined(separator: ", ")) },
              "steps": [ { "set": { "results": [] } },
                { "for_each": "['declarative', 'http']", "as": "way", "steps": [ { "for_each": "got_in.cases", "as": "one", "steps": [ \(steps.joined(separator: ", ")) ] } ] },
                { "return": { "results": "{{ results }}" } } ] }
            """
        ])
        try place.write(
            "galley.json",
            #"{ "galley": 1, "limits": { "connect_seconds": 1, "first_byte_seconds": 1, "call_seconds": 3 } }"#)
        try place.write(
            "Connectors/bad/connector.json",
            """
            { "galley_connector": 1, "name": "bad", "title": "Bad",
              "connection": { "settings": { "type": "object", "required": ["base"], "properties": { "base": { "type": "string" } } },
                "auth": { "type": "api_key", "in": "header", "name": "X-Key" }, "headers": { "X-Own": "\(token)" },
                "limits": { "breaker": { "failures": 1000 } }, "base_url": "{{ settings.base }}" },
              "actions": { "get": { "title": "Get", "effect": "read",
                "input": { "type": "object", "properties": { "what": { "type": "string" } } },
                "request": { "path": "/{{ input.what }}" } } } }
            """)
        let ports = server.ports
        for (name, base) in [
            ("plain", "http://127.0.0.1:\(ports.plain)"), ("secure", "https://localhost:\(ports.secure)"),
            ("self", "https://localhost:\(ports.selfMade)"), ("wrong", "https://localhost:\(ports.wrongName)"),
            ("inside", "http://127.0.0.1:\(ports.plain)"), ("stormy", "http://127.0.0.1:\(ports.plain)"),
            ("years", "http://127.0.0.1:\(ports.plain)"), ("tlsless", "https://localhost:\(ports.plain)"),
        ] {
            let network =
                #""network": { "private_addresses": \#(name != "inside"), "certificate_authority": "\#(server.folder)/ca.pem" }"#
            try place.write(
                "Connections/\(name).json",
                #"{ "connector": "bad", "settings": { "base": "\#(base)" }, "auth": { "key": "\#(token)" }, \#(network) }"#
            )
            try place.write(
                "Connections/\(name)_http.json",
                #"{ "connector": "http", "settings": { "base_url": "\#(base)" }, "auth": { "type": "bearer", "token": "\#(token)" }, \#(network) }"#
            )
        }
        return place
    }

    /// Runs the recipe in a process of its own.
    /// - Returns: the results, and the most memory that the process had, in bytes.
    private static func run(_ cases: [Case], in place: CommandPlace) async throws -> (results: [JSON], peak: Int) {
        let input: JSON = [
            "cases": .array(cases.map { ["path": .string($0.path), "via": .string($0.via)] })
        ]
        let script = """
            import resource, subprocess, sys
            code = subprocess.run(sys.argv[1:]).returncode
            print("PEAK", resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr)
            sys.exit(code)
            """
        let process = try GalleyProcess(
            ["-c", script, GalleyProcess.executable.path, "run", "all", "--input", input.compact, "--json"], in: place,
            program: URL(fileURLWithPath: "/usr/bin/python3"))
        let ended = try await process.end()
        #expect(ended.code == 0, "\(ended)")
        let peak = ended.messages.split(separator: "PEAK ").last.flatMap {
            Int($0.trimmingCharacters(in: .whitespacesAndNewlines))
        }
        let json = try JSON(parsing: Array(ended.data.utf8))
        let results = json["result"]?["results"]?.array ?? json["results"]?.array ?? []
        return (results, (try #require(peak)) << 10)
    }

    @Test func `every misbehaviour is the right error in time, tells no credentials elsewhere and costs little memory`()
        async throws
    {
        let root = FileManager.default.temporaryDirectory.appendingPathComponent("galley-bad-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: root) }
        let server = try await MisbehavingServer(in: root)
        let place = try await Self.place(server)
        let start = ContinuousClock.now
        let (results, peak) = try await Self.run(Self.cases, in: place)
        let took = ContinuousClock.now - start
        #expect(results.count == 2 * Self.cases.count)
        for result in results {
            let (path, via) = (result["path"]?.string ?? "", result["via"]?.string ?? "")
            let expected = Self.cases.first { $0.path == path && $0.via == via }?.type ?? []
            #expect(expected.contains(result["type"]?.string ?? ""), "\(result.compact)")
            #expect(!result.compact.contains(Self.token))
        }
        // None of them waits for longer than its limits say; a slow machine may be slow.
        #expect(took < .seconds(240))
        // What a connection may do does not hold for where it is sent on to.
        #expect(server.seenElsewhere.isEmpty)
        let (_, calm) = try await Self.run(Array(repeating: Case("fine", "ok"), count: 20), in: place)
        #expect(peak - calm < 50 << 20, "\(peak >> 20) MiB, and \(calm >> 20) MiB without any misbehaviour")
    }

    @Test func `a redirect to another origin is followed without credentials where the workspace allows its address`()
        async throws
    {
        let root = FileManager.default.temporaryDirectory.appendingPathComponent("galley-bad-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: root) }
        let server = try await MisbehavingServer(in: root)
        let place = try await Self.place(server)
        try place.write("galley.json", #"{ "galley": 1, "network": { "private_addresses": true } }"#)
        let cases = [
            Case("to_other", "ok"), Case("to_other_name", "ok"),
            Case("to_plain", via: "secure", "bad_answer", "refused"),
        ]
        for result in try await Self.run(cases, in: place).results {
            let expected = cases.first { $0.path == result["path"]?.string }?.type ?? []
            #expect(expected.contains(result["type"]?.string ?? ""), "\(result.compact)")
        }
        let seen = server.seenElsewhere.lowercased()
        #expect(seen.components(separatedBy: "get /collect").count == 5, "twice by each way: \(seen)")
        #expect(!seen.contains(Self.token.lowercased()))
        for name in ["authorization", "x-key", "x-own", "cookie"] { #expect(!seen.contains(name)) }
    }
}
