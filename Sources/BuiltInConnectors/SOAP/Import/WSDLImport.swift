// From a WSDL to a connector's folder: connector.json, the operations, the types, a README.

import ConnectorKit
import JSONCore
import RecipeLanguage
import XML

/// An imported WSDL, ready to be written.
public struct WSDLImport: Sendable {
    public let name: String
    /// Below the connector's folder.
    public let files: [(name: String, bytes: [UInt8])]
    public let description: ServiceDescription
    /// From action to operation, in the WSDL's order.
    public let actions: [(name: String, operation: SOAPOperation)]
    /// Actions whose name says that they only read; a person should look at them.
    public let guessedReads: [String]

    /// - Parameters:
    ///   - name: of the connector; from the service's name when nil.
    ///   - source: where the WSDL is in the folder, as connector.json says it.
    ///   - earlier: the connector.json of an earlier import: what a person changed in it stays.
    public init(_ description: ServiceDescription, name: String?, source: String, earlier: JSON? = nil) {
        self.description = description
        let service = description.operations
        let name = name ?? ActionNaming.name(ActionNaming.serviceName(service.service ?? service.port ?? "service"))
        self.name = name
        let known = Self.actionsByOperation(earlier)
        var taken = Set(known.values.map(\.name))
        var actions: [(name: String, operation: SOAPOperation)] = []
        var (entries, reads): ([(String, JSON)], [String]) = ([], [])
        for operation in service.all {
            let earlier = known[operation.key]
            let action = earlier?.name ?? ActionNaming.unique(ActionNaming.name(operation.name), &taken)
            var entry: JSONObject = ["operation": .string(operation.key)]
            entry["title"] = earlier?.entry["title"] ?? .string(ActionNaming.title(operation.name))
            entry["summary"] = earlier?.entry["summary"] ?? operation.summary.map { .string($0) }
            let isRead = ActionNaming.soundsLikeReading(operation.name)
            if isRead, earlier == nil { reads.append(action) }
            entry["effect"] = earlier?.entry["effect"] ?? .string(isRead ? "read" : "unsafe")
            entry["key_header"] = earlier?.entry["key_header"]
            entries.append((action, .object(entry)))
            actions.append((action, operation))
        }
        (self.actions, guessedReads) = (actions, reads)
        let connector = Self.connector(
            description, name: name, source: source, actions: JSONObject(entries), earlier: earlier)
        files = [
            ("connector.json", Array((connector.indented + "\n").utf8)),
            (DescribedService.operationsFile, service.text),
            (DescribedService.typesFile, description.catalog),
        ]
    }

    private static func actionsByOperation(_ earlier: JSON?) -> [String: (name: String, entry: JSONObject)] {
        var known: [String: (name: String, entry: JSONObject)] = [:]
        for (name, entry) in earlier?["actions"]?.object ?? [:] {
            guard let object = entry.object, let operation = object["operation"]?.string else { continue }
            known[operation] = (name, object)
        }
        return known
    }

    private static func connector(
        _ description: ServiceDescription, name: String, source: String, actions: JSONObject, earlier: JSON?
    ) -> JSON {
        let service = description.operations
        var soap: JSONObject = ["wsdl": .string(source)]
        soap["service"] = service.service.map { .string($0) }
        soap["port"] = service.port.map { .string($0) }
        soap["version"] = .string(service.version)
        soap["address"] = service.address.flatMap { HTTPOrigin(of: $0) == nil ? nil : .string($0) }
        if description.wantsAddressing || earlier?["soap"]?["addressing"] == true { soap["addressing"] = true }
        let whereNeeded = JSON.string(MTOM.whereNeededName)
        let mtom = earlier?["soap"]?["mtom"]
        if description.wantsMTOM || mtom == true {
            soap["mtom"] = true
        } else if description.describesParts || mtom == whereNeeded {
            soap["mtom"] = whereNeeded
        }
        if earlier?["soap"]?["session"] == true { soap["session"] = true }
        var connection = earlier?["connection"]?.object ?? [:]
        if earlier == nil, description.wantsUsernameToken { connection["auth"] = ["type": "ws_security"] }
        if connection["settings"] == nil {
            var url: JSONObject = [
                "type": "string", "title": "Address of the service", "format": "uri",
                "description": .string(
                    service.address == nil
                        ? "The WSDL names none." : "Instead of the one in the WSDL, which is \(service.address ?? "")."),
            ]
            if service.address == nil { url["examples"] = ["https://erp.example/soap"] }
            var settings: JSONObject = ["type": "object", "properties": ["url": .object(url)]]
            if soap["address"] == nil { settings["required"] = ["url"] }
            connection["settings"] = .object(settings)
        }
        var connector: JSONObject = [
            "galley_connector": 1, "name": .string(name),
            "title": earlier?["title"]
                ?? .string(ActionNaming.title(ActionNaming.serviceName(service.service ?? name))),
        ]
        connector["summary"] =
            earlier?["summary"]
            ?? .string(
                description.summary ?? "The SOAP service \(service.service ?? service.port ?? name), from its WSDL.")
        connector["docs"] = earlier?["docs"]
        connector["soap"] = .object(soap)
        connector["connection"] = .object(connection)
        connector["actions"] = .object(actions)
        return .object(connector)
    }

