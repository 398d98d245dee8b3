// `graphql`: any GraphQL interface, with typed errors and lists gathered by their cursors.

import ConnectorKit
import JSONCore
import RecipeLanguage

extension NativeConnector {
    /// Asks GraphQL interfaces.
    public static let graphql = NativeConnector(
        name: "graphql", title: "GraphQL",
        summary:
            "Sends queries and mutations with variables to a GraphQL interface; errors hidden in a 200 are errors.",
        docs: "https://spec.graphql.org/October2021/",
        settings: .object([
            .string("url", required: true, "the interface: https://api.example.com/graphql"),
            .member("headers", .object([], open: true), "sent with every call"),
        ]), actions: [QueryGraphQL(), MutateGraphQL()],
        test: { context in
            // Every interface has this field (§4.4).
            let call = try GraphQLCall(ActionInput(["query": "{ __typename }"]), context, kind: .query)
            _ = try await call.send([:])
        })
}

/// What both actions take.
enum GraphQLInput {
    static let document: [Schema.Property] = [
        .string("query", required: true, "the document, with $name where values go"),
        .member("variables", .object([], open: true), "the values of its variables"),
        .string("operation_name", "which operation is meant, when the document has several"),
        .string("url", "the interface; that of the connection when left out"),
    ]
    static let options: [Schema.Property] = [
        .boolean("partial", "true: data that comes with errors is taken, and both are in the output"),
        .number("timeout", "seconds for one call; 120 when left out"),
    ]
}

/// `graphql.query`.
struct QueryGraphQL: Action {
    static let mostItems = 100_000
    static let mostPages = 1_000

    let spec = OperationSpec(
        name: "query", title: "Query data",
        summary:
            "Sends a query. With \"list\", the path of a connection with pageInfo, all of its pages are gathered into items.",
        effect: .read,
        input: .object(
            GraphQLInput.document + [
                .string(
                    "list",
                    "a list to gather page by page, by its path in data: \"repository.issues\"; the query has to ask for nodes or edges, and pageInfo { hasNextPage endCursor }"
                ),
                .string(
                    "cursor_variable", "the variable that takes the cursor of the next page; \"after\" when left out"),
                .integer("limit", "the most records of the list; 1,000 when left out, at most 100,000"),
            ] + GraphQLInput.options),
        output: .object([
            .any("data", required: true, "of the last page, with a list"),
            .member("errors", .array(.object([], open: true)), "with partial"),
            .member("items", .array(.any), "with list: the records"), .integer("count", "with list"),
            .boolean("more", "with list: whether there are further records"),
        ]),
        examples: [
            [
                "query":
                    "query ($owner: String!, $after: String) { user(login: $owner) { repositories(first: 100, after: $after) { nodes { name } pageInfo { hasNextPage endCursor } } } }",
                "variables": ["owner": "octocat"], "list": "user.repositories",
            ]
        ])

    func execute(_ input: ActionInput, in context: ActionContext) async throws -> JSON {
        let call = try GraphQLCall(input, context, kind: .query)
        let limit = try input.integer("limit", in: 1...Self.mostItems) ?? 1_000
        guard let list = try input.text("list") else {
            return try await call.send(call.variables).output
        }
        let variable = try input.text("cursor_variable") ?? "after"
        var variables = call.variables
        var items: [JSON] = []
        var seen: Set<JSON> = []
        for _ in 0..<Self.mostPages {
            let answer = try await call.send(variables)
            let page = try GraphQLPage(list, in: answer.data)
            let hasRest = page.items.count > limit - items.count
            items += page.items.prefix(limit - items.count)
            let isFull = items.count >= limit
            guard let next = page.next, !isFull else {
                var output = answer.output.object ?? [:]
                (output["items"], output["count"]) = (.array(items), .integer(items.count))
                output["more"] = .bool(page.next != nil || hasRest)
                return .object(output)
            }
            // The same cursor again would be asked for ever.
            guard seen.insert(next).inserted, next != variables[variable] else {
                throw ConnectorError(
                    type: "bad_answer",
                    "\"\(list)\" gave the same next page twice, so it would never end; does the query hand $\(variable) to it?"
                )
            }
            variables[variable] = next
            try Task.checkCancellation()
        }
        throw ConnectorError(
            type: "too_large", "\"\(list)\" has more than \(Self.mostPages) pages; ask for larger pages or give a limit"
        )
    }
}

/// `graphql.mutate`.
struct MutateGraphQL: Action {
    let spec = OperationSpec(
        name: "mutate", title: "Change data", summary: "Sends a mutation.", effect: .unsafe,
        effectOfInput: EffectRule(member: "effect", effects: ["IDEMPOTENT": .idempotent]),
        input: .object(
            GraphQLInput.document + GraphQLInput.options + [
                .string("effect", "what a repeat does: unsafe when left out", choices: ["idempotent", "unsafe"])
            ]),
        output: .object([
            .any("data", required: true), .member("errors", .array(.object([], open: true)), "with partial"),
        ]),
        examples: [
            [
                "query": "mutation ($title: String!) { createIssue(input: { title: $title }) { issue { id } } }",
                "variables": ["title": "{{ mail.subject }}"],
            ]
        ])

    func execute(_ input: ActionInput, in context: ActionContext) async throws -> JSON {
        let call = try GraphQLCall(
            input, context, kind: .mutation, isRepeatable: spec.effect(of: .object(input.members)).isRepeatable)
        return try await call.send(call.variables).output
    }
}

/// One page of a list: a connection as the Cursor Connections specification has it.
private struct GraphQLPage {
    let items: [JSON]
    /// nil: this was the last.
    let next: JSON?

    init(_ path: String, in data: JSON) throws(ConnectorError) {
        var value = data
        for step in path.split(separator: ".") {
            guard let inner = value[String(step)] else {
                throw ConnectorError(
                    type: "bad_input",
                    "the answer has no \"\(step)\" where \"list\" (\(path)) looks for it; does the query ask for it?")
            }
            value = inner
        }
        guard !value.isNull else {
            (items, next) = ([], nil)
            return
        }
        if let nodes = value["nodes"]?.array {
            items = nodes
        } else if let edges = value["edges"]?.array {
            items = edges.map { $0["node"] ?? .null }
        } else {
            throw ConnectorError(
                type: "bad_input", "\"\(path)\" has neither nodes nor edges; the query has to ask for one of them")
        }
        guard let info = value["pageInfo"], let hasNext = info["hasNextPage"]?.bool else {
            throw ConnectorError(
                type: "bad_input", "\"\(path)\" has no pageInfo { hasNextPage endCursor }; the query has to ask for it")
        }
        let cursor = info["endCursor"] ?? .null
        guard !hasNext || !cursor.isNull else {
            throw ConnectorError(
                type: "bad_answer", "\"\(path)\" says that there is another page, but gives no endCursor for it")
        }
        // (`nil` beside a JSON would be JSON's null.)
        next = hasNext ? .some(cursor) : .none
    }
}
