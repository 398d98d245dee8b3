// Webhook subscriptions of a declarative connector under a real galley serve, killed and started again.

import Foundation
import JSONCore
import Testing

@Suite(.timeLimit(.minutes(5)))
struct SubscriptionCommandTests {
    private static func place(_ address: String) async throws -> CommandPlace {
        let place = try await CommandPlace([
            "news": """
            { "galley": 1, "trigger": { "id": "got", "use": "desk.changed" }, "connections": { "desk": "desk" },
              "steps": [ { "return": { "id": "{{ got.id }}" } } ] }
            """
        ])
        try place.write(
            "Connectors/desk/connector.json",
            """
            { "galley_connector": 1, "name": "desk", "title": "Desk",
              "connection": { "base_url": "\(address)", "auth": { "type": "none" } },
              "actions": {},
              "triggers": { "changed": { "title": "Changed", "webhook": {
                "subscribe": { "method": "POST", "path": "/hooks", "json": { "url": "{{ webhook_url }}", "secret": "{{ webhook_secret }}" } },
                "find": { "request": { "path": "/hooks" }, "found": "response.body.find { |hook| hook.url == webhook_url }" },
                "unsubscribe": { "method": "DELETE", "path": "/hooks/{{ subscription.id }}" },
                "verify": { "hmac": "sha256", "header": "X-Desk" },
                "events": "{{ body.events }}", "dedupe": "{{ item.id }}" } } } }
            """)
        try place.write(
            "Connections/desk.json", #"{ "connector": "desk", "network": { "private_addresses": true } }"#)
        return place
    }

    private static func serve(_ place: CommandPlace) async throws -> (GalleyProcess, String) {
        let process = try place.start("serve", "--port", "0", "--public-url", "https://galley.example.com/")
        try await process.wait { $0.contains("galley serves") }
        let url = try #require(process.messages.split(whereSeparator: \.isWhitespace).first { $0.hasPrefix("http://") })
        return (process, String(url))
    }

    private static func deliver(
        _ body: String, to hook: CallingServer.Hook, at server: String, secret: String? = nil, _ place: CommandPlace
    ) async throws -> String {
        let script = """
            import sys, urllib.request, urllib.error
            request = urllib.request.Request(sys.argv[1], sys.argv[2].encode(), {"Content-Type": "application/json", "X-Desk": sys.argv[3], "Host": "galley.example.com"})
            try: answer = urllib.request.urlopen(request)
            except urllib.error.HTTPError as error: answer = error
            print(answer.status, answer.read().decode())
            """
        let path = hook.url.replacingOccurrences(of: "https://galley.example.com", with: "")
        let arguments = ["-c", script, server + path, body, CallingServer.signature(body, secret ?? hook.secret)]
        let python = try GalleyProcess(
            arguments, in: place, program: URL(fileURLWithPath: "/usr/bin/python3"))
        return try await python.end().expect(0).data.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    private static func trigger(_ place: CommandPlace) async throws -> JSON {
        try await place.galley("triggers", "list", "--json").json.array?.first ?? .null
    }

    @Test func `one subscription over kills and restarts; its calls start jobs, and a stopped recipe ends it`()
        async throws
    {
        let system = CallingServer()
        system.change { $0.holdsNext = true }
        try await system.run { address in
            let place = try await Self.place(address)
            // Killed while the system's answer is on its way: nobody knows what became of the request.
            let (first, _) = try await Self.serve(place)
            try await eventually("it was asked") { system.now.requests == ["subscribe"] }
            first.send(SIGKILL)
            _ = try await first.end()
            let (second, _) = try await Self.serve(place)
            try await eventually("it was found") { try await Self.trigger(place)["state"] == "on" }
            #expect(system.now.requests == ["subscribe", "list"])
            second.send(SIGKILL)
            _ = try await second.end()
            let (server, url) = try await Self.serve(place)
            let hook = try #require(system.now.hooks.first)
            let body = #"{"events":[{"id":"a"},{"id":"b"}]}"#
            #expect(try await Self.deliver(body, to: hook, at: url, place) == #"200 {"accepted":true,"jobs":[1,2]}"#)
            #expect(try await Self.deliver(body, to: hook, at: url, place) == #"200 {"accepted":true,"jobs":[1,2]}"#)
            #expect(try await Self.deliver(body, to: hook, at: url, secret: "wrong", place).hasPrefix("401"))
            #expect(system.now.hooks.count == 1)
            #expect(try await Self.trigger(place)["deliveries"] == 2)
            system.change { $0.refusesEnd = true }
            try await place.galley("recipes", "stop", "news").expect(0)
            try await eventually("the failure is told") {
                try await Self.trigger(place)["reason"]?.string?.contains("could not be ended yet") == true
            }
            #expect(try await Self.deliver(body, to: hook, at: url, place).hasPrefix("410"))
            server.send(SIGTERM)
            let ended = try await server.end().expect(0)
            // Its secret is in no file in the clear, and in no line.
            #expect(!ended.messages.contains(hook.secret))
            let files = FileManager.default.enumerator(at: place.folder, includingPropertiesForKeys: nil)
            while let file = files?.nextObject() as? URL {
                guard let bytes = try? Data(contentsOf: file) else { continue }
                #expect(bytes.range(of: Data(hook.secret.utf8)) == nil, "\(file.path)")
            }
        }
    }

    @Test func `without an address it is said what to set`() async throws {
        let system = CallingServer()
        try await system.run { address in
            let place = try await Self.place(address)
            let list = try await place.galley("triggers", "list").expect(0)
            #expect(list.data.contains("no_address") && list.messages.contains("public_url"))
            try place.write("galley.json", #"{ "galley": 1, "public_url": "https://galley.example.com" }"#)
            #expect(try await place.galley("triggers").expect(0).data.contains("subscribing"))
            let asked = try await place.galley("triggers", "test", "news").expect(65)
            #expect(asked.messages.contains("galley deliveries list"))
            try place.write("galley.json", #"{ "galley": 1, "public_url": "galley.example.com" }"#)
            #expect(try await place.galley("check").messages.contains("public address"))
        }
    }

    @Test func `the word that a system sent to an address by hand is shown to who asks for it, and is in no list`()
        async throws
    {
        let place = try await CommandPlace([
            "news": """
            { "galley": 1, "trigger": { "id": "got", "use": "wiki.changed" }, "connections": { "wiki": "wiki" },
              "steps": [ { "return": { "id": "{{ got.id }}" } } ] }
            """
        ])
        try place.write(
            "Connectors/wiki/connector.json",
            """
            { "galley_connector": 1, "name": "wiki", "title": "Wiki",
              "connection": { "base_url": "https://wiki.example", "auth": { "type": "none" } },
              "actions": {},
              "triggers": { "changed": { "title": "Changed", "webhook": {
                "verify": { "hmac": "sha256", "header": "X-Desk" },
                "handshakes": [ { "when": "body.word.present?", "first": true, "secret": "{{ body.word }}" } ],
                "events": "{{ body.events }}", "dedupe": "{{ item.id }}" } } } }
            """)
        try place.write("Connections/wiki.json", #"{ "connector": "wiki" }"#)
        let early = try await place.galley("triggers", "token", "news").expect(65)
        #expect(early.messages.contains("has no address yet"))
        let (server, url) = try await Self.serve(place)
        func address() async throws -> String? { try await Self.trigger(place)["subscriptions"]?[0]?["url"]?.string }
        try await eventually("it has an address") { try await address() != nil }
        let nothing = try await place.galley("triggers", "token", "news").expect(65)
        let entered = try #require(try await address())
        #expect(nothing.messages.contains("enter this address at the system first: \(entered)"))
        let hook = CallingServer.Hook(id: 1, url: entered, secret: "")
        #expect(try await Self.deliver(#"{"word":"open-sesame"}"#, to: hook, at: url, place).hasPrefix("200"))
        #expect(try await place.galley("triggers", "token", "news").expect(0).data == "open-sesame\n")
        let body = #"{"events":[{"id":"a"}]}"#
        #expect(try await Self.deliver(body, to: hook, at: url, secret: "guessed", place).hasPrefix("401"))
        #expect(try await !place.galley("triggers", "list", "--json").data.contains("open-sesame"))
        server.send(SIGTERM)
        try await server.end().expect(0)
    }
}
