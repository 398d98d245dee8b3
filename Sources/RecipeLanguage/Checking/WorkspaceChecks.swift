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
                report(.unknownTable(table.text, known: catalog.tables.names), table)
                continue
            }
            for name in names where !columns.contains(name.text) {
                report(.unknownColumn(name.text, table: table.text, known: columns), name)
            }
        }
    }
}

// The same names in the inputs of actions on tables.
extension RecipeChecker {
    /// Reports tables and columns that there aren't, and conditions that can't be; texts with pills are told in a run.
    func checkTable(_ use: TableUse, in input: Place?) {
        guard let input, let members = input.members else { return }
        let fields = Fields(input, members)
        guard let place = fields[use.table], let name = place.text, !Self.holdsPill(name) else { return }
        guard let columns = catalog.tables[name] else {
            return report(.unknownTable(name, known: catalog.tables.names), at: place)
        }
        func check(_ column: String) -> Finding? {
            columns.contains(column) || Self.holdsPill(column)
                ? nil : .unknownColumn(column, table: name, known: columns)
        }
        for key in use.rows {
            guard let place = fields[key] else { continue }
            for row in place.elements ?? [place] {
                for member in row.members ?? [] {
                    if let finding = check(member.key) { report(finding, at: member) }
                    if use.conditions.contains(key) { checkConditions(member.value) }
                }
            }
        }
        for key in use.columns {
            guard let place = fields[key] else { continue }
            for text in place.elements ?? [place] {
                guard let column = text.text else { continue }
                if let finding = check(column.hasPrefix("-") ? String(column.dropFirst()) : column) {
                    report(finding, at: text)
                }
            }
        }
    }

    private func checkConditions(_ place: Place) {
        for member in place.members ?? [] where !TableFilter.conditionNames.contains(member.key) {
            report(.unknownCondition(member.key, known: TableFilter.conditionNames), at: member)
        }
    }

    private static func holdsPill(_ text: String) -> Bool { text.contains("{{") }
}

extension Range<Int> {
    /// The same length, `offset` further on.
    func shifted(by offset: Int) -> Range { lowerBound + offset..<upperBound + offset }
}
