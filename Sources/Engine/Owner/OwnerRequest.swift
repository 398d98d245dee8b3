// What other processes may ask of the owner of a workspace, as JSON lines.

import JSONCore
import JobHistory

/// One request. Answers are lines: `{"step": …}` while a job runs, then one `{"ok": …}` or `{"error": {…}}`.
public enum OwnerRequest: Sendable {
    case run(recipe: String, event: JSON, until: String?)
    case retry(JobID, from: String?, latest: Bool)
    case rerun(JobID)
    case resume(JobID)
    case cancel(JobID, reason: String)
    case decide(JobID, step: String?, Decision)
    /// nil: by the workspace's retention setting.
    case prune(finishedBefore: Milliseconds?)
    case backup(path: String)
    case turn(recipe: String, on: Bool, reason: String?)
    case access(AccessRequest)
    case pause(recipe: String, reason: String)
    case unpause(recipe: String)
    /// Times as people write them, in the schedule's zone.
    case backfill(recipe: String, from: String, to: String, isPreview: Bool)
    case rollBack(recipe: String, version: Int, force: Bool)
    case bulk(BulkAction, JobQuery, reason: String, apply: Bool)
    case testAlert(rule: String)
    /// The connections as the owner knows them: also which calls it holds back.
    case connections
    /// Takes a table's file in place of the rows that recipes have changed.
    case resetTable(String)
    /// Writes a table's rows to its file; `force` also over an edited one.
    case saveTable(String, force: Bool)
    /// Offsets of messages, both included; nil: the newest.
    case replay(topic: String, recipe: String, from: Int, through: Int?)
    /// An answer of the command's user, or for somebody else.
    case answer(ApprovalReply)

    public var json: JSON {
        switch self {
        case .run(let recipe, let event, let until):
            ["op": "run", "recipe": .string(recipe), "event": event, "until": until.map { .string($0) } ?? .null]
        case .retry(let job, let from, let latest):
            ["op": "retry", "job": .id(job), "from": from.map { .string($0) } ?? .null, "latest": .bool(latest)]
        case .rerun(let job): ["op": "rerun", "job": .id(job)]
        case .resume(let job): ["op": "resume", "job": .id(job)]
        case .cancel(let job, let reason): ["op": "cancel", "job": .id(job), "reason": .string(reason)]
        case .decide(let job, let step, let decision):
            [
                "op": "decide", "job": .id(job), "step": step.map { .string($0) } ?? .null,
                "decision": decision.json,
            ]
        case .prune(let before): ["op": "prune", "before": before.map { .id($0) } ?? .null]
        case .backup(let path): ["op": "backup", "path": .string(path)]
        case .turn(let recipe, let on, let reason):
            [
                "op": "turn", "recipe": .string(recipe), "on": .bool(on),
                "reason": reason.map { .string($0) } ?? .null,
            ]
        case .access(let request): ["op": "access", "change": request.json]
        case .pause(let recipe, let reason): ["op": "pause", "recipe": .string(recipe), "reason": .string(reason)]
        case .unpause(let recipe): ["op": "unpause", "recipe": .string(recipe)]
        case .testAlert(let rule): ["op": "test_alert", "rule": .string(rule)]
        case .connections: ["op": "connections"]
        case .resetTable(let table): ["op": "reset_table", "table": .string(table)]
        case .saveTable(let table, let force): ["op": "save_table", "table": .string(table), "force": .bool(force)]
        case .replay(let topic, let recipe, let from, let last):
            [
                "op": "replay", "topic": .string(topic), "recipe": .string(recipe), "from": .integer(from),
                "through": last.map { .integer($0) } ?? .null,
            ]
        case .answer(let reply):
            [
                "op": "answer", "approval": .integer(Int(reply.approval)), "approves": .bool(reply.approves),
                "reason": reply.reason.map { .string($0) } ?? .null, "name": reply.name.map { .string($0) } ?? .null,
            ]
        case .backfill(let recipe, let from, let to, let isPreview):
            [
                "op": "backfill", "recipe": .string(recipe), "from": .string(from), "to": .string(to),
                "preview": .bool(isPreview),
            ]
        case .rollBack(let recipe, let version, let force):
            ["op": "roll_back", "recipe": .string(recipe), "version": .integer(version), "force": .bool(force)]
        case .bulk(let action, let query, let reason, let apply):
            [
                "op": "bulk", "action": .string(action.rawValue), "query": query.json, "reason": .string(reason),
                "apply": .bool(apply),
            ]
        }
    }

