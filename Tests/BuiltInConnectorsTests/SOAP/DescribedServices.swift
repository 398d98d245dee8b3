// Imported WSDLs for the tests: a connector's folder in a workspace of its own.

import BuiltInConnectors
import ConnectorKit
import JSONCore
import RecipeLanguage
import Testing
import XML

/// A connector that was imported from a text.
struct ImportedService {
    let workspace: TemporaryWorkspace
    let library: ConnectorLibrary
    let imported: WSDLImport

    init(_ wsdl: [UInt8], name: String = "svc", change: (inout JSONObject) -> Void = { _ in }) throws {
        let loader = DescriptionLoader { (_, _) throws(DescriptionLoader.Refusal) in
            throw DescriptionLoader.Refusal("there is no such file")
        }
        try self.init(
            ServiceDescription.read(DescriptionLoader.Found(name: "service.wsdl", bytes: wsdl), loader), name: name,
            change: change)
    }

    init(
        _ description: ServiceDescription, name: String = "svc", change: (inout JSONObject) -> Void = { _ in }
    ) throws {
        imported = WSDLImport(description, name: name, source: "wsdl/service.wsdl")
        workspace = try TemporaryWorkspace()
        for file in imported.files {
            var bytes = file.bytes
            if file.name == "connector.json" {
                var object = try #require(try JSON(parsing: bytes).object)
                change(&object)
                bytes = JSON.object(object).compactBytes
            }
            try workspace.write("Connectors/\(name)/\(file.name)", bytes)
        }
        library = ConnectorLibrary(folders: [name: workspace.root + "/Connectors/" + name])
    }

    var connector: DescribedConnector {
        get throws { try #require(library.described(imported.name), "\(library.diagnostics)") }
    }

    func trial(
        _ http: any HTTPClient, auth: JSONObject = [:], settings: JSONObject = [:], privately: Bool = false
    ) throws -> Trial {
        var (trial, network) = (try Trial(), NetworkPermissions())
        network.privateAddresses = privately
        trial.http = http
        trial.connection = Connection(
            name: "it", connector: imported.name, settings: settings, credentials: auth, network: network)
        return trial
    }

    /// Calls an action with an input typed by its schema, as the engine does.
    func call(_ action: String, _ input: JSON, _ trial: Trial) async throws -> JSON {
        let connector = try connector
        let spec = try #require(connector.spec.action(action), "\(connector.spec.actions.map(\.name))")
        let (typed, mismatches) = spec.input.typed(input)
        #expect(mismatches == [], "\(mismatches.map(\.message))")
        return try await connector.execute(action, typed, in: trial.context)
    }

    func failure(_ action: String, _ input: JSON, _ trial: Trial) async throws -> ConnectorError {
        do {
            let output = try await call(action, input, trial)
            Issue.record("no error but \(output.compact)")
            return ConnectorError(type: "none", "")
        } catch let error as ConnectorError {
            return error
        }
    }
}

/// A WSDL with one operation, `Do`.
enum OneOperation {
    static func wsdl(
        schema: String, input: String = "<part name=\"parameters\" element=\"t:Do\"/>",
        output: String = "<part name=\"parameters\" element=\"t:Done\"/>", style: String = "document",
        use: String = "literal", soap: String = "http://schemas.xmlsoap.org/wsdl/soap/", header: String = "",
        messages: String = "", fault: String = ""
    ) -> [UInt8] {
        Array(
            """
            <definitions xmlns="http://schemas.xmlsoap.org/wsdl/" targetNamespace="urn:t" xmlns:t="urn:t" \
            xmlns:soap="\(soap)" xmlns:xs="http://www.w3.org/2001/XMLSchema" \
            xmlns:enc="http://schemas.xmlsoap.org/soap/encoding/" xmlns:wsdl="http://schemas.xmlsoap.org/wsdl/">
            <types><xs:schema targetNamespace="urn:t" elementFormDefault="qualified">\(schema)</xs:schema></types>
            <message name="In">\(input)</message><message name="Out">\(output)</message>\(messages)
            <portType name="P"><operation name="Do"><input message="t:In"/><output message="t:Out"/>\(fault)</operation>\
            </portType><binding name="B" type="t:P"><soap:binding style="\(style)" \
            transport="http://schemas.xmlsoap.org/soap/http"/><operation name="Do"><soap:operation soapAction="urn:t/Do"/>\
            <input><soap:body use="\(use)" namespace="urn:t"/>\(header)</input>\
            <output><soap:body use="\(use)" namespace="urn:t"/></output></operation></binding>
            <service name="S"><port name="Port" binding="t:B"><soap:address location="http://svc.example/soap"/></port>\
            </service></definitions>
            """.utf8)
    }

    static func answer(_ body: String, status: Int = 200, type: String = "text/xml; charset=utf-8") -> HTTPAnswer {
        let text = """
            <s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:t="urn:t" \
            xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema" \
            xmlns:enc="http://schemas.xmlsoap.org/soap/encoding/"><s:Body>\(body)</s:Body></s:Envelope>
            """
        return HTTPAnswer(
            status: status, headers: [("content-type", type)], body: Array(text.utf8), url: "http://svc.example/soap")
    }
}
