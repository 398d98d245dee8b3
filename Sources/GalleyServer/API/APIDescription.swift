// The OpenAPI 3.1 document of the REST API, made from the table of routes.

import Engine
import JSONCore
import JobHistory

enum APIDescription {
    static func document(of routes: [Route]) -> JSON {
        var paths = JSONObject()
        for route in routes {
            guard let operation = route.operation, let method = route.method, case .signedIn(let role) = route.access
            else { continue }
            let path = String(route.pattern.description.dropFirst("/api/v1".count))
            var item = paths[path]?.object ?? [:]
            item[method.rawValue.lowercased()] = describe(operation, route.pattern, role)
            paths[path] = .object(item)
        }
        return document(
            title: "Galley",
            description: "All that the command line does. Lists are pages: `next` is the cursor of the next.",
            server: "/api/v1", paths: paths, schemas: APISchemas.all)
    }

    /// The frame of every document.
    static func document(
        title: String, description: String, server: String, paths: JSONObject, schemas: JSONObject
    ) -> JSON {
        [
            "openapi": "3.1.0",
            "info": [
                "title": .string(title), "description": .string(description), "version": .string(APIRoutes.version),
            ],
            "servers": [["url": .string(server)]], "security": [["token": []]], "paths": .object(paths),
            "components": [
                "securitySchemes": ["token": ["type": "http", "scheme": "bearer"]], "schemas": .object(schemas),
            ],
        ]
    }

    private static func describe(_ operation: APIOperation, _ pattern: RoutePattern, _ role: Role) -> JSON {
        var object: JSONObject = [
            "operationId": .string(operation.id), "tags": [.string(operation.scope.rawValue)],
            "summary": .string(operation.summary), "description": .string("Needs the role \(role.name)."),
        ]
        let parameters = pathParameters(pattern) + operation.parameters.map { parameter($0, in: "query") }
        if !parameters.isEmpty { object["parameters"] = .array(parameters) }
        if let body = operation.body {
            let isRequired = !(body["required"]?.array ?? []).isEmpty
            object["requestBody"] = [
                "required": .bool(isRequired), "content": ["application/json": ["schema": body]],
            ]
        }
        object["responses"] = [
            "\(operation.answer.status)": [
                "description": .string(operation.summary),
                "content": [operation.answerType: ["schema": operation.answer.schema]],
            ],
            "default": problem,
        ]
        return .object(object)
    }

    /// Any answer that is an error.
    static let problem: JSON = [
        "description": "An error (RFC 9457)",
        "content": ["application/problem+json": ["schema": ["$ref": "#/components/schemas/Problem"]]],
    ]

    static func pathParameters(_ pattern: RoutePattern) -> [JSON] {
        pattern.parts.compactMap { part in
            guard case .parameter(let name) = part else { return nil }
            return ["name": .string(name), "in": "path", "required": true, "schema": .typed("string")]
        }
    }

    private static func parameter(_ parameter: APIOperation.Parameter, in place: String) -> JSON {
        [
            "name": .string(parameter.name), "in": .string(place), "description": .string(parameter.description),
            "schema": parameter.schema,
        ]
    }
}
