// One operation as an action: its input, its request, its output.

import JSONCore

/// What becomes of one operation.
struct ActionDraft {
    var title = ""
    var summary = ""
    var effect = "unsafe"
    var input = JSONObject()
    var request = JSONObject()
    var outputSchema: JSON?
    var output: JSON?
    var paginate: JSON?
    var notes: [String] = []

    /// What connector.json says of it.
    func entry(file: String) -> JSON {
        var entry: JSONObject = ["title": .string(title)]
        if !summary.isEmpty, summary != title { entry["summary"] = .string(summary) }
        entry["effect"] = .string(effect)
        entry["file"] = .string(file)
        return .object(entry)
    }

    /// Its own file.
    var json: JSON {
        var file: JSONObject = ["input": .object(input), "request": .object(request)]
        file["paginate"] = paginate
        file["output"] = output
        file["output_schema"] = outputSchema
        return .object(file)
    }
}
