// From a WSDL 1.1 document to one port's operations and their types.

/// What an import of a WSDL makes.
public struct ServiceDescription: Sendable {
    public let operations: SOAPOperations
    /// The text of the types (`MessageCatalog`).
    public let catalog: [UInt8]
    public let typeCount: Int
    /// Ports that were not chosen.
    public let otherPorts: [WSDLPort]
    /// What the service says of itself.
    public let summary: String?
    /// Constructs that are not carried over, or only in part.
    public let findings: [DescriptionFinding]
    /// Whether its policy asks for a user name in the header (WS-SecurityPolicy `UsernameToken`).
    public let wantsUsernameToken: Bool
    /// Whether its policy or binding asks for WS-Addressing.
    public let wantsAddressing: Bool
    /// Whether its policy asks for MTOM.
    public let wantsMTOM: Bool
    /// Whether its types describe bytes as references to what is beside the envelope.
    public let describesParts: Bool
}

/// A port of a service, or a binding without one.
public struct WSDLPort: Sendable, Hashable {
    public let service: String?
    public let name: String
    public let address: String?
    /// `SOAP 1.1`, `SOAP 1.2`, or what else it speaks; SOAP over something else than HTTP says over what.
    public let protocolName: String
    let binding: QName?
    /// Where it is described.
    let file: String
    let line: Int?

    /// Whether it speaks SOAP over HTTP.
    public var isSOAP: Bool { protocolName == "SOAP 1.1" || protocolName == "SOAP 1.2" }
}

extension ServiceDescription {
    /// Reads a document and all it refers to.
    /// - Parameters:
    ///   - service: one of several; the first one with a SOAP port when nil.
    ///   - port: of the service; its first SOAP port when nil.
    /// - Throws: the finding that stops the import.
    public static func read(
        _ root: DescriptionLoader.Found, _ loader: DescriptionLoader, service: String? = nil, port: String? = nil
    ) throws(DescriptionFinding) -> ServiceDescription {
        let documents = try WSDLDocuments(loader, root)
        let reader = WSDLReader(documents, file: root.name)
        return try reader.description(service: service, port: port)
    }
}

/// One part of a message.
struct WSDLPart {
    let name: String
    let element: QName?
    let type: String?
    let node: XMLElement
    let home: WSDLDocuments.Definitions
}

/// One reading of the `definitions` of a description.
final class WSDLReader {
    typealias Definitions = WSDLDocuments.Definitions

    /// A declaration with the document it stands in.
    struct Component {
        let node: XMLElement
        let home: Definitions
    }

    let documents: WSDLDocuments
    let compiler: MessageCompiler
    let file: String
    private(set) var messages: [QName: Component] = [:]
    private(set) var portTypes: [QName: Component] = [:]
    private(set) var bindings: [QName: Component] = [:]
    private var bindingNames: [QName] = []
    private var services: [Component] = []
    var findings: [DescriptionFinding] = []

    init(_ documents: WSDLDocuments, file: String) {
        (self.documents, self.file) = (documents, file)
        compiler = MessageCompiler(documents.schemas)
        for definitions in documents.definitions {
            for node in definitions.root.elements where node.namespace == WSDLDocuments.namespace {
                let name = QName(definitions.targetNamespace, node.attribute("name") ?? "")
                let component = Component(node: node, home: definitions)
                switch node.name {
                case "message": if messages[name] == nil { messages[name] = component }
                case "portType": if portTypes[name] == nil { portTypes[name] = component }
                case "binding":
                    if bindings[name] == nil {
                        bindings[name] = component
                        bindingNames.append(name)
                    }
                case "service": services.append(component)
                default: continue
                }
            }
        }
    }

    func report(_ message: String, at node: XMLElement, _ home: Definitions) {
        findings.append(DescriptionFinding(message, at: node, in: home.file))
    }

    func description(service: String?, port: String?) throws(DescriptionFinding) -> ServiceDescription {
        let ports = ports()
        let chosen = try choose(ports, service: service, port: port)
        guard let bindingName = chosen.binding, let binding = bindings[bindingName] else {
            throw DescriptionFinding("the port \"\(chosen.name)\" has no binding that is described", file: file)
        }
        let operations = try self.operations(of: binding)
        let (types, elements) = try compiler.finish()
        let version = chosen.protocolName.hasSuffix("1.2") ? "1.2" : "1.1"
        let policies = documents.definitions.map(\.root)
        return ServiceDescription(
            operations: SOAPOperations(
                version: version, address: chosen.address, service: chosen.service, port: chosen.name, all: operations),
            catalog: MessageCatalog.text(types: types, elements: elements), typeCount: types.count,
            otherPorts: ports.filter { $0 != chosen },
            summary: services.first { $0.node.attribute("name") == chosen.service }.flatMap {
                Documentation.words(of: $0.node)
            },
            findings: documents.findings + findings + compiler.findings,
            wantsUsernameToken: policies.contains { Self.holds("UsernameToken", $0, depth: 0) },
            wantsAddressing: policies.contains {
                Self.holds("UsingAddressing", $0, depth: 0) || Self.holds("Addressing", $0, depth: 0)
            },
            wantsMTOM: policies.contains { Self.holds("OptimizedMimeSerialization", $0, depth: 0) },
            describesParts: compiler.needsParts)
    }

