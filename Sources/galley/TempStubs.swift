// temp
import BuiltInConnectors
import ConnectorKit
import RecipeLanguage
import JSONCore
struct ConnectorLibrary: Sendable { 
  static func read(folders: [String: String]) -> (ConnectorLibrary, [Diagnostic]) { (ConnectorLibrary(), []) }
  var specs: [ConnectorSpec] { BuiltInConnectors.all.map(\.spec) }
  subscript(_ n: String) -> (any Connector)? { BuiltInConnectors.all.first { $0.spec.name == n } }
}
struct RX { var name = ""; var differences: [String] = [] }
enum ConnectorFixtures { static func run(in: String) async -> [RX] { [] } }
import ArgumentParser
struct Formulas: AsyncParsableCommand {}
struct RecipesNew: AsyncParsableCommand {}
