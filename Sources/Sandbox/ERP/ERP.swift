// The billing system (ERP) behind SOAP 1.1: reads envelopes, runs operations, writes answers and faults.

import JSONCore
import XML

struct ERP: SandboxApp {
    let name = "erp"
    let user: String
    let password: String

    static let envelopeNamespace = "http://schemas.xmlsoap.org/soap/envelope/"

    /// The WSDL is for everyone; the rest asks for basic auth.
    func authorize(_ request: SandboxRequest) throws(Refusal) {
        guard !asksForWSDL(request), !request.hasBasic(user: user, password: password) else { return }
        throw Refusal(401, "Unauthorized", "a user with a password is needed here")
    }

    func operation(for request: SandboxRequest) throws(Refusal) -> SandboxOperation {
        guard request.segments.count == 1 else {
            throw Refusal(404, "NoSuchPath", "nothing is served at \(request.path); the service is /erp")
        }
        if asksForWSDL(request) {
            let host = request.header("host") ?? "127.0.0.1"
            return SandboxOperation(name: "wsdl", changes: false, idempotencyKey: nil) { _ in
                SandboxAnswer(
                    status: 200, contentType: "text/xml; charset=utf-8",
                    body: Array(WSDL.document(location: "http://\(host)/erp").utf8))
            }
        }
        guard request.method == "POST" else {
            throw Refusal(405, "MethodNotAllowed", "/erp takes POST with a SOAP envelope; /erp?wsdl describes it")
        }
        let envelope = try SOAPEnvelope(reading: request)
        guard envelope.body.namespace == ERPOperation.namespace,
            let operation = ERPOperation(rawValue: envelope.body.name)
        else {
            throw Refusal(
                500, "InvalidRequest",
                "\"\(envelope.body.name)\" is no operation of this service (namespace \(ERPOperation.namespace))")
        }
        let input = try ERPInput(envelope.body, of: operation)
        return SandboxOperation(
            name: operation.operationName, changes: operation.changes,
            idempotencyKey: envelope.idempotencyKey ?? request.header("idempotency-key")
        ) { records in
            let output = try ERPLedgerBook(records: records).run(operation, input)
            return try Self.answer(Self.element(operation.rawValue + "Response", operation.output, output.fields))
                .with(subject: output.subject)
        }
    }

    func answer(to refusal: Refusal) -> SandboxAnswer {
        // The idempotency store is shared with the REST apps and speaks their words.
        let code = refusal.code == "idempotency_key_reused" ? "IdempotencyKeyReused" : refusal.code
        let status = refusal.code == "idempotency_key_reused" ? 500 : refusal.status
        // The binding answers every fault with 500, also those that are the caller's.
        let isCallersFault = (status == 500 && code != "made_to_fail") || status == 401
        let soapCodes = ["VersionMismatch", "MustUnderstand"]
        let faultCode = soapCodes.contains(code) ? code : isCallersFault ? "Client" : "Server"
        var detail = XMLElement("detail")
        if ERPOperation.faults.contains(code) {
            detail.children = [
                .element(
                    XMLElement(
                        code, namespace: ERPOperation.namespace, prefix: "erp",
                        children: refusal.details.map { entry in
                            .element(
                                XMLElement(
                                    entry.key, namespace: ERPOperation.namespace, prefix: "erp",
                                    text: entry.value.string ?? entry.value.compact))
                        }))
            ]
        }
        let fault = XMLElement(
            "Fault", namespace: Self.envelopeNamespace, prefix: "soap",
            children: [
                .element(XMLElement("faultcode", text: "soap:\(faultCode)")),
                .element(XMLElement("faultstring", text: refusal.message)),
            ] + (detail.children.isEmpty ? [] : [.element(detail)]))
        guard var answer = try? Self.answer(fault) else {
            return SandboxAnswer(status: 500, contentType: "text/plain", body: Array("the fault can't be written".utf8))
        }
        answer.status = status
        if status == 401 { answer.headers.append(("WWW-Authenticate", "Basic realm=\"erp\"")) }
        if let retryAfter = refusal.retryAfter { answer.headers.append(("Retry-After", String(retryAfter))) }
        return answer
    }

    private func asksForWSDL(_ request: SandboxRequest) -> Bool {
        request.method == "GET" && request.query.contains { $0.name.lowercased() == "wsdl" }
    }

    private static func answer(_ body: XMLElement) throws -> SandboxAnswer {
        let envelope = XMLElement(
            "Envelope", namespace: envelopeNamespace, prefix: "soap",
            children: [
                .element(XMLElement("Body", namespace: envelopeNamespace, prefix: "soap", children: [.element(body)]))
            ])
        return SandboxAnswer(status: 200, contentType: "text/xml; charset=utf-8", body: try envelope.write())
    }

    /// The answer's element: the given fields in the order of the interface, those without a value left out.
    private static func element(_ name: String, _ fields: [ERPField], _ values: JSONObject) -> XMLElement {
        var children: [XMLNode] = []
        for field in fields {
            guard let value = values[field.name], !value.isNull else { continue }
            if case .list(let inner) = field.kind {
                children += (value.array ?? []).map { .element(element(field.name, inner, $0.object ?? [:])) }
            } else {
                let text = value.string ?? value.compact
                children.append(
                    .element(XMLElement(field.name, namespace: ERPOperation.namespace, prefix: "erp", text: text)))
            }
        }
        return XMLElement(name, namespace: ERPOperation.namespace, prefix: "erp", children: children)
    }
}

extension SandboxAnswer {
    func with(subject: String?) -> SandboxAnswer {
        var answer = self
        answer.subject = subject
        return answer
    }
}

/// A SOAP 1.1 request.
struct SOAPEnvelope {
    /// The first element in the body.
    let body: XMLElement
    /// From the header element `IdempotencyKey`.
    let idempotencyKey: String?

    /// Some hundred bytes for each element: far more than any order has, and little memory.
    private static var limits: XMLLimits {
        var limits = XMLLimits()
        limits.nodes = 100_000
        return limits
    }

    init(reading request: SandboxRequest) throws(Refusal) {
        let root: XMLElement
        do {
            root = try XMLElement.parse(request.body, limits: Self.limits)
        } catch {
            throw Refusal(500, "InvalidRequest", "the envelope is not XML: \(error)")
        }
        guard root.name == "Envelope", root.namespace == ERP.envelopeNamespace else {
            throw Refusal(500, "VersionMismatch", "the root has to be a SOAP 1.1 Envelope (\(ERP.envelopeNamespace))")
        }
        // One that reads another Body than somebody between did lets through what was held back.
        let parts = root.elements.map { $0.namespace == ERP.envelopeNamespace ? $0.name : "" }
        guard parts == ["Body"] || parts == ["Header", "Body"] else {
            throw Refusal(
                500, "InvalidRequest", "the envelope needs one Body, perhaps after one Header, and nothing else")
        }
        var key: String?
        for header in root.first("Header", namespace: ERP.envelopeNamespace)?.elements ?? [] {
            if header.namespace == ERPOperation.namespace, header.name == "IdempotencyKey" {
                key = header.trimmedText
            } else if ["1", "true"].contains(header.attribute("mustUnderstand", namespace: ERP.envelopeNamespace)) {
                throw Refusal(500, "MustUnderstand", "the header \"\(header.name)\" isn't understood here")
            }
        }
        guard let body = root.first("Body", namespace: ERP.envelopeNamespace)?.elements, body.count == 1 else {
            throw Refusal(500, "InvalidRequest", "the envelope needs a Body with one element")
        }
        (self.body, idempotencyKey) = (body[0], key)
    }
}
