// What galley serve prints, and the browser that it opens.

import Foundation
import JSONCore
import Testing

@testable import galley

struct ServeOutputTests {
    private static let broken =
        #"{ "galley": 1, "trigger": { "use": "manual" }, "steps": [ { "use": "nothing.here" } ] }"#

    /// Puts a program called xdg-open into a folder of the workspace; it writes its arguments to a file.
    private func desktop(_ place: CommandPlace, code: Int = 0) throws -> [String: String] {
        try place.write(
            "bin/xdg-open",
            "#!/bin/sh\nfor word in \"$@\"; do echo \"$word\" >> \"\(place.folder.path)/opened\"; done\nexit \(code)\n")
        let program = place.folder.path + "/bin/xdg-open"
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program)
        return ["PATH": place.folder.path + "/bin", "DISPLAY": ":0"]
    }

    private func serve(
        _ place: CommandPlace, _ options: String..., environment: [String: String], until text: String
    ) async throws -> Ended {
        let server = try GalleyProcess(["serve", "--port", "0"] + options, in: place, environment: environment)
        try await server.wait { $0.contains(text) }
        server.send(SIGTERM)
        return try await server.end().expect(0)
    }

    @Test func `the first start opens the setup page, and no other user sees its secret`() async throws {
        let place = try await CommandPlace()
        let server = try GalleyProcess(
            ["serve", "--port", "0", "--open"], in: place, environment: try desktop(place))
        try await eventually("the browser was asked: \(server.messages)") {
            (try? place.text("opened"))?.hasSuffix("\n") == true
        }
        let opened = try place.text("opened").trimmingCharacters(in: .whitespacesAndNewlines)
        let page = try #require(URL(string: opened))
        #expect(page.isFileURL && !opened.contains("token"))
        let link = try #require(server.messages.split { " \n".contains($0) }.first { $0.contains("/setup?token=") })
        #expect(try String(contentsOf: page, encoding: .utf8).contains("url=\(link)\""))
        let mode = try FileManager.default.attributesOfItem(atPath: page.path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        server.send(SIGTERM)
        try await server.end().expect(0)
        #expect(!FileManager.default.fileExists(atPath: page.path), "it is gone with the server")
    }

    @Test func `where there is nothing to set up the dashboard itself is opened`() async throws {
        let place = try await CommandPlace()
        let server = try GalleyProcess(
            ["serve", "--port", "0", "--open", "--no-login"], in: place, environment: try desktop(place))
        try await eventually("the browser was asked: \(server.messages)") {
            (try? place.text("opened"))?.hasSuffix("\n") == true
        }
        #expect(try Regex("http://127.0.0.1:[0-9]+/\n").wholeMatch(in: place.text("opened")) != nil)
        server.send(SIGTERM)
        try await server.end().expect(0)
    }

    @Test func `without a desktop it says why, and serves`() async throws {
        let place = try await CommandPlace()
        let nothing = try await serve(place, "--open", environment: ["DISPLAY": ""], until: "no browser was opened")
        #expect(
            nothing.messages.contains("there is no desktop here (neither DISPLAY nor WAYLAND_DISPLAY is set); open the")
        )
        let missing = try await serve(
            place, "--open", environment: ["PATH": place.root.path, "WAYLAND_DISPLAY": "wayland-0"],
            until: "no browser was opened")
        #expect(missing.messages.contains("xdg-open is not installed"))
        let failing = try await serve(
            place, "--open", environment: try desktop(place, code: 3), until: "no browser was opened")
        #expect(failing.messages.contains("xdg-open ended with code 3"))
    }

    @Test func `with json every line of stderr is an object, from the first to the last`() async throws {
        let place = try await CommandPlace(["broken": Self.broken, "hello": TrialRecipes.hello])
        let ended = try await serve(place, "--log-format", "json", environment: [:], until: "galley serves")
        let lines = try ended.messages.split(separator: "\n").map { try JSON(parsing: Array($0.utf8)) }
        for line in lines {
            for name in ["time", "level", "message"] {
                #expect(line[name]?.string?.isEmpty == false, "\(line.compact)")
            }
        }
        let loaded = try #require(lines.first { $0["message"] == "recipe loaded" })
        #expect(loaded["recipe"] == "hello" && loaded["level"] == "info" && loaded["version"] == "1")
        #expect(lines.contains { $0["level"] == "warning" && $0["recipe"] == "broken" })
        #expect(lines.contains { $0["message"]?.string?.hasPrefix("galley serves") == true })
        #expect(lines.contains { $0["message"]?.string?.hasPrefix("stopping") == true })
        let refused = try await place.galley(
            "serve", "--log-format", "json", "--tls-certificate", "a", "--tls-key", "b"
        ).expect(65)
        #expect(try JSON(parsing: Array(refused.messages.utf8))["level"] == "error")
        try await place.galley("serve", "--log-format", "xml").expect(64)
    }

    @Test(arguments: [
        (
            LogFormat.text,
            "2025-11-24T16:00:00.250Z warning it␊broke a=1 b=\"two words\" c=\"\" d=\"say \\\"x\\\"\" level=high"
        ),
        (
            .json,
            #"{"time":"2025-11-24T16:00:00.250Z","level":"warning","message":"it\nbroke","a":"1","b":"two words","c":"","d":"say \"x\"","field_level":"high"}"#
        ),
    ])
    func `nothing in a line begins another one, or stands for a field that is not its own`(
        format: LogFormat, line: String
    ) {
        let fields = [("a", "1"), ("b", "two words"), ("c", ""), ("d", "say \"x\""), ("level", "high")]
        #expect(
            LogLines.line(
                format, at: Date(timeIntervalSince1970: 1_764_000_000.25), .warning, "it\nbroke",
                fields.map { (name: $0.0, value: $0.1) }) == line)
    }
}
