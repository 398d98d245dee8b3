// The cases of the Mustache specification, and what hostile templates come to.

import ConnectorKit
import Foundation
import JSONCore
import Testing

struct MustacheSpecTests {
    private static let cases: [JSON] = {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("mustache_spec.json")
        guard let bytes = try? Data(contentsOf: file), let json = try? JSON(parsing: [UInt8](bytes)) else { return [] }
        // The values of a recipe's template are an object; none of the others is a list.
        return (json["tests"]?.array ?? []).filter { $0["data"]?.array == nil }
    }()

    @Test(arguments: cases.compactMap { $0["name"]?.string })
    func `holds to the specification`(name: String) async throws {
        let given = try #require(Self.cases.first { $0["name"]?.string == name })
        let template = try #require(given["template"]), data = try #require(given["data"])
        let isObject = data.object != nil
        let text: JSON = isObject ? template : .string("{{#data}}" + (template.string ?? "") + "{{/data}}")
        let output = try await Trial().call(
            "template.render",
            ["text": text, "values": isObject ? data : ["data": data], "partials": given["partials"] ?? [:]])
        #expect(output["text"] == given["expected"])
    }

    @Test func `there are cases`() { #expect(Self.cases.count > 130) }
}
