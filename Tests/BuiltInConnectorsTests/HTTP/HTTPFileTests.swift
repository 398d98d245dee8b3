// Answers that go to files and files that are sent, with the real client and a server on loopback.

import ConnectorKit
import Foundation
import JSONCore
import Logging
import OutboundHTTP
import RecipeLanguage
import Testing

@testable import BuiltInConnectors

@Suite(.timeLimit(.minutes(2)))
struct HTTPFileTests {
    /// Runs `body` with a trial whose client may call loopback, and takes answers of 1 KiB in memory.
    private func run(
        downloadBytes: Int = 64 << 20, script: @escaping RawServer.Script,
        body: (Trial, _ url: String, RawServer) async throws -> Void
    ) async throws {
        var permissions = NetworkPermissions()
        permissions.privateAddresses = true
        var limits = OutboundLimits()
        (limits.answerBytes, limits.downloadBytes) = (1024, downloadBytes)
        var trial = try Trial()
        let client = OutboundClient(
            policy: NetworkPolicy(permissions: permissions, limits: limits, folder: trial.workspace.root),
            logger: trial.log.logger)
        trial.http = client
        let ready = trial
        do {
            try await RawServer.run(script: script) { server in
                try await body(ready, "http://127.0.0.1:\(server.port)/", server)
            }
        } catch {
            await client.shutdown()
            throw error
        }
        await client.shutdown()
    }

    /// 3 MB that don't compress well.
    private static let large: String = {
        var state: UInt64 = 1
        return String(
            decoding: (0..<3_000_000).map { _ -> UInt8 in
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return UInt8(0x61 + (state >> 60))
            }, as: UTF8.self)
    }()

    @Test(arguments: ["plain", "chunked", "gzip"])
    func `a large answer goes to its file`(form: String) async throws {
        try await run { _ in
            switch form {
            case "plain": return [.send(Answer.ok(Self.large, "X-One: 1\r\n"))]
            case "chunked":
                return [
                    .send(Answer.head("Transfer-Encoding: chunked\r\nX-One: 1\r\n")),
                    .send(String(Self.large.utf8.count, radix: 16) + "\r\n" + Self.large + "\r\n0\r\n\r\n"),
                ]
            default:
                let packed = Compression.gzip(Self.large)
                return [
                    .send(Answer.head("Content-Length: \(packed.count)\r\nContent-Encoding: gzip\r\nX-One: 1\r\n")),
                    .bytes(packed),
                ]
            }
        } body: { (trial, url, _) async throws -> Void in
            try trial.workspace.write("in/report.csv", "old")
            let output = try await trial.call("http.get", ["url": .string(url), "save_to": "in/report.csv"])
            #expect(output["status"] == 200)
            #expect(output["body"] == .null)
            #expect(output["file"] == "in/report.csv")
            #expect(output["size_bytes"] == .integer(Self.large.utf8.count))
            #expect(output["headers"]?["x-one"] == "1")
            #expect(try trial.workspace.text("in/report.csv") == Self.large)
            #expect(try trial.workspace.names(in: "in") == ["report.csv"])
        }
    }

    @Test(
        arguments: [
            ("cut short", "bad_answer", "cut short"), ("too large", "too_large", "limit download_bytes"),
            ("announced too large", "too_large", "limit download_bytes"),
            ("damaged gzip", "bad_answer", "compressed body"), ("gzip cut short", "bad_answer", "compressed body"),
            ("unknown coding", "bad_answer", "content coding"), ("bomb", "too_large", "larger than"),
        ])
    func `an answer that is not whole leaves no file and the old one as it was`(
        what: String, type: String, says: String
    ) async throws {
        try await run(downloadBytes: 100_000) { _ in
            let packed = Compression.gzip(String(repeating: "x", count: 50_000))
            switch what {
            case "cut short": return [.send(Answer.head("Content-Length: 5000\r\n") + "abc"), .close]
            case "too large":
                let chunk = String(repeating: "x", count: 0x10000)
                return [
                    .send(Answer.head("Transfer-Encoding: chunked\r\n") + "10000\r\n\(chunk)\r\n10000\r\n\(chunk)\r\n")
                ]
            case "announced too large": return [.send(Answer.head("Content-Length: 100001\r\n"))]
            case "damaged gzip":
                return [
                    .send(Answer.head("Content-Length: 10\r\nContent-Encoding: gzip\r\n")),
                    .bytes([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0xFF, 0xFF]),
                ]
            case "gzip cut short":
                return [
                    .send(Answer.head("Content-Length: \(packed.count - 4)\r\nContent-Encoding: gzip\r\n")),
                    .bytes(packed.dropLast(4)),
                ]
            case "bomb":
                let bomb = Compression.gzip([UInt8](repeating: 0, count: 4 << 20))
                return [
                    .send(Answer.head("Content-Length: \(bomb.count)\r\nContent-Encoding: gzip\r\n")), .bytes(bomb),
                ]
            default: return [.send(Answer.ok("abc", "Content-Encoding: br\r\n"))]
            }
        } body: { (trial, url, _) async throws -> Void in
            try trial.workspace.write("in/old.csv", "old")
            for file in ["in/old.csv", "in/new.csv"] {
                let error = try await trial.failure("http.get", ["url": .string(url), "save_to": .string(file)])
                #expect(error.type == type, "\(error.message)")
                #expect(error.message.contains(says), "\(error.message)")
            }
            #expect(try trial.workspace.names(in: "in") == ["old.csv"])
            #expect(try trial.workspace.text("in/old.csv") == "old")
        }
    }

