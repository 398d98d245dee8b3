// The answer of a described operation: the step's output, or the fault that it is.

import ConnectorKit
import JSONCore
import RecipeLanguage
import XML

extension DescribedCall {
    /// The step's output.
    /// - Parameter saving: takes what is binary.
    /// - Throws: `soap_fault` with a typed detail, or what is wrong with the answer.
    func output(_ answer: HTTPAnswer, _ saving: AttachmentSaving? = nil) throws -> JSON {
        // A one-way operation has nothing to say, whatever the status of its success.
        if operation.output == nil, answer.body.isEmpty, (200..<300).contains(answer.status) { return .object([:]) }
        let reading = SOAPAnswer(answer, effect: effect, saving: saving)
        let envelope = try reading.envelope { (detail, outer) throws(XMLError) in try self.detail(detail, outer) }
        guard let envelope, let message = operation.output else { return .object([:]) }
        var output = try reading.reading { () throws(XMLError) -> JSONObject in
            try self.output(envelope, message, saving)
        }
        Self.add(envelope.attachments, of: message, to: &output, saving)
        guard let saving else { return .object(output) }
        return try saving.withFiles(.object(output))
    }

    /// Puts attachments that the message doesn't refer to into the output: those of the WSDL under their names.
    private static func add(
        _ attachments: [MultipartMessage.Attachment], of message: SOAPOperation.Message, to output: inout JSONObject,
        _ saving: AttachmentSaving?
    ) {
        var rest = attachments
        // By their Content-IDs (WS-I Attachments Profile 1.0, R2933), else in their order.
        let names = message.attachments.filter { output[$0] == nil }
        let unnamed = names.filter { name in
            guard let place = rest.firstIndex(where: { $0.contentID?.hasPrefix("\(name)=") == true }) else {
                return true
            }
            output[name] = .string(rest.remove(at: place).text)
            return false
        }
        for name in unnamed where !rest.isEmpty { output[name] = .string(rest.removeFirst().text) }
        if !rest.isEmpty { output[MessageSchemas.attachmentsMember] = .array(rest.map { $0.json(saving) }) }
    }

    private func output(
        _ envelope: SOAPEnvelope, _ message: SOAPOperation.Message, _ saving: AttachmentSaving?
    ) throws(XMLError) -> JSONObject {
        let body = try resolved(envelope.body, isEncoded: message.isEncoded)
        var reader = MessageReader(
            catalog, outer: envelope.outer, isEncoded: message.isEncoded,
            binary: saving.map { saving in { saving.saving($0) } })
        var object: JSONObject
        let isFlat: Bool
        do throws(DescriptionError) { isFlat = try message.isFlat(catalog) } catch {
            throw XMLError(.unwritable, error.description)
        }
        if isFlat, let part = message.parts.first {
            guard let root = body.first else { throw XMLError(.malformed, "its Body is empty") }
            guard root.name == part.name.name else {
                throw XMLError(
                    .malformed, "its Body holds <\(root.name.prefix(60))> where <\(part.name.name)> must stand",
                    line: Int(root.line))
            }
            let value = try reader.value(root, part.type)
            object = value.object ?? [:]
        } else if message.wrapper != nil {
            // Whatever the element around the parts is called: servers differ, and there is just one.
            guard let root = body.first else { throw XMLError(.malformed, "its Body is empty") }
            object = try reader.parts(of: Self.withoutResultName(root), message.parts)
        } else {
            try Self.check(body, message.parts)
            object = try reader.members(body, message.parts)
        }
        if !message.headers.isEmpty, !envelope.headers.isEmpty {
            let headers = try reader.members(envelope.headers, message.headers)
            object[MessageSchemas.headersMember] = .object(headers)
        }
        return object
    }

    /// What stands in a body has to be the elements of its parts. As those inside it they may be of another namespace.
    private static func check(_ body: [XMLElement], _ parts: [ElementUse]) throws(XMLError) {
        guard let first = parts.first else { return }
        if body.isEmpty, parts.contains(where: { $0.occurs.least > 0 }) {
            throw XMLError(.malformed, "its Body is empty")
        }
        for element in body where !parts.contains(where: { $0.name.name == element.name }) {
            throw XMLError(
                .malformed, "its Body holds <\(element.name.prefix(60))> where <\(first.name.name)> must stand",
                line: element.line > 0 ? Int(element.line) : nil)
        }
        if let missing = parts.first(where: { part in
            part.occurs.least > 0 && !body.contains { $0.name == part.name.name }
        }) {
            throw XMLError(.malformed, "its Body has no <\(missing.name.name)>")
        }
    }

    /// With references resolved where the encoding has them: elsewhere an `href` is a value like others.
    private func resolved(_ elements: [XMLElement], isEncoded: Bool) throws(XMLError) -> [XMLElement] {
        let encodings = [QName.encodingNamespace, QName.encodingNamespace12]
        let saysSo = elements.contains { element in
            element.attribute("encodingStyle", namespace: settings.version.namespace).map { encodings.contains($0) }
                ?? false
        }
        return isEncoded || saysSo ? try MultiReferences.resolved(elements) : elements
    }

    /// SOAP 1.2 lets an answer say which of its parts is the result (part 2 §4.2.1); the WSDL says so already.
    private static func withoutResultName(_ root: XMLElement) -> XMLElement {
        var root = root
        root.children.removeAll { node in
            guard case .element(let element) = node else { return false }
            return element.name == "result" && element.namespace == "http://www.w3.org/2003/05/soap-rpc"
        }
        return root
    }

    /// The value of a fault's detail: elements that a schema describes are typed.
    private func detail(_ detail: XMLElement, _ outer: [XMLNamespace]) throws(XMLError) -> JSON {
        let isEncoded = operation.output?.isEncoded ?? false
        let inner = try resolved(detail.elements, isEncoded: isEncoded)
        guard !inner.isEmpty else { return try detail.json() }
        var reader = MessageReader(catalog, outer: outer + detail.declarations, isEncoded: isEncoded)
        return .object(try reader.details(inner, operation.faults.compactMap(\.detail)))
    }
}
