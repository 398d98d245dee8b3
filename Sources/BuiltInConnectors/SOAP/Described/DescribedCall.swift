// One call of a described operation: the request from a step's input.

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
    let catalog: MessageCatalog

    init(
        _ operation: SOAPOperation, _ service: DescribedService, _ settings: DescribedSettings, effect: Effect,
        keyHeader: String?
    ) throws(ConnectorError) {
        (self.operation, self.settings, self.effect) = (operation, settings, effect)
        self.keyHeader = keyHeader
        catalog = try service.catalog()
    }

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
        let binaries = BinaryParts(isXOP: settings.mtom != .never)
        var object = input.object ?? [:]
        var headersInput = object[MessageSchemas.headersMember]?.object ?? [:]
        for header in operation.input.headers {
            if let value = proof.headers[header.key] { headersInput[header.key] = value }
        }
        if effect == .keyed, let keyHeader { headersInput[keyHeader] = .string(context.idempotencyKey) }
        object[MessageSchemas.headersMember] = nil
        let timeout = try SOAPCallInput.timeout(ActionInput(input), MessageSchemas.timeoutMember)
        for member in [MessageSchemas.saveToMember, MessageSchemas.overwriteMember, MessageSchemas.timeoutMember] {
            object[member] = nil
        }
        let files = context.files
        var attachments = try AttachmentInput.attachments(
            object[MessageSchemas.attachmentsMember], MessageSchemas.attachmentsMember, files: files)
        object[MessageSchemas.attachmentsMember] = nil
        for name in operation.input.attachments {
            guard let value = object[name], !value.isNull else { continue }
            object[name] = nil
            attachments.append(try Self.attachment(name, value, files: files))
        }
        var envelope: SOAPEnvelope
        do throws(MessageMistake) {
            envelope = SOAPEnvelope(
                version: settings.version, headers: try headers(headersInput, binaries),
                body: try body(object, binaries))
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
        let bytes: [UInt8]
        do throws(XMLError) { bytes = try envelope.element.write() } catch {
            throw ConnectorError(type: "bad_input", "the request can't be written as XML: \(error.description)")
        }
        var parts = try RequestParts(envelope: bytes, places: binaries.places, files: files)
        parts.attachments = attachments
        for part in binaries.parts { try parts.add(part.id, part.content, files: files) }
        let action = try quotedAction
        var request = HTTPRequest(
            "POST", url, headers: settings.version.headers(action: action), timeout: timeout,
            isRepeatable: effect.isRepeatable, permissions: connection?.network ?? NetworkPermissions())
        parts.add(
            to: &request, version: settings.version, action: action, isXOP: settings.mtom != .never,
            isInParts: settings.mtom == .always, key: context.idempotencyKey)
        if effect == .keyed, keyHeader == nil { request.setHeader("Idempotency-Key", context.idempotencyKey) }
        return request
    }

    /// The content of a part of the message that travels as an attachment.
    private static func attachment(
        _ name: String, _ value: JSON, files: any WorkspaceFiles
    ) throws -> RequestParts.Attachment {
        let id = "\(name)=galley@galley"
        if value[MessageWriter.fileMember] != nil {
            let input = ActionInput(value)
            let file = BinaryParts.File(
                name: try input.filledText(MessageWriter.fileMember), contentType: try input.text("content_type"))
            return try RequestParts.attachment(id, file, files: files)
        }
        guard let bytes = value.string.flatMap({ Base64Text.decode($0) }) else {
            throw ConnectorError(
                type: "bad_input",
                "\"\(name)\" must be base64 or an object with \"file\": it travels as an attachment")
        }
        return RequestParts.Attachment(contentID: id, contentType: nil, content: .bytes(bytes))
    }

    /// The action, which goes between quotes in a header: without something in it it would be another one.
    private var quotedAction: String? {
        get throws(ConnectorError) {
            guard let action = operation.action else { return nil }
            guard action.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F && $0 != 0x22 && $0 != 0x5C }) else {
                throw ConnectorError(
                    type: "connector",
                    "the action of \(operation.name) in the WSDL has quotes, backslashes, control characters or letters "
                        + "beyond ASCII, which no HTTP header can hold")
            }
            return action
        }
    }

    private func body(_ input: JSONObject, _ binaries: BinaryParts) throws(MessageMistake) -> [XMLElement] {
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

    private func headers(
        _ input: JSONObject, _ binaries: BinaryParts
    ) throws(MessageMistake) -> [XMLElement] {
        let writer = MessageWriter(catalog, binaries: binaries)
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
}
