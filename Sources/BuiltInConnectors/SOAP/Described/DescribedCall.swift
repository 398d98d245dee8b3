// One call of a described operation: the envelope from a step's input, the output from the answer.

import ConnectorKit
import JSONCore
import RecipeLanguage
import XML

/// An operation, ready to be called.
struct DescribedCall: Sendable {
    let operation: SOAPOperation
    let settings: DescribedSettings
    let effect: Effect
    private let keyHeader: String?
    private let catalog: MessageCatalog

    init(
        _ operation: SOAPOperation, _ service: DescribedService, _ settings: DescribedSettings, effect: Effect,
        keyHeader: String?
    ) throws(ConnectorError) {
        (self.operation, self.settings, self.effect) = (operation, settings, effect)
        self.keyHeader = keyHeader
        catalog = try service.catalog()
    }

    // MARK: - The request

    /// How the connection signs in below the envelope. An envelope that is cut short is no XML, and one in parts ends with a
    /// boundary: answers needn't say how long they are.
    func sendOptions(_ connection: Connection?, _ proof: DescribedSignIn.Proof) -> SendOptions {
        let isInside = connection.map { SecurityHeader.isUsed($0, scheme: proof.scheme) } ?? false
        return SendOptions(
            scheme: isInside ? ["type": "none"] : proof.scheme, limits: settings.limits, answersShowTheirEnd: true)
    }

    /// The request, without credentials beside its envelope.
    /// - Parameters:
    ///   - input: typed by the action's schema.
    ///   - address: made of the connection's settings; nil for the one in them or in the WSDL.
    ///   - proof: what it signs in with.
    func request(
        _ input: JSON, address: String?, _ proof: DescribedSignIn.Proof, in context: ActionContext
    ) throws -> HTTPRequest {
        let connection = context.connection
        let given = connection?.settings["url"]?.string.flatMap { $0.isEmpty ? nil : $0 }
        guard let url = given ?? address ?? settings.address else {
            throw ConnectorError(
                type: "bad_input", "the WSDL gives no address of the service: put it into \"url\" of the connection")
        }
        guard HTTPOrigin(of: url) != nil else {
            throw ConnectorError(
                type: "bad_input", "the service's address must start with https:// or http:// and a host name")
        }
        let binaries = settings.mtom ? BinaryParts() : nil
        var object = input.object ?? [:]
        var headersInput = object[MessageSchemas.headersMember]?.object ?? [:]
        for header in operation.input.headers {
            if let value = proof.headers[header.key] { headersInput[header.key] = value }
        }
        if effect == .keyed, let keyHeader { headersInput[keyHeader] = .string(context.idempotencyKey) }
        object[MessageSchemas.headersMember] = nil
        var attachments: [MultipartMessage.Part] = []
        for name in operation.input.attachments {
            guard let value = object[name], !value.isNull else { continue }
            object[name] = nil
            guard let bytes = value.string.flatMap({ Base64Text.decode($0) }) else {
                throw ConnectorError(type: "bad_input", "\"\(name)\" must be base64: it travels as an attachment")
            }
            attachments.append(
                MultipartMessage.Part(contentID: "\(name)=galley@galley", contentType: nil, bytes: bytes))
        }
        var envelope: SOAPEnvelope
        do throws(MessageMistake) {
            envelope = SOAPEnvelope(
                version: settings.version, headers: try headers(headersInput), body: try body(object, binaries))
        } catch {
            throw ConnectorError(type: "bad_input", "the input of \(operation.name) does not fit: \(error.description)")
        }
        if let token = try SecurityHeader(connection, scheme: proof.scheme, at: proof.moment) {
            envelope.headers.append(token.element(settings.version))
        }
        if settings.addressing {
            envelope.headers += AddressingHeaders.elements(
                action: operation.addressingAction ?? operation.action ?? "", to: url, key: context.idempotencyKey)
        }
        for part in binaries?.parts ?? [] {
            attachments.append(
                MultipartMessage.Part(
                    contentID: part.id, contentType: nil, bytes: Base64Text.decode(part.base64) ?? []))
        }
        let bytes: [UInt8]
        do throws(XMLError) { bytes = try envelope.element.write() } catch {
            throw ConnectorError(type: "bad_input", "the request can't be written as XML: \(error.description)")
        }
        var request = HTTPRequest(
            "POST", url, headers: settings.version.headers(action: Self.quotable(operation.action)), body: bytes,
            isRepeatable: effect.isRepeatable, permissions: connection?.network ?? NetworkPermissions())
        if settings.mtom || !attachments.isEmpty {
            let (body, type) = MultipartMessage.body(
                envelope: bytes, version: settings.version, action: Self.quotable(operation.action),
                isXOP: settings.mtom, attachments: attachments)
            request.body = body
            request.setHeader("Content-Type", type)
            request.setHeader("Accept", "multipart/related, text/xml, application/soap+xml")
        }
        if effect == .keyed, keyHeader == nil { request.setHeader("Idempotency-Key", context.idempotencyKey) }
        return request
    }