    /// nil for what `json` doesn't make.
    public init?(_ json: JSON) {
        let job = json["job"]?.integer.map { JobID($0) }
        switch (json["op"]?.string, job) {
        case ("run", _):
            guard let recipe = json["recipe"]?.string else { return nil }
            self = .run(recipe: recipe, event: json["event"] ?? .null, until: json["until"]?.string)
        case ("retry", let job?):
            self = .retry(job, from: json["from"]?.string, latest: json["latest"]?.bool ?? false)
        case ("rerun", let job?): self = .rerun(job)
        case ("resume", let job?): self = .resume(job)
        case ("cancel", let job?): self = .cancel(job, reason: json["reason"]?.string ?? "")
        case ("decide", let job?):
            guard let decision = Decision(json["decision"]) else { return nil }
            self = .decide(job, step: json["step"]?.string, decision)
        case ("prune", _):
            self = .prune(finishedBefore: json["before"]?.integer.map { Milliseconds($0) })
        case ("backup", _):
            guard let path = json["path"]?.string else { return nil }
            self = .backup(path: path)
        case ("turn", _):
            guard let recipe = json["recipe"]?.string, let on = json["on"]?.bool else { return nil }
            self = .turn(recipe: recipe, on: on, reason: json["reason"]?.string)
        case ("access", _):
            guard let request = json["change"].flatMap(AccessRequest.init) else { return nil }
            self = .access(request)
        case ("pause", _):
            guard let recipe = json["recipe"]?.string, let reason = json["reason"]?.string else { return nil }
            self = .pause(recipe: recipe, reason: reason)
        case ("unpause", _):
            guard let recipe = json["recipe"]?.string else { return nil }
            self = .unpause(recipe: recipe)
        case ("test_alert", _):
            guard let rule = json["rule"]?.string else { return nil }
            self = .testAlert(rule: rule)
        case ("connections", _): self = .connections
        case ("reset_table", _):
            guard let table = json["table"]?.string else { return nil }
            self = .resetTable(table)
        case ("save_table", _):
            guard let table = json["table"]?.string, let force = json["force"]?.bool else { return nil }
            self = .saveTable(table, force: force)
        case ("replay", _):
            guard let topic = json["topic"]?.string, let recipe = json["recipe"]?.string,
                let from = json["from"]?.integer
            else { return nil }
            self = .replay(topic: topic, recipe: recipe, from: from, through: json["through"]?.integer)
        case ("answer", _):
            guard let approval = json["approval"]?.integer, let approves = json["approves"]?.bool else { return nil }
            self = .answer(
                ApprovalReply(
                    approval: Int64(approval), approves: approves, reason: json["reason"]?.string,
                    name: json["name"]?.string))
        case ("backfill", _):
            guard let recipe = json["recipe"]?.string, let from = json["from"]?.string, let to = json["to"]?.string,
                let isPreview = json["preview"]?.bool
            else { return nil }
            self = .backfill(recipe: recipe, from: from, to: to, isPreview: isPreview)
        case ("roll_back", _):
            guard let recipe = json["recipe"]?.string, let version = json["version"]?.integer else { return nil }
            self = .rollBack(recipe: recipe, version: version, force: json["force"]?.bool ?? false)
        case ("bulk", _):
            guard let action = json["action"]?.string.flatMap(BulkAction.init), let query = json["query"] else {
                return nil
            }
            self = .bulk(
                action, JobQuery(query), reason: json["reason"]?.string ?? "", apply: json["apply"]?.bool ?? false)
        default: return nil
        }
    }
}

extension OwnerRequest {
    /// As the audit log has it; nil for what leaves its own trace.
    var words: (action: String, subject: String)? {
        switch self {
        case .run, .resume, .access, .answer, .connections: nil
        case .retry(let job, _, _): ("job.retry", "job \(job)")
        case .rerun(let job): ("job.rerun", "job \(job)")
        case .cancel(let job, _): ("job.cancel", "job \(job)")
        case .decide(let job, _, _): ("job.decide", "job \(job)")
        case .prune: ("jobs.prune", "jobs")
        case .backup(let path): ("backup", path)
        case .turn(let recipe, let on, _): (on ? "recipe.start" : "recipe.stop", "recipe \(recipe)")
        case .pause(let recipe, _): ("schedule.pause", "recipe \(recipe)")
        case .unpause(let recipe): ("schedule.resume", "recipe \(recipe)")
        case .testAlert(let rule): ("alert.test", "alert rule \(rule)")
        case .resetTable(let table): ("table.reset", "table \(table)")
        case .saveTable(let table, _): ("table.save", "table \(table)")
        case .replay(let topic, let recipe, _, _): ("topic.replay", "topic \(topic) to recipe \(recipe)")
        case .backfill(_, _, _, isPreview: true): nil
        case .backfill(let recipe, _, _, _): ("schedule.backfill", "recipe \(recipe)")
        case .rollBack(let recipe, let version, _): ("recipe.rollback", "recipe \(recipe) to version \(version)")
        case .bulk(_, _, _, apply: false): nil
        case .bulk(let action, let query, _, _):
            (
                "jobs.\(action.rawValue)",
                "jobs: " + query.fields.map { "\($0.name) \($0.value)" }.joined(separator: ", ")
            )
        }
    }
}

extension Decision {
    fileprivate var json: JSON {
        switch self {
        case .runAgain: ["run_again": true]
        case .done(let output): ["done": output]
        case .fail(let message): ["fail": .string(message)]
        }
    }

    fileprivate init?(_ json: JSON?) {
        if json?["run_again"]?.bool == true {
            self = .runAgain
        } else if let output = json?["done"] {
            self = .done(output: output)
        } else if let message = json?["fail"]?.string {
            self = .fail(message: message)
        } else {
            return nil
        }
    }
}

extension JSON {
    fileprivate static func id(_ number: Int64) -> JSON { .integer(Int(number)) }
}