    @Test func `a failure's answer is no file`() async throws {
        try await run { request in
            [.send("HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\nContent-Type: text/plain\r\n\r\nnope")]
        } body: { (trial, url, _) async throws -> Void in
            let input: JSON = ["url": .string(url), "save_to": "a.csv"]
            #expect(try await trial.failure("http.get", input).status == 404)
            let output = try await trial.call(
                "http.get", ["url": .string(url), "save_to": "a.csv", "ok_statuses": [404]])
            #expect(output["body"] == "nope")
            #expect(output["file"] == nil)
            #expect(try trial.workspace.names().isEmpty)
        }
    }

    @Test func `a file that must not be replaced is not, and nothing is sent`() async throws {
        try await run { _ in
            [.send(Answer.ok("new"))]
        } body: { (trial, url, server) async throws -> Void in
            try trial.workspace.write("a.csv", "old")
            let error = try await trial.failure(
                "http.get", ["url": .string(url), "save_to": "a.csv", "overwrite": false])
            #expect(error.type == "conflict")
            for path in ["../a.csv", "/etc/a.csv", ".galley/a"] {
                let refused = try await trial.failure("http.get", ["url": .string(url), "save_to": .string(path)])
                #expect(refused.type == "file")
            }
            let head = try await trial.failure(
                "http.request", ["method": "HEAD", "url": .string(url), "save_to": "b.csv"])
            #expect(head.type == "bad_input")
            #expect(try await trial.failure("http.get", ["url": .string(url), "overwrite": true]).type == "bad_input")
            #expect(server.requests.isEmpty)
            #expect(try trial.workspace.text("a.csv") == "old")
        }
    }

    @Test(
        arguments: [
            ("http.get", ["save_to": "a"], .idempotent), ("http.get", [:], .read),
            ("http.request", ["method": "GET", "save_to": "a"], .idempotent),
            ("http.request", ["method": "get"], .read), ("http.request", ["method": "POST", "save_to": "a"], .unsafe),
            ("http.post", ["save_to": "a"], .unsafe), ("http.request", ["method": "PUT"], .idempotent),
        ] as [(String, JSON, Effect)])
    func `saving a file is no mere reading`(use: String, input: JSON, effect: Effect) throws {
        let parts = use.split(separator: ".").map(String.init)
        let spec = try #require(NativeConnector.http.spec.action(parts[1]))
        #expect(spec.effect(of: input) == effect)
    }

    @Test func `a file is sent as it is, also after a redirect`() async throws {
        try await run { request in
            request.target == "/" ? [.send(Answer.redirect(307, to: "/there"))] : [.send(Answer.ok("{}"))]
        } body: { (trial, url, server) async throws -> Void in
            try trial.workspace.write("out/big.csv", Self.large)
            _ = try await trial.call("http.put", ["url": .string(url), "body_file": "out/big.csv"])
            #expect(server.requests.map(\.method) == ["PUT", "PUT"])
            for request in server.requests {
                #expect(request.header("content-length") == "\(Self.large.utf8.count)")
                #expect(request.header("content-type") == "text/csv")
                #expect(request.body == Self.large)
            }
            try trial.workspace.write("out/none", "")
            _ = try await trial.call(
                "http.post", ["url": .string(url + "x"), "body_file": "out/none", "content_type": "text/x"])
            #expect(server.requests.last?.header("content-length") == "0")
            #expect(server.requests.last?.header("content-type") == "text/x")
        }
    }

    @Test func `a file that is not there is known before anything is sent`() async throws {
        try await run { _ in
            [.send(Answer.ok("{}"))]
        } body: { (trial, url, server) async throws -> Void in
            let url = JSON.string(url)
            #expect(try await trial.failure("http.post", ["url": url, "body_file": "none.csv"]).type == "not_found")
            #expect(try await trial.failure("http.post", ["url": url, "body_file": "../x"]).type == "file")
            let both: JSON = ["url": url, "body_file": "a", "text": "b"]
            #expect(try await trial.failure("http.post", both).type == "bad_input")
            #expect(server.requests.isEmpty)
        }
    }
}
