// What the ports of a WSDL send messages over: those over HTTP are chosen.

import Testing
import XML

struct PortTransportTests {
    private static let head = """
        <definitions xmlns="http://schemas.xmlsoap.org/wsdl/" xmlns:s="http://schemas.xmlsoap.org/wsdl/soap/" \
        xmlns:t="urn:t" targetNamespace="urn:t">

        """

    /// A service with a port for each transport, in this order.
    private func ports(_ transports: [(transport: String, address: String)]) -> String {
        let ports = transports.indices.map {
            "<port name=\"P\($0)\" binding=\"t:B\($0)\"><s:address location=\"\(transports[$0].address)\"/></port>"
        }
        let bindings = transports.indices.map {
            "<binding name=\"B\($0)\" type=\"t:T\"><s:binding transport=\"\(transports[$0].transport)\"/></binding>"
        }
        return Self.head + "<portType name=\"T\"/>" + bindings.joined()
            + "<service name=\"S\">\n\(ports.joined())</service></definitions>"
    }

    @Test(arguments: [
        ("http://schemas.xmlsoap.org/soap/jms", "jms:/queue?destination=q"),
        ("http://schemas.microsoft.com/soap/tcp", "net.tcp://localhost:8523/s"),
        ("http://schemas.xmlsoap.org/soap/smtp", "mailto:orders@example.org"),
        ("http://www.tibco.com/namespaces/ws/2004/soap/binding/JMS", ""),
        ("http://www.w3.org/2010/soapjms/", "jms:jndi:q"),
    ])
    func `a port whose messages don't go over HTTP is not chosen, and refused alone`(
        transport: String, address: String
    ) throws {
        let http = ("http://schemas.xmlsoap.org/soap/http", "http://localhost/s")
        let both = try ReadService(ports([(transport, address), http]))
        #expect(both.description.operations.port == "P1")
        #expect(both.description.otherPorts.map(\.protocolName) == ["SOAP 1.1 over \(transport)"])
        #expect {
            try ReadService(ports([(transport, address)]))
        } throws: { error in
            let finding = error as? DescriptionFinding
            return finding?.line == 3
                && finding?.message.contains("speaks SOAP 1.1 over \(transport), not SOAP over HTTP") == true
        }
    }

    @Test(arguments: [
        ("http://schemas.xmlsoap.org/soap/http/", ""), ("http://www.w3.org/2003/05/soap/bindings/HTTP/", ""),
        ("", ""), ("http://schemas.xmlsoap.org/soap/https", "{address}"), ("urn:our-own", "https://localhost/s"),
    ])
    func `what is HTTP by its transport or its address is chosen`(transport: String, address: String) throws {
        #expect(try ReadService(ports([(transport, address)])).description.operations.port == "P0")
    }
}
