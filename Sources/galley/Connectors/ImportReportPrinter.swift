// The report of an import for people: what was made, what was left out and why, what comes next.

import ConnectorImport

struct ImportReportPrinter {
    /// Reasons that are printed; all of them are in import.json.
    private static let most = 20
    let report: ImportReport

    func print() {
        let part = report.actions == report.operations ? "all" : "\(report.actions) of"
        Terminal.print(
            "\(report.title) \(report.version) (OpenAPI \(report.format)): \(part) \(report.operations) operations are actions of "
                + Terminal.outputStyle(report.name, .cyan))
        for sentence in report.general.prefix(Self.most) { Terminal.print("  \(sentence)") }
        list("Not carried over:", report.dropped)
        list("Carried over with less:", report.notes)
        if report.dropped.count + report.notes.count + report.general.count > 0 {
            Terminal.print("The whole report: Connectors/\(report.name)/import.json")
        }
        Terminal.note("next: galley connectors show \(report.name), then galley connections add")
    }

    /// Each reason once, with the operations it is about.
    private func list(_ heading: String, _ remarks: [ImportReport.Remark]) {
        guard !remarks.isEmpty else { return }
        Terminal.print(heading)
        var (order, groups) = ([String](), [String: [String]]())
        for remark in remarks {
            if groups[remark.reason] == nil { order.append(remark.reason) }
            groups[remark.reason, default: []].append(remark.operation)
        }
        for reason in order.prefix(Self.most) {
            let operations = groups[reason] ?? []
            let more = operations.count > 3 ? " and \(operations.count - 3) more" : ""
            Terminal.print("  \(operations.prefix(3).joined(separator: ", "))\(more): \(reason)")
        }
        if order.count > Self.most { Terminal.print("  and \(order.count - Self.most) further reasons") }
    }
}
