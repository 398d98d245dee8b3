// A connector for the tests, and calls of its actions.

import ConnectorKit
import JSONCore
import RecipeLanguage
import Testing

@testable import BuiltInConnectors

/// A made-up CRM with one action of each kind.
enum Acme {
    static let source = #"""
        {
          "galley_connector": 1, "name": "acme", "title": "Acme CRM", "docs": "https://acme.example/docs",
          "connection": {
            "settings": { "type": "object", "required": ["site"], "properties": { "site": { "type": "string" } } },
            "auth": { "type": "api_key", "in": "header", "name": "X-Api-Key" },
            "base_url": "https://{{ settings.site }}.acme.example/v3",
            "headers": { "Accept": "application/json", "X-Version": 3 },
            "test": { "path": "/me" },
            "errors": [
              { "when": "response.status == 409", "type": "conflict", "message": "there already: {{ response.body.error }}" },
              { "when": "response.body.ok == false", "type": "refused_by_acme", "message": "{{ response.body.why }}", "transient": true, "retry_after": "{{ response.body.wait }}" }
            ]
          },
          "objects": { "lead": { "type": "object", "properties": { "id": { "type": "string" }, "email": { "type": "string" } } } },
          "actions": {
            "create": {
              "title": "Create a lead", "effect": "keyed",
              "input": { "type": "object", "required": ["email"], "properties": { "email": { "$ref": "#/objects/lead/properties/email" }, "score": { "type": "number" } } },
              "request": { "method": "POST", "path": "/leads", "headers": { "Idempotency-Key": "{{ idempotency_key }}" }, "json": "{{ input }}" },
              "output": "{{ response.body.lead }}", "output_schema": { "$ref": "#/objects/lead" }
            },
            "get": { "title": "Get", "input": { "type": "object", "properties": { "id": { "type": "string" }, "part": { "type": "string" } } },
              "request": { "path": "/leads/{{ input.id }}/x-{{ input.part }}" } },
            "search": { "title": "Search", "input": { "type": "object", "properties": { "q": {}, "tags": { "type": "array" }, "all": { "type": "boolean" } } },
              "request": { "path": "/search", "query": { "q": "{{ input.q }}", "tag": "{{ input.tags }}", "all": "{{ input.all }}", "fixed": 1 } },
              "output": { "status": "{{ response.status }}", "type": "{{ response.headers['content-type'] }}", "body": "{{ response.body }}" } },
            "form": { "title": "Form", "input": { "type": "object", "properties": { "a": {}, "b": {} } },
              "request": { "method": "POST", "path": "/form", "form": { "a": "{{ input.a }}", "b": "{{ input.b }}", "c": "x y" } } },
            "xml": { "title": "XML", "input": { "type": "object", "properties": { "name": {} } },
              "request": { "method": "PUT", "path": "/xml", "xml": "<lead a=\"{{ input.name }}\">{{ input.name }}</lead>" } },
            "note": { "title": "Text", "input": { "type": "object", "properties": { "text": {}, "trace": {} } },
              "request": { "method": "POST", "path": "/note", "headers": { "X-Trace": "{{ input.trace }}" }, "text": "{{ input.text }}!" } },
            "list": { "title": "List", "input": { "type": "object", "properties": { "since": {}, "limit": {} } },
              "request": { "path": "/leads", "query": { "since": "{{ input.since }}" } },
              "paginate": { "items": "response.body.leads", "next": { "query": { "cursor": "{{ response.body.next }}" } }, "limit": "{{ input.limit }}" } },
            "list_urls": { "title": "List by address", "request": { "path": "/urls" },
              "paginate": { "items": "response.body.leads", "next": { "url": "{{ response.body.next }}" }, "while": "response.body.next.present?", "max_pages": 5 } },
            "list_body": { "title": "List by body", "effect": "read", "request": { "method": "POST", "path": "/find", "json": { "size": 2 } },
              "paginate": { "items": "response.body.leads", "next": { "body": { "page": "{{ page + 1 }}" } }, "while": "response.body.leads.length == 2" },
              "output": { "leads": "{{ items }}", "first": "{{ items.first.id }}", "pages": "{{ page }}" } }
          }
        }
        """#

    static func connector() throws -> DeclarativeConnector {
        let (connector, diagnostics) = DeclarativeConnector.read(Array(source.utf8), name: "acme", file: "acme.json")
        #expect(diagnostics.isEmpty, "\(diagnostics)")
        return try #require(connector)
    }

    static let connection = Connection(
        name: "north", connector: "acme", settings: ["site": "north"], credentials: ["key": "s3cret-key"])

    /// Calls an action with answers given as JSON, one after the other.
    static func call(
        _ action: String, _ input: JSON, answers: [HTTPAnswer], connection: Connection? = connection
    ) async throws -> (output: JSON, requests: [HTTPRequest]) {
        let client = StubClient { request, number in
            guard number <= answers.count else {
                throw ConnectorError(type: "internal", "no answer for \(request.url)")
            }
            return answers[number - 1]
        }
        var trial = try Trial()
        (trial.http, trial.connection) = (client, connection)
        let output = try await Acme.connector().execute(action, input, in: trial.context)
        return (output, client.requests)
    }

    /// The error of a call that has to fail.
    static func failure(_ action: String, _ input: JSON, answers: [HTTPAnswer], connection: Connection? = connection)
        async throws -> ConnectorError
    {
        do {
            let (output, _) = try await call(action, input, answers: answers, connection: connection)
            throw ConnectorError(type: "no_failure", "the call gave \(output.compact)")
        } catch let error as ConnectorError {
            return error
        }
    }
}

extension HTTPAnswer {
    static func json(_ json: JSON, status: Int = 200, headers: [(name: String, value: String)] = []) -> HTTPAnswer {
        HTTPAnswer(
            status: status, headers: [("content-type", "application/json")] + headers, body: json.compactBytes, url: "")
    }

    static func text(_ text: String, status: Int = 200, type: String = "text/plain") -> HTTPAnswer {
        HTTPAnswer(status: status, headers: [("content-type", type)], body: Array(text.utf8), url: "")
    }
}
