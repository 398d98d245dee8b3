// Native connectors from the command line: what galley.json allows reaches them.

import Foundation
import JSONCore
import Testing

struct NativeConnectorTests {
    private static let report = #"""
        {
          "galley": 1, "name": "Report", "trigger": { "use": "manual" },
          "steps": [
            { "set": { "orders": [] } },
            { "append": { "orders": { "customer": "Grün & Söhne", "total": 10.50 } } },
            { "append": { "orders": { "customer": "Grün & Söhne", "total": 2 } } },
            { "id": "sums", "use": "collection.query", "input": {
                "sql": "SELECT customer, sum(total) AS total FROM orders GROUP BY customer",
                "lists": { "orders": "{{ orders }}" } } },
            { "id": "page", "use": "template.render", "input": {
                "tags": "<% %>", "text": "<% #rows %><li><% customer %>: <% total %></li><% /rows %>",
                "values": { "rows": "{{ sums.rows }}" } } },
            { "id": "count", "use": "command.run", "input": { "program": "wc", "arguments": ["-c"], "stdin": "{{ page.text }}" } },
            { "return": { "page": "{{ page.text }}", "bytes": "{{ count.output.strip.to_i }}" } }
          ]
        }
        """#

    @Test func `a program runs where galley.json allows it, and nowhere else`() async throws {
        let place = try await CommandPlace(["report": Self.report])
        try await place.galley("check").expect(0)
        let refused = try await place.galley("run", "report").expect(1)
        #expect(refused.messages.contains(#"the workspace doesn't allow a program "wc""#))
        try place.write("galley.json", #"{ "galley": 1, "commands": { "wc": "/usr/bin/wc" } }"#)
        let ran = try await place.galley("run", "report").expect(0)
        #expect(try ran.json["page"]?.string == "<li>Grün &amp; Söhne: 12.5</li>")
        #expect(try ran.json["bytes"] == 33)
        try place.write("galley.json", #"{ "galley": 1, "commands": { "wc": "wc" } }"#)
        let wrong = try await place.galley("check").expect(65)
        #expect("\(wrong)".contains("a program is named by its absolute path"))
    }

    @Test func `a trigger of a native connector takes every and since`() async throws {
        let recipe = #"""
            {
              "galley": 1, "name": "Orders", "connections": { "pg": "shop" },
              "trigger": {
                "id": "order", "use": "pg.new_row",
                "input": { "table": "orders", "by": "id", "every": "10s", "since": 1, "limit": 100 }
              },
              "steps": [ { "return": { "id": "{{ order.id }}" } } ]
            }
            """#
        let place = try await CommandPlace(["orders": recipe])
        try place.write(
            "Connections/shop.json",
            #"""
            { "connector": "postgres", "settings": { "host": "127.0.0.1", "port": 1, "database": "shop", "tls": "none" },
              "auth": { "username": "ada" }, "network": { "private_addresses": true } }
            """#)
        try await place.galley("check").expect(0)
        let tested = try await place.galley("connections", "test", "shop")
        #expect(tested.code != 0)
        #expect("\(tested)".contains("can't be reached on port 1"))
    }
}
