// How much memory large files and results take: each run is a process of its own, whose peak the system counts.

import Foundation
import JSONCore
import Testing

@Suite(.timeLimit(.minutes(5)))
struct MemoryTests {
    /// Prints, after what a program prints, how many KiB it had in memory at most.
    private static let counter = """
        import resource, subprocess, sys
        code = subprocess.call(sys.argv[1:])
        print()
        print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
        sys.exit(code)
        """

    /// Runs a recipe.
    /// - Returns: what it returned, and how many bytes galley had in memory at most.
    private func run(_ recipe: String, in place: CommandPlace) async throws -> (result: JSON, peak: Int) {
        let ended = try await GalleyProcess(
            ["-c", Self.counter, GalleyProcess.executable.path, "run", recipe], in: place,
            program: URL(fileURLWithPath: "/usr/bin/python3")
        ).end().expect(0)
        let (result, peak) = try #require(
            ended.data.range(
                of: "\n", options: .backwards,
                range: ended.data.startIndex..<ended.data.index(before: ended.data.endIndex)
            ).map { (ended.data[..<$0.lowerBound], ended.data[$0.upperBound...]) })
        return (
            try JSON(parsing: String(result)),
            try #require(Int(peak.trimmingCharacters(in: .whitespacesAndNewlines))) * 1_024
        )
    }

    @Test func `a file goes over SFTP and back in pieces`() async throws {
        let files = try SSHServer()
        defer { files.stop() }
        let place = try await CommandPlace([
            "there": """
            { "galley": 1, "name": "There and back", "connections": { "box": "box" }, "trigger": { "use": "manual" },
              "steps": [
                { "id": "written", "use": "box.write", "input": { "path": "large.bin", "file": "large.bin" } },
                { "id": "read", "use": "box.read", "input": { "path": "large.bin", "save_to": "back/large.bin" } },
                { "return": { "written": "{{ written.size }}", "read": "{{ read.size }}" } } ] }
            """
        ])
        try place.write(
            "Connections/box.json",
            """
            { "connector": "sftp", "network": { "private_addresses": true },
              "settings": { "host": "127.0.0.1", "port": \(files.port), "host_key": "\(files.hostKeys["ed25519"] ?? "")" },
              "auth": { "username": "\(files.user)", "private_key_file": "\(files.folder)/ed25519" } }
            """)
        let size = 192 << 20
        let block = Data((0..<(1 << 20)).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) })
        let path = place.folder.appendingPathComponent("large.bin").path
        try place.write("large.bin", "")
        let file = try #require(FileHandle(forWritingAtPath: path))
        for _ in 0..<(size >> 20) { try file.write(contentsOf: block) }
        try file.close()
        let (result, peak) = try await run("there", in: place)
        #expect(result == ["written": .integer(size), "read": .integer(size)])
        #expect(peak < 112 << 20)
        #expect(
            FileManager.default.contentsEqual(
                atPath: path, andPath: place.folder.appendingPathComponent("back/large.bin").path))
    }

    @Test(arguments: [
        ("none", #"{ "username": "plain" }"#),
        ("verify", #"{ "username": "ada", "password": "\#(DatabaseServer.password)" }"#),
    ]) func `a result of a database streams into a file`(tls: String, signIn: String) async throws {
        let database = try DatabaseServer()
        defer { database.stop() }
        let place = try await CommandPlace([
            "dump": """
            { "galley": 1, "name": "Dump", "connections": { "pg": "shop" }, "trigger": { "use": "manual" },
              "steps": [
                { "id": "rows", "use": "pg.export", "input": {
                    "sql": "SELECT i AS id, repeat('x', 100000) AS note FROM generate_series(1, 640) AS i", "file": "rows.csv" } },
                { "return": { "count": "{{ rows.count }}", "size": "{{ rows.size_bytes }}" } } ] }
            """
        ])
        try place.write(
            "Connections/shop.json",
            """
            { "connector": "postgres", "auth": \(signIn),
              "settings": { "host": "127.0.0.1", "port": \(database.port), "database": "shop", "tls": "\(tls)", "timeout": 300 },
              "network": { "private_addresses": true, "certificate_authority": "\(database.folder)/ca.pem" } }
            """)
        let (result, peak) = try await run("dump", in: place)
        #expect(result["count"] == 640)
        #expect((result["size"]?.integer ?? 0) > 64_000_000)
        #expect(peak < 112 << 20)
    }

    /// Delivers events one at a time, each when the job of the one before has ended, and prints how much memory the process
    /// has taken for itself after some and at the end, in KiB.
    private static let lonelyDeliveries = """
        import http.client, json, sys
        port, process, first, count = map(int, sys.argv[1:])
        server = http.client.HTTPConnection("127.0.0.1", port)
        def ask(method, path, body=None):
            server.request(method, path, body, {"Content-Type": "application/json"})
            answer = server.getresponse()
            return answer.status, answer.read()
        def memory():
            with open(f"/proc/{process}/status") as lines:
                return next(line.split()[1] for line in lines if line.startswith("RssAnon"))
        for number in range(first + count):
            if number == first: print(memory())
            assert ask("POST", "/hooks/alone", json.dumps({"n": number}))[0] == 202
            while json.loads(ask("GET", "/health")[1])["open"]: pass
        print(memory())
        """

    @Test func `a server keeps nothing of an event that came alone`() async throws {
        let place = try await CommandPlace([
            "alone": """
            { "galley": 1, "name": "Alone", "trigger": { "id": "got", "use": "webhook.received", "input": { "path": "alone" } },
              "steps": [ { "return": { "n": "{{ got.body.n }}" } } ] }
            """
        ])
        let (server, url) = try await ServeTests.serve(place)
        let port = try #require(URL(string: url)?.port)
        let deliveries = try await GalleyProcess(
            ["-c", Self.lonelyDeliveries, "\(port)", "\(server.identifier)", "1000", "2500"], in: place,
            program: URL(fileURLWithPath: "/usr/bin/python3")
        ).end().expect(0)
        let memory = deliveries.data.split(separator: "\n").compactMap { Int($0) }
        try #require(memory.count == 2)
        // 2,500 events; what is kept of the latest news and counts is bounded. A task kept for each was 27 MB.
        #expect(memory[1] - memory[0] < 8 << 10, "\(memory) KiB")
        server.send(SIGTERM)
        try await server.end().expect(0)
    }
}
