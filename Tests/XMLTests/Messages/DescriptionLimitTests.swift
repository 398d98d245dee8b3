// Descriptions and references that would take more than any service needs.

import JSONCore
import Testing
import XML

struct DescriptionLimitTests {
    private func failure(_ document: ServiceDocument) -> DescriptionFinding? {
        do {
            _ = try ReadService(document)
            return nil
        } catch {
            return error as? DescriptionFinding
        }
    }

    @Test(arguments: ["<xs:element name=\"e\" type=\"xs:int\"/>", ""])
    func `groups that multiply are refused before they fill the memory`(innermost: String) {
        // Each group holds the one before it twice over: 2 to the 40th elements when worked out.
        var schema = ""
        for number in 1...40 {
            schema += "<xs:group name=\"G\(number)\"><xs:sequence>"
            for _ in 0..<2 {
                schema += number == 1 ? innermost : "<xs:group ref=\"t:G\(number - 1)\"/>"
            }
            schema += "</xs:sequence></xs:group>"
        }
        let document = ServiceDocument.holding("<xs:sequence><xs:group ref=\"t:G40\"/></xs:sequence>", further: schema)
        #expect(failure(document)?.message.contains("more than 100000 elements") == true)
    }

    @Test(arguments: ["complexType", "simpleType"], [false, true])
    func `a long chain of derived types is refused for what it is`(kind: String, isBackwards: Bool) {
        var types = kind == "complexType" ? ["<xs:complexType name=\"A0\"/>"] : []
        for number in 1...20_000 {
            let base = number == 1 && kind == "simpleType" ? "xs:string" : "t:A\(number - 1)"
            types.append(
                kind == "simpleType"
                    ? "<xs:simpleType name=\"A\(number)\"><xs:restriction base=\"\(base)\"><xs:pattern value=\"a*\"/>"
                        + "</xs:restriction></xs:simpleType>"
                    : "<xs:complexType name=\"A\(number)\"><xs:complexContent><xs:extension base=\"\(base)\"><xs:sequence>"
                        + "<xs:element name=\"e\(number)\"/></xs:sequence></xs:extension></xs:complexContent></xs:complexType>"
            )
        }
        if isBackwards { types.reverse() }
        let finding = failure(ServiceDocument.holding("<xs:sequence/>", further: types.joined()))
        #expect(
            finding?.message.contains("derived from each other over more than 200 steps") == true, "\(finding as Any)")
    }

    @Test(arguments: [true, false])
    func `a long text that is referred to over and over ends`(isLong: Bool) throws {
        let text = String(repeating: "x", count: isLong ? 100_000 : 10)
        let references = String(repeating: "<i href=\"#1\"/>", count: 1000)
        let body = try XMLElement.parse("<b><r>\(references)</r><x id=\"1\">\(text)</x></b>").elements
        if isLong {
            #expect(throws: XMLError.self) { try MultiReferences.resolved(body) }
        } else {
            #expect(try MultiReferences.resolved(body)[0].elements.count == 1000)
        }
    }
}
