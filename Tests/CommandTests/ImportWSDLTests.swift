// galley connectors import wsdl: what it writes, what it keeps, and where it may read.

import Foundation
import JSONCore
import Testing

struct ImportWSDLTests {
    private static func wsdl(_ schema: String = "", location: String = "http://127.0.0.1:9/s") -> String {
        """
        <definitions xmlns="http://schemas.xmlsoap.org/wsdl/" xmlns:t="urn:t" targetNamespace="urn:t"
          xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/" xmlns:x="http://www.w3.org/2001/XMLSchema">
        <types><x:schema targetNamespace="urn:t" elementFormDefault="qualified">\(schema)
        <x:element name="FindOrder"><x:complexType><x:sequence><x:element name="number" type="x:int"/></x:sequence>
        </x:complexType></x:element>
        <x:element name="FindOrderResponse"><x:complexType><x:sequence><x:element name="total" type="x:decimal"/>
        </x:sequence></x:complexType></x:element></x:schema></types>
        <message name="In"><part name="p" element="t:FindOrder"/></message>
        <message name="Out"><part name="p" element="t:FindOrderResponse"/></message>
        <portType name="P"><operation name="FindOrder"><input message="t:In"/><output message="t:Out"/></operation>
        <operation name="DropOrder"><input message="t:In"/></operation></portType>
        <binding name="B" type="t:P"><soap:binding transport="http://schemas.xmlsoap.org/soap/http"/>
        <operation name="FindOrder"><soap:operation soapAction="a"/><input><soap:body use="literal"/></input>
        <output><soap:body use="literal"/></output></operation>
        <operation name="DropOrder"><input><soap:body use="literal"/></input></operation></binding>
        <service name="OrderService"><port name="Port" binding="t:B"><soap:address location="\(location)"/></port></service>
        </definitions>
        """
    }

    private static func recipe(_ input: String) -> String {
        """
        { "galley": 1, "name": "A", "trigger": { "id": "e", "use": "manual" },
          "steps": [ { "id": "found", "use": "order.find_order", "input": \(input) }, { "return": "{{ found.total + 1 }}" } ] }
        """
    }

    @Test func `an operation becomes an action that recipes are checked against`() async throws {
        let place = try await CommandPlace()
        try place.write("order.wsdl", Self.wsdl())
        let imported = try await place.galley("connectors", "import", "wsdl", "order.wsdl").expect(0)
        #expect(imported.data.contains("2 operations are actions of order"), "\(imported)")
        #expect(try place.text("Connectors/order/wsdl/order.wsdl") == Self.wsdl())
        try await place.galley("connectors", "check", "order").expect(0)
        let shown = try await place.galley("connectors", "show", "order.find_order").expect(0)
        #expect(shown.data.contains("number (required)  integer") && shown.data.contains("(read)"), "\(shown)")
        try place.write("Recipes/a/recipe.json", Self.recipe("{ \"nummber\": 7 }"))
        let wrong = try await place.galley("check", "a").expect(65)
        #expect(wrong.messages.contains("did you mean \"number\"?"), "\(wrong)")
        try place.write("Recipes/a/recipe.json", Self.recipe("{ \"number\": 7 }"))
        try await place.galley("check", "a").expect(0)
        try await place.galley("schema").expect(0)
    }

    @Test func `a second import needs --replace, and keeps what a person wrote`() async throws {
        let place = try await CommandPlace()
        try place.write("order.wsdl", Self.wsdl())
        try await place.galley("connectors", "import", "wsdl", "order.wsdl").expect(0)
        let file = "Connectors/order/connector.json"
        let text = try place.text(file)
        try place.write(
            file,
            text.replacingOccurrences(of: "\"drop_order\"", with: "\"cancel\"")
                .replacingOccurrences(of: "\"unsafe\"", with: "\"idempotent\""))
        let refused = try await place.galley("connectors", "import", "wsdl", "order.wsdl")
        #expect(refused.code != 0 && refused.messages.contains("--replace"), "\(refused)")
        try await place.galley("connectors", "import", "wsdl", "order.wsdl", "--replace").expect(0)
        let actions = try JSON(parsing: Array(place.text(file).utf8))["actions"]
        #expect(actions?["cancel"]?["effect"] == "idempotent", "\(actions?.compact ?? "")")
        #expect(actions?["drop_order"] == nil)
    }

    @Test func `documents are read from beside the WSDL, and from nowhere else unasked`() async throws {
        let place = try await CommandPlace()
        let schema = "<x:schema xmlns:x=\"http://www.w3.org/2001/XMLSchema\" targetNamespace=\"urn:u\"/>"
        try place.write("in/beside.xsd", schema)
        try place.write("outside.xsd", schema)
        try FileManager.default.createSymbolicLink(
            atPath: place.folder.path + "/in/link.xsd", withDestinationPath: "../outside.xsd")
        func ended(_ location: String, _ options: String...) async throws -> Ended {
            try place.write(
                "in/a.wsdl", Self.wsdl("<x:import namespace=\"urn:u\" schemaLocation=\"\(location)\"/>"))
            let command = ["connectors", "import", "wsdl", "in/a.wsdl", "--replace"] + options
            return try await GalleyProcess(command, in: place, input: "", environment: [:]).end()
        }
        try await ended("beside.xsd").expect(0)
        for (location, words) in [
            ("../outside.xsd", "outside the document's folder"), ("link.xsd", "a link that leads outside"),
            ("/etc/passwd", "only files beside"), ("file:///etc/passwd", "only files beside"),
            ("http://127.0.0.1:9/x.xsd", "--remote-refs"), ("none.xsd", "there is no such file"),
        ] {
            let refused = try await ended(location).expect(65)
            #expect(refused.messages.contains("a.wsdl:3: the import of \"\(location)\""), "\(refused)")
            #expect(refused.messages.contains(words), "\(refused)")
        }
        try await ended("../outside.xsd", "--folder", ".").expect(0)
    }

    @Test func `a document that is no WSDL is refused in words`() async throws {
        let place = try await CommandPlace()
        try place.write("a.wsdl", "<!DOCTYPE a [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><a>&e;</a>")
        let refused = try await place.galley("connectors", "import", "wsdl", "a.wsdl").expect(65)
        #expect(refused.messages.contains("a.wsdl:1:") && refused.messages.contains("DOCTYPE"), "\(refused)")
        try await place.galley("connectors", "import", "wsdl", "nothing.wsdl").expect(66)
    }

    @Test(.timeLimit(.minutes(1)), arguments: [("order.wsdl", 66), ("pipe.xsd", 65)])
    func `only regular files are read: a pipe is refused at once`(pipe: String, code: Int32) async throws {
        let place = try await CommandPlace()
        let schema = "<x:include schemaLocation=\"pipe.xsd\"/>"
        if pipe != "order.wsdl" { try place.write("order.wsdl", Self.wsdl(schema)) }
        #expect(mkfifo(place.folder.appendingPathComponent(pipe).path, 0o600) == 0)
        let refused = try await place.galley("connectors", "import", "wsdl", "order.wsdl").expect(code)
        #expect(refused.messages.contains("\(pipe) is no regular file"), "\(refused)")
    }
}
