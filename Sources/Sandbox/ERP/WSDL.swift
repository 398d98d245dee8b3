// The ERP's WSDL 1.1 (document/literal, wrapped), made from the same table that requests are checked against.

enum WSDL {
    static func document(location: String) -> String {
        let operations = ERPOperation.allCases
        let elements = operations.map { operation in
            element(operation.rawValue, operation.input, level: 3)
                + element(operation.rawValue + "Response", operation.output, level: 3)
        }
        let faults = ERPOperation.faults.map { fault in
            """
                  <xsd:element name="\(fault)">
                    <xsd:complexType>
                      <xsd:sequence>
                        <xsd:any minOccurs="0" maxOccurs="unbounded" processContents="lax"/>
                      </xsd:sequence>
                    </xsd:complexType>
                  </xsd:element>

            """
        }
        return """
            <?xml version="1.0" encoding="UTF-8"?>
            <wsdl:definitions name="Billing" targetNamespace="\(ERPOperation.namespace)"
                xmlns:wsdl="http://schemas.xmlsoap.org/wsdl/" xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/"
                xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:erp="\(ERPOperation.namespace)">
              <wsdl:types>
                <xsd:schema targetNamespace="\(ERPOperation.namespace)" elementFormDefault="qualified">
                  <xsd:element name="IdempotencyKey" type="xsd:string"/>
            \(elements.joined())\(faults.joined())    </xsd:schema>
              </wsdl:types>
              <wsdl:message name="IdempotencyHeader">
                <wsdl:part name="key" element="erp:IdempotencyKey"/>
              </wsdl:message>
            \(messages(operations))  <wsdl:portType name="BillingPort">
            \(operations.map(portOperation).joined())  </wsdl:portType>
              <wsdl:binding name="BillingBinding" type="erp:BillingPort">
                <soap:binding style="document" transport="http://schemas.xmlsoap.org/soap/http"/>
            \(operations.map(bindingOperation).joined())  </wsdl:binding>
              <wsdl:service name="BillingService">
                <wsdl:port name="BillingPort" binding="erp:BillingBinding">
                  <soap:address location="\(escaped(location))"/>
                </wsdl:port>
              </wsdl:service>
            </wsdl:definitions>

            """
    }

    private static func element(_ name: String, _ fields: [ERPField], level: Int, occurs: String = "") -> String {
        let indent = String(repeating: "  ", count: level)
        let children = fields.map { field -> String in
            let occurs = field.required ? "" : " minOccurs=\"0\""
            guard case .list(let inner) = field.kind else {
                return
                    "\(indent)      <xsd:element name=\"\(field.name)\" type=\"xsd:\(type(field.kind))\"\(occurs)/>\n"
            }
            return element(field.name, inner, level: level + 3, occurs: " minOccurs=\"0\" maxOccurs=\"unbounded\"")
        }
        return """
            \(indent)<xsd:element name="\(name)"\(occurs)>
            \(indent)  <xsd:complexType>
            \(indent)    <xsd:sequence>
            \(children.joined())\(indent)    </xsd:sequence>
            \(indent)  </xsd:complexType>
            \(indent)</xsd:element>

            """
    }

    private static func type(_ kind: ERPField.Kind) -> String {
        switch kind {
        case .text, .list: "string"
        case .decimal: "decimal"
        case .integer: "int"
        case .boolean: "boolean"
        case .date: "date"
        }
    }

    private static func messages(_ operations: [ERPOperation]) -> String {
        operations.flatMap { [$0.rawValue, $0.rawValue + "Response"] }.map { name in
            """
              <wsdl:message name="\(name)">
                <wsdl:part name="parameters" element="erp:\(name)"/>
              </wsdl:message>

            """
        }.joined()
    }

    private static func portOperation(_ operation: ERPOperation) -> String {
        """
            <wsdl:operation name="\(operation.rawValue)">
              <wsdl:input message="erp:\(operation.rawValue)"/>
              <wsdl:output message="erp:\(operation.rawValue)Response"/>
            </wsdl:operation>

        """
    }

    private static func bindingOperation(_ operation: ERPOperation) -> String {
        let header =
            operation.changes
            ? "<soap:header message=\"erp:IdempotencyHeader\" part=\"key\" use=\"literal\"/>" : ""
        return """
                <wsdl:operation name="\(operation.rawValue)">
                  <soap:operation soapAction="\(ERPOperation.namespace):\(operation.rawValue)" style="document"/>
                  <wsdl:input><soap:body use="literal"/>\(header)</wsdl:input>
                  <wsdl:output><soap:body use="literal"/></wsdl:output>
                </wsdl:operation>

            """
    }

    private static func escaped(_ text: String) -> String {
        String(
            text.flatMap { character -> String in
                switch character {
                case "&": "&amp;"
                case "<": "&lt;"
                case "\"": "&quot;"
                default: String(character)
                }
            })
    }
}
