// From a step's input to the request: address, envelope, headers.

import ConnectorKit
import JSONCore
import XML

/// The input of `soap.call`, checked.
struct SOAPCallInput: Sendable {
    enum Form: String, CaseIterable { case qualified, unqualified }

    /// How the answer shall be read.
    let mapping: JSONMapping
    private let url: String
    private let envelope: SOAPEnvelope
    private let action: String?
    private let httpHeaders: [(name: String, value: String)]
    private let timeout: Double?
    private let attachments: JSON?

    /// - Parameter key: the idempotency key of a call that is repeated under it; nil for others.
    init(_ input: ActionInput, connection: Connection?, key: String?) throws(ConnectorError) {
        let settings = ActionInput(.object(connection?.settings ?? [:]))
        url = try SOAPAddress.url(try input.text("url"), connection: connection)
        mapping = JSONMapping(alwaysLists: Set(try input.texts("always_list") ?? []))
        timeout = try Self.timeout(input)
        attachments = input.value("attachments")
        httpHeaders = try Self.httpHeaders(input, key: key)
        action = try input.text("action")
        // The action stands between quotes in a header.
        if let action, action.utf8.contains(where: { $0 < 0x20 || $0 >= 0x7F || $0 == 0x22 || $0 == 0x5C }) {
            throw wrong("\"action\" can't hold quotes, backslashes, control characters or letters beyond ASCII")
        }
        let version = try input.choice("version", default: try settings.choice("version", default: SOAPVersion.v11))
        let common = try settings.text("namespace")
        envelope = try Self.envelope(input, version, namespace: try input.text("namespace") ?? common, key: key)
    }

    /// The request without the credentials.
    func request(connection: Connection?, isRepeatable: Bool, _ context: ActionContext) throws -> HTTPRequest {
        let element = envelope.element
        let body = try written { () throws(XMLError) in try element.write() }
        var request = HTTPRequest(
            "POST", url, headers: envelope.version.headers(action: action), timeout: timeout,
            isRepeatable: isRepeatable, permissions: connection?.network ?? NetworkPermissions())
        var parts = try RequestParts(envelope: body, files: context.files)
        parts.attachments = try AttachmentInput.attachments(attachments, "attachments", files: context.files)
        let isXOP = Self.refersToParts(element)
        parts.add(
            to: &request, version: envelope.version, action: action, isXOP: isXOP, isInParts: isXOP,
            key: context.idempotencyKey)
        for header in httpHeaders { request.setHeader(header.name, header.value) }
        return request
    }

    /// Whether something stands in for bytes as XOP has it.
    private static func refersToParts(_ element: XMLElement) -> Bool {
        element.elements.contains { child in
            child.name == BinaryParts.reference.name && child.namespace == BinaryParts.namespace
                || refersToParts(child)
        }
    }

    private static func envelope(
        _ input: ActionInput, _ version: SOAPVersion, namespace: String?, key: String?
    ) throws(ConnectorError) -> SOAPEnvelope {
        let namespaces = try input.namespaces()
        // `soap:mustUnderstand` needs a prefix that the author needn't declare.
        let known = namespaces.merging(["soap": version.namespace]) { own, _ in own }
        // Header blocks have namespaces of their own, which their names give by prefix.
        var blocks = try input.object("headers") ?? [:]
        if let name = try input.text("key_soap_header") {
            guard let key else { throw wrong("\"key_soap_header\" goes with the effect \"keyed\" only") }
            guard blocks[name] == nil else { throw wrong("\"headers\" has \"\(name)\" already, which is for the key") }
            blocks[name] = .string(key)
        }
        let headers = try written { [blocks] () throws(XMLError) in
            try XMLElement.elements(of: blocks, scope: NameScope(namespaces: known))
        }
        let operation = try input.text("operation")
        if let text = try input.text("xml") {
            guard operation == nil, input.value("body") == nil else {
                throw wrong("\"xml\" stands instead of \"operation\" and \"body\"; give one or the other")
            }
            return try ready(text, version, headers, namespaces)
        }
        let isQualified = try input.choice("form", default: Form.qualified) == .qualified
        let scope = NameScope(namespaces: known, namespace: namespace, prefix: "m", isQualified: isQualified)
        let members = operation == nil ? try input.object("body") ?? [:] : [:]
        guard operation != nil || !members.isEmpty else {
            throw wrong("there is nothing to send: give \"operation\" and \"body\", or \"xml\"")
        }
        let body = try written { () throws(XMLError) in
            guard let operation else { return try XMLElement.elements(of: members, scope: scope) }
            return [try XMLElement(operation, json: input.value("body") ?? .object([:]), scope: scope)]
        }
        return SOAPEnvelope(version: version, headers: headers, body: body, namespaces: namespaces)
    }

    /// The author's own XML: what stands in the body, or a whole envelope, whose version then counts.
    private static func ready(
        _ text: String, _ version: SOAPVersion, _ headers: [XMLElement], _ namespaces: [String: String]
    ) throws(ConnectorError) -> SOAPEnvelope {
        let root: XMLElement
        do throws(XMLError) {
            root = try XMLElement.parse(text)
        } catch {
            throw XMLWork.badInput(error, in: "xml")
        }
        guard root.name == "Envelope", SOAPVersion(namespace: root.namespace) != nil else {
            return SOAPEnvelope(version: version, headers: headers, body: [root], namespaces: namespaces)
        }
        do throws(NotAnEnvelope) {
            var envelope = try SOAPEnvelope(reading: root)
            envelope.headers += headers
            envelope.declarations += root.declarations
            return envelope
        } catch {
            throw wrong("\"xml\" can't be sent: \(error.reason)")
        }
    }

    /// - Parameter member: that holds the seconds.
    static func timeout(_ input: ActionInput, _ member: String = "timeout") throws(ConnectorError) -> Double? {
        guard let value = input.value(member) else { return nil }
        guard let seconds = value.double ?? value.string.flatMap({ Double($0) }), seconds > 0, seconds <= 3600 else {
            throw wrong("\"\(member)\" must be a number of seconds, more than 0 and at most 3600")
        }
        return seconds
    }

    private static func httpHeaders(
        _ input: ActionInput, key: String?
    ) throws(ConnectorError) -> [(name: String, value: String)] {
        let members = ActionInput(.object(try input.object("http_headers") ?? [:]))
        var headers: [(name: String, value: String)] = []
        for name in members.members.keys {
            guard !["content-length", "host", "transfer-encoding", "connection"].contains(name.lowercased()) else {
                throw wrong("the HTTP header \"\(name)\" is set by Galley itself; leave it out")
            }
            if let value = try members.text(name) { headers.append((name, value)) }
        }
        let keyHeader = try input.text("key_http_header")
        guard key != nil || keyHeader == nil else {
            throw wrong("\"key_http_header\" goes with the effect \"keyed\" only")
        }
        // Last, so that it stands whatever the author gave under the same name.
        if let key, try input.text("key_soap_header") == nil || keyHeader != nil {
            headers.append((keyHeader ?? "Idempotency-Key", key))
        }
        return headers
    }
}

private func wrong(_ message: String) -> ConnectorError { ConnectorError(type: "bad_input", message) }

/// Runs what makes XML; its mistakes are the input's.
private func written<Result>(_ work: () throws(XMLError) -> Result) throws(ConnectorError) -> Result {
    do throws(XMLError) {
        return try work()
    } catch {
        throw wrong("the request can't be written as XML: \(error.description)")
    }
}
