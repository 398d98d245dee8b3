// Recipes that are APIs beside each other: who answers, and what is said of two that can't both.

import Engine
import JSONCore
import JobHistory
import Testing

@testable import GalleyServer

@Suite(.timeLimit(.minutes(2)))
struct RecipeAddressTests {
    private static func api(_ method: String, _ path: String, answer: String) -> String {
        """
        {"galley": 1, "trigger": {"use": "api.request", "input": {"method": "\(method)", "path": "\(path)"}},
         "steps": [{"return": {"by": "\(answer)"}}]}
        """
    }

    @Test(arguments: [[], ["/{x}/b/c"], ["/a"], ["/{a}"], ["/a/{x}/{y}"], ["/zz/{x}", "/{p}/{q}/{r}"]])
    func `a third recipe does not change which one answers`(others: [String]) async throws {
        var recipes = [
            "named": Self.api("GET", "/a/new", answer: "named"), "open": Self.api("GET", "/a/{id}", answer: "open"),
            "late": Self.api("GET", "/{kind}/new", answer: "late"),
        ]
        for (place, path) in others.enumerated() {
            recipes["o\(place)"] = Self.api("GET", path, answer: "other")
            recipes["z\(place)"] = Self.api("POST", path, answer: "other")
        }
        try await ServerBed.use(recipes) { (bed: ServerBed) async throws -> Void in
            let headers = [try await bed.token(nil)]
            for (path, answer) in [("a/new", "named"), ("a/7", "open"), ("b/new", "late")] {
                #expect(try await bed.get("/apis/\(path)", headers: headers).json == ["by": .string(answer)], "\(path)")
            }
        }
    }

    @Test func `of two recipes with one address the first is served, and the other says why it is not`() async throws {
        let recipes = [
            "first": Self.api("GET", "/orders/{id}", answer: "first"),
            "second": Self.api("GET", "orders/{number}/", answer: "second"),
            "other": Self.api("DELETE", "/orders/{order}", answer: "other"),
        ]
        try await ServerBed.use(recipes) { (bed: ServerBed) async throws -> Void in
            let headers = [try await bed.token(nil)]
            #expect(try await bed.get("/apis/orders/7", headers: headers).json == ["by": "first"])
            let deleted = try await bed.get("/apis/orders/7", headers: headers, method: "DELETE")
            #expect(deleted.json == ["by": "other"], "another name for what is open is no other address")
            let obstacle = await bed.engine.recipes.entries["second"]?.obstacle
            #expect(obstacle?.hasPrefix("first answers GET /apis/orders/{} already") == true)
            await #expect(throws: ControlError.self) { try await bed.engine.recipes.turn("second", on: true) }

            let paths = try await bed.get("/apis/openapi.json", headers: headers).json["paths"]?.object
            #expect(paths?.keys.filter { $0.hasPrefix("/orders") }.count == 1)
            let path = try #require(paths?.keys.first { $0.hasPrefix("/orders") })
            let item = paths?[path]
            for method in ["get", "delete"] {
                let name = item?[method]?["parameters"]?[0]?["name"]?.string ?? ""
                #expect(path == "/orders/{\(name)}", "the parameters are called as in the path")
            }

            try await bed.engine.recipes.turn("first", on: false)
            #expect(try await bed.get("/apis/orders/7", headers: headers).json == ["by": "second"])
            await #expect(throws: ControlError.self) { try await bed.engine.recipes.turn("first", on: true) }
            try await bed.edit("first", Self.api("GET", "/orders/{id}", answer: "again"))
            #expect(await bed.engine.recipes.entries["second"]?.obstacle == nil, "who is there stays")
        }
    }

    @Test(arguments: [
        (#"{"qty": "2"}"#, "application/json", 400), (#"{"qty": 2, "sku": 5}"#, "application/json", 400),
        (#"{"qty": 2.0, "sku": "5"}"#, "application/json", 200),
        ("qty=2&sku=5", "application/x-www-form-urlencoded", 200),
    ])
    func `a JSON body has the types it should have, and a form those it can`(
        body: String, type: String, status: Int
    ) async throws {
        let recipe = """
            {"galley": 1, "trigger": {"id": "call", "use": "api.request", "input": {"method": "POST", "path": "/o",
             "request": {"type": "object", "properties": {"qty": {"type": "integer"}, "sku": {"type": "string"}}},
             "responses": {"299": {"type": "object", "required": ["never"]}, "200": {"type": "object"}}}},
             "steps": [{"return": {"qty": "{{ call.body.qty }}"}}]}
            """
        try await ServerBed.use(["o": recipe]) { (bed: ServerBed) async throws -> Void in
            let headers = [try await bed.token(nil)]
            let answer = try await bed.post("/apis/o", body, headers: headers + ["Content-Type: \(type)"])
            #expect(answer.status == status)
            if status == 200 { #expect(answer.json == ["qty": 2]) }
            let responses = try await bed.get("/apis/openapi.json", headers: headers).json["paths"]?["/o"]?["post"]?[
                "responses"]
            for (code, response) in responses?.object ?? [:] {
                #expect(response["description"]?.string?.isEmpty == false, "\(code)")
            }
        }
    }
}
