// `file` on a real folder.

import ConnectorKit
import Foundation
import JSONCore
import Testing

struct FileConnectorTests {
    @Test func `writes, reads, lists, moves and deletes`() async throws {
        let trial = try Trial()
        let written = try await trial.call("file.write", ["path": "a/b/hello.txt", "text": "Grüße"])
        #expect(written == ["path": "a/b/hello.txt", "size": 7])
        #expect(try await trial.call("file.read", ["path": "a/b/hello.txt"]) == ["text": "Grüße", "size": 7])
        #expect(
            try await trial.call("file.read", ["path": "a/b/hello.txt", "as": "base64"])
                == ["base64": "R3LDvMOfZQ==", "size": 7])
        _ = try await trial.call("file.append", ["path": "a/b/hello.txt", "base64": "IQ=="])
        #expect(try trial.workspace.text("a/b/hello.txt") == "Grüße!")

        let list = try await trial.call("file.list", ["path": "a", "recursive": true])
        #expect(list["files"]?.array?.compactMap { $0["path"]?.string } == ["a/b", "a/b/hello.txt"])
        #expect(list["files"]?[1]?["size"] == 8)
        #expect(list["more"] == false)

        _ = try await trial.call("file.move", ["from": "a/b/hello.txt", "to": "c/hi.txt"])
        #expect(try await trial.call("file.exists", ["path": "a/b/hello.txt"])["exists"] == false)
        #expect(
            try await trial.call("file.exists", ["path": "c/hi.txt"]) == ["exists": true, "kind": "file", "size": 8])
        #expect(try await trial.call("file.delete", ["path": "c/hi.txt"]) == ["deleted": true])
        #expect(try await trial.call("file.delete", ["path": "c/hi.txt"]) == ["deleted": false])
        #expect(try await trial.call("file.delete", ["path": "c"]) == ["deleted": true])
    }

    @Test func `replaces a file in one move, keeps its rights and leaves nothing behind`() async throws {
        let trial = try Trial()
        try trial.workspace.write("x.txt", "old")
        let path = trial.workspace.root + "/x.txt"
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        _ = try await trial.call("file.write", ["path": "x.txt", "text": "new"])
        #expect(try trial.workspace.text("x.txt") == "new")
        let rights = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? NSNumber
        #expect(rights?.intValue == 0o600)
        let error = try await trial.failure("file.write", ["path": "x.txt", "text": "newer", "overwrite": false])
        #expect(error.type == "conflict")
        #expect(try trial.workspace.text("x.txt") == "new")
        #expect(try trial.workspace.names() == ["x.txt"])
    }

    @Test(
        arguments: [
            ("file.read", ["path": "none"], "not_found", "there is no \"none\" in the workspace"),
            ("file.read", ["path": "../../etc/passwd"], "file", "leads out of the workspace"),
            ("file.read", ["path": "/etc/passwd"], "file", "leads out of the workspace"),
            ("file.read", ["path": "folder"], "file", "is no file"),
            ("file.read", ["path": "link"], "file", "is a link"),
            ("file.read", ["path": "pipe"], "file", "is no file"),
            ("file.read", ["path": "big", "limit": 3], "too_large", "has more than the 3 bytes"),
            ("file.read", ["path": "bytes"], "file", "is not UTF-8 text"),
            ("file.read", ["path": ""], "bad_input", "\"path\" must not be empty"),
            ("file.write", ["path": "x"], "bad_input", "give either \"text\" or \"base64\""),
            (
                "file.write", ["path": "x", "text": "a", "base64": "YQ=="], "bad_input",
                "give either \"text\" or \"base64\""
            ),
            ("file.write", ["path": "x", "base64": "%"], "bad_input", "\"base64\" is not base64"),
            ("file.write", ["path": "big/x", "text": "a"], "file", "part of the path is a file"),
            ("file.move", ["from": "big", "to": "bytes"], "conflict", "\"bytes\" is there already"),
            ("file.move", ["from": "none", "to": "y"], "not_found", "there is no \"none\""),
            ("file.delete", ["path": "folder"], "file", "the folder is not empty"),
            ("file.list", ["path": "none"], "not_found", "there is no \"none\""),
        ] as [(String, JSON, String, String)])
    func `says what is wrong`(use: String, input: JSON, type: String, says: String) async throws {
        let trial = try Trial()
        try trial.workspace.write("folder/x", "")
        try trial.workspace.write("big", "1234")
        try trial.workspace.write("bytes", [0xFF])
        try FileManager.default.createSymbolicLink(
            atPath: trial.workspace.root + "/link", withDestinationPath: "/etc/hostname")
        mkfifo(trial.workspace.root + "/pipe", 0o600)
        let error = try await trial.failure(use, input)
        #expect(error.type == type)
        #expect(error.message.contains(says), "\(error.message)")
    }

    @Test func `lists with an ending and a limit, without links and hidden data`() async throws {
        let trial = try Trial()
        for name in ["b.csv", "a.csv", "c.txt"] { try trial.workspace.write("in/\(name)", name) }
        try FileManager.default.createSymbolicLink(
            atPath: trial.workspace.root + "/in/d.csv", withDestinationPath: "/etc/hostname")
        let all = try await trial.call("file.list", ["path": "in", "suffix": ".csv"])
        #expect(all["files"]?.array?.compactMap { $0["name"]?.string } == ["a.csv", "b.csv"])
        let one = try await trial.call("file.list", ["path": "in", "limit": 1])
        #expect(one["count"] == 1)
        #expect(one["more"] == true)
    }

    @Test func `additions made at once are all there`() async throws {
        let trial = try Trial()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<20 {
                group.addTask {
                    _ = try await trial.call("file.append", ["path": "log", "text": .string("line \(number)\n")])
                }
            }
            try await group.waitForAll()
        }
        let lines = try trial.workspace.text("log").split(separator: "\n")
        #expect(Set(lines) == Set((0..<20).map { "line \($0)" }))
        #expect(lines.count == 20)
    }
}
