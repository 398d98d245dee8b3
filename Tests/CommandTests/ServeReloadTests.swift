// galley serve while files of its workspace change.

import Foundation
import JSONCore
import Testing

struct ServeReloadTests {
    private static func recipe(_ name: String) -> String {
        #"{ "galley": 1, "name": "\#(name)", "trigger": { "use": "manual" }, "steps": [ { "return": 1 } ] }"#
    }

    @Test func `alerts that were sent between edits are no harm to the server`() async throws {
        let place = try await CommandPlace(["one": Self.recipe("Edit 0")])
        try place.write(
            "galley.json",
            """
            { "galley": 1, "network": { "private_addresses": true },
              "alerts": { "ops": { "on": ["failure"], "to": [ { "webhook": "http://127.0.0.1:1/" } ] } } }
            """)
        let server = try place.start("serve", "--port", "0", "--no-login")
        try await server.wait { $0.contains("galley serves") }
        let url = try #require(
            server.messages.split(whereSeparator: \.isWhitespace).first { $0.hasPrefix("http://") }.map(String.init))
        for edit in 1...3 {
            try place.write("Recipes/one/recipe.json", Self.recipe("Edit \(edit)"))
            try await server.wait { $0.components(separatedBy: "recipe changed").count == edit + 1 }
            let tried = try await place.galley("alerts", "test", "ops", "--server", url).expect(1)
            #expect("\(tried)".contains("nothing listens at that port"), "\(tried)")
        }
        server.send(SIGTERM)
        try await server.end().expect(0)
    }
}
