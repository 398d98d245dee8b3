// The files of a new connector: small, complete, and with words in each place about what it is for.

import JSONCore

struct ConnectorDraft {
    let name: String
    let title: String
    let baseURL: String
    let signIn: ConnectorsNew.SignIn

    var files: [(name: String, text: String)] {
        [
            ("connector.json", connector), ("fixtures/create_record.json", created),
            ("fixtures/create_record_taken.json", taken), ("fixtures/get_record.json", got),
            ("fixtures/list_records.json", listed), ("fixtures/new_record.json", polled), ("README.md", readme),
        ]
    }

    private var titleText: String { JSON.string(title).compact }

    private var auth: String {
        switch signIn {
        case .none: #"{ "type": "none" }"#
        case .basic: #"{ "type": "basic", "description": "a user's name and password" }"#
        case .bearer: #"{ "type": "bearer", "description": "an access token, from the system's settings" }"#
        case .apiKey:
            #"{ "type": "api_key", "in": "header", "name": "X-Api-Key", "description": "from the system's settings" }"#
        }
    }

    private var credentials: String {
        switch signIn {
        case .none: "{}"
        case .basic: #"{ "credentials": { "username": "ada", "password": "test-secret" } }"#
        case .bearer: #"{ "credentials": { "token": "test-secret" } }"#
        case .apiKey: #"{ "credentials": { "key": "test-secret" } }"#
        }
    }

    /// The header that signs in, as a fixture expects it.
    private var signedHeader: String? {
        switch signIn {
        case .none: nil
        case .basic: #""Authorization": "Basic YWRhOnRlc3Qtc2VjcmV0""#
        case .bearer: #""Authorization": "Bearer test-secret""#
        case .apiKey: #""X-Api-Key": "test-secret""#
        }
    }

    private var connector: String {
        """
        {
          "galley_connector": 1,
          "name": "\(name)",
          "title": \(titleText),
          "summary": "What the system is and what recipes do with it.",
          "docs": "https://developer.example/the-page-you-write-this-from",
          "connection": {
            "auth": \(auth),
            "base_url": "\(baseURL)",
            "test": { "path": "/me" },
            "errors": [
              {
                "when": "response.status == 409",
                "type": "conflict",
                "message": "there is such a record already: {{ response.body.error.message }}"
              }
            ],
            "limits": { "per_second": 10, "at_once": 4 }
          },
          "objects": {
            "record": {
              "type": "object",
              "description": "Described once, used by several actions.",
              "properties": {
                "id": { "type": "string" },
                "name": { "type": "string" },
                "updated_at": { "type": "string", "format": "date-time" }
              }
            }
          },
          "actions": {
            "create_record": {
              "title": "Create a record",
              "summary": "\\"keyed\\": the system knows a repeat by the header Idempotency-Key. Without such a header: \\"unsafe\\".",
              "effect": "keyed",
              "input": {
                "type": "object",
                "required": ["name"],
                "properties": { "name": { "type": "string", "description": "what the step's author reads" } }
              },
              "request": {
                "method": "POST",
                "path": "/records",
                "headers": { "Idempotency-Key": "{{ idempotency_key }}" },
                "json": "{{ input }}"
              },
              "output_schema": { "$ref": "#/objects/record" }
            },
            "get_record": {
              "title": "Get a record",
              "input": { "type": "object", "required": ["id"], "properties": { "id": { "type": "string" } } },
              "request": { "path": "/records/{{ input.id }}" },
              "output_schema": { "$ref": "#/objects/record" }
            },
            "list_records": {
              "title": "List records",
              "summary": "Gathers all pages: as long as an answer has a next_cursor, it becomes the query's cursor.",
              "input": {
                "type": "object",
                "properties": { "updated_since": { "type": "string", "format": "date-time" } }
              },
              "request": { "path": "/records", "query": { "updated_since": "{{ input.updated_since }}" } },
              "paginate": {
                "items": "response.body.records",
                "next": { "query": { "cursor": "{{ response.body.next_cursor }}" } },
                "item_schema": { "$ref": "#/objects/record" }
              }
            }
          },
          "triggers": {
            "new_record": {
              "title": "New or changed record",
              "event_schema": { "$ref": "#/objects/record" },
              "poll": {
                "action": "list_records",
                "input": { "updated_since": "{{ cursor }}" },
                "cursor": "{{ item.updated_at }}",
                "dedupe": "{{ item.id }}@{{ item.updated_at }}",
                "start": "{{ now }}",
                "every": "5m"
              }
            }
          }
        }

        """
    }