    /// Whether an element called so stands in a policy; schemas are not looked through.
    private static func holds(_ name: String, _ element: XMLElement, depth: Int) -> Bool {
        guard depth < 30 else { return false }
        return element.elements.contains { child in
            guard child.name != "types", child.name != "message", child.name != "portType" else { return false }
            return child.name == name || holds(name, child, depth: depth + 1)
        }
    }

    // MARK: - Ports

    private func ports() -> [WSDLPort] {
        var ports: [WSDLPort] = []
        for service in services {
            for port in service.node.all("port", namespace: WSDLDocuments.namespace) {
                let scope = service.home.prefixes.entering(service.node).entering(port)
                let binding = port.attribute("binding").flatMap {
                    name($0, scope, service.home, in: bindings)
                }
                let address = port.elements.first { $0.name == "address" }?.attribute("location")
                ports.append(
                    WSDLPort(
                        service: service.node.attribute("name"), name: port.attribute("name") ?? "",
                        address: address.flatMap { $0.isEmpty ? nil : $0 },
                        protocolName: protocolName(binding, address: address),
                        binding: binding, file: service.home.file, line: Int(port.line)))
            }
        }
        if !ports.isEmpty { return ports }
        return bindingNames.map {
            WSDLPort(
                service: nil, name: $0.name, address: nil, protocolName: protocolName($0, address: nil), binding: $0,
                file: bindings[$0]?.home.file ?? file, line: bindings[$0].map { Int($0.node.line) })
        }
    }

    /// What a text names among the declarations of one kind. A name without a prefix is of the document's own namespace where
    /// it means nothing else: tools that write it so mean that.
    func name(
        _ text: String, _ scope: PrefixScope, _ home: Definitions, in known: [QName: Component]
    ) -> QName? {
        guard let name = scope.name(text) else { return nil }
        if known[name] != nil || text.contains(":") { return name }
        let own = QName(home.targetNamespace, name.name)
        return known[own] == nil ? name : own
    }

    private func protocolName(_ binding: QName?, address: String?) -> String {
        guard let binding, let component = bindings[binding] else { return "nothing that is described" }
        for child in component.node.elements where child.name == "binding" {
            let transport = child.attribute("transport")?.trimmedBlanks ?? ""
            let version: String
            switch child.namespace {
            case "http://schemas.xmlsoap.org/wsdl/soap/":
                // The 2003 envelope over the 1.1 binding is how some tools first wrote SOAP 1.2.
                version = transport.contains("2003/05/soap") ? "SOAP 1.2" : "SOAP 1.1"
            case "http://schemas.xmlsoap.org/wsdl/soap12/": version = "SOAP 1.2"
            case "http://schemas.xmlsoap.org/wsdl/http/": return "HTTP \(child.attribute("verb") ?? "")"
            default: continue
            }
            return Self.isHTTP(transport, address: address) ? version : "\(version) over \(transport.prefix(100))"
        }
        return "a protocol that is not known"
    }

    /// Whether a binding's transport, an address that stands for one, is HTTP. Queues, mail and sockets have addresses that
    /// begin with `http:` as well; one that is not known is told by where its port is.
    private static func isHTTP(_ transport: String, address: String?) -> Bool {
        let place = (address ?? "").lowercased()
        if transport.isEmpty || place.hasPrefix("http:") || place.hasPrefix("https:") { return true }
        let words = transport.lowercased()
        let path = words.firstRange(of: "://").map { words[$0.upperBound...] } ?? words[...]
        return path.contains("http") || path.contains("2003/05/soap")
    }

    private func choose(
        _ ports: [WSDLPort], service: String?, port: String?
    ) throws(DescriptionFinding) -> WSDLPort {
        func list(_ names: [String]) -> String { names.isEmpty ? "none" : names.joined(separator: ", ") }
        var found = ports
        if let service {
            found = found.filter { $0.service == service }
            let known = Set(ports.compactMap(\.service)).sorted()
            guard !found.isEmpty else {
                throw DescriptionFinding("there is no service \"\(service)\"; there are: \(list(known))", file: file)
            }
        }
        if let port {
            let known = found.map(\.name)
            found = found.filter { $0.name == port }
            guard !found.isEmpty else {
                throw DescriptionFinding("there is no port \"\(port)\"; there are: \(list(known))", file: file)
            }
        }
        guard let chosen = found.first(where: \.isSOAP) else {
            guard let other = found.first else {
                throw DescriptionFinding(
                    "the document describes no service: it has neither <port> nor <binding>", file: file)
            }
            guard other.binding.map({ bindings[$0] != nil }) ?? false else {
                throw DescriptionFinding(
                    "the port \"\(other.name)\" is of the binding \(other.binding?.description ?? "none"), which is not "
                        + "described", file: other.file, line: other.line)
            }
            throw DescriptionFinding(
                "the port \"\(other.name)\" speaks \(other.protocolName), not SOAP over HTTP; SOAP ports: "
                    + list(ports.filter(\.isSOAP).map(\.name)), file: other.file, line: other.line)
        }
        return chosen
    }
}
