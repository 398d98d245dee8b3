// galley connections: a connection is added from flags, listed, and removed when nothing uses it.

import Foundation
import JSONCore
import Testing

struct ConnectionsTests {
    @Test func `connectors that come with the program are there in a new workspace, and its own go first`() async throws
    {
        let place = try await CommandPlace()
        #expect(try await place.galley("connectors", "list").expect(0).data.contains("\nslack "))
        let shown = try await place.galley("connectors", "show", "slack").expect(0).data
        #expect(shown.contains("Slack"))
        try place.write(
            "Connectors/slack/connector.json",
            #"{"galley_connector": 1, "name": "slack", "title": "Our own chat", "connection": {"base_url": "http://127.0.0.1"}, "actions": {}}"#
        )
        #expect(try await place.galley("connectors", "show", "slack").expect(0).data.contains("Our own chat"))
    }

    @Test func `a connection is written from flags, and its secrets are only named`() async throws {
        let place = try await CommandPlace()
        let added = try await place.galley(
            "connections", "add", "shop", "--connector", "http", "--set", "base_url=https://api.example",
            "--auth", "type=bearer", "--secret", "token=SHOP_TOKEN"
        ).expect(0)
        #expect(added.messages.contains("wrote Connections/shop.json"))
        #expect(added.messages.contains("galley secrets set SHOP_TOKEN"))
        let file = try JSON(parsing: Array(place.text("Connections/shop.json").utf8))
        let wanted: JSON = [
            "connector": "http", "settings": ["base_url": "https://api.example"],
            "auth": ["type": "bearer", "token": ["secret": "SHOP_TOKEN"]],
        ]
        #expect(file == wanted)
        let again = try await place.galley("connections", "add", "shop", "--connector", "http", "--set", "base_url=x")
            .expect(65)
        #expect(again.messages.contains("Connections/shop.json is there already"))
    }

    @Test(arguments: [
        (["shop", "--connector", "htp"], 66, "did you mean \"http\""),
        (["shop", "--connector", "http", "--set", "base_ulr=x"], 65, "base_ulr"),
        (["../shop", "--connector", "http"], 65, "can't be the name of a connection"),
        (["shop"], 64, "--connector"),
        (["shop", "--connector", "http", "--set", "base_url"], 64, "KEY=VALUE"),
    ]) func `a connection with mistakes is not written`(flags: [String], code: Int, says: String) async throws {
        let place = try await CommandPlace()
        let before = try FileManager.default.subpathsOfDirectory(atPath: place.folder.path).count
        let ended = try await GalleyProcess(["connections", "add"] + flags, in: place).end().expect(Int32(code))
        #expect(ended.messages.contains(says), "\(ended)")
        #expect(try FileManager.default.subpathsOfDirectory(atPath: place.folder.path).count == before)
    }

    @Test func `a connection that a recipe uses is removed only by force`() async throws {
        let recipe = #"""
            {"galley": 1, "trigger": {"use": "manual"}, "connections": {"http": "shop"},
             "steps": [{"id": "page", "use": "http.get", "input": {"url": "/"}}]}
            """#
        let place = try await CommandPlace(["page": recipe])
        try await place.galley(
            "connections", "add", "shop", "--connector", "http", "--set", "base_url=https://api.example"
        ).expect(0)
        let refused = try await place.galley("connections", "remove", "shop").expect(65)
        #expect(refused.messages.contains("used by page"))
        try await place.galley("connections", "remove", "shop", "--force").expect(0)
        try await place.galley("connections", "remove", "shop").expect(66)
    }

    @Test func `a connection whose system is down is told as such, by the server that does not call it`() async throws {
        let place = try await CommandPlace([
            "ask": """
            { "galley": 1, "trigger": { "use": "manual" }, "connections": { "sys": "sys" },
              "steps": [ { "use": "sys.get", "retry": { "times": 0 } } ] }
            """
        ])
        try place.write(
            "Connectors/dead/connector.json",
            """
            { "galley_connector": 1, "name": "dead", "title": "Dead",
              "connection": { "base_url": "http://127.0.0.1:\(try LocalProgram.freePort())", "auth": { "type": "none" },
                "limits": { "breaker": { "failures": 2, "wait": "5m" } } },
              "actions": { "get": { "title": "Get", "effect": "read", "request": { "path": "/" } } } }
            """)
        try place.write("Connections/sys.json", #"{ "connector": "dead", "network": { "private_addresses": true } }"#)
        let server = try place.start("serve", "--port", "0", "--no-login")
        try await server.wait { $0.contains("galley serves") }
        #expect(try await place.galley("connections", "list", "--json").json[0]?["held_back"] == .null)
        for _ in 0..<2 { try await place.galley("run", "ask", "--input", "{}").expect(1) }
        let list = try await place.galley("connections", "list").expect(0)
        #expect(list.data.contains("complete; down, not called for ") && list.data.contains("nothing listens"))
        #expect(try await place.galley("connections", "--json").json[0]?["held_back"]?["why"] == "down")
        server.send(SIGTERM)
        try await server.end().expect(0)
        // Another process has not called it yet.
        #expect(try await place.galley("connections", "list", "--json").json[0]?["held_back"] == .null)
    }

    @Test func `tables are listed for people and for programs`() async throws {
        let place = try await CommandPlace()
        try place.write("Tables/territories.csv", "country,owner\nNO,kari\n")
        let list = try await place.galley("tables", "list").expect(0)
        #expect(list.data.contains("territories") && list.data.contains("country, owner"))
        let json = try await place.galley("tables", "list", "--json").expect(0)
        let entry: JSON = [
            "name": "territories", "columns": ["country", "owner"], "rows_from": "file", "changed": nil,
            "file_edited": false, "format": "csv",
        ]
        #expect(try json.json == [entry])
    }
}