    /// - Parameter more: further headers that are expected.
    private func headers(_ more: String...) -> String {
        let all = [signedHeader].compactMap { $0 } + more
        return all.isEmpty ? "" : ",\n        \"headers\": { \(all.joined(separator: ", ")) }"
    }

    private func creation(response: String, end: String) -> String {
        """
        {
          "note": "Written by hand: replace the answers by recorded ones (galley connectors try), or by those of the documents.",
          "action": "create_record",
          "connection": \(credentials),
          "input": { "name": "Ada" },
          "exchanges": [
            {
              "request": {
                "method": "POST",
                "url": "\(baseURL)/records"\(headers(#""Idempotency-Key": "fixture-key""#)),
                "json": { "name": "Ada" }
              },
              "response": \(response)
            }
          ],
          \(end)
        }

        """
    }

    private var created: String {
        creation(
            response: #"{ "status": 201, "json": { "id": "r1", "name": "Ada" } }"#,
            end: #""output": { "id": "r1", "name": "Ada" }"#)
    }

    private var taken: String {
        creation(
            response: #"{ "status": 409, "json": { "error": { "message": "Ada is taken" } } }"#,
            end:
                #""error": { "type": "conflict", "status": 409, "message": "there is such a record already: Ada is taken" }"#
        )
    }

    private var got: String {
        """
        {
          "action": "get_record",
          "connection": \(credentials),
          "input": { "id": "r/1" },
          "exchanges": [
            {
              "request": {
                "method": "GET",
                "url": "\(baseURL)/records/r%2F1"\(headers())
              },
              "response": { "status": 200, "json": { "id": "r/1", "name": "Ada" } }
            }
          ],
          "output": { "id": "r/1", "name": "Ada" }
        }

        """
    }

    private var pages: String {
        """
        "exchanges": [
            {
              "request": { "method": "GET", "url": "\(baseURL)/records?updated_since=2024-01-01T00%3A00%3A00Z" },
              "response": {
                "status": 200,
                "json": {
                  "records": [{ "id": "r1", "name": "Ada", "updated_at": "2024-01-02T08:00:00Z" }],
                  "next_cursor": "c2"
                }
              }
            },
            {
              "request": {
                "method": "GET",
                "url": "\(baseURL)/records?updated_since=2024-01-01T00%3A00%3A00Z&cursor=c2"
              },
              "response": {
                "status": 200,
                "json": {
                  "records": [{ "id": "r2", "name": "Bo", "updated_at": "2024-01-03T08:00:00Z" }],
                  "next_cursor": null
                }
              }
            }
          ]
        """
    }

    private var listed: String {
        """
        {
          "action": "list_records",
          "connection": \(credentials),
          "input": { "updated_since": "2024-01-01T00:00:00Z" },
          \(pages),
          "output": {
            "items": [
              { "id": "r1", "name": "Ada", "updated_at": "2024-01-02T08:00:00Z" },
              { "id": "r2", "name": "Bo", "updated_at": "2024-01-03T08:00:00Z" }
            ],
            "count": 2,
            "more": false
          }
        }

        """
    }

    private var polled: String {
        """
        {
          "trigger": "new_record",
          "cursor": "2024-01-01T00:00:00Z",
          "connection": \(credentials),
          \(pages),
          "output": {
            "events": [
              {
                "key": "r1@2024-01-02T08:00:00Z",
                "event": { "id": "r1", "name": "Ada", "updated_at": "2024-01-02T08:00:00Z" }
              },
              {
                "key": "r2@2024-01-03T08:00:00Z",
                "event": { "id": "r2", "name": "Bo", "updated_at": "2024-01-03T08:00:00Z" }
              }
            ],
            "cursor": "2024-01-03T08:00:00Z"
          }
        }

        """
    }

    private var readme: String {
        """
        # \(title)

        What the system is, and where its keys come from.

        1. Change `connector.json`: the address, the way to sign in, the actions. `galley connectors check \(name)` shows mistakes.
        2. Make a connection: `galley connections add NAME --connector \(name)`, then `galley connections test NAME`.
        3. Call the real system: `galley connectors try \(name).get_record --input '{"id": "…"}'` shows request and answer.
        4. Keep what you saw as a fixture in `fixtures/`: `galley connectors test \(name)` plays it from then on.

        | Action | What it does | When it is repeated |
        |---|---|---|
        | `create_record` | makes a record | same record, made once |
        | `get_record` | one record by its id | changes nothing |
        | `list_records` | all records, or those changed since a time, page by page | changes nothing |

        | Trigger | When it starts a recipe |
        |---|---|
        | `new_record` | for each record that is made, and again each time it is changed |

        """
    }
}
