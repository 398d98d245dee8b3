// Which tables there are.

extension FunctionLibrary {
    static func tables() -> [MethodTable] {
        [
            FunctionTables.general(), FunctionTables.identity(), FunctionTables.matches(), FunctionTables.textUnits(),
            FunctionTables.functions(), FunctionTables.text(), FunctionTables.textSearch(),
            FunctionTables.textParts(), FunctionTables.textCharacters(), FunctionTables.words(),
            FunctionTables.numbers(), FunctionTables.arithmetic(), FunctionTables.numberFormats(),
            FunctionTables.lists(), FunctionTables.listChanges(), FunctionTables.blocks(), FunctionTables.foldings(),
            FunctionTables.listGroups(), FunctionTables.rows(), FunctionTables.hashes(), FunctionTables.times(),
            FunctionTables.timeTexts(), FunctionTables.calendar(), FunctionTables.durations(),
            FunctionTables.conversions(), FunctionTables.encodings(), FunctionTables.digests(), FunctionTables.places(),
            FunctionTables.csv(), FunctionTables.xml(), FunctionTables.yaml(), FunctionTables.tokens(),
            FunctionTables.ciphers(), FunctionTables.listSearch(), FunctionTables.listRuns(),
            FunctionTables.hashesDeep(),
            FunctionTables.calendarCounts(), FunctionTables.numberKinds(), FunctionTables.structuredTexts(),
            FunctionTables.mathematics(),
        ]
    }
}

/// The families of functions, one file each.
enum FunctionTables {}
