// A real application's own description, imported, and a recipe that lists, creates, reads, changes and deletes a record there.

import JSONCore
import Testing

struct RealServiceTests {
    private static let recipe = """
        { "galley": 1, "name": "Zones", "connections": { "dns": "dns" }, "trigger": { "id": "zone", "use": "manual" }, "steps": [
          { "id": "before", "use": "dns.list_zones", "input": { "server_id": "localhost" } },
          { "id": "made", "use": "dns.create_zone", "input": { "server_id": "localhost", "body":
            { "name": "{{ zone.name }}", "kind": "Native", "nameservers": ["ns1.example.org."] } } },
          { "id": "after", "use": "dns.list_zones", "input": { "server_id": "localhost" } },
          { "id": "changed", "use": "dns.patch_zone", "input": { "server_id": "localhost", "zone_id": "{{ made.id }}",
            "rrsets": [ { "name": "www.{{ zone.name }}", "type": "A", "ttl": 60, "changetype": "REPLACE",
                          "records": [ { "content": "192.0.2.7", "disabled": false } ] } ] } },
          { "id": "read", "use": "dns.list_zone", "input": { "server_id": "localhost", "zone_id": "{{ made.id }}" } },
          { "id": "gone", "use": "dns.delete_zone", "input": { "server_id": "localhost", "zone_id": "{{ made.id }}" } },
          { "try": [ { "id": "again", "use": "dns.list_zone",
                       "input": { "server_id": "localhost", "zone_id": "{{ made.id }}" } } ],
            "catch": [ { "return": { "before": "{{ before.size }}", "after": "{{ after.pluck('name') }}", "kind": "{{ made.kind }}",
              "address": "{{ read.rrsets.where(type: 'A').first.records.first.content }}", "then": "{{ error.type }}" } } ] } ] }
        """

    @Test func `the name server's own document becomes a connector that works with its records`() async throws {
        let server = try NameServer()
        let place = try await CommandPlace()
        try place.write("docs/dns.yaml", server.document())
        let imported = try await place.galley("connectors", "import", "openapi", "docs/dns.yaml", "--name", "dns")
            .expect(0)
        #expect(
            imported.data.contains("operations are actions of dns") && imported.data.contains(": all "), "\(imported)")
        try await place.galley("connectors", "check", "dns").expect(0)
        let shown = try await place.galley("connectors", "show", "dns.create_zone").expect(0).data
        #expect(shown.contains("  body (required)  object") && shown.contains("    nameservers  array of string"))
        try place.write(
            "Connections/dns.json",
            """
            { "connector": "dns", "settings": { "server": "\(server.api)" }, "auth": { "key": { "secret": "DNS_KEY" } },
              "network": { "private_addresses": true } }
            """)
        try place.write("Recipes/zones/recipe.json", Self.recipe)
        try await place.galley("check").expect(0)
        let key = ["GALLEY_SECRET_DNS_KEY": NameServer.key]
        try await place.galley("connections", "test", "dns", environment: key).expect(0)
        let ended = try await place.galley(
            "run", "zones", "--json", "--input", "-", input: #"{"name": "shop.example."}"#, environment: key
        ).expect(0)
        let result = try ended.json
        #expect(
            result["result"] == [
                "before": 0, "after": ["shop.example."], "kind": "Native", "address": "192.0.2.7", "then": "not_found",
            ], "\(ended)")
    }
}
