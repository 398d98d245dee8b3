// Which tables there are.

extension FunctionLibrary {
    static func tables() -> [MethodTable] {
        [
            FunctionTables.general(), FunctionTables.functions(), FunctionTables.text(), FunctionTables.numbers(),
            FunctionTables.lists(),
        ]
    }
}

/// The families of functions, one file each.
enum FunctionTables {}
