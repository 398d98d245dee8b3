// What a watcher of a run is told, and its JSON form for watchers in another process.

import JSONCore
import RecipeLanguage

/// Something a watcher of a run may want to show.
public enum StepEvent: Sendable {
    /// A step starts; `depth` is how deep it is nested.
    case started(step: StepLabel, address: String, depth: Int)
    /// A step ended.
    case ended(step: StepLabel, address: String, depth: Int, outcome: StepOutcome)
    /// `done` items of `total` of a loop are finished; the total of a `repeat` is not known and 0.
    case progress(address: String, done: Int, total: Int)
    /// A failed try will run again after a wait.
    case retrying(address: String, attempt: Int, of: Int, wait: Duration, error: String)
}

/// A step as people know it.
public struct StepLabel: Sendable {
    /// `Step.name`
    public var name: String
    public var title: String?
    /// The key of its kind: `use`, `for_each`, …
    public var kind: String
    /// What it calls, for `use` and `call`: `crm.find_account`.
    public var target: String?
}

/// How a step ended.
public struct StepOutcome: Sendable {
    /// The word for it: `succeeded`, `failed`, `skipped`, `canceled`.
    public var state: String
    public var microseconds: Int64
    public var input: JSON?
    public var output: JSON?
    public var error: JSON?
    /// A few words: the branch taken, items done, why it was not run.
    public var note: String?
    /// Taken from the history of an earlier run of the job.
    public var isReplayed = false
}

extension Step {
    /// What watchers call it.
    public var label: StepLabel {
        let target: String? =
            switch kind {
            case .action(let action): "\(action.connector).\(action.operation)"
            case .call(let call): call.recipe
            default: nil
            }
        return StepLabel(name: name, title: title, kind: kind.key, target: target)
    }
}

extension StepEvent {
    /// For the owner's socket and for `--json`.
    public var json: JSON {
        switch self {
        case .started(let step, let address, let depth):
            ["event": "started", "step": step.json, "address": .string(address), "depth": .integer(depth)]
        case .ended(let step, let address, let depth, let outcome):
            [
                "event": "ended", "step": step.json, "address": .string(address), "depth": .integer(depth),
                "outcome": outcome.json,
            ]
        case .progress(let address, let done, let total):
            ["event": "progress", "address": .string(address), "done": .integer(done), "total": .integer(total)]
        case .retrying(let address, let attempt, let of, let wait, let error):
            [
                "event": "retrying", "address": .string(address), "attempt": .integer(attempt), "of": .integer(of),
                "wait_ms": .integer(Int(wait.milliseconds)), "error": .string(error),
            ]
        }
    }

    /// nil for what `json` doesn't make.
    public init?(_ json: JSON) {
        guard let address = json["address"]?.string else { return nil }
        let depth = json["depth"]?.integer ?? 0
        switch json["event"]?.string {
        case "started": self = .started(step: StepLabel(json["step"]), address: address, depth: depth)
        case "ended":
            self = .ended(
                step: StepLabel(json["step"]), address: address, depth: depth, outcome: StepOutcome(json["outcome"]))
        case "progress":
            self = .progress(
                address: address, done: json["done"]?.integer ?? 0, total: json["total"]?.integer ?? 0)
        case "retrying":
            self = .retrying(
                address: address, attempt: json["attempt"]?.integer ?? 0, of: json["of"]?.integer ?? 0,
                wait: .milliseconds(json["wait_ms"]?.integer ?? 0), error: json["error"]?.string ?? "")
        default: return nil
        }
    }
}

extension StepLabel {
    fileprivate var json: JSON {
        ["name": .string(name), "title": .text(title), "kind": .string(kind), "target": .text(target)]
    }

    fileprivate init(_ json: JSON?) {
        (name, title) = (json?["name"]?.string ?? "", json?["title"]?.string)
        (kind, target) = (json?["kind"]?.string ?? "", json?["target"]?.string)
    }
}

extension StepOutcome {
    fileprivate var json: JSON {
        var object: JSONObject = ["state": .string(state), "microseconds": .integer(Int(microseconds))]
        (object["input"], object["output"], object["error"]) = (input, output, error)
        if let note { object["note"] = .string(note) }
        if isReplayed { object["replayed"] = true }
        return .object(object)
    }

    fileprivate init(_ json: JSON?) {
        self.init(
            state: json?["state"]?.string ?? "", microseconds: Int64(json?["microseconds"]?.integer ?? 0),
            input: json?["input"], output: json?["output"], error: json?["error"], note: json?["note"]?.string,
            isReplayed: json?["replayed"]?.bool ?? false)
    }
}

extension JSON {
    /// A text, or null for nil.
    fileprivate static func text(_ text: String?) -> JSON { text.map { .string($0) } ?? .null }
}
