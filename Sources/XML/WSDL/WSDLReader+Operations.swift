// The operations of a binding: their messages, headers and faults.

extension WSDLReader {
    private static let soapNamespaces = [
        "http://schemas.xmlsoap.org/wsdl/soap/", "http://schemas.xmlsoap.org/wsdl/soap12/",
    ]

    private static func isSOAP(_ node: XMLElement, _ name: String) -> Bool {
        node.name == name && node.namespace.map { soapNamespaces.contains($0) } == true
    }

    func operations(of binding: Component) throws(DescriptionFinding) -> [SOAPOperation] {
        let scope = binding.home.prefixes.entering(binding.node)
        guard let text = binding.node.attribute("type"), let typeName = name(text, scope, binding.home, in: portTypes),
            let portType = portTypes[typeName]
        else {
            throw DescriptionFinding(
                "the binding \"\(binding.node.attribute("name") ?? "")\" is of a port type that is not described",
                at: binding.node, in: binding.home.file)
        }
        let soap = binding.node.elements.first { Self.isSOAP($0, "binding") }
        let style = soap?.attribute("style") ?? "document"
        var (operations, counts): ([SOAPOperation], [String: Int]) = ([], [:])
        var used: Set<Int> = []
        let all = portType.node.all("operation", namespace: WSDLDocuments.namespace)
        let places = Dictionary(grouping: all.indices) { all[$0].attribute("name") ?? "" }
        for node in binding.node.all("operation", namespace: WSDLDocuments.namespace) {
            let name = node.attribute("name") ?? ""
            // Overloaded operations are told apart by their messages' names, else they come in the same order.
            let same = places[name] ?? []
            let inputName = node.first("input", namespace: WSDLDocuments.namespace)?.attribute("name")
            let place =
                same.first {
                    !used.contains($0) && inputName != nil && all[$0].first("input")?.attribute("name") == inputName
                }
                ?? same.first { !used.contains($0) } ?? same.first
            guard let place else {
                report(
                    "the operation \"\(name)\" is in the binding but not in its port type; it is left out", at: node,
                    binding.home)
                continue
            }
            used.insert(place)
            // Nothing can be called where the service begins.
            if all[place].first("input", namespace: WSDLDocuments.namespace) == nil {
                report(
                    "the operation \"\(name)\" is left out: it is a notification, a message that the service sends",
                    at: all[place], portType.home)
                continue
            }
            // An operation whose messages aren't there can't be called; the others can.
            if let missing = missingMessage(of: all[place], portType.home) {
                report(
                    "the operation \"\(name)\" is left out: \(missing)", at: all[place], portType.home)
                continue
            }
            let count = (counts[name] ?? 0) + 1
            counts[name] = count
            operations.append(
                try operation(
                    node, Component(node: all[place], home: portType.home), binding, style: style,
                    key: count == 1 ? name : "\(name)_\(count)"))
        }
        return operations
    }

    private func operation(
        _ node: XMLElement, _ abstract: Component, _ binding: Component, style: String, key: String
    ) throws(DescriptionFinding) -> SOAPOperation {
        let soap = node.elements.first { Self.isSOAP($0, "operation") }
        let isRPC = (soap?.attribute("style") ?? style) == "rpc"
        let name = node.attribute("name") ?? ""
        let input = try message(
            node.first("input", namespace: WSDLDocuments.namespace), abstract.node.first("input"), abstract.home,
            binding,
            isRPC: isRPC, wrapper: name)
        var output: SOAPOperation.Message?
        if let abstractOutput = abstract.node.first("output") {
            output = try message(
                node.first("output", namespace: WSDLDocuments.namespace), abstractOutput, abstract.home, binding,
                isRPC: isRPC, wrapper: name + "Response")
        }
        var faults: [SOAPOperation.Fault] = []
        for fault in abstract.node.all("fault", namespace: WSDLDocuments.namespace) {
            let parts = try parts(of: fault, abstract.home)
            let detail = try parts.first.map { (part) throws(DescriptionFinding) in try use(part, isRPC: false) }
            faults.append(SOAPOperation.Fault(name: fault.attribute("name") ?? "", detail: detail))
        }
        let action = soap?.attribute("soapAction")
        let addressed = abstract.node.first("input")?.attributes.first { $0.name == "Action" && $0.namespace != nil }
        return SOAPOperation(
            name: name, key: key, action: action, isRPC: isRPC, input: input, output: output, faults: faults,
            addressingAction: addressed?.value, summary: Documentation.words(of: abstract.node))
    }

    /// What is wrong with the messages of an operation; nil when all are described.
    private func missingMessage(of node: XMLElement, _ home: Definitions) -> String? {
        for child in node.elements where ["input", "output", "fault"].contains(child.name) {
            guard let text = child.attribute("message"),
                let name = name(text, home.prefixes.entering(child), home, in: messages)
            else {
                return "its <\(child.name)> names no message"
            }
            if messages[name] == nil { return "there is no message \(name)" }
        }
        return nil
    }

