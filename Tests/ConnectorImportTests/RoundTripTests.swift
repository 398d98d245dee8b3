// An application that publishes its own document: imported from its address, then its records listed, made, read and deleted.

import BuiltInConnectors
import ConnectorImport
import ConnectorKit
import Foundation
import HTTPTypes
import Hummingbird
import JSONCore
import Logging
import OutboundHTTP
import RecipeLanguage
import Synchronization
import Testing

struct RoundTripTests {
    @Test func `an application's own document makes a connector that works with it`() async throws {
        let shop = ShopServer()
        try await shop.run { port in
            let base = "http://127.0.0.1:\(port)"
            let client = OutboundClient(
                policy: NetworkPolicy(
                    permissions: {
                        var permissions = NetworkPermissions()
                        permissions.privateAddresses = true
                        return permissions
                    }(), limits: OutboundLimits(), folder: "/nowhere"),
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
            do {
                let place = DocumentPlace.url(base + "/openapi.yaml")
                let documents = try await DocumentSet(place, rules: .init(folder: place.folder, allowsRemote: false)) {
                    place in
                    try await client.send(ConnectorKit.HTTPRequest("GET", place.description, isRepeatable: true)).body
                }
                let imported = try OpenAPIImport(documents, OpenAPIImport.Options())
                #expect(imported.report.dropped.isEmpty && imported.report.notes.isEmpty)
                let files = Dictionary(
                    imported.files.map { ($0.name, $0.bytes) }, uniquingKeysWith: { first, _ in first })
                let (connector, diagnostics) = DeclarativeConnector.read(
                    files["connector.json"] ?? [], name: imported.name, file: "connector.json"
                ) { files[$0] }
                #expect(diagnostics.isEmpty)
                let found = try #require(connector)
                #expect(found.spec.connectionRequired)
                let context = ActionContext(
                    connection: Connection(
                        name: "shop", connector: imported.name, settings: ["server": .string(base + "/v1")],
                        credentials: ["key": "s3cret"], network: NetworkPermissions()),
                    http: client, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, idempotencyKey: "k",
                    nowMilliseconds: 0, files: NoFiles(), tables: NoTables(),
                    formulas: FormulaEnvironment(nowNanoseconds: 0, tables: NoTables(), seed: "1"))
                for name in ["tea", "rice", "salt"] {
                    let made = try await found.execute("add_item", ["name": .string(name), "price": 3], in: context)
                    #expect(made["name"] == .string(name))
                }
                let list = try await found.execute("list_items", ["limit": 2], in: context)
                #expect(list["items"]?.array?.map { $0["name"] } == ["tea", "rice", "salt"])
                #expect(list["count"] == 3)
                #expect(try await found.execute("get_item", ["id": "2"], in: context)["price"] == 3)
                _ = try await found.execute("delete_item", ["id": "2"], in: context)
                let gone = await #expect(throws: ConnectorError.self) {
                    _ = try await found.execute("get_item", ["id": "2"], in: context)
                }
                #expect(gone?.type == "not_found")
                #expect(try await found.execute("list_items", [:], in: context)["count"] == 2)
            } catch {
                await client.shutdown()
                throw error
            }
            await client.shutdown()
        }
    }
}

/// A shop's items in memory, behind a key; its document is in YAML with a part in a file of its own.
private final class ShopServer: Sendable {
    private struct State {
        var items: [Int: JSON] = [:]
        var last = 0
    }
    private let state = Mutex(State())

    static let document = """
        openapi: 3.1.0
        info: { title: Corner shop, version: "2" }
        servers: [ { url: /v1 } ]
        security: [ { key: [] } ]
        paths:
          /items:
            get:
              operationId: listItems
              parameters:
                - { name: limit, in: query, schema: { type: integer, minimum: 1, default: 50 } }
                - { name: offset, in: query, schema: { type: integer, minimum: 0 } }
              responses:
                "200":
                  description: the items
                  content: { application/json: { schema: { type: array, items: { $ref: "item.yaml" } } } }
            post:
              operationId: addItem
              requestBody:
                required: true
                content: { application/json: { schema: { $ref: "item.yaml" } } }
              responses:
                "201": { description: made, content: { application/json: { schema: { $ref: "item.yaml" } } } }
          /items/{id}:
            parameters: [ { name: id, in: path, required: true, schema: { type: string } } ]
            get: { operationId: getItem, responses: { "200": { description: it, content: { application/json: { schema: { $ref: "item.yaml" } } } } } }
            delete: { operationId: deleteItem, responses: { "204": { description: gone } } }
        components:
          securitySchemes: { key: { type: apiKey, in: header, name: X-Key } }
        """
    static let item = """
        type: object
        required: [id, name]
        properties:
          id: { type: string, readOnly: true }
          name: { type: string }
          price: { type: number }
        """

    func run(_ body: @escaping @Sendable (Int) async throws -> Void) async throws {
        let router = Router()
        router.get("/openapi.yaml") { _, _ in Self.document }
        router.get("/item.yaml") { _, _ in Self.item }
        router.get("/v1/items") { request, _ in
            let items = self.state.withLock { $0.items.sorted { $0.key < $1.key }.map(\.value) }
            let query = request.uri.queryParameters
            let offset = query["offset"].flatMap { Int($0) } ?? 0
            let limit = query["limit"].flatMap { Int($0) } ?? 50
            return try Self.answer(request, .array(Array(items.dropFirst(offset).prefix(limit))))
        }
        router.post("/v1/items") { request, _ in
            let bytes = try await request.body.collect(upTo: 1 << 16)
            guard case .object(var item) = try JSON(parsing: Array(buffer: bytes)), item["id"] == nil else {
                return Response(status: .badRequest)
            }
            let made = self.state.withLock { state in
                state.last += 1
                item["id"] = .string(String(state.last))
                state.items[state.last] = .object(item)
                return JSON.object(item)
            }
            return try Self.answer(request, made, .created)
        }
        router.get("/v1/items/:id") { request, context in
            let id = Int(context.parameters.get("id") ?? "") ?? 0
            guard let item = self.state.withLock({ $0.items[id] }) else { return Response(status: .notFound) }
            return try Self.answer(request, item)
        }
        router.delete("/v1/items/:id") { request, context in
            let id = Int(context.parameters.get("id") ?? "") ?? 0
            self.state.withLock { $0.items[id] = nil }
            return Response(status: .noContent)
        }
        let (ports, port) = AsyncStream<Int>.makeStream()
        let application = Application(
            router: router, configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { channel in port.yield(channel.localAddress?.port ?? 0) },
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await application.run() }
            for await port in ports {
                try await body(port)
                break
            }
            group.cancelAll()
        }
    }

    private static func answer(_ request: Request, _ json: JSON, _ status: HTTPResponse.Status = .ok) throws -> Response
    {
        let name = try #require(HTTPField.Name("X-Key"))
        guard request.headers[name] == "s3cret" else { return Response(status: .unauthorized) }
        return Response(
            status: status, headers: [.contentType: "application/json"],
            body: .init(byteBuffer: ByteBuffer(bytes: json.compactBytes)))
    }
}
