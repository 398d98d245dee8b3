// Live pages: what their script listens for is what the server's streams say, and a break in between loses nothing.

import Engine
import Foundation
import JSONCore
import JobHistory
import Testing

@testable import GalleyServer

@Suite(.serialized) struct LiveUpdateTests {
    /// A frame of an event stream, as a browser reads it (WHATWG HTML §9.2.6).
    private struct Frame {
        var id: String?
        var event = "message"
        var data = ""

        static func all(in body: String) -> [Frame] {
            // The answer comes in chunks: their sizes stand on lines of their own, which no field looks like.
            body.replacing("\r\n", with: "\n").components(separatedBy: "\n\n").compactMap { block in
                var (frame, isFrame) = (Frame(), false)
                for line in block.split(separator: "\n") {
                    if line.hasPrefix("id: ") { frame.id = String(line.dropFirst(4)) }
                    if line.hasPrefix("event: ") { (frame.event, isFrame) = (String(line.dropFirst(7)), true) }
                    if line.hasPrefix("data: ") { frame.data += line.dropFirst(6) }
                }
                return isFrame ? frame : nil
            }
        }

        var json: JSON { (try? JSON(parsing: Array(data.utf8))) ?? .null }
    }

    /// The events that the pages' script listens for.
    private static var heard: Set<String> {
        let list = Assets.script.firstMatch(of: /for \(const name of \[(.*?)\]\) events\.addEventListener/)
        let names = (list?.1 ?? "").split(separator: ",").map {
            $0.trimmingCharacters(in: CharacterSet(charactersIn: " \""))
        }
        return Set(names).union(Assets.script.contains("events.onmessage") ? ["message"] : [])
    }

    /// Where a page's script listens; nil when the page is not live.
    private static func stream(of page: String, _ bed: ServerBed) async throws -> String? {
        let body = try await bed.get(page).body
        return body.firstMatch(of: /<body[^>]* data-live="([^"]+)"/).map { String($0.1) }
    }

    private static let recipe = """
        {"galley": 1, "trigger": {"id": "got", "use": "manual"},
         "steps": [{"id": "first", "set": {"x": 1}}, {"wait": "1h"}, {"id": "last", "set": {"y": 2}}]}
        """
    private static let hook = ServerBed.hook(#""path": "in""#)

    @Test func `the home page hears of every job, also of those during a break`() async throws {
        try await ServerBed.use(["in": Self.hook], configure: { $0.isOpen = true }) { bed in
            #expect(Self.heard == ["message", "job", "step", "reset"])
            let stream = try #require(try await Self.stream(of: "/", bed))
            let (epoch, event) = (bed.engine.news.epoch, #"{"n": 1}"#)
            _ = try await bed.post("/hooks/in", event)
            let first = try await bed.read(stream, headers: ["Last-Event-ID: \(epoch)-0"]) {
                $0.contains(#""state":"succeeded""#)
            }
            let frames = Frame.all(in: first.body)
            #expect(!frames.isEmpty && frames.allSatisfy { Self.heard.contains($0.event) })
            let seen = try #require(frames.last { $0.json["state"] == "succeeded" })
            #expect(seen.event == "job" && seen.json["job"] == 1 && seen.json["recipe"] == "in")
            // The connection is gone; a job comes and goes meanwhile.
            _ = try await bed.post("/hooks/in", event)
            _ = try await bed.engine.end(of: 2)
            let id = try #require(seen.id)
            let second = try await bed.read(stream, headers: ["Last-Event-ID: \(id)"]) {
                $0.contains(#""job":2,"recipe":"in","state":"succeeded""#)
            }
            let missed = Frame.all(in: second.body)
            #expect(missed.allSatisfy { $0.json["job"] == 2 && $0.event == "job" }, "nothing twice, no reset")
            // A server that was started anew knows nothing of the old numbers, and says so.
            let other = try await bed.read(stream, headers: ["Last-Event-ID: \(epoch + 1)-3"]) { $0.contains("reset") }
            #expect(Frame.all(in: other.body).first?.event == "reset")
            #expect(Self.heard.contains("reset"))
        }
    }

    @Test func `a job's page hears of its steps and states until it has ended, over breaks and waits`() async throws {
        try await ServerBed.use(["wait": Self.recipe], configure: { $0.isOpen = true }) { bed in
            let job = try await bed.engine.enqueue("wait", event: [:])
            #expect(try await bed.engine.end(of: job).state == .waiting)
            let stream = try #require(try await Self.stream(of: "/jobs/\(job)", bed))
            let first = try await bed.read(stream, headers: []) { $0.contains(#""state":"waiting","origin""#) }
            let frames = Frame.all(in: first.body)
            #expect(frames.map(\.event) == ["step", "step", "job"])
            #expect(frames.allSatisfy { Self.heard.contains($0.event) })
            #expect(frames.first?.json["address"] == "first" && frames.first?.json["input"] == nil)
            let seen = try #require(frames.last?.id)
            // Come back while it waits: nothing is new, and the stream stays open until there is something.
            async let rest = bed.read(stream, headers: ["Last-Event-ID: \(seen)"]) {
                $0.contains(#""state":"succeeded","origin""#)
            }
            bed.clock.advance(3_600_000)
            _ = try await bed.engine.resume(job)
            let later = Frame.all(in: try await rest.body)
            #expect(!later.contains { $0.json["address"] == "first" }, "what was seen does not come again")
            #expect(later.contains { $0.event == "step" && $0.json["address"] == "last" })
            #expect(later.last?.event == "job" && later.last?.json["state"] == "succeeded")
            // The page of a job that has ended listens no more.
            #expect(try await Self.stream(of: "/jobs/\(job)", bed) == nil)
            let ended = Frame.all(
                in: try await bed.get(stream, headers: ["Last-Event-ID: \(later.last?.id ?? "")"]).body)
            #expect(ended.isEmpty)
            let strange = Frame.all(in: try await bed.get(stream, headers: ["Last-Event-ID: 99-x"]).body)
            #expect(strange.first?.event == "reset" && strange.last?.event == "job")
        }
    }
}
