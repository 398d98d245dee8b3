// Properties, tables and columns that formulas name, held against the workspace.

extension RecipeChecker {
    /// - Parameter offset: of the formula in the text of `place`, in UTF-8 bytes.
    func checkWorkspaceNames(_ references: FormulaReferences, offset: Int, in place: Place) {
        func report(_ finding: Finding, _ name: FormulaReferences.Name) {
            self.report(finding, range: range(of: name.range.shifted(by: offset), in: place), path: place.path)
        }
        for name in references.properties where !catalog.properties.contains(name.text) {
            report(.unknownProperty(name.text, known: catalog.properties.sorted()), name)
        }
        for (table, names) in references.tables {
            guard let columns = catalog.tables[table.text] else {
                report(.unknownTable(table.text, known: catalog.tables.keys.sorted()), table)
                continue
            }
            for name in names where !columns.contains(name.text) {
                report(.unknownColumn(name.text, table: table.text, known: columns), name)
            }
        }
    }
}

extension Range<Int> {
    /// The same length, `offset` further on.
    func shifted(by offset: Int) -> Range { lowerBound + offset..<upperBound + offset }
}
