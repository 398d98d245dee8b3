// Names of tables and columns in SQL.

/// A quoted name is a name whatever is in it.
enum SQLiteName {
    static func quoted(_ name: String) -> String {
        "\"" + name.replacing("\"", with: "\"\"").replacing("\u{0}", with: "") + "\""
    }
}
