// Faults of both versions, in one shape.

import ConnectorKit
import JSONCore
import XML

/// What a service says went wrong.
struct SOAPFault: Sendable, Equatable {
    /// `Client`, `Server` … in SOAP 1.1, `Sender`, `Receiver` … in SOAP 1.2, or the service's own; without a prefix.
    let code: String
    /// Narrower codes, outermost first (SOAP 1.2).
    let subcodes: [String]
    /// The reason in words; of several languages English where there is one.
    let string: String
    /// Who found it: `faultactor`, or `Node`.
    let actor: String?
    /// In which role (SOAP 1.2).
    let role: String?
    let detail: JSON

    /// The first element of the detail, which tells a service's own faults apart; nil when there is none.
    let name: String?

    /// nil unless the body is a fault.
    /// - Parameter read: gives the detail's value.
    init?(_ envelope: SOAPEnvelope, detail read: (XMLElement) throws(XMLError) -> JSON) throws(XMLError) {
        guard
            let fault = envelope.body.first(where: { $0.name == "Fault" && $0.namespace == envelope.version.namespace })
        else { return nil }
        let detailElement: XMLElement?
        switch envelope.version {
        case .v11:
            code = Self.localName(fault.first("faultcode"))
            subcodes = []
            string = fault.first("faultstring")?.trimmedText ?? ""
            (actor, role) = (Self.filled(fault.first("faultactor")), nil)
            detailElement = fault.first("detail")
        case .v12:
            let reasons = fault.first("Reason")?.all("Text") ?? []
            let english = reasons.first {
                $0.attribute("lang", namespace: XMLNamespace.xml)?.lowercased().hasPrefix("en") ?? false
            }
            code = Self.localName(fault.at("Code", "Value"))
            var (subcodes, level): ([String], XMLElement?) = ([], fault.at("Code", "Subcode"))
            while let current = level {
                subcodes.append(Self.localName(current.first("Value")))
                level = current.first("Subcode")
            }
            self.subcodes = subcodes
            string = (english ?? reasons.first)?.trimmedText ?? ""
            (actor, role) = (Self.filled(fault.first("Node")), Self.filled(fault.first("Role")))
            detailElement = fault.first("Detail")
        }
        guard var detailElement else {
            (detail, name) = (.null, nil)
            return
        }
        // Attributes of the wrapper are the protocol's business; what counts is inside.
        detailElement.attributes = []
        // Prefixes inside values, like those of types, may be declared further out.
        detailElement.declarations = envelope.outer + fault.declarations + detailElement.declarations
        name = detailElement.elements.first?.name
        detail = try read(detailElement)
    }

    /// The failure for the recipe.
    ///
    /// A fault is a definite answer, but one that is the service's own (SOAP 1.1 §4.4.1 `Server`, 1.2 `Receiver`, HTTP 503)
    /// may have come after it acted: what is repeatable keeps its idempotency key.
    func error(answer: HTTPAnswer, isRepeatable: Bool) -> ConnectorError {
        let isOfService =
            ["Server", "Receiver"].contains(code.split(separator: ".").first.map { String($0) } ?? "")
            || (502...504).contains(answer.status)
        var details: JSONObject = ["code": .string(code), "string": .string(string)]
        if !subcodes.isEmpty { details["subcodes"] = .array(subcodes.map { .string($0) }) }
        details["actor"] = actor.map { .string($0) }
        details["role"] = role.map { .string($0) }
        details["fault"] = name.map { .string($0) }
        details["detail"] = detail
        let reason = string.isEmpty ? "no reason given" : Self.line(string)
        return ConnectorError(
            type: "soap_fault",
            "the service answered with the fault \(code.isEmpty ? "" : Self.line(code) + ": ")\(reason)",
            status: answer.status, retryAfter: answer.retryAfter,
            isTransient: answer.status == 429 || answer.status == 503,
            outcome: isOfService && isRepeatable ? .unknown : .refused, details: .object(details))
    }

    /// `o:OutOfStock` without its prefix; addresses, which some services give as codes, stay whole.
    private static func localName(_ element: XMLElement?) -> String {
        let text = element?.trimmedText ?? ""
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        return parts.count == 2 && !parts[1].contains("/") ? String(parts[1]) : text
    }

    private static func filled(_ element: XMLElement?) -> String? {
        element.map { $0.trimmedText }.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// One line, at most 300 characters, without control characters: it goes into a message.
    private static func line(_ text: String) -> String {
        String(text.unicodeScalars.prefix(300).map { $0.value < 0x20 || $0.value == 0x7F ? " " : Character($0) })
    }
}
