import BuiltInConnectors
import ConnectorKit
import RecipeLanguage
import JSONCore
import ArgumentParser
struct Formulas: AsyncParsableCommand {}
struct RecipesNew: AsyncParsableCommand {}
