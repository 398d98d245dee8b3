// What the audit log calls a request: an action and what it was done to, in the words that the command line has for them.

extension Route {
    /// `job.retry` and `job 7`: of the address `/jobs/{job}/retry`, or of the operation `jobs.retry`. What is done to no single
    /// thing stays plural (`jobs.bulk`), and has its address as its subject.
    func auditWords(_ parameters: [String: String], _ path: String) -> (action: String, subject: String) {
        let segments = pattern.description.split(separator: "/").map { String($0) }
        let words = segments.filter { !$0.hasPrefix("{") }
        let open = segments.firstIndex { $0.hasPrefix("{") }
        // `alerts` of /settings/alerts/{rule}/test
        let place = open.flatMap { $0 > 0 ? segments[$0 - 1] : nil }
        let kinds = place ?? words.first ?? ""
        let verb = operation?.id.split(separator: ".").last.map { String($0) } ?? words.last ?? ""
        guard let open, place != nil else { return (operation?.id ?? "\(kinds).\(verb)", path) }
        let parameter = String(segments[open].dropFirst().dropLast()).replacing("...", with: "")
        let kind = kinds.hasSuffix("s") ? String(kinds.dropLast()) : kinds
        let named = Self.named[parameter] ?? kind
        return ("\(kind).\(verb)", "\(named) \(parameters[parameter] ?? "")")
    }

    /// Parameters that say themselves what they are, wherever they stand.
    private static let named = [
        "job": "job", "recipe": "recipe", "table": "table", "topic": "topic", "rule": "alert rule",
    ]
}
