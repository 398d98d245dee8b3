// Which tables there are.

extension FunctionLibrary {
    static func tables() -> [MethodTable] {
        [
            FunctionTables.general(), FunctionTables.functions(), FunctionTables.text(), FunctionTables.textSearch(),
            FunctionTables.textParts(), FunctionTables.words(), FunctionTables.numbers(),
            FunctionTables.numberFormats(),
            FunctionTables.lists(), FunctionTables.blocks(), FunctionTables.listGroups(), FunctionTables.rows(),
            FunctionTables.hashes(), FunctionTables.times(), FunctionTables.calendar(), FunctionTables.durations(),
            FunctionTables.conversions(), FunctionTables.encodings(), FunctionTables.digests(), FunctionTables.places(),
            FunctionTables.csv(),
        ]
    }
}

/// The families of functions, one file each.
enum FunctionTables {}
