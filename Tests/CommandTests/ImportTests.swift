// galley connectors import openapi: from a document in the workspace's folder to a connector that passes the check.

import JSONCore
import Testing

struct ImportTests {
    private static let shop = """
        openapi: 3.0.3
        info: { title: Corner shop, version: "1.2" }
        servers: [ { url: "https://api.shop.example/v1" } ]
        paths:
          /orders:
            get: { operationId: listOrders, tags: [orders], responses: { "200": { description: all } } }
            post:
              operationId: createOrder
              tags: [orders]
              requestBody:
                required: true
                content: { application/json: { schema: { $ref: "parts/order.yaml" } } }
              responses: { "201": { description: made } }
          /orders/{id}:
            get:
              operationId: getOrder
              tags: [orders]
              parameters: [ { name: id, in: path, required: true, schema: { type: integer } } ]
              responses: { "200": { description: one } }
            trace: { operationId: traceOrder, tags: [orders], responses: {} }
          /health: { get: { operationId: health, tags: [system], responses: {} } }
        """
    private static let order =
        "type: object\nrequired: [email]\nproperties: { email: { type: string, format: email } }\n"

    private func place() async throws -> CommandPlace {
        let place = try await CommandPlace()
        try place.write("docs/shop.yaml", Self.shop)
        try place.write("docs/parts/order.yaml", Self.order)
        return place
    }

    @Test func `makes a connector that passes the check and whose actions recipes can use`() async throws {
        let place = try await place()
        let ended = try await place.galley("connectors", "import", "openapi", "docs/shop.yaml").expect(0)
        #expect(ended.data.contains("4 of 5 operations are actions of corner_shop"), "\(ended)")
        #expect(ended.data.contains("TRACE /orders/{id}: TRACE requests are not sent"), "\(ended)")
        try await place.galley("connectors", "check", "corner_shop").expect(0)
        let shown = try await place.galley("connectors", "show", "corner_shop.create_order", "--json").expect(0).json
        #expect(shown["actions"]?[0]?["input"]?["properties"]?["email"]?["format"] == "email")
        #expect(try JSON(parsing: place.text("Connectors/corner_shop/import.json"))["operations"] == 5)
        try place.write(
            "Recipes/order/recipe.json",
            """
            { "galley": 1, "name": "Order", "trigger": { "use": "manual" },
              "steps": [ { "id": "made", "use": "corner_shop.create_order", "input": { "mail": "a@b.c" } } ] }
            """)
        let checked = try await place.galley("check").expect(65)
        #expect(checked.messages.contains("email"), "\(checked)")
    }

    @Test func `an import over an earlier one keeps what a person made beside it`() async throws {
        let place = try await place()
        try await place.galley("connectors", "import", "openapi", "docs/shop.yaml", "--name", "shop").expect(0)
        try place.write("Connectors/shop/README.md", "ours")
        let refused = try await place.galley("connectors", "import", "openapi", "docs/shop.yaml", "--name", "shop")
            .expect(65)
        #expect(refused.messages.contains("--replace"), "\(refused)")
        let again = try await place.galley(
            "connectors", "import", "openapi", "docs/shop.yaml", "--name", "shop", "--replace", "--only", "system",
            "--json"
        ).expect(0)
        #expect(try again.json["actions"] == 1)
        #expect(try place.text("Connectors/shop/README.md") == "ours")
        #expect(try JSON(parsing: place.text("Connectors/shop/connector.json"))["actions"]?.object?.keys == ["health"])
    }

    @Test func `one broken file of an action is told of and stops no other action`() async throws {
        let place = try await place()
        try await place.galley("connectors", "import", "openapi", "docs/shop.yaml", "--name", "shop").expect(0)
        try place.write("Connectors/shop/actions/get_order.json", "{ \"request\": { \"path\": \"orders\" } }")
        let checked = try await place.galley("connectors", "check").expect(65)
        #expect(checked.messages.contains("Connectors/shop/actions/get_order.json:1:"), "\(checked)")
        try place.write(
            "Recipes/health/recipe.json",
            """
            { "galley": 1, "name": "Health", "trigger": { "use": "manual" }, "steps": [ { "id": "h", "use": "shop.health" } ] }
            """)
        try await place.galley("check").expect(0)
    }

    @Test(arguments: [
        ("docs/none.yaml", "there is no file"), ("docs", "is a folder"),
        ("docs/parts/order.yaml", "no OpenAPI document"),
        ("docs/broken.json", "this is not JSON"),
    ])
    func `says what is wrong with a document`(file: String, sentence: String) async throws {
        let place = try await place()
        try place.write("docs/broken.json", "{ \"openapi\": }")
        let ended = try await place.galley("connectors", "import", "openapi", file).expect(65)
        #expect(ended.messages.contains(sentence), "\(ended)")
    }
}
