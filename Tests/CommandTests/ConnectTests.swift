// Connections that sign in by OAuth 2.0, through the built program: the browser's way, jobs, and no secret in anything kept or shown.

import Foundation
import FoundationNetworking
import JSONCore
import Testing

struct ConnectTests {
    private static let recipe = #"""
        {"galley": 1, "trigger": {"use": "manual"}, "connections": {"sys": "shop"},
         "steps": [
           {"parallel": {
             "one": [{"id": "a", "use": "sys.read"}], "two": [{"id": "b", "use": "sys.read"}],
             "three": [{"id": "c", "use": "sys.make", "input": {"n": 1}}]}},
           {"return": {"got": "{{ a.ok }}"}}]}
        """#

    private static func connector(_ address: String, _ grant: String) -> String {
        #"""
        {"galley_connector": 1, "name": "sys", "title": "System",
         "connection": {
           "auth": {"type": "oauth2", "grant": "\#(grant)", "token_url": "\#(address)/token"\#(
            grant == "authorization_code" ? ", \"authorize_url\": \"\(address)/authorize\"" : "")},
           "base_url": "\#(address)/api", "test": {"path": "/me"}},
         "actions": {
           "read": {"title": "Read", "effect": "read", "request": {"path": "/thing"}},
           "make": {"title": "Make", "effect": "unsafe", "input": {"type": "object", "properties": {"n": {"type": "integer"}}},
                    "request": {"method": "POST", "path": "/thing", "json": "{{ input }}"}}}}
        """#
    }

    private static func place(_ address: String, _ grant: String, more: String = "") async throws -> CommandPlace {
        let place = try await CommandPlace(["page": recipe])
        try place.write("Connectors/sys/connector.json", connector(address, grant))
        try place.write(
            "Connections/shop.json",
            #"""
            {"connector": "sys", "network": {"private_addresses": true},
             "auth": {"client_id": "\#(OAuthServer.clientID)", "client_secret": {"secret": "SHOP_SECRET"}\#(more)}}
            """#)
        try await place.galley("secrets", "set", "SHOP_SECRET", input: OAuthServer.clientSecret + "\n").expect(0)
        return place
    }

    @Test func `processes that find the token over at once renew it once`() async throws {
        let server = OAuthServer()
        try await server.run { address in
            let place = try await Self.place(
                address, "refresh_token", more: #", "refresh_token": "first+refresh/token==""#)
            // Nobody has a token yet, then all have one that is over: each time, one of them gets another for all.
            for round in 1...2 {
                try await withThrowingTaskGroup(of: Ended.self) { group in
                    for _ in 0..<5 {
                        group.addTask { try await place.galley("connections", "test", "shop") }
                    }
                    for try await ended in group { ended.expect(0) }
                }
                #expect(server.grants == Array(repeating: "refresh_token", count: round))
                server.endAccess()
            }
        }
    }

    @Test func `a person signs in in the browser, and jobs go on with it`() async throws {
        let server = OAuthServer()
        try await server.run { address in
            let place = try await Self.place(address, "authorization_code")
            let before = try await place.galley("connections", "list").expect(0)
            #expect(
                before.data.contains("nobody has signed in") && before.data.contains("galley connections connect shop"))
            let refused = try await place.galley("connections", "test", "shop")
            #expect(refused.code != 0 && refused.messages.contains("nobody has signed in"))
            let connecting = try place.start("connections", "connect", "shop", "--port", "0", "--no-browser")
            let page = try await Self.line(of: connecting) { $0.hasPrefix(address + "/authorize?") }
            // The other side sends the browser back to the command.
            let (data, response) = try await URLSession.shared.data(from: #require(URL(string: page)))
            #expect((response as? HTTPURLResponse)?.statusCode == 200)
            #expect(String(decoding: data, as: UTF8.self).contains("Go back to the terminal"))
            let ended = try await connecting.end().expect(0)
            #expect(ended.messages.contains("shop is signed in"))
            try await place.galley("connections", "test", "shop").expect(0)
            let after = try await place.galley("connections", "list").expect(0)
            #expect(after.data.contains("complete"))
            server.endAccess()
            let ran = try await place.galley("run", "page").expect(0)
            #expect(try ran.json["got"] == true)
            #expect(server.grants.filter { $0 == "refresh_token" }.count == 1)
            try Self.expectNoSecret(in: place, server)
        }
    }

    @Test func `a withdrawn sign-in is told everywhere, with the way to mend it`() async throws {
        let server = OAuthServer()
        try await server.run { address in
            let place = try await Self.place(
                address, "refresh_token", more: #", "refresh_token": {"secret": "SHOP_REFRESH"}"#)
            try await place.galley("secrets", "set", "SHOP_REFRESH", input: "first+refresh/token==\n").expect(0)
            try await place.galley("run", "page").expect(0)
            #expect(server.grants.count == 1, "three steps at once need one token")
            server.withdraw()
            let failed = try await place.galley("run", "page").expect(1)
            #expect(failed.messages.contains("the connection \"shop\" is broken"), "\(failed)")
            #expect(failed.messages.contains("invalid_grant"))
            let list = try await place.galley("connections", "list").expect(0)
            #expect(list.data.contains("invalid_grant (it is over)"))
            let tested = try await place.galley("connections", "test", "shop")
            #expect(tested.code != 0 && tested.messages.contains("invalid_grant"))
            // A new refresh token in the secret mends it.
            server.state.withLock { _ = $0.refresh.insert("second+refresh/token==") }
            try await place.galley("secrets", "set", "SHOP_REFRESH", input: "second+refresh/token==\n").expect(0)
            try await place.galley("run", "page").expect(0)
            try Self.expectNoSecret(in: place, server)
        }
    }

    @Test func `nothing that is kept or shown holds a secret`() async throws {
        let server = OAuthServer()
        try await server.run { address in
            let place = try await Self.place(address, "client_credentials")
            // The system answers with the token in its error.
            server.state.withLock { $0.refusesAll = true }
            var shown = ""
            for arguments in [
                ["run", "page"], ["jobs", "list", "--json"], ["jobs", "show", "1"], ["jobs", "show", "1", "--json"],
                ["jobs", "export", "1"], ["connections", "list", "--json"], ["connections", "test", "shop"],
                ["secrets", "list", "--json"], ["connectors", "show", "sys", "--json"], ["doctor"],
            ] {
                let ended = try await GalleyProcess(arguments, in: place).end()
                shown += ended.data + ended.messages
            }
            #expect(shown.contains("is not good"), "the system's words are shown")
            try Self.expectNoSecret(in: place, server, shown)
        }
    }

    @Test func `a connector of OAuth 2.0 is added by flags, its secret only named`() async throws {
        let place = try await CommandPlace()
        try place.write("Connectors/sys/connector.json", Self.connector("https://a.example", "authorization_code"))
        let added = try await place.galley(
            "connections", "add", "shop", "--connector", "sys", "--auth", "client_id=me", "--secret",
            "client_secret=SHOP_SECRET"
        ).expect(0)
        #expect(added.messages.contains("galley secrets set SHOP_SECRET"))
        #expect(added.messages.contains("wrote Connections/shop.json"))
        let wrong = try await place.galley(
            "connections", "add", "other", "--connector", "sys", "--auth", "clientid=me"
        ).expect(65)
        #expect(wrong.messages.contains("no \"clientid\""))
        let plain = try await place.galley("connections", "connect", "nothing", "--port", "0").expect(66)
        #expect(plain.messages.contains("there is no connection nothing"))
    }

    /// Waits for a line that a running command prints for people.
    private static func line(of process: GalleyProcess, _ isWanted: (String) -> Bool) async throws -> String {
        for _ in 0..<1_500 {
            if let line = process.messages.split(separator: "\n").map({ String($0) }).first(where: isWanted) {
                return line
            }
            try await Task.sleep(for: .milliseconds(20))
        }
        throw CocoaError(.fileReadUnknown)
    }

    /// Looks through every file of the workspace but the sealed store, in every form that a secret takes on its way.
    private static func expectNoSecret(in place: CommandPlace, _ server: OAuthServer, _ shown: String = "") throws {
        let secrets = [OAuthServer.clientSecret, "/planted==", "refresh/token=="]
        var needles: [Data] = []
        for secret in secrets {
            let forms = [
                secret, secret.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "",
                secret.replacingOccurrences(of: "/", with: "\\/"),
            ]
            needles += forms.map { Data($0.utf8) }
        }
        // Base64 wherever it stands in a longer text.
        for shift in 0..<3 {
            let text = Data([UInt8](repeating: 0, count: shift) + Array(OAuthServer.clientSecret.utf8))
                .base64EncodedString()
            needles.append(Data(text.dropFirst(shift == 0 ? 0 : shift + 1).dropLast(4).utf8))
        }
        var texts = [(name: "what was shown", data: Data(shown.utf8))]
        for root in [place.folder, place.root.appendingPathComponent("runs")] {
            for name in try FileManager.default.subpathsOfDirectory(atPath: root.path) where !name.hasSuffix("/in") {
                guard let data = try? Data(contentsOf: root.appendingPathComponent(name)) else { continue }
                texts.append((name, data))
            }
        }
        for text in texts {
            for needle in needles where text.data.range(of: needle) != nil {
                Issue.record("\(text.name) holds a secret: \(String(decoding: needle, as: UTF8.self))")
            }
        }
    }
}
