// `soap.call`: one operation of a service, from JSON to JSON.

import ConnectorKit
import JSONCore
import RecipeLanguage
import XML

/// Sends an envelope and gives the answer's body.
///
/// The body is made, and the answer read, by the rules of `JSONMapping`: members are elements in their order, lists repeat,
/// `@name` is an attribute, `content!` text. In the answer prefixes are dropped, and only what occurs more than once, or is
/// named in `always_list`, is a list.
struct CallSOAP: Action {
    let spec = OperationSpec(
        name: "call", title: "Call a SOAP operation",
        summary: """
            Sends a request made of "body" (or "xml") and gives the answer's body as a value. A fault fails the step with the \
            type "soap_fault"; error.details then holds code, string, actor, role and detail.
            """,
        effect: .unsafe,
        effectOfInput: EffectRule(
            member: "effect",
            effects: ["READ": .read, "IDEMPOTENT": .idempotent, "KEYED": .keyed, "UNSAFE": .unsafe]),
        input: .object([
            .string("url", "the service's address; the connection's when left out, or a path on its host"),
            .string(
                "version", "the version of SOAP: the connection's when left out, else 1.1",
                choices: SOAPVersion.allCases.map(\.rawValue)),
            .string("action", "the SOAPAction, as the service's description has it"),
            .string(
                "namespace", "the URI of the namespace of the operation and, unless \"form\" says otherwise, all inside"
            ),
            .string(
                "operation", "the name of the element in the body; without it the members of \"body\" are the elements"),
            .any("body", "what the operation holds: members become elements in their order"),
            .string("xml", "the body, or a whole envelope, as XML; instead of \"operation\" and \"body\""),
            .string(
                "form",
                "\"qualified\" (when left out): elements inside the operation are in its namespace; \"unqualified\": in none",
                choices: SOAPCallInput.Form.allCases.map(\.rawValue)),
            .member("namespaces", .object([], open: true), "the URI of each prefix that names in body and headers use"),
            .member("headers", .object([], open: true), "SOAP headers, written like the body"),
            .member("http_headers", .object([], open: true), "HTTP headers to add"),
            .member(
                "attachments", .array(.object(AttachmentInput.members)),
                "what travels beside the envelope, which refers to it as cid:ID (SwA; MTOM with xop:Include)"),
            .string(
                "save_to",
                "a file of the workspace for the answer's attachment, of up to 1 GiB; further ones get a number"),
            .boolean("overwrite", "with save_to: whether files that are there are replaced; true when left out"),
            .number("timeout", "seconds for the whole call; 120 when left out"),
            .member(
                "always_list", .array(.string),
                "names of elements in the answer that are lists even when there is just one"),
            .string(
                "effect",
                "what a repeat of the call does: \"read\" (it changes nothing), \"idempotent\" (a repeat changes nothing more), \"keyed\" (the service knows a repeat by its key), \"unsafe\" (when left out: it does it twice)",
                choices: ["read", "idempotent", "keyed", "unsafe"]),
            .string(
                "key_http_header",
                "with \"keyed\", the HTTP header that carries the key; Idempotency-Key when left out"),
            .string(
                "key_soap_header",
                "with \"keyed\", the element of the SOAP header that carries the key, instead of an HTTP header"),
        ]),
        output: .object([
            .any(
                "body", required: true,
                "the elements of the answer's body by their names; null for an answer without one"),
            .any("headers", required: true, "the SOAP headers of the answer"),
            .integer("status", required: true, "the HTTP status"),
            .member(
                "attachments",
                .array(
                    .object([
                        .string("id", "its Content-ID"), .string("content_type"),
                        .string("base64", "its content, without save_to"),
                        .string("file", "with save_to: the file it is in"),
                        .integer("size_bytes", "of the file"),
                    ])), "what came beside the envelope without being referred to in it"),
        ]),
        examples: [
            [
                "url": "https://erp.example/soap", "namespace": "urn:erp", "operation": "FindCustomer",
                "action": "urn:erp/FindCustomer", "body": ["email": "{{ quote.email }}"], "effect": "read",
            ]
        ])

    func execute(_ input: ActionInput, in context: ActionContext) async throws -> JSON {
        let effect = spec.effect(of: .object(input.members))
        let call = try SOAPCallInput(
            input, connection: context.connection, key: effect == .keyed ? context.idempotencyKey : nil)
        let saving = try await AttachmentSaving(input, "save_to", "overwrite", files: context.files)
        defer { saving?.discard() }
        var request = try await BlockingWork.run { _ in
            try call.request(connection: context.connection, isRepeatable: effect.isRepeatable, context)
        }
        request.download = saving?.download
        // An envelope that is cut short is no XML.
        let answer = try await context.send(request, SendOptions(answersShowTheirEnd: true))
        let output = try await XMLWork.run(sizeBytes: saving == nil ? answer.body.count : XMLWork.smallBytes + 1) {
            let output = try SOAPAnswer(answer, effect: effect, saving: saving).output(call.mapping)
            return try saving?.withFiles(output) ?? output
        }
        try await saving?.commit()
        return output
    }
}
