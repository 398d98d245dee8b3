// The settings of a workspace: what galley.json and galley.ENVIRONMENT.json say, with the defaults of design §5.

import ConnectorKit
import JSONCore
import RecipeLanguage

/// What `galley.json` says, overridden by `galley.ENVIRONMENT.json`.
public struct WorkspaceSettings: Sendable {
    /// Shown in headings; the folder's name when not given (`name`).
    public var name: String
    /// An IANA name: what `now` and `today` are in (`time_zone`).
    public var timeZone = "UTC"
    /// The address by which outside systems and people reach the server, without a slash at its end (`public_url`).
    public var publicURL: String?
    /// `properties.NAME` in formulas.
    public var properties = JSONObject()
    /// What outbound HTTP may do for every request of this workspace (`network`).
    public var network = NetworkPermissions()
    public var limits = WorkspaceLimits()
    /// The programs that steps may run, by name, each with the environment variables it may see (`commands`).
    public var commands: [String: Command] = [:]
    /// Finished jobs older than this many days are pruned; nil keeps them all (`retention_days`).
    public var retentionDays: Int?
    /// In order of the file (`alerts`).
    public var alerts: [AlertRule] = []
    /// What the rules name.
    var alertReferences: [AlertReference] = []

    /// A program of this machine.
    public struct Command: Sendable, Hashable {
        /// Absolute.
        public var program: String
        public var environment: [String] = []
    }

    public init(name: String) { self.name = name }

    /// Whether a server that started with `other` has to be started anew for these. Alerts, retention and the public address
    /// it takes up by itself.
    public func needRestart(of other: WorkspaceSettings) -> Bool {
        name != other.name || timeZone != other.timeZone || properties != other.properties || network != other.network
            || limits != other.limits || commands != other.commands
    }
}

/// Every limit of design §5 under its name in `galley.json`.
public struct WorkspaceLimits: Sendable, Hashable {
    /// What the workspace sets.
    private var values: [Limit: Int] = [:]

    public init() {}

    /// The value of a limit: the workspace's or the default.
    public subscript(_ limit: Limit) -> Int {
        get { values[limit] ?? limit.standard }
        set { values[limit] = newValue }
    }
}

/// A limit: its name in `galley.json`, its default and its range.
public enum Limit: String, Sendable, Hashable, CaseIterable {
    case webhookBodyBytes = "webhook_body_bytes"
    case webhookHeaderBytes = "webhook_header_bytes"
    case webhookHeadersBytes = "webhook_headers_bytes"
    case answerBytes = "answer_bytes"
    case downloadBytes = "download_bytes"
    case jsonDepth = "json_depth"
    case xmlBytes = "xml_bytes"
    case xmlDepth = "xml_depth"
    case xmlAttributes = "xml_attributes"
    case formulaMilliseconds = "formula_milliseconds"
    case formulaOutputBytes = "formula_output_bytes"
    case formulaDepth = "formula_depth"
    case connectSeconds = "connect_seconds"
    case firstByteSeconds = "first_byte_seconds"
    case callSeconds = "call_seconds"
    case stepSeconds = "step_seconds"
    case apiSeconds = "api_seconds"
    case jobMinutes = "job_minutes"
    case recipeSteps = "recipe_steps"
    case callDepth = "call_depth"
    case repeatIterations = "repeat_iterations"
    case redirects = "redirects"
    case retries = "retries"
    case tableRows = "table_rows"
    case topicMessages = "topic_messages"

    /// The default (design §5).
    public var standard: Int {
        switch self {
        case .webhookBodyBytes: 5 << 20
        case .webhookHeaderBytes: 16 << 10
        case .webhookHeadersBytes: 64 << 10
        case .answerBytes, .xmlBytes, .formulaOutputBytes: 10 << 20
        case .downloadBytes: 1 << 30
        case .jsonDepth: 128
        case .xmlDepth, .xmlAttributes: 256
        case .formulaMilliseconds: 1000
        case .formulaDepth: 100
        case .connectSeconds: 10
        case .firstByteSeconds, .apiSeconds: 30
        case .callSeconds: 120
        case .stepSeconds: 150
        case .jobMinutes: 90
        case .recipeSteps: 1000
        case .callDepth: 20
        case .repeatIterations: 50_000
        case .redirects: 5
        case .retries: 3
        case .tableRows, .topicMessages: 100_000
        }
    }

    /// What a workspace may set. Depths stay where recursion is safe; 5 redirects are the most that are ever followed.
    public var range: ClosedRange<Int> {
        switch self {
        case .webhookBodyBytes, .answerBytes, .xmlBytes, .formulaOutputBytes: 1024...(1 << 30)
        case .downloadBytes: 1024...(1 << 40)
        case .webhookHeaderBytes, .webhookHeadersBytes: 1024...(1 << 20)
        case .jsonDepth: 8...512
        case .xmlDepth, .xmlAttributes: 8...256
        case .formulaMilliseconds: 10...60_000
        case .formulaDepth: 10...200
        case .connectSeconds, .firstByteSeconds, .callSeconds: 1...3600
        case .stepSeconds: 1...86_400
        case .apiSeconds: 1...600
        case .jobMinutes: 1...10_080
        case .recipeSteps: 1...10_000
        case .callDepth: 1...100
        case .repeatIterations: 1...10_000_000
        case .redirects: 0...5
        case .retries: 0...100
        case .tableRows: 1...1_000_000
        case .topicMessages: 1...10_000_000
        }
    }

    /// Whether a workspace may change it. The others hold everywhere at their defaults: nothing reads them from the settings
    /// yet, and a setting without effect would be worse than a refusal.
    public var isSettable: Bool {
        switch self {
        case .answerBytes, .downloadBytes, .formulaMilliseconds, .formulaOutputBytes, .formulaDepth, .connectSeconds,
            .firstByteSeconds, .callSeconds, .stepSeconds, .apiSeconds, .jobMinutes, .callDepth, .redirects,
            .webhookBodyBytes,
            .webhookHeaderBytes, .webhookHeadersBytes, .tableRows, .topicMessages:
            true
        case .jsonDepth, .xmlBytes, .xmlDepth,
            .xmlAttributes, .recipeSteps, .repeatIterations, .retries:
            false
        }
    }
}
