// docs/connectors.md and the specs say the same.

import ConnectorKit
import Foundation
import RecipeLanguage
import Testing

@testable import BuiltInConnectors

struct ConnectorDocumentTests {
    private static let document: String = {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return (try? String(contentsOf: root.appendingPathComponent("docs/connectors.md"), encoding: .utf8)) ?? ""
    }()

    private static let actions = BuiltInConnectors.all.flatMap { connector in
        connector.spec.actions.map { "\(connector.spec.name).\($0.name)" }
    }

    /// The row of an action: its name, title, effect (with `*` when it follows from the input) and inputs, required ones in bold.
    private static func row(_ use: String) throws -> String {
        let parts = use.split(separator: ".").map(String.init)
        let connector = try #require(BuiltInConnectors.all.first { $0.spec.name == parts[0] })
        let action = try #require(connector.spec.action(parts[1]))
        let inputs = action.input.properties.map { $0.required ? "**\($0.name)**" : $0.name }.joined(separator: ", ")
        let effect = action.effect.rawValue + (action.effectOfInput == nil ? "" : "*")
        return "| `\(use)` | \(action.title) | \(effect) | \(inputs) |"
    }

    @Test(arguments: actions)
    func `every action has its row`(use: String) throws {
        let row = try Self.row(use)
        #expect(Self.document.contains(row + "\n"), "write this row: \(row)")
    }

    @Test func `there is no row for what is gone`() {
        let rows = Self.document.split(separator: "\n").compactMap { line -> String? in
            guard line.hasPrefix("| `"), let name = line.split(separator: "`").dropFirst().first, name.contains(".")
            else { return nil }
            return String(name)
        }
        #expect(Set(rows).subtracting(Self.actions) == [])
    }

    @Test(arguments: BuiltInConnectors.all.map(\.spec.name))
    func `examples fit their schemas`(name: String) throws {
        let spec = try #require(BuiltInConnectors.all.first { $0.spec.name == name }).spec
        for action in spec.actions {
            for example in action.examples where !example.compact.contains("{{") {
                #expect(action.input.typed(example).mismatches == [], "\(name).\(action.name)")
            }
        }
    }
}
