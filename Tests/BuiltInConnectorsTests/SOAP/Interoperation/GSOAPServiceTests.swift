// Calls to gSOAP: values that refer to each other (rpc/encoded), and files beside the envelope (MTOM), both ways.

import ConnectorKit
import JSONCore
import RecipeLanguage
import Testing

@Suite(.foreignServer(.gsoap))
struct GSOAPServiceTests {
    private func files(change: (inout JSONObject) -> Void = { _ in }) async throws -> ForeignService {
        try await ForeignService("files", calling: "files", change: change)
    }

    private static func turnOnParts(_ connector: inout JSONObject) {
        var soap = connector["soap"]?.object ?? [:]
        soap["mtom"] = true
        connector["soap"] = .object(soap)
    }

    @Test func `rpc/encoded: trees, arrays and values that are referred to`() async throws {
        let service = try await ForeignService("graph", calling: "graph")
        let node: JSON = [
            "name": "a", "kind": "BRANCH", "left": ["name": "b", "kind": "LEAF"],
            "right": ["name": "c", "kind": "BRANCH", "left": ["name": "d", "kind": "LEAF"]],
        ]
        let answers = try await service.compare([
            ForeignCall("turn", ["node": node]), ForeignCall("scale", ["numbers": [1, .written("2.5")], "by": 2]),
            ForeignCall("scale", ["numbers": [], "by": 2]), ForeignCall("pair", ["name": "x", "age": 4]),
        ])
        let leaf: JSON = ["name": "leaf", "kind": "LEAF"]
        let branch: JSON = ["name": "branch", "kind": "BRANCH", "left": leaf, "right": leaf]
        let person: JSON = ["name": "x", "age": 4]
        #expect(
            answers[3] == ["value": ["first": person, "second": person, "nodes": [branch, leaf, branch]]],
            "\(answers[3].compact)")
    }

    /// Not compared: zeep sends nothing for a part that is null, and runs out of its stack for the ring.
    @Test func `rpc/encoded: a fault, and a value that holds itself`() async throws {
        let service = try await ForeignService("graph", calling: "graph")
        let fault = try await service.answer(ForeignCall("turn", ["node": nil]))
        #expect(fault["fault"]?["string"] == "there is no tree", "\(fault.compact)")
        #expect(fault["fault"]?["detail"] == ["reason": "empty"], "\(fault.compact)")
        let ring = try await service.answer(ForeignCall("ring", ["name": "r"]))
        #expect(ring["error"]?.string?.contains("holds itself") == true, "\(ring.compact)")
    }

    @Test func `files come beside the envelope`() async throws {
        try await files().compare([ForeignCall("reverse", ["name": "a", "file": "AQIDBA=="])])
    }

    /// Not compared: zeep sends files inside the envelope only.
    @Test func `files go and come beside the envelope`() async throws {
        let service = try await files(change: Self.turnOnParts)
        // Line ends and things that look like the end of a part, too.
        let bytes =
            Array(0...255) + Array("\r\n--galley-part-1--\r\n\0\r\n".utf8) + [UInt8](repeating: 13, count: 70_000)
        let sent = Base64Text.encode(bytes)
        let answer = try await service.output(ForeignCall("reverse", ["name": "a", "file": .string(sent)]))
        #expect(answer["size"] == .integer(bytes.count))
        #expect(answer["copy"] == .string(sent))
        #expect(answer["file"] == .string(Base64Text.encode(bytes.reversed())))
        // A type whose content is the reference itself, with the type of its content.
        let scan: JSON = ["content!": "AQID", "@contentType": "image/png"]
        let scanned = try await service.output(ForeignCall("scan", ["scan": scan]))
        #expect(scanned == ["scan": scan], "\(scanned.compact)")
    }
}