    /// An action from a WSDL goes between quotes in a header.
    private static func quotable(_ action: String?) -> String? {
        action.map { $0.filter { $0 != "\"" && $0 != "\\" && $0.isASCII && $0 >= " " } }
    }

    private func body(_ input: JSONObject, _ binaries: BinaryParts?) throws(MessageMistake) -> [XMLElement] {
        let message = operation.input
        let encoding = settings.version == .v12 ? QName.encodingNamespace12 : QName.encodingNamespace
        let writer = MessageWriter(
            catalog, isEncoded: message.isEncoded, encodingNamespace: encoding, binaries: binaries)
        let isFlat: Bool
        do throws(DescriptionError) { isFlat = try message.isFlat(catalog) } catch {
            throw MessageMistake.broken(error)
        }
        if isFlat, let part = message.parts.first { return try writer.root(part, .object(input)) }
        var elements: [XMLElement] = []
        var rest = input
        for part in message.parts {
            elements += try writer.part(part, rest[part.key])
            rest[part.key] = nil
        }
        if let unknown = rest.keys.first { throw MessageMistake.unknown(unknown, known: message.parts.map(\.key)) }
        guard let wrapper = message.wrapper else { return elements }
        var root = XMLElement(wrapper.name, namespace: wrapper.namespace, prefix: "m")
        root.children = elements.map { .element($0) }
        if message.isEncoded {
            root.attributes.append(
                XMLAttribute("encodingStyle", encoding, namespace: settings.version.namespace, prefix: "soap"))
        }
        return [root]
    }

    private func headers(_ input: JSONObject) throws(MessageMistake) -> [XMLElement] {
        let writer = MessageWriter(catalog)
        var (elements, rest): ([XMLElement], JSONObject) = ([], input)
        for header in operation.input.headers {
            if let value = rest[header.key], !value.isNull {
                do throws(MessageMistake) { elements += try writer.elements(header, value) } catch {
                    throw error.inMember(MessageSchemas.headersMember)
                }
            }
            rest[header.key] = nil
        }
        if let unknown = rest.keys.first {
            throw MessageMistake.unknown(unknown, known: operation.input.headers.map(\.key))
                .inMember(MessageSchemas.headersMember)
        }
        return elements
    }

    // MARK: - The answer

    /// The step's output.
    /// - Throws: `soap_fault` with a typed detail, or what is wrong with the answer.
    func output(_ answer: HTTPAnswer) throws(ConnectorError) -> JSON {
        // A one-way operation has nothing to say, whatever the status of its success.
        if operation.output == nil, answer.body.isEmpty, (200..<300).contains(answer.status) { return .object([:]) }
        let reading = SOAPAnswer(answer, effect: effect)
        let envelope = try reading.envelope { (detail) throws(XMLError) in try self.detail(detail) }
        guard let envelope, let message = operation.output else { return .object([:]) }
        return try reading.reading { () throws(XMLError) in try output(envelope, message) }
    }

    private func output(_ envelope: SOAPEnvelope, _ message: SOAPOperation.Message) throws(XMLError) -> JSON {
        let body = try resolved(envelope.body, isEncoded: message.isEncoded)
        var reader = MessageReader(catalog, outer: envelope.outer)
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
            object = try reader.members(body, message.parts)
        }
        if !message.headers.isEmpty, !envelope.headers.isEmpty {
            let headers = try reader.members(envelope.headers, message.headers)
            object[MessageSchemas.headersMember] = .object(headers)
        }
        return .object(object)
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
    private func detail(_ detail: XMLElement) throws(XMLError) -> JSON {
        let inner = try resolved(detail.elements, isEncoded: operation.output?.isEncoded ?? false)
        guard !inner.isEmpty else { return try detail.json() }
        var reader = MessageReader(catalog, outer: detail.declarations)
        return .object(try reader.details(inner, operation.faults.compactMap(\.detail)))
    }
}
