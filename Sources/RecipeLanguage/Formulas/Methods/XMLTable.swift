// Texts that are XML, as data, and data as XML.

import JSONCore
import XML

extension FunctionTables {
    static func xml() -> MethodTable {
        var table = MethodTable("XML")
        table.add(
            "from_xml", on: .text, gives: .object,
            "What an XML text holds: elements as lists, attributes as @name, text as content!.",
            "'<a id=\"1\"><b>x</b></a>'.from_xml['a'][0]['b'][0]['content!']", "\"x\""
        ) { call in
            do throws(XMLError) {
                let element: XMLElement
                if case .bytes(let bytes) = call.receiver {
                    element = try XMLElement.parse(bytes)
                } else {
                    element = try XMLElement.parse(call.receiver.text)
                }
                return Value(try element.namedJSON(.formula))
            } catch {
                throw call.fail("bad_xml", "from_xml could not read the text: \(error)")
            }
        }
        table.add(
            "to_xml", on: [.object, .list],
            "root=text, children=text, skip_instruct=boolean, skip_types=boolean, dasherize=boolean, camelize=any, indent=integer",
            gives: .string, "As XML, with types in attributes; a list's elements are named by its singular.",
            "{id: 1}.to_xml(root: 'user', skip_instruct: true)",
            "\"<user>\\n  <id type=\\\"integer\\\">1</id>\\n</user>\\n\""
        ) { try ValueXML.write($0) }
        return table
    }
}
