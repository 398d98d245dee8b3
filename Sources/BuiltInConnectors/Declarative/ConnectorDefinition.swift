// A declarative connector after reading: every template and formula parsed once.

import ConnectorKit
import JSONCore
import RecipeLanguage

/// What connector.json says.
struct ConnectorDefinition: Sendable {
    var spec: ConnectorSpec
    /// How to sign in, the usual way first; the connection holds the values.
    var schemes: [SchemeTemplate]
    var baseURL: PieceTemplate
    /// For every request of the connector.
    var headers: [(name: String, value: InputTemplate)]
    /// Shows that a connection works.
    var test: RequestTemplate?
    var errors: [ErrorRule]
    var limits: CallLimits
    var actions: ActionShelf
    /// What the settings are without a connection.
    var settingDefaults: JSONObject
    /// The triggers that ask, by name.
    var polls: [String: PollDefinition]
    /// The triggers that are called, by name.
    var webhooks: [String: WebhookDefinition]

    /// The way to sign in that a connection takes: it may name another one by the `type` of its `auth`.
    func scheme(of connection: Connection?) -> SchemeTemplate {
        let chosen = connection?.credentials["type"]?.string
        return schemes.first { $0.type == chosen } ?? schemes.first ?? SchemeTemplate()
    }
}

/// How a trigger asks for what is new.
struct PollDefinition: Sendable {
    /// The action that is called, and what it is given.
    let action: String
    let input: InputTemplate
    /// The records in the action's output; when nil, the output itself or its `items`.
    let items: BoundFormula?
    /// Where a record stands in the order of records; nil: everything is asked for each time.
    let cursor: InputTemplate?
    /// What tells a record from others.
    let dedupe: InputTemplate
    /// Where the first poll begins; when nil, what it finds counts as known.
    let start: InputTemplate?
}

/// One action.
struct ActionDefinition: Sendable {
    let spec: OperationSpec
    let request: RequestTemplate
    /// The step's output; the answer's body (or the records of all pages) when nil.
    let output: InputTemplate?
    /// Held against an answer before those of the connection.
    let errors: [ErrorRule]
    let pagination: Pagination?
    /// What is asked after the request until the work is done.
    let operation: LongOperation?
    /// The schemas as written, for those who read more of JSON Schema than is enforced.
    let source: SchemaSource
}

/// One request, to be filled in.
struct RequestTemplate: Sendable {
    enum Body: Sendable {
        case none
        case json(InputTemplate)
        case form(InputTemplate)
        case text(InputTemplate)
        case xml(PieceTemplate)
        /// Gives a list of parts, as `MultipartBody` takes them.
        case multipart(InputTemplate)
        /// Made of members of the input.
        case described(BodyTemplate)
    }
    /// Whether the connection's credentials go with it.
    enum SignIn: String, CaseIterable, Sendable {
        case always
        /// Where the connection has some.
        case optional
        case never
    }
    let method: String
    /// Its own, in place of the connection's.
    let baseURL: PieceTemplate?
    /// Below the base URL, with its leading slash.
    let path: PieceTemplate
    let query: [(name: String, value: InputTemplate)]
    let headers: [(name: String, value: InputTemplate)]
    let parameters: [ParameterTemplate]
    let body: Body
    let signIn: SignIn
}

/// Which answer is which failure.
struct ErrorRule: Sendable {
    let when: BoundFormula
    let type: String
    let message: InputTemplate?
    /// Whether trying again may help; as the status says when nil.
    let isTransient: Bool?
    /// Seconds to wait; as the answer's `Retry-After` says when nil.
    let retryAfter: InputTemplate?
}

/// How a list that comes in pages is gathered.
struct Pagination: Sendable {
    /// The records in an answer.
    let items: BoundFormula
    /// What changes in the request of the next page.
    let next: NextPage
    /// Whether there is a next page; when nil: as long as there are records and `next` has values.
    let goesOn: BoundFormula?
    /// Whether `next` comes from the answer, and is not only counted on.
    let heedsAnswer: Bool
    let mostPages: Int
    /// The most records to gather.
    let limit: InputTemplate

    /// Where the next page is.
    enum NextPage: Sendable {
        case query([(name: String, value: InputTemplate)])
        case body([(name: String, value: InputTemplate)])
        /// An address of its own, on the same host.
        case url(InputTemplate)
    }

    static let mostItems = 100_000
}