    /// What the import has to say, as data.
    public var report: JSON {
        let service = description.operations
        let catalog = try? MessageCatalog(description.catalog)
        // What a step gives or gets: the members of the message's only element, or its parts.
        func members(_ message: SOAPOperation.Message?) -> JSON {
            guard let message, let catalog else { return [] }
            let schema = MessageSchemas(catalog, isInput: false).schema(of: message)
            let properties = schema.alternatives.first?.properties ?? schema.properties
            return .array(properties.filter { $0.name != MessageSchemas.headersMember }.map { .string($0.name) })
        }
        return [
            "name": .string(name), "service": service.service.map { .string($0) } ?? .null,
            "port": service.port.map { .string($0) } ?? .null, "soap": .string(service.version),
            "address": service.address.map { .string($0) } ?? .null,
            "types": .integer(description.typeCount),
            "actions": .array(
                actions.map { action in
                    [
                        "action": .string(action.name), "operation": .string(action.operation.name),
                        "style": .string(action.operation.isRPC ? "rpc" : "document"),
                        "use": .string(action.operation.input.isEncoded ? "encoded" : "literal"),
                        "input": members(action.operation.input), "output": members(action.operation.output),
                        "headers": .array(action.operation.input.headers.map { .string($0.key) }),
                        "faults": .array(action.operation.faults.map { .string($0.name) }),
                    ]
                }),
            "other_ports": .array(
                description.otherPorts.map { port in
                    [
                        "service": port.service.map { .string($0) } ?? .null, "port": .string(port.name),
                        "protocol": .string(port.protocolName),
                    ]
                }),
            "guessed_reads": .array(guessedReads.map { .string($0) }),
            "not_carried_over": .array(
                description.findings.map { finding in
                    [
                        "message": .string(finding.message), "file": .string(finding.file),
                        "line": finding.line.map { .integer($0) } ?? .null,
                    ]
                }),
        ]
    }
}

/// Names of actions from names of operations.
public enum ActionNaming {
    static let mostCharacters = 64

    /// `FindCustomerByID` → `find_customer_by_id`
    public static func name(_ operation: String) -> String {
        var name = words(operation).joined(separator: "_")
        if name.isEmpty { name = "operation" }
        if name.utf8.first.map({ (0x30...0x39).contains($0) }) == true { name = "op_" + name }
        return String(name.prefix(mostCharacters))
    }

    /// `FindCustomer` → `Find customer`
    static func title(_ operation: String) -> String {
        let title = words(operation).joined(separator: " ")
        return title.isEmpty ? operation : title.prefix(1).uppercased() + title.dropFirst()
    }

    /// A service's name without the words that every service has in it.
    static func serviceName(_ service: String) -> String {
        for ending in ["WebService", "WebServices", "Service", "Services", "SOAP", "Soap", "Port"]
        where service.hasSuffix(ending) && service.count > ending.count + 1 {
            return String(service.dropLast(ending.count))
        }
        return service
    }

    static func unique(_ name: String, _ taken: inout Set<String>) -> String {
        var (candidate, number) = (name, 1)
        while !taken.insert(candidate).inserted {
            number += 1
            candidate = "\(name.prefix(mostCharacters - 6))_\(number)"
        }
        return candidate
    }

    /// Words in small letters: at underscores and the like, and where capitals begin.
    private static func words(_ text: String) -> [String] {
        var (words, word): ([String], String) = ([], "")
        let letters = Array(text.unicodeScalars)
        func isUpper(_ place: Int) -> Bool {
            letters.indices.contains(place) && (0x41...0x5A).contains(letters[place].value)
        }
        func isLower(_ place: Int) -> Bool {
            letters.indices.contains(place) && (0x61...0x7A).contains(letters[place].value)
        }
        for (place, letter) in letters.enumerated() {
            let isWord = isUpper(place) || isLower(place) || (0x30...0x39).contains(letter.value)
            let starts = isUpper(place) && (isLower(place - 1) || (isLower(place + 1) && isUpper(place - 1)))
            if !word.isEmpty, !isWord || starts {
                words.append(word)
                word = ""
            }
            if isWord { word.unicodeScalars.append(letter) }
        }
        if !word.isEmpty { words.append(word) }
        return words.map { $0.lowercased() }
    }

    /// Whether the first word promises that nothing is changed.
    static func soundsLikeReading(_ operation: String) -> Bool {
        let reading: Set<String> = [
            "get", "find", "list", "search", "query", "describe", "read", "retrieve", "lookup", "fetch", "count",
            "show",
            "is", "has", "exists", "browse", "view",
        ]
        return words(operation).first.map { reading.contains($0) } ?? false
    }
}
