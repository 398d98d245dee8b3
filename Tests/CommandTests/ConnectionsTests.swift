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

    @Test func `tables are listed for people and for programs`() async throws {
        let place = try await CommandPlace()
        try place.write("Tables/territories.csv", "country,owner\nNO,kari\n")
        let list = try await place.galley("tables", "list").expect(0)
        #expect(list.data.contains("territories") && list.data.contains("country, owner"))
        let json = try await place.galley("tables", "list", "--json").expect(0)
        let entry: JSON = [
            "name": "territories", "columns": ["country", "owner"], "rows_from": "file", "changed": nil,
            "file_edited": false,
        ]
        #expect(try json.json == [entry])
    }
}
