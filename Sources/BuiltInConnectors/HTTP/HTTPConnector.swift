// `http`: any interface over HTTP, request by request.

import ConnectorKit
import JSONCore
import RecipeLanguage

extension NativeConnector {
    /// Calls web interfaces for which there is no connector of their own.
    public static let http = NativeConnector(
        name: "http", title: "HTTP",
        summary:
            "Calls any web interface: sends JSON, forms, files or text and reads the answer. A connection gives the "
            + "base URL and the credentials, which go to that system only.",
        settings: .object([
            .string("base_url", required: true, "where every call of this connection goes: https://api.example.com/v1"),
            .member("headers", .object([], open: true), "sent with every call"),
        ]),
        actions: [
            HTTPAction("get", "GET", "Get", "Reads from a URL.", .read),
            HTTPAction("post", "POST", "Post", "Sends data to a URL, usually to create something.", .unsafe),
            HTTPAction("put", "PUT", "Put", "Replaces what is at a URL.", .idempotent),
            HTTPAction("patch", "PATCH", "Patch", "Changes what is at a URL.", .unsafe),
            HTTPAction("delete", "DELETE", "Delete", "Removes what is at a URL.", .idempotent),
            HTTPAction("request", nil, "Send a request", "Sends a request with any method.", .unsafe),
        ])
}

/// One action of `http`; they differ in method and effect.
struct HTTPAction: Action {
    /// nil: the input's `method`.
    let method: String?
    let spec: OperationSpec

    init(_ name: String, _ method: String?, _ title: String, _ summary: String, _ effect: Effect) {
        self.method = method
        var members: [Schema.Property] =
            method == nil ? [.string("method", required: true, "GET, POST, PUT, …")] : []
        members += HTTPInput.target
        if method != "GET" { members += HTTPInput.bodies }
        members += HTTPInput.options
        if effect != .read { members += HTTPInput.repetition }
        spec = OperationSpec(
            name: name, title: title, summary: summary, effect: effect,
            effectOfInput: effect == .read ? HTTPSaving.rule : Self.rule(asksMethod: method == nil),
            input: .object(members),
            output: .object([
                .integer("status", required: true, "200, 404, …"),
                .member("headers", .object([], open: true), required: true, "names in lower case"),
                .any("body", required: true, "JSON as data, text as text, anything else as base64; null with a file"),
                .string("file", "with save_to: the file that holds the body"),
                .integer("size_bytes", "with save_to: of the file"),
                .string("url", required: true, "after redirects"),
            ]),
            examples: [Self.example(method)])
    }

    /// What the author says about `effect` wins; a header for our key makes a call `keyed`; then the method decides.
    private static func rule(asksMethod: Bool) -> EffectRule {
        let reading = EffectRule(member: "method", effects: ["GET": .read, "HEAD": .read, "OPTIONS": .read])
        // The rest of the methods don't take `save_to`.
        let methods = EffectRule(
            member: "method",
            effects: ["PUT": .idempotent, "DELETE": .idempotent, "POST": .unsafe, "PATCH": .unsafe],
            otherwise: HTTPSaving.rule(otherwise: reading))
        let header = EffectRule(
            member: "idempotency_header", effects: [EffectRule.anyValue: .keyed], otherwise: asksMethod ? methods : nil)
        return EffectRule(
            member: "effect",
            effects: ["READ": .read, "IDEMPOTENT": .idempotent, "KEYED": .keyed, "UNSAFE": .unsafe], otherwise: header)
    }

    private static func example(_ method: String?) -> JSON {
        switch method {
        case "GET", "DELETE": ["url": "https://api.example.com/leads/17"]
        case nil: ["method": "GET", "url": "https://api.example.com/leads", "query": ["page": 2]]
        default: ["url": "https://api.example.com/leads", "json": ["email": "ada@example.com"]]
        }
    }

    func execute(_ input: ActionInput, in context: ActionContext) async throws -> JSON {
        let options = try HTTPOptions(input)
        var request = try await HTTPRequestBuilder(spec: spec, method: method, input: input, context: context).request()
        let saving = try await HTTPSaving(input, method: request.method, files: context.files)
        request.download = saving?.download
        defer { saving?.discard() }
        let answer = try await context.send(request)
        let output = try options.output(
            of: answer, isRepeatable: request.isRepeatable, hiding: context.connection.flatMap(ConnectionAuth.queryName)
        )
        return try await saving?.finish(output, status: answer.status) ?? output
    }
}

/// The members of the input.
enum HTTPInput {
    static let target: [Schema.Property] = [
        .string("url", "the whole URL; or give a path and a connection"),
        .string("path", "the part behind the connection's base URL: /leads/17"),
        .member(
            "query", .object([], open: true), "what is appended to the URL; a list repeats the name, null leaves it out"
        ),
        .member("headers", .object([], open: true), "headers to send; null leaves one out"),
    ]

    static let bodies: [Schema.Property] = [
        .any("json", "data to send as JSON"),
        .member("form", .object([], open: true), "fields to send as a web form"),
        .string("text", "text to send"),
        .string("xml", "XML to send"),
        .member(
            "multipart",
            .array(
                .object([
                    .string("name", required: true, "the field's name"),
                    .any("value", "its value, for a plain field"),
                    .string("file", "a file of the workspace to send"),
                    .string("text", "the content of a file, as text"),
                    .string("base64", "the content of a file, as base64"),
                    .string("filename", "how the file is called on the other side"),
                    .string("content_type", "application/pdf, …"),
                ])), "fields and files to send as multipart/form-data"),
        .string("base64", "any bytes to send, as base64"),
        .string("body_file", "a file of the workspace to send, of any size"),
        .string("content_type", "the type of the body, when it is not what the member says"),
    ]

    static let options: [Schema.Property] = [
        .string(
            "response", "how to read the answer; auto goes by its type",
            choices: HTTPOptions.Reading.allCases.map(\.rawValue)),
        .string(
            "save_to", "a file of the workspace for the body of a successful answer, of up to 1 GiB (download_bytes)"),
        .boolean("overwrite", "with save_to: whether a file that is there is replaced; true when left out"),
        .number("timeout", "seconds for the whole call; 120 when left out"),
        .integer("redirects", "how many to follow, 0 to 5; 5 when left out"),
        .member("ok_statuses", .array(.integer), "statuses of 400 and above that are no failure: [404]"),
        .boolean("ignore_errors", "true: no status is a failure"),
    ]

    static let repetition: [Schema.Property] = [
        .string(
            "effect", "whether sending it twice does harm; decides what happens after a lost answer",
            choices: ["read", "idempotent", "keyed", "unsafe"]),
        .string("idempotency_header", "the header in which this system takes a key that makes repeats harmless"),
    ]
}
