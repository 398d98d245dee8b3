// Where two XML documents differ in what they mean, in words with paths.

import XML

/// Compares what is with what should be.
enum XMLDifference {
    private static let most = 20

    /// Each difference as a sentence; empty when the documents mean the same. White space between elements doesn't count.
    static func all(_ found: [UInt8], expected: [UInt8]) -> [String] {
        guard let sent = try? XMLElement.parse(found) else {
            return [found.isEmpty ? "there is no body, the fixture has one" : "the body is not XML"]
        }
        guard let wanted = try? XMLElement.parse(expected) else { return ["the fixture's body is not XML"] }
        var differences: [String] = []
        compare(sent, wanted, "", Scopes(), &differences)
        return differences
    }

    /// The declarations around two elements, innermost last.
    private struct Scopes {
        var found: [XMLNamespace] = []
        var expected: [XMLNamespace] = []

        func entering(_ one: XMLElement, _ other: XMLElement) -> Scopes {
            Scopes(found: found + one.declarations, expected: expected + other.declarations)
        }
    }

    private static func compare(
        _ found: XMLElement, _ expected: XMLElement, _ path: String, _ outer: Scopes, _ differences: inout [String]
    ) {
        guard differences.count < most else { return }
        let place = path + "/" + expected.name
        guard found.name == expected.name, found.namespace == expected.namespace else {
            differences.append("the body: \(place) is \(words(found)); it should be \(words(expected))")
            return
        }
        let scopes = outer.entering(found, expected)
        for attribute in expected.attributes {
            let value = found.attribute(attribute.name, namespace: attribute.namespace)
            guard value != attribute.value else { continue }
            if attribute.namespace == XMLNamespace.schemaInstance, attribute.name == "type", let value,
                resolved(value, scopes.found) == resolved(attribute.value, scopes.expected)
            {
                continue
            }
            differences.append(
                "the body: \(place)/@\(attribute.name) is \(value.map { "\"\($0)\"" } ?? "missing"); "
                    + "it should be \"\(attribute.value)\"")
        }
        for attribute in found.attributes
        where expected.attribute(attribute.name, namespace: attribute.namespace) == nil {
            differences.append("the body: \(place)/@\(attribute.name) is there, but should not be")
        }
        let (sent, wanted) = (found.elements, expected.elements)
        for (one, other) in zip(sent, wanted) { compare(one, other, place, scopes, &differences) }
        for surplus in sent.dropFirst(wanted.count) {
            differences.append("the body: \(place) has \(words(surplus)), but should not")
        }
        for lacking in wanted.dropFirst(sent.count) {
            differences.append("the body: \(place) lacks \(words(lacking))")
        }
        if sent.isEmpty, wanted.isEmpty, found.text != expected.text {
            differences.append(
                "the body: \(place) is \"\(found.text.prefix(200))\"; it should be \"\(expected.text.prefix(200))\"")
        }
    }

    /// A type's name with its namespace in place of the prefix.
    private static func resolved(_ name: String, _ scope: [XMLNamespace]) -> [String] {
        let parts = name.split(separator: ":", maxSplits: 1).map { String($0) }
        let prefix = parts.count == 2 ? parts[0] : nil
        return [scope.last { $0.prefix == prefix }?.uri ?? prefix ?? "", parts.last ?? ""]
    }

    private static func words(_ element: XMLElement) -> String {
        "<\(element.name)>" + (element.namespace.map { " of \($0)" } ?? " without a namespace")
    }
}
