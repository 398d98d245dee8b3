// Descriptions of services that the fuzzer starts from, and what is done with one.

import XML

enum WSDLTrial {
    static let seed = """
        <definitions xmlns="http://schemas.xmlsoap.org/wsdl/" xmlns:s="http://schemas.xmlsoap.org/wsdl/soap/" \
        xmlns:x="http://www.w3.org/2001/XMLSchema" xmlns:t="u" targetNamespace="u" \
        xmlns:e="http://schemas.xmlsoap.org/soap/encoding/" xmlns:w="http://schemas.xmlsoap.org/wsdl/"><types>\
        <x:schema targetNamespace="u" elementFormDefault="qualified"><x:element name="D" type="t:C"/>\
        <x:complexType name="C"><x:complexContent><x:extension base="t:B"><x:choice maxOccurs="9"><x:group ref="t:G"/>\
        <x:element ref="t:D" minOccurs="0"/><x:any/></x:choice><x:attributeGroup ref="t:A"/></x:extension></x:complexContent>\
        </x:complexType><x:complexType name="B" abstract="true"><x:sequence><x:element name="l" type="t:L" nillable="true"/>\
        </x:sequence></x:complexType><x:group name="G"><x:sequence><x:element name="g" type="t:E" maxOccurs="unbounded"/>\
        </x:sequence></x:group><x:attributeGroup name="A"><x:attribute name="a" type="x:int" use="required"/>\
        </x:attributeGroup><x:simpleType name="E"><x:restriction base="x:string"><x:enumeration value="q"/></x:restriction>\
        </x:simpleType><x:complexType name="L"><x:complexContent><x:restriction base="e:Array"><x:attribute \
        ref="e:arrayType" w:arrayType="t:B[]"/></x:restriction></x:complexContent></x:complexType></x:schema></types>\
        <message name="I"><part name="p" element="t:D"/></message><portType name="P"><operation name="O"><input \
        message="t:I"/></operation></portType><binding name="N" type="t:P"><s:binding style="document"/><operation name="O">\
        <input><s:body use="literal"/></input></operation></binding><service name="S"><port name="R" binding="t:N">\
        <s:address location="http://h/"/></port></service></definitions>
        """

    static let words = [
        "<x:sequence>", "<x:choice>", "<x:all>", "<x:union memberTypes=\"", "<x:list itemType=\"", " ref=\"t:",
        " base=\"t:",
        " type=\"t:", " substitutionGroup=\"t:", " maxOccurs=\"unbounded\"", " mixed=\"true\"", "rpc", "encoded",
    ]

    /// Imports it, reads all that came of it, and writes an empty message.
    static func take(_ bytes: [UInt8]) {
        let loader = DescriptionLoader { (_, _) throws(DescriptionLoader.Refusal) in
            throw DescriptionLoader.Refusal("there are no other documents")
        }
        let root = DescriptionLoader.Found(name: "fuzz.wsdl", bytes: bytes)
        guard let description = try? ServiceDescription.read(root, loader),
            let catalog = try? MessageCatalog(description.catalog),
            let operations = try? SOAPOperations(description.operations.text)
        else { return }
        for number in 0..<catalog.count {
            _ = try? catalog.type(number)
            _ = try? catalog.substitutes(of: number)
        }
        let writer = MessageWriter(catalog)
        for part in operations.all.flatMap({ $0.input.parts }) {
            _ = try? writer.root(part, ["l": [["g": ["q"]]], "@a": 1, "group!": [["g": "q"]]])
        }
    }
}
