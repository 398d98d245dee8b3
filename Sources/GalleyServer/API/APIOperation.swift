// What the API's description says about a route; the description is made from the table itself.

import Engine
import JSONCore

struct APIOperation: Sendable {
    /// A parameter of the query, or of the path.
    struct Parameter: Sendable {
        let name: String
        let description: String
        let schema: JSON
    }

    /// `jobs.retry`; the audit log says it too.
    let id: String
    let scope: APIScope
    /// One line.
    let summary: String
    var parameters: [Parameter] = []
    /// JSON Schema of the body; nil: none.
    var body: JSON?
    /// The status and the JSON Schema of what is answered when all is well; `{"$ref": …}` names a shape.
    var answer: (status: Int, schema: JSON)
    /// Not JSON: `text/event-stream`.
    var answerType = "application/json"
}