    /// - Parameters:
    ///   - bound: `input` or `output` of the binding; `abstract`: the same of the port type.
    private func message(
        _ bound: XMLElement?, _ abstract: XMLElement?, _ home: Definitions, _ binding: Component, isRPC: Bool,
        wrapper: String
    ) throws(DescriptionFinding) -> SOAPOperation.Message {
        var message = SOAPOperation.Message()
        guard let abstract else { return message }
        var parts = try parts(of: abstract, home)
        var body = bound?.elements.first { Self.isSOAP($0, "body") }
        var headers = bound?.elements.filter { Self.isSOAP($0, "header") } ?? []
        // MIME: the root part holds the envelope, the others are attachments (WSDL 1.1 §5).
        if let multipart = bound?.elements.first(where: { $0.name == "multipartRelated" }) {
            for part in multipart.elements where part.name == "part" {
                if let inner = part.elements.first(where: { Self.isSOAP($0, "body") }) { body = inner }
                headers += part.elements.filter { Self.isSOAP($0, "header") }
                for content in part.elements where content.name == "content" {
                    if let name = content.attribute("part") { message.attachments.append(name) }
                }
            }
            message.attachments = message.attachments.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
            parts.removeAll { message.attachments.contains($0.name) }
        }
        let scope = binding.home.prefixes
        for header in headers { try addHeader(header, scope, binding, &message) }
        if let names = body?.attribute("parts") {
            let wanted = names.split(whereSeparator: \.isWhitespace).map { String($0) }
            parts = parts.filter { wanted.contains($0.name) }
        } else if !isRPC, parts.count > 1 {
            // Parts that the header carries are not in the body (WS-I BP 1.1 R2202 asks for "parts", older tools don't).
            let taken = headers.compactMap { header -> String? in
                guard let text = header.attribute("message"),
                    scope.entering(header).name(text)?.name == abstractName(abstract)
                else { return nil }
                return header.attribute("part")
            }
            parts.removeAll { taken.contains($0.name) }
        }
        message.isEncoded = body?.attribute("use") == "encoded"
        if isRPC {
            message.wrapper = QName(
                body?.attribute("namespace") ?? (message.isEncoded ? nil : binding.home.targetNamespace), wrapper)
        }
        for part in parts { message.parts.append(try use(part, isRPC: isRPC)) }
        return message
    }

    private func abstractName(_ node: XMLElement) -> String? {
        node.attribute("message").map { $0.split(separator: ":").last.map { String($0) } ?? $0 }
    }

    private func addHeader(
        _ header: XMLElement, _ scope: PrefixScope, _ binding: Component, _ message: inout SOAPOperation.Message
    ) throws(DescriptionFinding) {
        guard let text = header.attribute("message"),
            let name = name(text, scope.entering(header), binding.home, in: messages),
            let component = messages[name], let wanted = header.attribute("part"),
            let part = try parts(component).first(where: { $0.name == wanted })
        else {
            return report("a header names a part that is not described; it is left out", at: header, binding.home)
        }
        message.headers.append(try use(part, isRPC: false))
    }

    /// The parts of the message that an `input`, `output` or `fault` names.
    private func parts(of node: XMLElement, _ home: Definitions) throws(DescriptionFinding) -> [WSDLPart] {
        guard let text = node.attribute("message"),
            let name = name(text, home.prefixes.entering(node), home, in: messages)
        else {
            throw DescriptionFinding("<\(node.name)> names no message", at: node, in: home.file)
        }
        guard let component = messages[name] else {
            throw DescriptionFinding("there is no message \(name)", at: node, in: home.file)
        }
        return try parts(component)
    }

    private func parts(_ component: Component) throws(DescriptionFinding) -> [WSDLPart] {
        var parts: [WSDLPart] = []
        for node in component.node.all("part", namespace: WSDLDocuments.namespace) {
            let scope = component.home.prefixes.entering(component.node).entering(node)
            parts.append(
                WSDLPart(
                    name: node.attribute("name") ?? "", element: node.attribute("element").flatMap { scope.name($0) },
                    type: node.attribute("type"), node: node, home: component.home))
        }
        return parts
    }

    /// A part as an element of the message.
    private func use(_ part: WSDLPart, isRPC: Bool) throws(DescriptionFinding) -> ElementUse {
        if let element = part.element {
            if let component = documents.schemas.elements[element] {
                return try compiler.elementUse(global: element, component, .once)
            }
            // It can still be called by who knows what the element holds.
            report(
                "the part \"\(part.name)\" is of the element \(element), which no schema has; it is taken as any",
                at: part.node, part.home)
            return ElementUse(name: element, type: .builtin(.anyType))
        }
        let scope = part.home.prefixes.entering(part.node)
        guard let text = part.type, let name = scope.name(text), let type = compiler.reference(name) else {
            report(
                "the part \"\(part.name)\" has neither an element nor a type that a schema has; it is taken as any",
                at: part.node, part.home)
            return ElementUse(name: QName(nil, part.name), type: .builtin(.anyType), isNillable: isRPC)
        }
        return ElementUse(name: QName(nil, part.name), type: type, isNillable: isRPC)
    }
}
