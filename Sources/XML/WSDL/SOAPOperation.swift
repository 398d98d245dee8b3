// One operation of a service: how its messages are made and what they hold.

import JSONCore

/// An operation as it is kept beside a connector: one line of JSON.
public struct SOAPOperation: Sendable {
    /// What is in the body and the header of a message.
    public struct Message: Sendable {
        /// The element around the parts (rpc); nil when the parts stand in the body themselves (document).
        public var wrapper: QName?
        public var parts: [ElementUse] = []
        public var headers: [ElementUse] = []
        /// Whether values carry their types and may refer to each other (SOAP 1.1 §5).
        public var isEncoded = false
        /// Parts that travel as attachments, by name.
        public var attachments: [String] = []

        public init() {}
    }

    /// A fault that the operation declares.
    public struct Fault: Sendable {
        public let name: String
        /// What its detail holds.
        public let detail: ElementUse?

        public init(name: String, detail: ElementUse?) { (self.name, self.detail) = (name, detail) }
    }

    /// As the WSDL calls it; several operations may have one name.
    public let name: String
    /// Unique in the service: the name, with a number where it is overloaded.
    public let key: String
    public let action: String?
    public let isRPC: Bool
    public var input: Message
    /// nil for a one-way operation.
    public var output: Message?
    public var faults: [Fault]
    /// For WS-Addressing: the action of the request when the WSDL gives one.
    public var addressingAction: String?
    public var summary: String?

    public init(
        name: String, key: String, action: String?, isRPC: Bool, input: Message, output: Message?,
        faults: [Fault] = [], addressingAction: String? = nil, summary: String? = nil
    ) {
        (self.name, self.key, self.action, self.isRPC) = (name, key, action, isRPC)
        (self.input, self.output, self.faults) = (input, output, faults)
        (self.addressingAction, self.summary) = (addressingAction, summary)
    }
}

extension SOAPOperation.Message {
    func json(_ namespaces: inout NamespaceTable) -> JSON {
        var object = JSONObject()
        if let wrapper {
            var name: JSONObject = ["n": .string(wrapper.name)]
            if let uri = wrapper.namespace { name["s"] = .integer(namespaces.number(of: uri)) }
            object["wrapper"] = .object(name)
        }
        object["parts"] = .array(parts.map { $0.json(&namespaces) })
        if !headers.isEmpty { object["headers"] = .array(headers.map { $0.json(&namespaces) }) }
        if isEncoded { object["encoded"] = true }
        if !attachments.isEmpty { object["attachments"] = .array(attachments.map { .string($0) }) }
        return .object(object)
    }

    init(_ json: JSON, _ namespaces: NamespaceTable) throws(DescriptionError) {
        if let name = json["wrapper"], let text = name["n"]?.string { wrapper = try namespaces.name(name, text) }
        for part in json["parts"]?.array ?? [] { parts.append(try ElementUse(part, namespaces)) }
        for header in json["headers"]?.array ?? [] { headers.append(try ElementUse(header, namespaces)) }
        isEncoded = json["encoded"] == true
        attachments = json["attachments"]?.array?.compactMap(\.string) ?? []
    }
}

extension SOAPOperation {
    func json(_ namespaces: inout NamespaceTable) -> JSON {
        var object: JSONObject = ["name": .string(name)]
        if key != name { object["key"] = .string(key) }
        object["action"] = action.map { .string($0) }
        if isRPC { object["rpc"] = true }
        object["input"] = input.json(&namespaces)
        object["output"] = output?.json(&namespaces)
        if !faults.isEmpty {
            object["faults"] = .array(
                faults.map { fault in
                    var entry: JSONObject = ["name": .string(fault.name)]
                    entry["detail"] = fault.detail?.json(&namespaces)
                    return .object(entry)
                })
        }
        object["addressing_action"] = addressingAction.map { .string($0) }
        object["summary"] = summary.map { .string($0) }
        return .object(object)
    }

    init(_ json: JSON, _ namespaces: NamespaceTable) throws(DescriptionError) {
        guard let name = json["name"]?.string, let input = json["input"] else {
            throw DescriptionError("an operation has no name or no input")
        }
        var faults: [Fault] = []
        for fault in json["faults"]?.array ?? [] {
            let detail = try fault["detail"].map { (json) throws(DescriptionError) in
                try ElementUse(json, namespaces)
            }
            faults.append(Fault(name: fault["name"]?.string ?? "", detail: detail))
        }
        self.init(
            name: name, key: json["key"]?.string ?? name, action: json["action"]?.string, isRPC: json["rpc"] == true,
            input: try Message(input, namespaces),
            output: try json["output"].map { (json) throws(DescriptionError) in try Message(json, namespaces) },
            faults: faults, addressingAction: json["addressing_action"]?.string, summary: json["summary"]?.string)
    }
}

/// The operations of one port, as they are kept beside a connector: namespaces and the port in the first line, then one
/// operation a line.
public struct SOAPOperations: Sendable {
    /// The version of SOAP: 1.1 or 1.2.
    public let version: String
    /// Where the service is, if the WSDL says so.
    public let address: String?
    public let service: String?
    public let port: String?
    public let all: [SOAPOperation]

    public init(version: String, address: String?, service: String?, port: String?, all: [SOAPOperation]) {
        (self.version, self.address, self.service) = (version, address, service)
        (self.port, self.all) = (port, all)
    }

    public var text: [UInt8] {
        var namespaces = NamespaceTable()
        let lines = all.map { $0.json(&namespaces).compactBytes }
        var first: JSONObject = ["galley_operations": 1, "soap": .string(version)]
        first["address"] = address.map { .string($0) }
        first["service"] = service.map { .string($0) }
        first["port"] = port.map { .string($0) }
        first["namespaces"] = .array(namespaces.uris.map { .string($0) })
        var bytes: [UInt8] = []
        for line in [JSON.object(first).compactBytes] + lines {
            bytes += line
            bytes.append(0x0A)
        }
        return bytes
    }

    public init(_ bytes: [UInt8]) throws(DescriptionError) {
        let lines = bytes.split(separator: 0x0A)
        guard let line = lines.first else { throw DescriptionError("the list of operations is empty") }
        let first = try Self.json(line)
        guard first["galley_operations"] == 1, let uris = first["namespaces"]?.array?.compactMap(\.string),
            let version = first["soap"]?.string
        else {
            throw DescriptionError(
                "the list of operations was made by another version of galley: import the WSDL again")
        }
        let namespaces = NamespaceTable(uris)
        var all: [SOAPOperation] = []
        for line in lines.dropFirst() { all.append(try SOAPOperation(try Self.json(line), namespaces)) }
        self.init(
            version: version, address: first["address"]?.string, service: first["service"]?.string,
            port: first["port"]?.string, all: all)
    }

    private static func json(_ line: ArraySlice<UInt8>) throws(DescriptionError) -> JSON {
        do throws(JSONError) {
            return try JSON(parsing: line)
        } catch {
            throw DescriptionError("the list of operations is broken (\(error.message)): import the WSDL again")
        }
    }
}
