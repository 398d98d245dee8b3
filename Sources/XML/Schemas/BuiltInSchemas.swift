// Schemas that documents import by their namespace alone: known here, so that nothing has to be fetched for them.

/// Well-known schemas, cut down to what messages use.
enum BuiltInSchemas {
    /// The text of the schema for a namespace; nil when it is not well-known. An empty text has nothing that is needed.
    static func text(_ namespace: String) -> String? {
        switch namespace {
        case QName.schemaNamespace, XMLNamespace.schemaInstance, "http://schemas.xmlsoap.org/wsdl/",
            "http://schemas.xmlsoap.org/wsdl/soap/", "http://schemas.xmlsoap.org/wsdl/mime/",
            "http://schemas.xmlsoap.org/wsdl/soap12/", "http://schemas.xmlsoap.org/wsdl/http/":
            ""
        case XMLNamespace.xml: xml
        case QName.encodingNamespace, QName.encodingNamespace12: encoding(namespace)
        case "http://schemas.xmlsoap.org/soap/envelope/", "http://www.w3.org/2003/05/soap-envelope":
            envelope(namespace)
        case "http://www.w3.org/2005/08/addressing", "http://schemas.xmlsoap.org/ws/2004/08/addressing",
            "http://schemas.xmlsoap.org/ws/2004/03/addressing":
            addressing(namespace)
        case "http://www.w3.org/2004/08/xop/include": include
        case "http://www.w3.org/2005/05/xmlmime", "http://www.w3.org/2004/11/xmlmime",
            "http://www.w3.org/2004/06/xmlmime":
            mime(namespace)
        case "http://ws-i.org/profiles/basic/1.1/xsd": references
        default: nil
        }
    }

    private static func schema(_ namespace: String, _ body: String, form: String = "qualified") -> String {
        // The namespace of xml: can't have another prefix.
        let prefix = namespace == XMLNamespace.xml ? "" : " xmlns:t=\"\(namespace)\""
        return """
            <xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"\(prefix) targetNamespace="\(namespace)" \
            elementFormDefault="\(form)">\(body)</xs:schema>
            """
    }

    private static let xml = schema(
        XMLNamespace.xml,
        """
        <xs:attribute name="lang" type="xs:language"/><xs:attribute name="space" type="xs:NCName"/>\
        <xs:attribute name="base" type="xs:anyURI"/><xs:attribute name="id" type="xs:ID"/>\
        <xs:attributeGroup name="specialAttrs"><xs:attribute ref="xml:base"/><xs:attribute ref="xml:lang"/>\
        <xs:attribute ref="xml:space"/></xs:attributeGroup>
        """)

    /// SOAP 1.1 §5: every simple type again with `id` and `href`, and arrays. Values are read by their own types; only what
    /// is derived from `Array` needs its definition here.
    private static func encoding(_ namespace: String) -> String {
        schema(
            namespace,
            """
            <xs:attribute name="arrayType" type="xs:string"/><xs:attribute name="root" type="xs:boolean"/>\
            <xs:attribute name="offset" type="xs:string"/><xs:attribute name="position" type="xs:string"/>\
            <xs:attribute name="itemType" type="xs:QName"/><xs:attribute name="arraySize" type="xs:string"/>\
            <xs:attributeGroup name="commonAttributes"/><xs:attributeGroup name="arrayAttributes"/>\
            <xs:attributeGroup name="arrayMemberAttributes"/>\
            <xs:group name="Array"><xs:sequence><xs:any minOccurs="0" maxOccurs="unbounded"/></xs:sequence></xs:group>\
            <xs:group name="Struct"><xs:sequence><xs:any minOccurs="0" maxOccurs="unbounded"/></xs:sequence></xs:group>\
            <xs:complexType name="Array"><xs:sequence><xs:any minOccurs="0" maxOccurs="unbounded"/></xs:sequence>\
            </xs:complexType>\
            <xs:complexType name="Struct"><xs:sequence><xs:any minOccurs="0" maxOccurs="unbounded"/></xs:sequence>\
            </xs:complexType>
            """)
    }

    private static func envelope(_ namespace: String) -> String {
        schema(
            namespace,
            """
            <xs:attribute name="mustUnderstand" type="xs:boolean"/><xs:attribute name="actor" type="xs:anyURI"/>\
            <xs:attribute name="role" type="xs:anyURI"/><xs:attribute name="relay" type="xs:boolean"/>\
            <xs:attribute name="encodingStyle" type="xs:anyURI"/>
            """)
    }

    private static func addressing(_ namespace: String) -> String {
        let uri = namespace.hasPrefix("http://schemas") ? "AttributedURI" : "AttributedURIType"
        let elements = ["To", "Action", "MessageID"].map { "<xs:element name=\"\($0)\" type=\"t:\(uri)\"/>" }.joined()
        let endpoints = ["EndpointReference", "ReplyTo", "From", "FaultTo"]
            .map { "<xs:element name=\"\($0)\" type=\"t:EndpointReferenceType\"/>" }.joined()
        return schema(
            namespace,
            """
            <xs:complexType name="\(uri)"><xs:simpleContent><xs:extension base="xs:anyURI"/></xs:simpleContent>\
            </xs:complexType>\
            <xs:complexType name="RelatesToType"><xs:simpleContent><xs:extension base="xs:anyURI">\
            <xs:attribute name="RelationshipType" type="xs:anyURI"/></xs:extension></xs:simpleContent></xs:complexType>\
            <xs:complexType name="ReferenceParametersType"><xs:sequence>\
            <xs:any minOccurs="0" maxOccurs="unbounded"/></xs:sequence></xs:complexType>\
            <xs:complexType name="MetadataType"><xs:sequence><xs:any minOccurs="0" maxOccurs="unbounded"/></xs:sequence>\
            </xs:complexType>\
            <xs:complexType name="EndpointReferenceType"><xs:sequence><xs:element name="Address" type="t:\(uri)"/>\
            <xs:element name="ReferenceParameters" type="t:ReferenceParametersType" minOccurs="0"/>\
            <xs:element name="Metadata" type="t:MetadataType" minOccurs="0"/>\
            <xs:any minOccurs="0" maxOccurs="unbounded"/></xs:sequence></xs:complexType>\
            \(elements)\(endpoints)<xs:element name="RelatesTo" type="t:RelatesToType"/>
            """)
    }

    private static let include = schema(
        "http://www.w3.org/2004/08/xop/include",
        """
        <xs:element name="Include"><xs:complexType><xs:attribute name="href" type="xs:anyURI" use="required"/>\
        </xs:complexType></xs:element>
        """)

    private static func mime(_ namespace: String) -> String {
        schema(
            namespace,
            """
            <xs:attribute name="contentType" type="xs:string"/><xs:attribute name="expectedContentTypes" type="xs:string"/>\
            <xs:complexType name="base64Binary"><xs:simpleContent><xs:extension base="xs:base64Binary">\
            <xs:attribute ref="t:contentType"/></xs:extension></xs:simpleContent></xs:complexType>
            """)
    }

    /// WS-I attachments: a part is referred to by its Content-ID.
    private static let references = schema(
        "http://ws-i.org/profiles/basic/1.1/xsd",
        "<xs:simpleType name=\"swaRef\"><xs:restriction base=\"xs:anyURI\"/></xs:simpleType>")
}
